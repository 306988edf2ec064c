"""Boards for who works here: each point opens to its cases."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tongban.apps.acting import Acting
from tongban.apps.disclosure.boards import board_page, newest, point_cases
from tongban.apps.disclosure.boards import boards as all_boards
from tongban.apps.signs.beside import question
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame.errors import refused
from tongban.web.public.boards import shown


@require_safe
@staff
def boards(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The boards of the practices in force."""
    return render(request, "lead/boards.html", {"boards": all_boards(acting.language, acting.now)})


@require_safe
@staff
def board(request: HttpRequest, acting: Acting, key: str, period: str = "") -> HttpResponse:
    """One board; without a period the last whole one."""
    periods = newest(key, acting.now)
    if isinstance(periods, Refused):
        return refused(request, periods, 404)
    if not period:
        return redirect("lead_board", key=key, period=request.GET.get("period") or periods[0])
    page = board_page(key, period, acting.language, acting.now, public=False)
    if isinstance(page, Refused):
        return refused(request, page, 404)
    return render(request, "lead/board.html", shown(page, periods, acting.language, acting.now))


@require_safe
@staff
def point(request: HttpRequest, acting: Acting, key: str, period: str, unit: str, item: str) -> HttpResponse:
    """The cases behind one item of one unit: why one unit has a point more than another."""
    found = point_cases(key, period, unit, item, acting)
    if isinstance(found, Refused):
        return refused(request, found, 404)
    wanted = {"of_unit": unit, "of_month": period}
    return render(
        request,
        "lead/point.html",
        {
            "found": found,
            "question": question(acting, of_practice=key.partition(".")[0], of_indicator=item, **wanted),
        },
    )
