"""Other counties: which are talked with, and what is told them that nobody there has signed for yet."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from tongban.apps.acting import Acting
from tongban.apps.exchange.waiting import neighbours, send_again, untold
from tongban.apps.rights import may
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.words import say, says

CONVERSATION, N = "conversation", "n"


@require_safe
@staff
def exchange_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The counties, and the messages without a receipt, those given up first."""
    if not may("look_after_exchange", acting.actor):
        return errors.forbidden(request)
    return _page(request, acting)


@require_POST
@staff
def again(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Try a message at the next round, also one that was given up."""
    if not may("look_after_exchange", acting.actor):
        return errors.forbidden(request)
    n = request.POST.get(N, "")
    number = int(n) if n.isascii() and n.isdecimal() and len(n) < 10 else 0
    refused = send_again(request.POST.get(CONVERSATION, ""), number, acting.now)
    if refused is not None:
        return _page(request, acting, refused)
    messages.success(request, say("exchange.again_done", acting.language))
    return HttpResponseRedirect(reverse("studio_exchange"))


def _page(request: HttpRequest, acting: Acting, refused: Refused | None = None) -> HttpResponse:
    wrong = [says(refused, acting.language)] if refused is not None else []
    context = {"counties": neighbours(acting), "waiting": untold(acting), "wrong": wrong}
    return render(request, "studio/exchange.html", context, status=409 if wrong else 200)
