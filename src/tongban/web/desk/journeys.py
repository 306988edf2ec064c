"""What a case took, drawn; and before beside after, for who works here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.acting import Acting
from tongban.apps.journeys.comparing import compare_for_staff, compared_names
from tongban.apps.journeys.way import case_way
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors


@require_safe
@staff
def journey_page(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """The journey of one case, and of all cases about the same thing that the reader may see."""
    found = case_way(number, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found)
    return render(request, "desk/journey.html", {"found": found, "number": found.number.replace(" ", "")})


@require_safe
@staff
def comparisons_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What is compared."""
    names = compared_names(acting.language, acting.now)
    return render(request, "desk/comparisons.html", {"names": names})


@require_safe
@staff
def compared_page(request: HttpRequest, acting: Acting, key: str) -> HttpResponse:
    """One comparison, its drawn journeys with their numbers."""
    found = compare_for_staff(key, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found, 404)
    return render(request, "desk/compared.html", {"found": found, "sides": (found.before, found.after)})
