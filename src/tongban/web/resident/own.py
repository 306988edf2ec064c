"""What the county keeps of whoever follows a case, for themselves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from tongban.apps.casework.lookers import joined
from tongban.apps.people.own_data import packed, seen_by
from tongban.kernel.refusal import Refused
from tongban.web.acting import resident
from tongban.web.frame import errors
from tongban.web.frame.files import download


@require_GET
def seen(request: HttpRequest, number: str) -> HttpResponse:
    """Who has looked at who somebody is, when and what for; how to have a copy of all of it."""
    found = seen_by(number, resident(request))
    if isinstance(found, Refused):
        return errors.refused(request, found, 404)
    return render(request, "resident/seen.html", {"number": number, "seen": joined(found)})


@require_POST
def data(request: HttpRequest, number: str) -> HttpResponse:
    """A copy as a file. Asking for it is noted, so no link that is followed by chance does."""
    found = packed(number, resident(request))
    if isinstance(found, Refused):
        return errors.refused(request, found, 404)
    ending, content = found
    response = download(content, f"application/{ending}", f"tongban-{number}-data.{ending}")
    response["Cache-Control"] = "no-store"
    return response
