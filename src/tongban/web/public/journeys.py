"""Before and after for everybody: medians, and one drawn path of each side without a date."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.journeys.comparing import compare_for_all, compared_names
from tongban.kernel.refusal import Refused
from tongban.web.frame.errors import refused
from tongban.web.words import language_of


@require_safe
def comparisons(request: HttpRequest) -> HttpResponse:
    """What is compared."""
    names = compared_names(language_of(request), datetime.now(UTC))
    return render(request, "public/comparisons.html", {"names": names})


@require_safe
def compared(request: HttpRequest, key: str) -> HttpResponse:
    """One comparison; a side with too few journeys says so and nothing else."""
    found = compare_for_all(key, language_of(request), datetime.now(UTC))
    if isinstance(found, Refused):
        return refused(request, found, 404)
    return render(request, "public/compared.html", {"found": found, "sides": (found.before, found.after)})
