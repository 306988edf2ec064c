"""A condition over the rows of a register, as whoever works with it reads it.

``certified && scale in ["micro", "small"]`` is said as “certified and size one of micro, small”: columns and choices are called
as their register calls them, the signs between them by their words. What counts stays the text that is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tongban.library.texts import product_texts

_PART = re.compile(
    r"""
      (?P<list>\bin\s*\[[^\]]*\])          # in ["micro", "small"]
    | (?P<text>"[^"]*")
    | (?P<given>\bgiven\.\w+)
    | (?P<name>\b[a-z_][a-z0-9_]*\b)
    | (?P<gap>\s+)
    | (?P<sign>&&|\|\||==|!=|<=|>=|<|>|!)
    """,
    re.VERBOSE,
)
_TEXT = re.compile('"([^"]*)"')
_SIGNS = {
    "&&": "and",
    "||": "or",
    "==": "is",
    "!=": "is_not",
    "<=": "at_most",
    ">=": "at_least",
    "<": "less",
    ">": "more",
    "!": "not",
}


def said(source: str, language: str, register: str, words: Callable[[str, str], str]) -> str:
    """The condition in words. ``words`` are those of the practice: by their path, with what stands instead."""

    def word(key: str, what: str = "") -> str:
        return product_texts().say(f"condition.{key}", language, what=what)

    def column(name: str) -> str:
        own = words(f"registers.{register}.fields.{name}", "")
        return own or words(f"fields.{name}.label", name)

    def choice(name: str, code: str) -> str:
        return words(f"choices.{name}.{code}", code)

    last, gap = "", "" if language == "zh-Hans" else " "

    def of(found: re.Match[str]) -> str:
        nonlocal last
        part = found.group()
        match found.lastgroup:
            case "name" if part in ("true", "false", "today"):
                return word(part)
            case "name":
                last = part
                return column(part)
            case "given":
                return word("given", what=column(part.removeprefix("given.")))
            case "text":
                return choice(last, part[1:-1])
            case "list":
                return word(
                    "one_of", what=word("join").join(choice(last, each) for each in _TEXT.findall(part))
                )
            case "gap":
                return gap
            case _:
                return word(_SIGNS[part]) + (gap if part == "!" else "")

    return _PART.sub(of, source.strip())
