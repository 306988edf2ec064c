"""What everybody may read: monthly figures with all that stands behind them, de-identified cases, how to check."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from tongban.apps.disclosure.figures import figures as compute
from tongban.apps.disclosure.figures import months
from tongban.apps.disclosure.reading import published, read_public
from tongban.apps.proof.checkpoints import latest, public_keys
from tongban.kernel.refusal import Refused
from tongban.web.frame.errors import refused as refused_page
from tongban.web.words import language_of

LISTS = {"cases": "case", "cards": "card"}


@require_GET
def figures(request: HttpRequest, period: str = "") -> HttpResponse:
    """All indicators of one month; the last whole month without one."""
    listed = months(datetime.now(UTC))
    if not period:
        return redirect("figures_of", period=request.GET.get("period") or listed[0])
    found = compute(period, language_of(request))
    if isinstance(found, Refused):
        return refused_page(request, found, 404)
    practices: dict[str, list[object]] = {}
    for figure in found:
        practices.setdefault(figure.practice, []).append(figure)
    values = {"period": period, "months": listed, "practices": practices}
    return render(request, "public/figures.html", values)


@require_GET
def cases(request: HttpRequest, what: str = "cases") -> HttpResponse:
    """De-identified cases or case cards, the newest first; the filter stands in the address."""
    words, after = request.GET.get("words", "")[:60], request.GET.get("after", "")[:120]
    page = published(LISTS[what], language_of(request), words=words, after=after)
    return render(request, "public/cases.html", {"page": page, "words": words, "what": what})


@require_GET
def case(request: HttpRequest, id: str, what: str = "cases") -> HttpResponse:
    """One published text."""
    found = read_public(LISTS[what], id, language_of(request))
    if isinstance(found, Refused):
        return refused_page(request, found, 404)
    return render(request, "public/case.html", {"case": found, "what": what})


@require_GET
def trust(request: HttpRequest) -> HttpResponse:
    """What the ledger proves, the newest signed head, and the keys to check it with."""
    return render(request, "public/trust.html", {"head": latest(), "keys": public_keys()})


@require_GET
def note(request: HttpRequest) -> HttpResponse:
    """The newest signed head as the plain text that was signed."""
    head = latest()
    if head is None:
        return refused_page(request, Refused("disclosure.no_checkpoint"), 404)
    return HttpResponse(head.note, content_type="text/plain; charset=utf-8")
