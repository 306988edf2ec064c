"""Writing SVG by hand: elements with everything escaped, and text that is broken into lines by measure.

SVG does not wrap text, so widths are estimated: a Chinese character is one em, others by class. The
estimate is a little wide on purpose; a line may end early, never late.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from django.utils.safestring import SafeString

from tongban.web.escaping import escape

ELLIPSIS = "…"
_NO_LINE_START = frozenset("，。、；：？！）》”’,.;:?!)")


def element(name: str, *inside: str, **attributes: str | float) -> SafeString:
    """``<name attribute="…">inside</name>``; plain text inside is escaped, markup made here is kept.

    ``class_`` and ``stroke_width`` become ``class`` and ``stroke-width``; numbers keep one decimal;
    attributes that are "" are left out.
    """
    written = "".join(
        [
            f' {_attribute(key)}="{escape(value) if isinstance(value, str) else _number(value)}"'
            for key, value in attributes.items()
            if value != ""
        ]
    )
    return SafeString(f"<{name}{written}>{joined(inside)}</{name}>")


@lru_cache(maxsize=256)
def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def joined(parts: Sequence[str]) -> SafeString:
    return SafeString("".join([each if isinstance(each, SafeString) else escape(each) for each in parts]))


def svg(width: float, height: float, inside: Sequence[str], class_: str) -> SafeString:
    """A drawing that the text twin beside it describes, so it is hidden from screen readers itself."""
    return element(
        "svg",
        *inside,
        viewBox=f"0 0 {_number(width)} {_number(height)}",
        width=width,
        height=height,
        class_=class_,
        aria_hidden="true",
        focusable="false",
    )


def text(x: float, y: float, words: str, size: float, class_: str = "", anchor: str = "middle") -> SafeString:
    return element("text", words, x=x, y=y, font_size=size, class_=class_, text_anchor=anchor)


def lines(
    x: float, y: float, said: Sequence[str], size: float, class_: str = "", anchor: str = "middle"
) -> tuple[SafeString, float]:
    """Lines of text from baseline ``y`` down; also the baseline that comes after them."""
    leading = size * 1.4
    drawn = [text(x, y + i * leading, line, size, class_, anchor) for i, line in enumerate(said)]
    return joined(drawn), y + len(said) * leading


def width_of(words: str, size: float) -> float:
    """Estimated width in the drawing's units at a font size."""
    return sum(map(_em, words)) * size


@lru_cache(maxsize=4096)
def wrapped(words: str, size: float, room: float, most: int = 3) -> tuple[str, ...]:
    """Words in at most ``most`` lines of a width; what does not fit ends in an ellipsis. The same words come again and again."""
    done: list[str] = []
    line = ""
    for piece in _pieces(words):
        if line and width_of((line + piece).rstrip(), size) > room:
            hangs = len(piece) > 1 and piece[0] in _NO_LINE_START
            if hangs:  # the sign alone hangs over the edge, not the word behind it
                line, piece = line + piece[0], piece[1:]
            if hangs or piece[0] not in _NO_LINE_START:
                done.append(line.strip())
                line = ""
        if line and width_of(piece.rstrip(), size) > room:
            piece, line = line + piece, ""
        while width_of(piece.rstrip(), size) > room and len(piece) > 1:
            cut = _fitting(piece, size, room)
            done.append(piece[:cut])
            piece = piece[cut:]
        line += piece
    if line.strip():
        done.append(line.strip())
    if len(done) > most:
        done = [*done[: most - 1], short(" ".join(done[most - 1 :]), size, room)]
    return tuple(done)


def short(words: str, size: float, room: float) -> str:
    """Words on one line, cut where they do not fit."""
    if width_of(words, size) <= room:
        return words
    return words[: max(1, _fitting(words, size, room - size))].rstrip() + ELLIPSIS


def _fitting(words: str, size: float, room: float) -> int:
    """How many of the first characters fit, at least one."""
    used = 0.0
    for count, character in enumerate(words):
        used += _em(character) * size
        if used > room:
            return max(1, count)
    return len(words)


def _pieces(words: str) -> list[str]:
    """Where a line may break: after every wide character, and after spaces."""
    pieces: list[str] = []
    for character in words:
        fresh = not pieces or pieces[-1].endswith(" ") or _wide(character) or _wide(pieces[-1][-1])
        if fresh and character != " ":
            pieces.append(character)
        elif pieces:
            pieces[-1] += character
    return pieces


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


@lru_cache(maxsize=8192)
def _em(character: str) -> float:
    if _wide(character):
        return 1.0
    if unicodedata.combining(character):
        return 0.0
    if character in "iIjl.,:;'!|()[] ":
        return 0.33
    if character in "mwMW—…":
        return 0.92
    return 0.7 if character.isupper() else 0.57


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{round(value, 1):g}"
