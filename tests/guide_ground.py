"""README's ten minutes, read and carried out: its bold words are pressed, its code is typed, just as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

README = Path(__file__).parents[1] / "README.md"
_MOVES = (
    ("sign_in", r"sign in as `(?P<a>\w+)`"),
    ("open", r"[Oo]pen the case"),
    ("box", r"In the one box: `(?P<a>[^`]+)`"),
    ("reload", r"Reload the page"),
    ("beside", r"→ \*\*(?P<a>[^*]+)\*\* beside \*\*(?P<b>[^*]+)\*\*"),
    ("tick", r"tick \*\*(?P<a>[^*]+)\*\*"),
    ("choose", r"\*\*(?P<a>[^*]+)\*\*: \*\*(?P<b>[^*]+)\*\*"),
    ("fill", r"\*\*(?P<a>[^*]+)\*\*: `(?P<b>[^`]+)`"),
    ("press", r"→ \*\*(?P<a>[^*]+)\*\*"),
    ("see", r"\*\*(?P<a>[^*]+)\*\*"),
)


def _alternative(kind: str, pattern: str) -> str:
    """The pattern as one of many: its groups bear the name of its kind."""
    return f"(?P<{kind}>" + re.sub("<([ab])>", rf"<{kind}_\1>", pattern) + ")"


_MOVE = re.compile("|".join(_alternative(kind, pattern) for kind, pattern in _MOVES))


class Move(Struct, frozen=True):
    """``kind`` is one of ``_MOVES``; ``a`` and ``b`` are the words of the page that it names."""

    kind: str
    a: str = ""
    b: str = ""


class Minute(Struct, frozen=True):
    """One numbered step: who does it, on a telephone or at the desk."""

    who: str
    moves: tuple[Move, ...]


def ten_minutes() -> tuple[Minute, ...]:
    """The numbered steps of the README's walk, in order."""
    text = README.read_text("utf-8").partition("\n## Ten minutes")[2].partition("\n## ")[0]
    steps = re.findall(r"^\d+\. \*\*([^*]+)\.\*\* (.*?)(?=^\d+\. |^\S|\Z)", text, re.S | re.M)
    return tuple(Minute(who, tuple(_moves(" ".join(words.split())))) for who, words in steps)


def _moves(words: str) -> Iterator[Move]:
    for found in _MOVE.finditer(words):
        kind = next(kind for kind, _ in _MOVES if found[kind])
        parts = found.groupdict()
        yield Move(kind, parts.get(f"{kind}_a") or "", parts.get(f"{kind}_b") or "")
