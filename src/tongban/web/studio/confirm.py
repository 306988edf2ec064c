"""Acts that take two people: what waits and what it will do, confirming, declining, asking for an erasure."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.apps.acting import Acting
from tongban.apps.confirming.asking import Asked, carry_out
from tongban.apps.confirming.deciding import LONGEST_WHY, confirm, decline
from tongban.apps.confirming.kinds import ERASING
from tongban.apps.confirming.reading import told
from tongban.apps.rights import may
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.studio.people import shown_once
from tongban.web.words import say, says

CONFIRM = "confirm"
LONGEST_NUMBER = 40


@require_safe
@staff
def confirm_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    return _page(request, acting)


@require_POST
@staff
def decide(request: HttpRequest, acting: Acting, asked: str) -> HttpResponse:
    """Confirm what somebody else asked for, or decline it with a reason."""
    if request.POST.get("decide") != CONFIRM:
        refused = decline(asked, request.POST.get("why", ""), acting)
        if refused is not None:
            return _page(request, acting, refused)
        messages.success(request, say("two.declined", acting.language))
        return redirect("studio_confirm")
    done = confirm(asked, acting)
    if isinstance(done, Refused):
        return _page(request, acting, done)
    if done.told:
        return shown_once(request, {"login": done.whose, "password": done.told})
    messages.success(request, say("two.confirmed", acting.language))
    return redirect("studio_confirm")


@require_POST
@staff
def erase(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Ask that the person behind a case be erased."""
    if not may("erase_person", acting.actor):
        return errors.forbidden(request)
    number = request.POST.get("number", "").strip()[:LONGEST_NUMBER]
    done = carry_out(ERASING, {"number": "".join(number.split())}, acting)
    if isinstance(done, Refused):
        return _page(request, acting, done)
    messages.success(request, say("two.asked" if isinstance(done, Asked) else "two.erased", acting.language))
    return redirect("studio_confirm")


def _page(request: HttpRequest, acting: Acting, refused: Refused | None = None) -> HttpResponse:
    wrong = [says(each, acting.language) for each in refused.all()] if refused is not None else []
    values = {
        "both": told(acting),
        "may_erase": may("erase_person", acting.actor),
        "number": request.POST.get("number", "")[:LONGEST_NUMBER],
        "most": LONGEST_WHY,
        "wrong": wrong,
    }
    return render(request, "studio/confirm.html", values, status=422 if wrong else 200)
