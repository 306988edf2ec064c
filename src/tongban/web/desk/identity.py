"""Who asks: masked until somebody says what for, and every look is there for all to see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tongban.apps.acting import Acting
from tongban.apps.casework.look import look
from tongban.apps.casework.lookers import joined, lookers
from tongban.apps.casework.views import CasePage
from tongban.apps.people.looking import Identity, Purpose, look_identity
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.words import says


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def show(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """The question what for (GET), and the answer to it (POST). Nothing of this is ever kept by a browser."""
    page = look(number, acting)
    if isinstance(page, Refused):
        return errors.refused(request, page)
    purpose, why = request.POST.get("purpose", ""), request.POST.get("why", "")
    opened = look_identity(number, purpose, why, acting) if request.method == "POST" else None
    refused = opened.all() if isinstance(opened, Refused) else ()
    context = {
        "page": page,
        "number": number,
        "purposes": [each.value for each in Purpose],
        "purpose": purpose,
        "why": why,
        "values": _values(page, opened) if isinstance(opened, Identity) else (),
        "gone": isinstance(opened, Identity) and not opened.values,
        "refusals": [says(each, acting.language) for each in refused],
        "looked": _looked(number, acting),
    }
    response = render(request, "desk/who.html", context, status=422 if refused else 200)
    response["Cache-Control"] = "no-store"
    return response


def _values(page: CasePage, opened: Identity) -> list[tuple[str, str]]:
    return [
        (each.label, str(opened.values[each.value])) for each in page.identity if each.value in opened.values
    ]


def _looked(number: str, acting: Acting) -> object:
    found = lookers(number, acting)
    return () if isinstance(found, Refused) else joined(found)
