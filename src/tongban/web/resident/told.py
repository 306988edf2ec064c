"""Messages to a requester: what was sent, whether more shall come, and the page that a message leads to."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tongban.apps.notices.choices import say_how, stop
from tongban.apps.notices.shown import told_requester
from tongban.kernel.refusal import Refused
from tongban.web.acting import resident
from tongban.web.words import say


@require_http_methods(["GET", "HEAD", "POST"])
def own_messages(request: HttpRequest, number: str) -> HttpResponse:
    """The messages about one's own case, and how one wants to be told."""
    acting = resident(request)
    if request.method == "POST":
        refused = say_how(number, "told" in request.POST, "served" in request.POST, acting)
        if refused is None:
            messages.success(request, say("notices.own.saved", acting.language))
            return redirect("own_messages", number=number)
    found = told_requester(number, acting)
    if isinstance(found, Refused):
        return redirect("own_case", number=number)  # which asks for number and telephone
    lines, said, why = found
    told = said.told is not False
    values = {"number": number, "lines": lines, "told": told, "served": said.served}
    return render(request, "resident/messages.html", {**values, "why": why and f"notices.own.{why}"})


@require_http_methods(["GET", "HEAD", "POST"])
def stop_page(request: HttpRequest, code: str) -> HttpResponse:
    """Where a message leads: to number and telephone, or to no more messages. Says the same of every code, known or not."""
    if request.method == "POST":
        stop(code)
    return render(request, "resident/stop.html", {"done": request.method == "POST"})
