"""What was begun and goes on another day: kept under a code, given back, and what of it travels with the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from msgspec import Struct

from tongban.apps.casework.keeping import Again, Keeping
from tongban.apps.wording import day
from tongban.web.frame.errors import Entered, given_back, readable
from tongban.web.resident.draft import WAS, filled
from tongban.web.words import language_of


class Begun(Struct, frozen=True):
    """A form that came back under ``code``. ``gone`` are answers that are asked no longer, as they read; ``carried`` the same by
    the names under which they travel. ``until`` is the day, while it is the first page after coming back; "" later."""

    code: str = ""
    gone: tuple[Entered, ...] = ()
    carried: tuple[tuple[str, str], ...] = ()
    until: str = ""


def typed(answers: Mapping[str, object]) -> dict[str, str | list[str]]:
    """Answers as they were typed, to be kept."""
    return {
        name: [str(each) for each in given] if isinstance(given, list | tuple) else str(given)
        for name, given in answers.items()
    }


def travelling(request: HttpRequest) -> Begun:
    """What came along with a page."""
    was = {name.removeprefix(WAS): given for name, given in filled(request.POST) if name.startswith(WAS)}
    return _begun(request, request.POST.get("code", "")[:40], was, "")


def given_again(request: HttpRequest, again: Again, asked: Iterable[str]) -> Begun:
    """What just came back under a code, for a form that asks these fields."""
    known = frozenset(asked)
    was = {name: given for name, given in again.what.answers.items() if name not in known}
    return _begun(request, again.code, was, _day(again.until, request), again.what.adoption)


def kept_page(request: HttpRequest, kept: Keeping, title: str, local: str = "") -> HttpResponse:
    """The code, to be written down or printed: this page alone says it. ``local`` names the browser's own copy, which goes."""
    values = {
        "code": kept.code,
        "until": _day(kept.until, request),
        "title": title,
        "local": local,
        "address": request.build_absolute_uri(reverse("go_on")),
    }
    answer = render(request, "resident/kept.html", values)
    answer["Cache-Control"] = "no-store"
    return answer


def _begun(
    request: HttpRequest, code: str, was: Mapping[str, object], until: str, adoption: str = ""
) -> Begun:
    gone = readable(given_back(request, was, adoption=adoption)) if was else ()
    carried = tuple(
        (f"{WAS}{name}", str(each))
        for name, given in was.items()
        for each in (given if isinstance(given, list | tuple) else (given,))
    )
    return Begun(code, gone, carried, until)


def _day(until: datetime, request: HttpRequest) -> str:
    return day(until, language_of(request))
