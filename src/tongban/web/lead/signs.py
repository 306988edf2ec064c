"""Signs: units beside each other for those who oversee the county, and the cases of one sign laid side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.acting import Acting
from tongban.apps.signs.beside import side_by_side
from tongban.apps.signs.overview import SPANS, USUAL, signs
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors


def _span(request: HttpRequest) -> int:
    said = request.GET.get("months", "")
    return int(said) if said in {str(span) for span in SPANS} else USUAL


@require_safe
@staff
def signs_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    page = signs(acting, _span(request))
    if isinstance(page, Refused):
        return errors.refused(request, page, 403)
    return render(request, "lead/signs.html", {"page": page, "spans": SPANS})


@require_safe
@staff
def sign_page(request: HttpRequest, acting: Acting, practice: str, sign: str, unit: str) -> HttpResponse:
    page = side_by_side(practice, sign, unit, _span(request), acting)
    if isinstance(page, Refused):
        return errors.refused(request, page, 403 if page.code == "signs.not_yours" else 404)
    return render(request, "lead/sign.html", {"page": page})
