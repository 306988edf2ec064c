"""Small things that residents' pages say."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from tongban.apps.wording import counted
from tongban.web.resident.flood import Sum
from tongban.web.words import DEFAULT, say

register = template.Library()


@register.simple_tag(takes_context=True)
def asked(context: Context, question: Sum) -> str:
    """The sum in words, so that no digits lie about for a script to add."""
    language = str(context.get("language") or DEFAULT)
    first, second = (say(f"resident.digit.{n}", language) for n in (question.first, question.second))
    return say("resident.sum", language, first=first, second=second)


@register.simple_tag(takes_context=True)
def duration(context: Context, case: Any) -> str:
    """How long a public case took; "" while it is open."""
    if not case.settled:
        return ""
    language = str(context.get("language") or DEFAULT)
    return counted("resident.days", case.days, language) if case.days else say("resident.same_day", language)
