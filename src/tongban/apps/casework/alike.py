"""Rows of a register that are like what somebody wrote: called alike, or listing the same things. Nothing is decided by it, and
the same words always find the same rows: who reads it is told why, and judges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from tongban.apps.office import Office
from tongban.apps.wording import say
from tongban.kernel.form import Field, FieldKind, Form
from tongban.kernel.value import Facts

MOST = 5
"""Rows that are named at most, the likest first."""
CALLED = 0.5
"""What share of the pairs of characters two names have in common that are called alike (Dice)."""
LISTED = 4
"""So many things in common are enough, however long the list."""
_APART = re.compile(r"[、，,；;。\n\r\t]+|\s·\s")
_WORD = re.compile(r"[（(][^）)]*[）)]|\W+")
"""What a thing is called without: what is said about it in brackets, and marks."""
_SHORT = 2
"""Characters of a thing at least, and things that two lists have in common."""


class Like(Struct, frozen=True):
    """``both`` are the things, as they were written, that stand in both lists; ``called`` says that the names are alike."""

    code: str
    both: tuple[str, ...]
    called: float


def like_rows(
    field: Field, forms: Iterable[Form], said: Mapping[str, object], here: Office
) -> tuple[Like, ...]:
    """The rows of the field's register that are like what was said to the fields that it is compared with."""
    kinds = {each.id: each.kind for form in forms for each in form.fields}
    names = [str(said[name]) for name in field.like if said.get(name) and kinds.get(name) is FieldKind.line]
    lists = [str(said[name]) for name in field.like if said.get(name) and kinds.get(name) is FieldKind.text]
    wanted = [thing for text in lists for thing in _things(text)]
    if not names and not wanted:
        return ()
    register = field.of[0]
    titles = here.names.entries.of(register, "zh-Hans")
    found = []
    for code, row in here.names.entries.rows(register).items():
        both = _both(wanted, row)
        called = max((_alike(name, part) for name in names for part in _things(titles[code][0])), default=0.0)
        if called >= CALLED or len(both) >= min(LISTED, max(_SHORT, -(-len(wanted) // 2))):
            found.append(Like(code, both, called))
    return tuple(sorted(found, key=lambda each: (-len(each.both), -each.called, each.code))[:MOST])


def told(found: Iterable[Like], field: Field, here: Office, language: str) -> str:
    """Which rows, and why."""
    lines = []
    for each in found:
        title = here.names.entry(field.of[0], each.code, language)
        key = "alike.lists" if each.both else "alike.called"
        lines.append(say(key, language, title=title, n=len(each.both), both=each.both))
    between = "；" if language == "zh-Hans" else "; "
    return say("alike.found", language, rows=between.join(lines)) if lines else ""


def _both(wanted: list[str], row: Facts) -> tuple[str, ...]:
    there = [thing for value in row.values() if isinstance(value, str) for thing in _things(value)]
    return tuple(dict.fromkeys(each for each in wanted if any(_same(each, other) for other in there)))


def _things(text: str) -> list[str]:
    return [each.strip() for each in _APART.split(text) if len(_bare(each)) >= _SHORT]


def _same(one: str, other: str) -> bool:
    """Whether two things are one: written alike, or one within the other that is not twice as long (电话, 联系电话)."""
    a, b = sorted((_bare(one), _bare(other)), key=len)
    return a == b or (a in b and len(b) <= 2 * len(a))


def _alike(one: str, other: str) -> float:
    a, b = _pairs(one), _pairs(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _pairs(text: str) -> frozenset[str]:
    bare = _bare(text)
    return frozenset(bare[n : n + 2] for n in range(len(bare) - 1))


def _bare(text: str) -> str:
    return _WORD.sub("", text).lower()
