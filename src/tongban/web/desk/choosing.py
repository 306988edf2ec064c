"""Which way to register: all that are somebody's, looked through by field or by words, those used last first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.views import Opening
from tongban.apps.casework.ways import LONGEST, by_field
from tongban.apps.office import office

YEAR = 365 * 24 * 3600
FEW = 6
"""So many ways stand above the form; of more, one is chosen first."""
LAST = 4
"""How many of the ways used last are told."""


class Way(Struct, frozen=True):
    """One way to register, with its address."""

    opening: Opening
    here: bool = False

    @property
    def url(self) -> str:
        o = self.opening
        return f"?practice={o.practice}&kind={o.kind}&step={o.step}"


def many(found: Sequence[Opening]) -> bool:
    return len(found) > FEW


def choosing(request: HttpRequest, acting: Acting, found: Sequence[Opening]) -> HttpResponse:
    """The page on which one of many ways is chosen; with ``find`` those alone that have the words."""
    find = request.GET.get("find", "").strip()[:LONGEST]
    fields = by_field(found, acting.language, find)
    context = {
        "find": find,
        "lately": [] if find else [Way(each) for each in _lately(request, found)],
        "fields": [(each.field, [Way(way) for way in each.ways]) for each in fields],
    }
    return render(request, "desk/choosing.html", context)


def used(request: HttpRequest, response: HttpResponse, chosen: Opening, found: Sequence[Opening]) -> None:
    """Keep in this browser, and nowhere else, that a way was used. Not of a guarded practice: that somebody brings such a matter is
    nobody's to see."""
    if many(found) and chosen.practice not in office().county.guarded:
        last = [_told(chosen), *(_told(each) for each in _lately(request, found) if each != chosen)][:LAST]
        response.set_cookie(_cookie(request), "-".join(last), max_age=YEAR, samesite="Lax", httponly=True)


def _lately(request: HttpRequest, found: Iterable[Opening]) -> list[Opening]:
    """The ways used last in this browser by whoever reads, the last first; none that is theirs no more."""
    theirs = {_told(each): each for each in found}
    told = request.COOKIES.get(_cookie(request), "").split("-")
    return [theirs[each] for each in dict.fromkeys(told) if each in theirs][:LAST]


def _cookie(request: HttpRequest) -> str:
    return f"ways_{request.user.pk}"  # several people may sit at one machine


def _told(way: Opening) -> str:
    return f"{way.practice}.{way.kind}.{way.step}"
