"""Programs of others: which practices are offered to them, and the keys with which they send."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.open311 import keys, offers
from tongban.apps.rights import may
from tongban.apps.wording import day
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.words import say, says

OFFER, WITHDRAW, ISSUE, REVOKE = "offer", "withdraw", "issue", "revoke"


@require_safe
@staff
def open311_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What is offered, and the keys."""
    if not may("offer_to_programs", acting.actor):
        return errors.forbidden(request)
    return _page(request, acting)


@require_POST
@staff
def change(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Offer a practice, offer it no longer, give out a key, end one. A new key is shown at once: it is kept nowhere."""
    if not may("offer_to_programs", acting.actor):
        return errors.forbidden(request)
    said = request.POST
    done = ""
    match said.get("do", ""):
        case "offer":
            made = offers.offer(said.get("practice", ""), {}, acting)
            refused, done = (made, "") if isinstance(made, Refused) else (None, "offered")
        case "withdraw":
            refused, done = offers.withdraw(said.get("practice", ""), acting), "withdrawn"
        case "revoke":
            ended = keys.revoke(said.get("id", ""), acting)
            refused, done = (ended, "") if isinstance(ended, Refused) else (None, "revoked")
        case _:
            given = keys.issue(
                said.get("name", ""), _whole(said.get("days", "")), _whole(said.get("most", "")), acting
            )
            if not isinstance(given, Refused):
                return _page(request, acting, secret=given[1])
            refused = given
    if refused is not None:
        return _page(request, acting, refused)
    messages.success(request, say(f"open311.done.{done}", acting.language))
    return HttpResponseRedirect(reverse("studio_open311"))


def _whole(text: str) -> int:
    """0 for what is no number, which is refused as a bound."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0


def _page(
    request: HttpRequest, acting: Acting, refused: Refused | None = None, secret: str = ""
) -> HttpResponse:
    language = acting.language
    offered = {each.practice: each for each in offers.offers(office(), acting.now)}
    lines = [
        (
            practice,
            title,
            offered.get(practice),
            _fields(offered.get(practice)),
            _since(offered.get(practice), language),
        )
        for practice, title in offers.offerable(acting)
    ]
    known = [(each, day(each.ended or each.until, language)) for each in keys.known(acting.now)]
    context = {
        "address": request.build_absolute_uri(reverse("open311_discovery", args=["xml"])),
        "lines": lines,
        "keys": known,
        "secret": secret,
        "wrong": [says(each, language) for each in refused.all()] if refused is not None else [],
        "typed": request.POST if refused is not None else {},
        "most": keys.MOST,
        "days": keys.LONGEST_LIFE,
    }
    response = render(request, "studio/open311.html", context, status=422 if refused is not None else 200)
    response["Cache-Control"] = "no-store"
    return response


def _since(offer: offers.Offer | None, language: str) -> str:
    return day(offer.since, language) if offer is not None else ""


def _fields(offer: offers.Offer | None) -> list[tuple[str, str]]:
    return [(argument, field.id) for argument, field in offer.fields.items()] if offer is not None else []
