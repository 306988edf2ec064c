"""Event logs among the open data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tongban.apps.flow.publishing import published_file
from tongban.kernel.refusal import Refused
from tongban.web.frame.errors import refused
from tongban.web.frame.files import download


@require_safe
def log_of(request: HttpRequest, period: str, practice: str, form: str) -> HttpResponse:
    """One file: a month of a practice."""
    found = published_file(period, practice, form)
    if isinstance(found, Refused):
        return refused(request, found, 404)
    return download(*found)
