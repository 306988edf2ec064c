"""Letting a colleague stand in while one is away, seeing who stands in for whom, taking it back."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.people import stand_ins, standing_in
from tongban.apps.people.acting import actor_of
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.web.account.who import Mine, fresh, mine
from tongban.web.words import say, says

LONGEST = 64


@require_http_methods(["GET", "HEAD", "POST"])
@mine
@fresh
def stand_in_page(request: HttpRequest, me: Mine) -> HttpResponse:
    """Give a post of one's own for some days, and what runs."""
    acting, refused = _acting(me), None
    if request.method == "POST":
        wish = wish_in(request, me.who.person)
        refused = wish if isinstance(wish, Refused) else standing_in.stand_in(wish, acting)
        if refused is None:
            messages.success(request, say("stand_in.given", me.language))
            return redirect("account_stand_in")
    values = {
        **form_values(request, me.who.person, acting, refused),
        "people": stand_ins.colleagues(me.who.person, acting),
        "lines": stand_ins.stand_ins(acting, me.who.person),
    }
    return render(request, "account/stand_in.html", values, status=422 if refused is not None else 200)


@require_POST
@mine
def take_back(request: HttpRequest, me: Mine) -> HttpResponse:
    refused = standing_in.take_back(request.POST.get("stand_in", "")[:LONGEST], _acting(me))
    if refused is not None:
        messages.error(request, says(refused, me.language).says)
    else:
        messages.success(request, say("stand_in.taken_back", me.language))
    return redirect("account_stand_in")


def wish_in(request: HttpRequest, giver: str) -> standing_in.StandIn | Refused:
    """What a form says. Refuses days that are none."""
    unit, _, role = request.POST.get("post", "")[:200].partition("/")
    person, reason = (request.POST.get(each, "").strip()[:LONGEST] for each in ("person", "reason"))
    try:
        first, last = (date.fromisoformat(request.POST.get(each, "").strip()) for each in ("first", "last"))
    except ValueError:
        return Refused("stand_in.days", "last", {"most": standing_in.LONGEST.days})
    practices = tuple(each[:LONGEST] for each in request.POST.getlist("practice")[:LONGEST])
    return standing_in.StandIn(giver, person, unit, role, first, last, reason, practices)


def form_values(
    request: HttpRequest, giver: str, acting: Acting, refused: Refused | None
) -> dict[str, object]:
    """What the form needs: posts, reasons, practices, and what was typed."""
    here, language = office(), acting.language
    return {
        "posts": stand_ins.own_posts(giver, acting),
        "reasons": [(each, say(f"stand_in.reason.{each}", language)) for each in standing_in.REASONS],
        "practices": [
            (practice, here.wording(adoption, language).title())
            for practice, adoption in here.practices(acting.now)
        ],
        "ticked": request.POST.getlist("practice"),
        "today": local_date(acting.now).isoformat(),
        "chosen": request.POST,
        "faults": [says(each, language) for each in refused.all()] if refused is not None else [],
    }


def _acting(me: Mine) -> Acting:
    return Acting(me.now, actor_of(me.user, me.now), language=me.language)
