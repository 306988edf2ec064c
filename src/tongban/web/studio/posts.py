"""One person for administrators: posts with their days, ending them, leaving, a new first password, factors taken away."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tongban.apps.acting import Acting
from tongban.apps.casework.choices import units_offered
from tongban.apps.confirming.asking import Asked, Done, carry_out
from tongban.apps.confirming.kinds import (
    ENDING,
    FACTORS,
    GIVING,
    LEAVING,
    LINKING,
    PASSWORD,
    STANDING,
    UNLINKING,
    Said,
)
from tongban.apps.office import office
from tongban.apps.outside import linking
from tongban.apps.outside.providers import providers
from tongban.apps.people import standing_in
from tongban.apps.people.roster import Colleague, colleague, roles
from tongban.apps.people.stand_ins import stand_ins
from tongban.apps.wording import dated, moment
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.web.account.standing import form_values, wish_in
from tongban.web.frame import errors
from tongban.web.studio.people import administrator, shown_once
from tongban.web.words import say, says


@require_safe
@administrator
def person_page(request: HttpRequest, acting: Acting, login: str) -> HttpResponse:
    return _page(request, acting, login)


@require_POST
@administrator
def give(request: HttpRequest, acting: Acting, login: str) -> HttpResponse:
    """A post from a day on, to a last day or without one."""
    first, last = _day(request, "first"), _day(request, "last")
    if isinstance(first, Refused) or isinstance(last, Refused):
        return _page(request, acting, login, Refused("people.days", "first"))
    unit, role = (request.POST.get(each, "").strip()[:64] for each in ("unit", "role"))
    began = (first or local_date(acting.now)).isoformat()
    post = {"unit": unit, "role": role, "first": began, "last": last.isoformat() if last else ""}
    return _carried_out(request, acting, GIVING, {"person": login, **post}, "people.post_given")


@require_POST
@administrator
def end(request: HttpRequest, acting: Acting, login: str) -> HttpResponse:
    """End one post with a last day, or at once."""
    last = _day(request, "last")
    unit, role, first = [*request.POST.get("post", "").split("/", 2), "", ""][:3]
    try:
        began = date.fromisoformat(first)
    except ValueError:
        return _page(request, acting, login, Refused("people.post_ended", "post"))
    if isinstance(last, Refused):
        return _page(request, acting, login, last)
    until = last.isoformat() if last else ""
    post = {"unit": unit, "role": role, "first": began.isoformat(), "last": until}
    return _carried_out(request, acting, ENDING, {"person": login, **post}, "people.post_is_ended")


@require_POST
@administrator
def leave(request: HttpRequest, acting: Acting, login: str) -> HttpResponse:
    """Everything at once: posts, sessions, tokens, the account."""
    return _carried_out(request, acting, LEAVING, {"person": login}, "people.has_left")


@require_POST
@administrator
def new_password(request: HttpRequest, acting: Acting, login: str) -> HttpResponse:
    """A first password for who forgot theirs, shown once."""
    return _carried_out(request, acting, PASSWORD, {"person": login}, "")


@require_POST
@administrator
def new_factors(request: HttpRequest, acting: Acting, login: str) -> HttpResponse:
    """Take every second factor away from who lost them."""
    return _carried_out(request, acting, FACTORS, {"person": login}, "people.factors_gone")


@require_POST
@administrator
def link(request: HttpRequest, acting: Acting, login: str) -> HttpResponse:
    """Who they are on a platform."""
    return _carried_out(request, acting, LINKING, _on_platform(request, login), "people.linked")


@require_POST
@administrator
def unlink(request: HttpRequest, acting: Acting, login: str) -> HttpResponse:
    return _carried_out(request, acting, UNLINKING, _on_platform(request, login), "people.unlinked")


@require_POST
@administrator
def stand_in(request: HttpRequest, acting: Acting, login: str) -> HttpResponse:
    """Somebody stands in for them, also of another unit."""
    wish = wish_in(request, login)
    if isinstance(wish, Refused):
        return _page(request, acting, login, wish)
    facts = {
        "person": login, "stands_in": wish.person, "unit": wish.unit, "role": wish.role, "reason": wish.reason,
        "first": wish.first.isoformat(), "last": wish.last.isoformat(), "practices": " ".join(wish.practices),
    }  # fmt: skip
    return _carried_out(request, acting, STANDING, facts, "stand_in.given")


@require_POST
@administrator
def stand_in_end(request: HttpRequest, acting: Acting, login: str) -> HttpResponse:
    refused = standing_in.take_back(request.POST.get("stand_in", "")[:64], acting)
    return _done(request, acting, login, refused, "stand_in.taken_back")


def _page(request: HttpRequest, acting: Acting, login: str, refused: Refused | None = None) -> HttpResponse:
    found = colleague(login, acting)
    if found is None:
        return errors.refused(request, Refused("people.unknown", login), 404)
    here = office()
    values = {
        "stand_in": form_values(request, login, acting, None),
        "lines": stand_ins(acting, login),
        "who": found,
        "first_until": _runs_out(found, acting),
        "posts": _told(found, acting.language),
        "units": units_offered(here, acting.language),
        "roles": roles(acting),
        "links": linking.links_of(login),
        "platforms": [(each.id, each.named(acting.language)) for each in providers().values()],
        "today": local_date(acting.now).isoformat(),
        "chosen": request.POST,
        "faults": [says(each, acting.language) for each in refused.all()] if refused is not None else [],
    }
    return render(request, "studio/person.html", values, status=422 if refused is not None else 200)


def _told(found: Colleague, language: str) -> list[tuple[object, str, str]]:
    return [
        (
            each,
            dated(each.first.isoformat(), language),
            dated(each.last.isoformat(), language) if each.last else "",
        )
        for each in found.posts
    ]


def _runs_out(found: Colleague, acting: Acting) -> str:
    """When a first password runs out, "" where it did or where there is none."""
    until = found.first_until
    return moment(until, acting.language, acting.now) if until is not None and until > acting.now else ""


def _on_platform(request: HttpRequest, login: str) -> Said:
    """An account here and who that is on a platform, as it was written."""
    provider, subject = (request.POST.get(each, "").strip()[:300] for each in ("provider", "subject"))
    return {"person": login, "provider": provider, "subject": subject}


def _carried_out(request: HttpRequest, acting: Acting, kind: str, facts: Said, words: str) -> HttpResponse:
    """Done, asked for where it takes two people, or refused beside the form. A first password is shown once."""
    login, done = facts["person"], carry_out(kind, facts, acting)
    if isinstance(done, Asked):
        messages.success(request, say("two.asked", acting.language))
        return redirect("studio_confirm")
    if isinstance(done, Done) and done.told:
        return shown_once(request, {"login": login, "password": done.told})
    return _done(request, acting, login, done if isinstance(done, Refused) else None, words)


def _done(
    request: HttpRequest, acting: Acting, login: str, refused: Refused | None, words: str
) -> HttpResponse:
    if refused is not None:
        return _page(request, acting, login, refused)
    messages.success(request, say(words, acting.language))
    return redirect("studio_person", login)


def _day(request: HttpRequest, name: str) -> date | Refused | None:
    text = request.POST.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return Refused("people.days", name)
