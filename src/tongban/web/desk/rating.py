"""The code that a counter shows to whoever brought a matter: they rate it on a telephone of their own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tongban.apps.acting import Acting
from tongban.apps.casework.look import look
from tongban.apps.people.codes import codes_about
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.resident.codes import qr_svg


@require_safe
@staff
def code_page(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """A code and an address for each case that was opened because this one settled, for whoever may see this one."""
    page = look(number, acting)
    if isinstance(page, Refused):
        return errors.refused(request, page)
    addresses = [
        request.build_absolute_uri(reverse("rate_by_code", args=each)) for each in codes_about(page.number)
    ]
    shown = [(qr_svg(each), each) for each in addresses]
    response = render(request, "desk/code.html", {"page": page, "number": number, "codes": shown})
    response["Cache-Control"] = "no-store"
    return response
