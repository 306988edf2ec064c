"""Boards for everybody: which there are, and one of a period."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tongban.apps.disclosure.boards import BoardPage, board_page, newest
from tongban.apps.disclosure.boards import boards as all_boards
from tongban.apps.disclosure.periods import period_name
from tongban.apps.disclosure.released import UNTOLD
from tongban.apps.wording import moment
from tongban.kernel.refusal import Refused
from tongban.web.frame.errors import refused
from tongban.web.words import language_of


@require_safe
def boards(request: HttpRequest) -> HttpResponse:
    """The boards of the practices in force."""
    found = all_boards(language_of(request), datetime.now(UTC))
    return render(request, "public/boards.html", {"boards": found})


@require_safe
def board(request: HttpRequest, key: str, period: str = "") -> HttpResponse:
    """One board; without a period the last whole one."""
    now, language = datetime.now(UTC), language_of(request)
    periods = newest(key, now)
    if isinstance(periods, Refused):
        return refused(request, periods, 404)
    if not period:
        return redirect("board_of", key=key, period=request.GET.get("period") or periods[0])
    page = board_page(key, period, language, now)
    if isinstance(page, Refused) and page.code in UNTOLD:
        return _unreleased(request, key, page, periods)
    if isinstance(page, Refused):
        return refused(request, page, 404)
    return render(request, "public/board.html", shown(page, periods, language, now))


def _unreleased(request: HttpRequest, key: str, untold: Refused, periods: tuple[str, ...]) -> HttpResponse:
    """A board of which not every month was released, or of which one was taken down."""
    period, gone = str(untold.facts["period"]), untold.code == "disclosure.taken_down"
    now, language = datetime.now(UTC), language_of(request)
    name = next(each for each in all_boards(language, now) if each.key == key)
    values = {
        "name": name,
        "period_name": period_name(name.period, period, language),
        "period": period,
        "here": "../",
        "gone": untold.facts if gone else None,
        "periods": [
            (each, period_name(name.period, each, language))
            for each in sorted({*periods, period}, reverse=True)
        ],
    }
    return render(request, "public/board_unreleased.html", values)


def shown(page: BoardPage, periods: tuple[str, ...], language: str, now: datetime) -> dict[str, object]:
    """What the page of a board is made of."""
    kind = page.name.period
    listed = sorted({*periods, page.period}, reverse=True)
    return {
        "page": page,
        "here": "../",
        "unfinished": "" if page.complete else moment(page.as_of, language, now),
        "periods": [(each, period_name(kind, each, language)) for each in listed],
    }
