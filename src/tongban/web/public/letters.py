"""The public page that proves a letter to whoever holds it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tongban.apps.paper.proving import prove
from tongban.kernel.refusal import Refused
from tongban.web.acting import address_of, resident
from tongban.web.words import language_of, says


@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, number: str, check: str) -> HttpResponse:
    """Number, kind, day and unit of a letter, and whether words copied from it stand there: nothing of whose it is."""
    words = request.POST.get("words", "")[:5000]
    found = prove(number, check, words, address_of(request), resident(request))
    refused = found if isinstance(found, Refused) else None
    fault = says(refused, language_of(request)) if refused is not None else None
    values = {"letter": None if refused else found, "fault": fault, "words": words}
    answer = render(request, "public/letter.html", values, status=_status(refused))
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _status(refused: Refused | None) -> int:
    if refused is None:
        return 200
    return 404 if refused.code == "letter.none" else 422
