"""The front page of what the county publishes."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongban.apps.beside.sharing import listed
from tongban.apps.proof.checkpoints import latest
from tongban.apps.publication.front import front as compose
from tongban.apps.wording import moment
from tongban.web.public.feeds import feeds
from tongban.web.public.told import moved
from tongban.web.words import language_of, say

PLACES = (
    ("figures", "public.figures"),
    ("boards", "board.title"),
    ("cases", "public.cases"),
    ("cards", "public.cards"),
    ("refusals", "public.refusals"),
    ("compare", "compare.title"),
    ("draws", "draws.title"),
    ("data", "opendata.title"),
    ("programs", "programs.title"),
)
"""URL names of what else is published, each with the key of its title; those that are not here are left out."""


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """The last month's leading figures in words, and where everything else is."""
    language, now = language_of(request), datetime.now(UTC)
    page, head = compose(language, now), latest()
    values = {
        "page": page,
        "headlines": [
            (each.figure, moved(each.changed, each.figure.kind, language)) for each in page.headlines
        ],
        "places": [
            (name, say(key, language), say(f"publication.places.{name}", language)) for name, key in PLACES
        ],
        "shared": listed(language),
        "feeds": feeds(language),
        "head": head,
        "signed": moment(head.at, language, now) if head is not None else "",
    }
    return render(request, "public/front.html", values)
