"""``{% loop page %}`` draws the loop of a case page; ``{% loop page "handler" %}`` with stages and next steps."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from tongban.web.loop import LoopWords, Mode, loop_svg
from tongban.web.words import DEFAULT

register = template.Library()


@register.simple_tag(takes_context=True)
def loop(context: Context, page: Any, mode: Mode = "resident", own: bool = True) -> SafeString:
    """The loop of a ``CasePage``: its drawing, the words of its ``titles`` and its holder.

    ``own``: the reader is the requester, who is spoken to.
    """
    language = str(context.get("language") or DEFAULT)
    return loop_svg(page.drawing, words_of(page, language, own=own), mode)


def words_of(page: Any, language: str, *, own: bool = True) -> LoopWords:
    """The words for a case page. An id without a title in ``titles`` stands for itself."""
    titles = getattr(page, "titles", {})

    def of(key: str) -> str:
        return str(titles.get(key) or key.removesuffix(".title").rpartition(".")[2])

    drawn = page.drawing.clock
    to_them = own and drawn is not None and drawn.promise
    promised = str(titles.get(f"clocks.{drawn.id}.plain", "")) if to_them else ""
    turn, called = getattr(page, "waits_on", ""), str(titles.get("roles.requester", ""))
    return LoopWords(of, language, page.holder, promised, own=own, turn=turn, called=called)
