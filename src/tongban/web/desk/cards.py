"""Case cards at work: like the case at hand, said to have helped; and those that somebody must look at again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.apps.acting import Acting
from tongban.apps.cards.library import confirm, like_case, to_review, use
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.words import say


@require_safe
@staff
def cards_page(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """Cards like a case."""
    found = like_case(number, acting)
    if isinstance(found, Refused):
        return errors.refused(request, found)
    return render(request, "desk/cards.html", {"like": found, "number": number})


@require_POST
@staff
def card_used(request: HttpRequest, acting: Acting, number: str, card: str) -> HttpResponse:
    """A card helped with this case."""
    done = use(number, str(card), acting)
    if isinstance(done, Refused):
        return errors.refused(request, done)
    messages.success(request, say("cards.done.used", acting.language, n=done))
    return HttpResponseRedirect(reverse("desk_cards", args=[number]))


@require_http_methods(["GET", "HEAD"])
@staff
def review_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The cards that the reader keeps and of which something is doubted."""
    return render(request, "desk/cards_review.html", {"cards": to_review(acting)})


@require_POST
@staff
def card_confirmed(request: HttpRequest, acting: Acting, card: str) -> HttpResponse:
    """A card still holds."""
    done = confirm(str(card), acting)
    if isinstance(done, Refused):
        return errors.refused(request, done)
    messages.success(request, say("cards.done.confirmed", acting.language))
    return HttpResponseRedirect(reverse("desk_cards_review"))
