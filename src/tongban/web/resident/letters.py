"""Giving out a letter as PDF: the same for whoever may have it, the requester and staff."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from tongban.apps.acting import Acting
from tongban.apps.paper.letters import letter, pdf
from tongban.kernel.refusal import Refused
from tongban.web.frame.errors import refused as refused_page
from tongban.web.frame.files import download
from tongban.web.resident.codes import qr_svg


def letter_file(request: HttpRequest, number: str, name: str, seq: int, acting: Acting) -> HttpResponse:
    """The letter, for a reader who may see the case; whoever may not is told of no case."""
    found = letter(number, name, seq, acting)
    if isinstance(found, Refused):
        return refused_page(request, found, 404)
    path = reverse("letter", args=[found.number.replace(" ", ""), found.check])
    address = request.build_absolute_uri(path)
    answer = download(pdf(found, address, qr_svg(address)), "application/pdf", f"{number}-{name}.pdf")
    answer["Cache-Control"] = "private, no-store"
    return answer
