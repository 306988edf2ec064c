"""Publishing the figures of a month: one person proposes, another looks and releases."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.editions.expiry import current_for, set_current_for
from tongban.apps.editions.publishing import drop, keep_up, propose, release, take_down
from tongban.apps.editions.reviewing import month_of, publishing, review
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.words import say, says


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def publish_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Every month of the last two years: out, waiting, or neither; and for how long an edition is current."""
    found = publishing(acting)
    if isinstance(found, Refused):
        return errors.refused(request, found, 403)
    months = request.POST.get("months", "")
    refused = set_current_for(months, acting) if request.method == "POST" else None
    if request.method == "POST" and refused is None:
        messages.success(request, say("publish.done.current", acting.language))
        return redirect("lead_publish")
    wrong = [says(each, acting.language) for each in (refused.all() if refused is not None else ())]
    values = {"months": found, "current_for": months or current_for(), "wrong": wrong}
    return render(request, "lead/publish.html", values, status=200 if refused is None else 422)


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def month(request: HttpRequest, acting: Acting, period: str) -> HttpResponse:
    """One month: what waits beside what is out, and the next thing to do."""
    if request.method == "POST":
        done = _done(request, acting, period)
        if isinstance(done, Refused):
            return _page(request, acting, period, done)
        messages.success(request, say(f"publish.done.{done}", acting.language))
        return redirect("lead_publish_month", period=period)
    return _page(request, acting, period)


def _done(request: HttpRequest, acting: Acting, period: str) -> str | Refused:
    """Do what the button says; what was done."""
    acting = replace(acting, names_seen=frozenset(request.POST.get("names_seen", "").split()))
    why, number = request.POST.get("why", ""), request.POST.get("edition", "")[:6]
    edition = int(number) if number.isascii() and number.isdigit() else 0
    match request.POST.get("do", ""):
        case "propose":
            done = propose(period, why, acting)
        case "release":
            done = release(period, request.POST.get("digest", ""), acting)
        case "take_down":
            done = take_down(period, edition, why, acting)
        case "drop":
            return drop(period, acting) or "dropped"
        case "keep_up":
            return keep_up(period, edition, acting) or "kept_up"
        case _:
            return Refused("edition.unknown", "period", {"period": period[:10]})
    return done if isinstance(done, Refused) else done.what


def _page(request: HttpRequest, acting: Acting, period: str, refused: Refused | None = None) -> HttpResponse:
    found = month_of(period, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found, 403 if found.code == "edition.not_allowed" else 404)
    waiting = review(period, acting) if found.proposal is not None else None
    values = {
        "m": found,
        "review": None if isinstance(waiting, Refused) else waiting,
        "correct": found.newest is not None,  # a correction needs a reason
        "wrong": [says(each, acting.language) for each in (refused.all() if refused is not None else ())],
        "why": request.POST.get("why", ""),
        "named": " ".join(found.named),
        "asked": request.POST.get("do", ""),
        "seen": refused.facts["names"] if refused is not None and refused.code == "edition.why_names" else "",
    }
    return render(request, "lead/publish_month.html", values, status=200 if refused is None else 422)
