"""Many steps at once, below one case: the sheet to fill in, the sheet sent back, and what became of its rows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.apps.acting import Acting
from tongban.apps.casework.heads import head
from tongban.apps.casework.many.reading import read_steps
from tongban.apps.casework.many.results import faults_table, told
from tongban.apps.casework.many.taking import take_rows
from tongban.apps.casework.many.template import template
from tongban.apps.marking import lines_with, mark
from tongban.apps.office import office
from tongban.kernel.refusal import Refused
from tongban.library.texts import refusal_words
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.frame.files import XLSX, download

MOST_ROWS = 5_000
"""Rows of one upload: what a request can do while somebody waits. The shell takes any number."""
LARGEST = 10_000_000
MOST_TOLD = 500


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def many_page(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """The page of many steps; with a sheet, what became of its rows."""
    here = office()
    of = head(number, acting, here)
    if isinstance(of, Refused):
        return errors.refused(request, of)
    context: dict[str, object] = {"head": of, "number": number, "most": MOST_ROWS}
    if request.method != "POST":
        return render(request, "desk/many.html", context)
    faults = _sent(request, acting, number, context)
    context["faults"] = [refusal_words(each, acting.language) for each in faults]
    return render(request, "desk/many.html", context, status=422 if faults else 200)


def _sent(
    request: HttpRequest, acting: Acting, number: str, context: dict[str, object]
) -> tuple[Refused, ...]:
    """Take the rows of the file that was sent into the context; what is wrong with all of it comes back."""
    file = request.FILES.get("file")
    if file is None:
        return (Refused("rows.no_file", "file"),)
    if (file.size or 0) > LARGEST:
        return (Refused("sheet.too_large", str(file.name), {"max": LARGEST // 1_000_000}),)
    here = office()
    book = read_steps(file.read(), acting, here, number, str(file.name))
    if book.faults:
        return book.faults
    if len(book.rows) > MOST_ROWS:
        return (Refused("rows.too_many", str(file.name), {"count": len(book.rows), "most": MOST_ROWS}),)
    done = take_rows(book.rows, acting, under=number, all_or_none="all_or_none" in request.POST)
    if isinstance(done, Refused):
        return done.all()
    refused = [each for each in told(here, done, acting) if each.wrong]
    context |= {
        "done": done,
        "refused": refused[:MOST_TOLD],
        "untold": len(refused[MOST_TOLD:]),
        "table": faults_table(refused, acting.language) if refused else "",
        "ignored": book.ignored,
    }
    return ()


@require_safe
@staff
def template_file(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """The sheet to fill in."""
    found = template(number, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found)
    return download(found, XLSX, f"{number}-steps.xlsx")


@require_POST
@staff
def faults_file(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """The table of refused rows that the page held, as a file: nothing of it is kept here."""
    of = head(number, acting, office())
    if isinstance(of, Refused):
        return errors.refused(request, of)
    content = lines_with(request.POST.get("table", ""), mark("faults", number, acting), acting.language)
    return download(content.encode("utf-8-sig"), "text/csv; charset=utf-8", f"{number}-refused.csv")
