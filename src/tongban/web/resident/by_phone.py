"""Following everything that was brought with one's own telephone number: a code to the telephone instead of case numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tongban.apps.casework.look import look
from tongban.apps.casework.views import CasePage
from tongban.apps.people.by_phone import DIGITS, MINUTES, ask, masked, numbers_of, prove_phone
from tongban.kernel.refusal import Refused
from tongban.web.acting import OWNS, address_of, remember, resident
from tongban.web.words import language_of, say, says

WAITING = "code_waiting"
"""Session key: what waits for a code, sealed."""
SHOWN = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_phone(request: HttpRequest) -> HttpResponse:
    """First the number, then the code: two short pages."""
    refused = None
    if request.method == "POST":
        sent = ask(
            request.POST.get("phone", "")[:40], address_of(request), language_of(request), datetime.now(UTC)
        )
        if not isinstance(sent, Refused):
            request.session[WAITING] = sent
            return redirect("by_phone_code")
        refused = sent
    values = {"phone": request.POST.get("phone", "")[:40], "faults": _words(request, refused)}
    return render(request, "resident/by_phone.html", values, status=422 if refused else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_phone_code(request: HttpRequest) -> HttpResponse:
    """The code that came to the telephone."""
    waiting = request.session.get(WAITING, "")
    if not waiting:
        return redirect("by_phone")
    refused = None
    if request.method == "POST":
        found = prove_phone(waiting, request.POST.get("second", ""), datetime.now(UTC))
        if not isinstance(found, Refused):
            del request.session[WAITING]
            request.session.cycle_key()
            for case in reversed(found):
                remember(request, case)
            if not found:
                messages.info(request, say("resident.mine.none", language_of(request)))
            return redirect("own_cases")
        refused = found
    values = {
        "to": masked(waiting), "minutes": MINUTES, "digits": DIGITS, "faults": _words(request, refused)
    }  # fmt: skip
    return render(request, "resident/by_phone_code.html", values, status=422 if refused else 200)


@never_cache
@require_safe
def own_cases(request: HttpRequest) -> HttpResponse:
    """Everything that this browser may follow, the newest first."""
    acting = resident(request)
    numbers = numbers_of(tuple(request.session.get(OWNS, ())))
    looked = [(number, look(number, acting)) for number in numbers[:SHOWN]]
    pages = [(number, page) for number, page in looked if not isinstance(page, Refused)]
    values = {
        "pages": [(number, page, _apart(page, [each for _, each in pages])) for number, page in pages],
        "more": numbers[SHOWN:],
    }
    return render(request, "resident/own_cases.html", values)


def _apart(page: CasePage, pages: Sequence[CasePage]) -> str:
    """What tells a case from others that are called the same (the parts of one application): what kind it is and, among those, the first
    answer that no other has; "" where its title stands alone."""
    alike = [each for each in pages if each.title == page.title and each is not page]
    if not alike:
        return ""
    others = [{fact.label: fact.value for fact in each.facts} for each in alike if each.kind == page.kind]
    own = (
        fact.value
        for fact in page.facts
        if others and all(fact.value != each.get(fact.label, fact.value) for each in others)
    )
    return " · ".join(part for part in (page.kind, next(own, "")) if part)


def _words(request: HttpRequest, refused: Refused | None) -> list[object]:
    return [says(each, language_of(request)) for each in refused.all()] if refused is not None else []
