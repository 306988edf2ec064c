"""Earlier cases that a case repeats: a part of its page, fetched after it, for the unit that received it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.acting import Acting
from tongban.apps.casework.look import look
from tongban.apps.dispatch.repeats import repeats
from tongban.kernel.refusal import Refused
from tongban.web.desk.forms import step_forms
from tongban.web.desk.who import staff
from tongban.web.frame import errors


@require_safe
@staff
def repeats_page(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """What was told before, with one step to open it again or, where the matters are alike, to join this case to it."""
    found = repeats(number, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found)
    part = bool(request.headers.get("HX-Request"))
    joins = None
    if any(each.open and each.alike for each in found):
        page = look(number, acting)
        forms = () if isinstance(page, Refused) else step_forms(page.steps)
        joins = next((form for form in forms if form.finds), None)
    context = {"number": number, "found": found, "joins": joins}
    return render(request, "desk/repeats_part.html" if part else "desk/repeats.html", context)
