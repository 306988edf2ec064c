"""The precedents: what was adjudicated for matters to come, what each did, and where it is revoked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.acting import Acting
from tongban.apps.dispatch.precedents import precedent, precedents
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors


@require_safe
@staff
def precedents_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """All of them, those in force first."""
    found = precedents(acting)
    if isinstance(found, Refused):
        return errors.refused(request, found, 403)
    context = {
        "in_force": [each for each in found if each.state == "in_force"],
        "others": [each for each in found if each.state != "in_force"],
    }
    return render(request, "desk/precedents.html", context)


@require_safe
@staff
def precedent_page(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """One, with the latest cases that it sent."""
    found = precedent(number, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found, 403 if found.code.startswith("dispatch.") else 404)
    each, sent = found
    return render(request, "desk/precedent.html", {"each": each, "sent": sent})
