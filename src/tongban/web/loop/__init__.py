"""The loop: the one drawing in which every case, practice and campaign shows its procedure.

``loop_svg(drawing, words, "resident")`` gives safe markup: the drawing for wide and narrow screens, and its
twin in words. ``resident`` shows phases, ``handler`` stages and what may come next besides, ``studio`` the
whole procedure. Nothing in it carries a style or script of its own; colours come from the page's sheet.
"""

from __future__ import annotations

from typing import Literal

from django.utils.safestring import SafeString

from tongban.kernel.procedure.drawing import Drawing
from tongban.web.loop import twin
from tongban.web.loop.limits import clock_lines
from tongban.web.loop.line import narrow, wide
from tongban.web.loop.markup import element
from tongban.web.loop.whole import whole
from tongban.web.loop.words import LoopWords

__all__ = ["LoopWords", "Mode", "clock_lines", "loop_svg"]

Mode = Literal["resident", "handler", "studio"]


def loop_svg(drawing: Drawing, words: LoopWords, mode: Mode = "resident") -> SafeString:
    """The drawing with its twin, in a ``figure``. A procedure without phases gives nothing."""
    if not drawing.phases:
        return SafeString("")
    if mode == "studio":
        scroll = {"class_": "loop-scroll", "tabindex": "0", "role": "region"}
        sheet = element("div", whole(drawing, words), **scroll, aria_label=words.say("loop.whole"))
        return element("figure", sheet, twin.of_procedure(drawing, words), class_="loop studio")
    detail = mode == "handler"
    return element(
        "figure",
        wide(drawing, words, detail=detail),
        narrow(drawing, words, detail=detail),
        twin.of_case(drawing, words, detail=detail),
        class_=f"loop {mode}",
        aria_label=words.say("loop.title"),
    )
