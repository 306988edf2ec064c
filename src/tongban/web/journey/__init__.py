"""A journey drawn: home on the left, offices on the right, each trip there and back; and the same in words.

One narrow drawing for every screen, so that a before and an after stand side by side where there is room. Nothing in it carries a style or script
of its own; colours come from the page's sheet.
"""

from __future__ import annotations

from django.utils.safestring import SafeString

from tongban.apps.journeys.telling import Way
from tongban.web.journey.drawn import drawn
from tongban.web.journey.twin import twin
from tongban.web.loop.markup import element
from tongban.web.words import say

__all__ = ["journey_svg"]


def journey_svg(way: Way, language: str) -> SafeString:
    """The drawing and its twin in words, in a ``figure``."""
    return element(
        "figure",
        drawn(way, language),
        twin(way, language),
        class_="journey",
        aria_label=say("journey.title", language),
    )
