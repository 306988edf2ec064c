"""The lots: what was committed to beforehand, and the sheets by which everybody can draw them again."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.draws.reading import months, sheet
from tongban.apps.proof.checkpoints import public_keys
from tongban.apps.wording import moment
from tongban.kernel.refusal import Refused
from tongban.web.frame.errors import refused as refused_page
from tongban.web.words import language_of


@require_safe
def draws(request: HttpRequest) -> HttpResponse:
    """Every month's commitment, the newest first."""
    now, language = datetime.now(UTC), language_of(request)
    rows = [
        (each, moment(each.committed, language, now), moment(each.due, language, now)) for each in months(now)
    ]
    return render(request, "public/draws.html", {"rows": rows, "keys": public_keys()})


@require_safe
def draw_sheet(request: HttpRequest, commitment: str) -> HttpResponse:
    """A sheet as it was sealed: the bytes whose digest is in the ledger."""
    text = sheet(commitment)
    if isinstance(text, Refused):
        return refused_page(request, text, 404)
    response = HttpResponse(text, content_type="application/x-ndjson; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="draws-{commitment[:16]}.ndjson"'
    return response
