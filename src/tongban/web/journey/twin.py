"""The path in words, for whoever does not see it."""

from __future__ import annotations

from django.utils.safestring import SafeString

from tongban.apps.journeys.telling import StopLine, Way
from tongban.web.loop.markup import element
from tongban.web.words import say


def twin(way: Way, language: str) -> SafeString:
    """The stops in order, each with what lay before it; last, whether it goes on."""
    items = [element("li", told(stop, language)) for stop in way.stops]
    if not way.over:
        items.append(element("li", say("journey.going_on", language)))
    return element("div", element("ol", *items), class_="hidden-words")


def told(stop: StopLine, language: str) -> str:
    return say(
        "loop.twin.list",
        language,
        items=tuple(x for x in (stop.before, stop.title, stop.when, *stop.lines) if x),
    )
