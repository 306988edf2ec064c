"""The telephone of a demo: every message that would have been sent. Where messages are real there is no such page."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.notices.shown import telephone, waiting_next
from tongban.apps.wording import moment
from tongban.web.frame import errors
from tongban.web.words import language_of, say


@require_safe
def telephone_page(request: HttpRequest) -> HttpResponse:
    found = telephone()
    if found is None:
        return errors.not_found(request)
    language, now = language_of(request), datetime.now(UTC)
    shown = [
        {
            "when": each.when,
            "way": say(f"notices.way.{each.kind}", language),
            "to": each.to,
            "text": each.text,
        }
        for each in found
    ]
    waits = waiting_next(now)
    why = "quiet" if waits is not None and waits.quiet else "window"
    ahead = (
        say(f"notices.telephone.{why}", language, n=waits.n, when=moment(waits.at, language, now))
        if waits is not None
        else ""
    )
    return render(request, "frame/telephone.html", {"messages_shown": shown, "next": ahead})
