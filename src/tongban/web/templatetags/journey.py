"""``{% journey way %}`` draws a journey, with its twin in words."""

from __future__ import annotations

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from tongban.apps.journeys.telling import Way
from tongban.web.journey import journey_svg
from tongban.web.words import DEFAULT

register = template.Library()


@register.simple_tag(takes_context=True)
def journey(context: Context, way: Way) -> SafeString:
    """The drawing of a ``Way`` in the reader's language."""
    return journey_svg(way, str(context.get("language") or DEFAULT))
