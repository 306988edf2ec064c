"""What lies below a case, opened level by level; and the authority that was lent over it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.acting import Acting
from tongban.apps.casework.fixed import fixed
from tongban.apps.casework.mandates import mandates
from tongban.apps.casework.tree import tree
from tongban.apps.casework.tree_sheet import tree_sheet
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.frame.files import XLSX, download

MOST_PAGES = 1000


@require_safe
@staff
def tree_page(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """The tree of a case; for htmx only its branches, to be put below the one that was opened."""
    found = tree(number, acting, page_asked(request))
    if isinstance(found, Refused):
        return errors.refused(request, found)
    part = request.headers.get("HX-Request") == "true" and "part" in request.GET
    return render(request, "desk/tree_branches.html" if part else "desk/tree.html", {"tree": found})


def page_asked(request: HttpRequest) -> int:
    """The number of the page of a long list, from 1; what is no such number is the first."""
    asked = request.GET.get("page", "1")
    return (
        max(1, min(int(asked), MOST_PAGES)) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1
    )


@require_safe
@staff
def tree_file(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """The whole tree as a spreadsheet."""
    found = tree_sheet(number, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found)
    return download(found, XLSX, f"{number}.xlsx")


@require_safe
@staff
def mandates_part(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """What was lent on a case and how it was used: a part of its page, or a page by itself."""
    found = mandates(number, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found)
    part = request.headers.get("HX-Request") == "true"
    context = {"mandates": found, "number": number}
    return render(request, "desk/mandates.html" if part else "desk/mandates_page.html", context)


@require_safe
@staff
def boards(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """The boards that a case fixed, the first count first."""
    found = fixed(number, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found)
    return render(request, "desk/boards.html", {"boards": found, "number": number})
