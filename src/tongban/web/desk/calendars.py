"""Deadlines as calendars: the address of one's own feed, the feed itself, and the clocks of one case."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tongban.apps.acting import Acting
from tongban.apps.formats import deadlines_calendar as calendars
from tongban.apps.wording import day
from tongban.kernel.refusal import Refused
from tongban.web.desk.who import staff
from tongban.web.frame import errors
from tongban.web.frame.files import download
from tongban.web.words import language_of, say


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def calendar_page(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Make an address, or end it. A new one is shown at once: it is kept nowhere."""
    login = request.user.get_username()
    address = ""
    if request.method == "POST" and request.POST.get("do") == "end":
        calendars.close_feed(login, acting)
        messages.success(request, say("calendar.ended", acting.language))
        return HttpResponseRedirect(reverse("desk_calendar"))
    if request.method == "POST":
        secret = calendars.open_feed(login, acting)
        address = request.build_absolute_uri(reverse("desk_feed", args=[secret]))
    until = calendars.feed_until(login, acting.now)
    context = {"address": address, "until": day(until, acting.language) if until is not None else ""}
    response = render(request, "desk/calendar.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What a calendar fetches: no session, the address alone."""
    made = calendars.feed(secret, datetime.now(UTC), language_of(request), _home(request))
    if isinstance(made, Refused):
        return errors.refused(request, made, 404)
    response = HttpResponse(made, content_type=calendars.MEDIA)
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
@staff
def case_calendar(request: HttpRequest, acting: Acting, number: str) -> HttpResponse:
    """The running clocks of a case as a file."""
    made = calendars.of_case(number, acting, _home(request))
    if isinstance(made, Refused):
        return errors.refused(request, made, 404)
    return download(made, calendars.MEDIA, f"deadlines-{number}.ics")


def _home(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
