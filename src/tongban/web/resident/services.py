"""What can be done here: the catalogue in plain words, and the guide of each entry. Everybody sees the same."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tongban.apps.casework.opening import openings
from tongban.apps.catalogue.eligible import finding
from tongban.apps.catalogue.finding import LONGEST, Question
from tongban.apps.catalogue.guide import Guide, guide
from tongban.apps.catalogue.listing import listing
from tongban.apps.catalogue.sheet import catalogue_sheet
from tongban.kernel.refusal import Refused
from tongban.web.acting import acting, resident
from tongban.web.frame.errors import refused as refused_page
from tongban.web.frame.files import XLSX, download
from tongban.web.words import language_of


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """The catalogue, narrowed by what stands in the address: words, group, level, page."""
    asked = {name: request.GET.get(name, "")[:LONGEST] for name in ("words", "group", "level")}
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdecimal() and len(number) < 5 else 1
    found = listing(Question(**asked), page, language_of(request), resident(request).now)
    if isinstance(found, Refused):
        return refused_page(request, found, 404)
    kept = urlencode({name: value for name, value in asked.items() if value})
    return render(request, "resident/services.html", {"page": found, "kept": f"{kept}&" if kept else ""})


@csrf_exempt  # what is posted here does nothing and is kept nowhere: so the page needs no secret, and is the same for everybody
@require_http_methods(["GET", "HEAD", "POST"])
def service(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of one entry; posted answers to its questions are judged and kept nowhere."""
    found = guide(code, language_of(request), resident(request).now)
    if isinstance(found, Refused):
        return refused_page(request, found, 404)
    posted = request.POST if request.method == "POST" else {}
    values = {
        "guide": found,
        "finding": finding(found, {each.code: posted.get(f"ask-{each.code}", "") for each in found.asks}),
        "asked": request.method == "POST",
        "ways": _ways(request, found),
        "works_here": bool(acting(request).actor.posts),
    }
    return render(request, "resident/service.html", values)


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The whole catalogue as a spreadsheet, with the papers, groups and questions that it names."""
    found = catalogue_sheet(resident(request))
    if isinstance(found, Refused):
        return refused_page(request, found, 404)
    return download(found, XLSX, "catalogue.xlsx")


def _ways(request: HttpRequest, found: Guide) -> dict[str, str]:
    """Addresses of what the reader may do about an entry: apply (staff: register for somebody), say that it is wrong, propose
    a change. Those who work here have the office's own forms."""
    reader = acting(request)
    works_here = bool(reader.actor.posts)
    open_to = {(each.practice, each.kind, each.step) for each in openings(reader)}
    addresses: dict[str, str] = {}
    for way in found.ways:
        if (way.practice, way.kind, way.step) not in open_to or way.name in addresses:
            continue
        named = {"practice": way.practice, "kind": way.kind, "step": way.step, way.field: found.code}
        own = {way.field: found.code}
        office, home = reverse("register"), reverse("report_to", args=[way.practice])
        addresses[way.name] = f"{office}?{urlencode(named)}" if works_here else f"{home}?{urlencode(own)}"
    return addresses
