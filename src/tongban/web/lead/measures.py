"""Doing something about a case from the list: a reminder, supervision, an escalation, whatever its practice has."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.look import look
from tongban.apps.casework.take import take
from tongban.apps.numbers import written
from tongban.kernel.refusal import Refused
from tongban.web.desk.sent import new_key, sent
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.words import say

BACK = "_back"
"""The field that says which list the reader came from."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def measure(request: HttpRequest, acting: Acting, number: str, step: str) -> HttpResponse:
    """The form of one measure; and taking it, after which the reader is back in the list."""
    if request.method != "POST":
        return _form(request, acting, number, step)
    given = sent(request, acting)
    taken = given.refused or take(number, step, given.answers, replace(acting, key=given.key))
    if isinstance(taken, Refused):
        return _form(request, acting, number, step, given.answers, taken)
    said = say("lead.done_again", acting.language) if taken.again else taken.says
    messages.success(request, say("lead.done", acting.language, number=written(taken.number), says=said))
    return HttpResponseRedirect(back_to(request))


def _form(
    request: HttpRequest,
    acting: Acting,
    number: str,
    step: str,
    answers: Mapping[str, object] | None = None,
    refused: Refused | None = None,
) -> HttpResponse:
    """The form, after a refusal with all that was entered. A step that is not there now says why instead."""
    page = look(number, acting, entered=(step, answers or {}, refused) if refused is not None else None)
    if isinstance(page, Refused):
        return errors.refused(request, page)
    found = next((each for each in page.steps if each.id == step and not each.blocked), None)
    if found is None:
        return errors.refused(request, refused or Refused("step.not_from_here", step, {"stage": page.stage}))
    context = {"page": page, "step": found, "key": new_key(), "back": back_to(request)}
    return render(request, "lead/measure.html", context, status=200 if refused is None else 422)


def back_to(request: HttpRequest) -> str:
    """The list that the reader came from, if it is one of ours."""
    wanted = request.POST.get(BACK) or request.GET.get("back", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("lead_cases")
