"""Registering on somebody's behalf, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.cards.library import like
from tongban.apps.casework.by_duty import for_opening
from tongban.apps.casework.closed import not_in_force
from tongban.apps.casework.look import look
from tongban.apps.casework.opening import asks, beyond, openings
from tongban.apps.casework.take import open_case
from tongban.apps.casework.views import Opening
from tongban.apps.office import office
from tongban.kernel.refusal import Refused
from tongban.library.assisted import ASSISTED
from tongban.web.acting import resident
from tongban.web.desk.cases import DOUBTED, doubts
from tongban.web.desk.choosing import Way, choosing, many, used
from tongban.web.desk.forms import lists
from tongban.web.desk.sent import Sent, answers_of, new_key, sent
from tongban.web.desk.suggesting import suggestion, written_in
from tongban.web.desk.told_numbers import told_numbers
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.resident.codes import qr_svg
from tongban.web.resident.draft import NAMED, named_in
from tongban.web.resident.opening import Page, pages_of
from tongban.web.words import say

NAMED_HERE = (*NAMED, "unit", "case", "choice")
"""What the office's own pages fill in: which unit, case or figure a matter is about."""
SUGGEST = "_suggest"
"""The name of the button that asks for a suggestion, for whoever has no JavaScript."""

ELSEWHERE = "filed_elsewhere"
"""The session's name for what was filed last and lies with an office whose cases this reader does not see."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def register_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Write down what somebody says; a refusal keeps all of it."""
    found = openings(acting)
    if not found:
        return render(request, "desk/register_none.html", status=403)
    chosen = _chosen(request, found)
    if chosen is None:
        gone = not_in_force(request.GET.get("practice", ""), acting, office())
        why = gone if gone.code == "case.no_longer" else Refused("authority.way")
        return errors.refused(request, why, back=reverse("register"))
    if request.method != "POST":
        if many(found) and not _wanted(request):
            return choosing(request, acting, found)
        return _form(
            request, acting, found, chosen, Sent(named_in(request, asks(chosen, acting), NAMED_HERE), "")
        )
    given = sent(request, acting)
    if SUGGEST in request.POST or given.refused is not None or _unconfirmed(request, acting, chosen, given):
        return _form(request, acting, found, chosen, given)
    taken = open_case(
        chosen.practice,
        given.answers,
        replace(acting, key=given.key),
        step=chosen.step,
        kind=chosen.kind,
        channel="desk",
    )
    if isinstance(taken, Refused):
        return _form(request, acting, found, chosen, replace(given, refused=taken))
    looked_at = {each.partition("=")[0] for each in request.POST.getlist(DOUBTED)}
    left = tuple(each for each in taken.warnings if each.where not in looked_at)
    doubts(request, replace(taken, warnings=left), acting)
    elsewhere = isinstance(look(taken.number, acting), Refused)  # an office has it now that alone may see it
    if elsewhere:
        _taken(request, given, say("desk.filed_elsewhere", acting.language, number=taken.number))
        asked = asks(chosen, acting, entered=given.answers)
        phone = any(field.kind == "phone" and given.answers.get(field.id) for field in asked)
        request.session[ELSEWHERE] = {"number": taken.number, "phone": phone}
    else:
        _taken(request, given, taken.says or say("desk.filed", acting.language))
    if chosen.inner:  # a receipt is for whoever brought it
        response = HttpResponseRedirect(
            reverse("worklist") if elsewhere else reverse("desk_case", args=[taken.number])
        )
    else:
        response = HttpResponseRedirect(reverse("desk_receipt", args=[taken.number]))
    used(request, response, chosen, found)
    return response


def _taken(request: HttpRequest, given: Sent, words: str) -> None:
    """Tell the next page that this form was taken, by its key: then its browser forgets what was typed."""
    messages.success(request, words, extra_tags=given.key)


def _unconfirmed(request: HttpRequest, acting: Acting, chosen: Opening, given: Sent) -> bool:
    """Whether something would be taken that nobody has looked at again as it stands now."""
    seen = request.POST.getlist(DOUBTED)
    asked = asks(chosen, acting, entered=given.answers)
    return any(f"{field.id}={field.value}" not in seen for field in asked if field.doubt)


def _chosen(request: HttpRequest, found: Sequence[Opening]) -> Opening | None:
    """The first way that is all the address says of it; None where it names one that is not this reader's."""
    wanted = _wanted(request)
    return next((each for each in found if all(getattr(each, n) == said for n, said in wanted.items())), None)


def _wanted(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ("practice", "kind", "step") if request.GET.get(name)}


def _form(
    request: HttpRequest, acting: Acting, found: Sequence[Opening], chosen: Opening, given: Sent
) -> HttpResponse:
    entered = given.answers or None
    fields = asks(chosen, acting, entered=entered, refused=given.refused)
    context = {
        "chosen": chosen,
        "ways": [] if many(found) else [Way(each, each == chosen) for each in found],
        "others": many(found),
        "fields": fields,
        "doubted": [field for field in fields if field.doubt],
        "refusals": beyond(given.refused, fields, chosen, acting),
        "lists": lists(fields),
        "token": new_key(),
        "suggests": any(field.kind == "category" for field in fields),
        "suggestion": suggestion(chosen, fields, given.answers, acting) if entered else None,
        "numbers": told_numbers(fields, given.answers),
        "theirs": _theirs(request, chosen, given) if any(f.id in ASSISTED for f in fields) else (),
    }
    return render(request, "desk/register.html", context, status=422 if given.refused is not None else 200)


def _theirs(request: HttpRequest, chosen: Opening, given: Sent) -> tuple[Page, ...]:
    """The pages that the requester would be asked, as they would read them: to be read out, or turned towards them."""
    return pages_of(asks(chosen, resident(request), entered=given.answers or None))[:-1]


@require_POST
@staff
def suggested(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What the words typed so far may be about: a part of the page, swapped in while typing."""
    chosen = _chosen(request, openings(acting))
    if chosen is None:
        return errors.forbidden(request)
    fields, answers = asks(chosen, acting), answers_of(request.POST)
    context = {
        "suggestion": suggestion(chosen, fields, answers, acting),
        "numbers": told_numbers(fields, answers),
        "cards": like(written_in(fields, answers), "", acting.language, acting.now),
        "named": for_opening(chosen, answers, acting),
        "prefix": "field",
    }
    return render(request, "desk/suggestion.html", context)


@require_safe
@staff
def receipt(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """What to tell or hand to the requester: number, date, who is responsible. Printable. Of what whoever filed it may not see
    afterwards it has the number alone, and only for them, until they file something else of that sort."""
    page = look(number, acting)
    filed = request.session.get(ELSEWHERE, {})
    if isinstance(page, Refused):
        if filed.get("number") != number:
            return errors.refused(request, page)
        context = {"number": number, "provable": filed["phone"]}
    else:
        running = next((clock for clock in page.clocks if clock.running), None)
        context = {"page": page, "number": page.number, "provable": page.provable, "clock": running}
    address = request.build_absolute_uri(reverse("follow")) + f"?number={number}"
    code = qr_svg(address) if context["provable"] else ""
    return render(request, "desk/receipt.html", {**context, "qr": code})
