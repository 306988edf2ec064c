"""What lies below a case, as its practice says that it is looked at: along days, as the table of a month, by place."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.acting import Acting
from tongban.apps.progress.month import month_table
from tongban.apps.progress.month_grid import grid
from tongban.apps.progress.month_paper import month_paper
from tongban.apps.progress.month_sheet import month_sheet
from tongban.apps.progress.places import places
from tongban.apps.progress.plan import LONGEST, plan
from tongban.kernel.refusal import Refused
from tongban.web.desk.trees import page_asked
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.frame.files import XLSX, download


@require_safe
@staff
def plan_page(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """The plan of a case; for htmx only its rows, drawn on the days of the page that they are put into."""
    part = request.headers.get("HX-Request") == "true" and "part" in request.GET
    found = plan(number, acting, page_asked(request), _days(request) if part else None)
    if isinstance(found, Refused):
        return errors.refused(request, found)
    return render(request, "desk/plan_rows.html" if part else "desk/plan.html", {"plan": found, "part": part})


@require_safe
@staff
def month_page(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """The table of a month, ``?m=2026-10``; the last one that closed without it."""
    found = month_table(number, acting, request.GET.get("m", ""))
    if isinstance(found, Refused):
        return errors.refused(request, found)
    return render(request, "desk/month.html", {"table": found, "grid": grid(found, acting.language)})


@require_safe
@staff
def month_file(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """The same as a spreadsheet."""
    found = month_table(number, acting, request.GET.get("m", ""))
    if isinstance(found, Refused):
        return errors.refused(request, found)
    return download(month_sheet(found, acting), XLSX, f"{number}-{found.month}.xlsx")


@require_safe
@staff
def month_print(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """The same as a document for print."""
    found = month_table(number, acting, request.GET.get("m", ""))
    if isinstance(found, Refused):
        return errors.refused(request, found)
    return download(month_paper(found, acting), "application/pdf", f"{number}-{found.month}.pdf")


@require_safe
@staff
def places_page(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """A tile for each township, of one kind of cases below (``?kind=``)."""
    found = places(number, acting, request.GET.get("kind", ""))
    if isinstance(found, Refused):
        return errors.refused(request, found)
    return render(request, "desk/places.html", {"places": found})


def _days(request: HttpRequest) -> tuple[date, date] | None:
    """The days ``from`` and ``to`` of the address, where they are days and not too many."""
    try:
        first, last = (date.fromisoformat(request.GET.get(name, "")) for name in ("from", "to"))
    except ValueError:
        return None
    return (first, last) if 0 <= (last - first).days <= LONGEST else None
