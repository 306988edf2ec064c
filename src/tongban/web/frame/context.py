"""What the frame of a page needs to know: language, county, who is signed in, where they may go."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from msgspec import Struct

from tongban.apps.office import office_lately
from tongban.apps.people.acting import name_of
from tongban.kernel.refusal import RefusedError
from tongban.web.doors import kept_of
from tongban.web.frame import lasting
from tongban.web.frame.holes import TOKEN, is_holed
from tongban.web.words import OWN_NAMES, Language, language_of, other, same_page_in, say


class Section(Struct, frozen=True):
    """One entry of the navigation. ``name`` is the page's URL name. ``shown_to`` is for whom it is: whoever is
    signed in works here and has no use for the ways of a requester."""

    name: str
    key: str
    shown_to: Literal["requesters", "staff", "everybody"] = "everybody"


SECTIONS = (
    Section("report", "site.nav.report", "requesters"),
    Section("follow", "site.nav.follow", "requesters"),
    Section("worklist", "site.nav.worklist", "staff"),
    Section("register", "site.nav.register", "staff"),
    Section("lead", "site.nav.lead", "staff"),
    Section("studio", "site.nav.studio", "staff"),
    Section("services", "site.nav.services"),
    Section("cases", "site.nav.cases"),
    Section("open", "site.nav.figures"),
)


class Entry(Struct, frozen=True):
    url: str
    key: str
    here: bool


def surroundings(request: HttpRequest) -> dict[str, object]:
    """What can be said of every request without asking the database."""
    language = language_of(request)
    elsewhere = other(language)
    return {
        "language": language,
        "other_language": elsewhere,
        "other_language_name": say(OWN_NAMES[elsewhere], elsewhere),
        "other_language_url": same_page_in(elsewhere, request),
        "county_name": county_name(language),
        "is_demo": False,
        "sections": sections(request.path, staff=False),
    }


def frame(request: HttpRequest) -> dict[str, object]:
    """Context processor: the surroundings, and the reader when signed in."""
    around = {**surroundings(request), **registered(language_of(request))}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {**around, **_away(request, "follow"), **_secretless(request)}
    return {
        **around,
        **_away(request, "sign_in", user.get_username()),
        "signed_in_name": name_of(user, language_of(request)) or user.get_username(),
        "sections": sections(request.path, staff=True),
    }


def _away(request: HttpRequest, name: str, who: str = "") -> dict[str, object]:
    """After how long without a sign of its reader a page that is theirs alone is put away, in seconds, by which page they come in again, and
    what is asked whether ``who`` is in."""
    after = lasting.left(request, time.time()) if kept_of(request) is None else 0
    if not after:
        return {}
    asks = {"away_to": reverse(name), "away_written": request.method == "POST"}
    return {**asks, "away_after": after, "away_who": who, "away_at": reverse("account") if who else ""}


def _secretless(request: HttpRequest) -> dict[str, object]:
    """A page that is the same for everybody bears nobody's secret, and sets no cookie by which its form would be known."""
    how = kept_of(request)
    if how is None:
        return {}
    if how.form:
        return {"csrf_token": TOKEN} if is_holed(request) else {}
    return {"csrf_token": ""}


def sections(path: str, *, staff: bool) -> tuple[Entry, ...]:
    """The navigation for staff or for everybody else; pages that this installation lacks are left out.

    The entry with the longest address that leads to ``path`` is the present one.
    """
    found = _ways("requesters" if staff else "staff", get_script_prefix())
    leading = [url for url, _ in found if path == url or (url != "/" and path.startswith(url))]
    here = max(leading, key=len, default="")
    return tuple(Entry(url, key, url == here) for url, key in found)


@lru_cache(maxsize=8)
def _ways(but: str, prefix: str) -> tuple[tuple[str, str], ...]:
    """Address and key of every entry but those for others; ``prefix`` stands before each address."""
    del prefix  # part of what ``reverse`` answers
    found: list[tuple[str, str]] = []
    for section in SECTIONS:
        if section.shown_to == but:
            continue
        try:
            found.append((reverse(section.name), section.key))
        except NoReverseMatch:
            continue
    return tuple(found)


def county_name(language: Language) -> str:
    """The county's own name where one is set, in the reader's language if it is there."""
    names: Mapping[str, str] = settings.TONGBAN_COUNTY_NAME
    return names.get(language) or names.get("zh-Hans") or say("site.county", language)


def registered(language: Language) -> dict[str, object]:
    """What the registers say: the county's name, unless this installation sets one, and whether it is invented."""
    try:
        here = office_lately()
    except (DatabaseError, RefusedError):
        return {}
    name = (
        county_name(language)
        if settings.TONGBAN_COUNTY_NAME
        else here.names.division(here.county.code, language)
    )
    return {"county_name": name, "is_demo": here.demo}
