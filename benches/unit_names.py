"""One name for one unit, however records spell it.

Dispatch records name a unit by whoever typed: ``综合执法队（甲街道办事处）``, ``甲街道综合执法队`` and
``甲办事处综合执法队`` are one team, while ``城建办（甲街道办事处）`` and ``城建办（乙街道办事处）`` are two. So the
place is kept and the spelling is not: a name is read as a place and what is there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final, Self

from msgspec import Struct

from tongban.kernel.form.characters import narrow

ENDINGS: Final[tuple[tuple[str, str], ...]] = (
    ("人民政府", ""),
    ("街道办事处", "街道"),
    ("办事处", "街道"),
    ("办公室", "办"),
    ("社区工作站", "社区"),
    ("社区居民委员会", "社区"),
    ("社区居委会", "社区"),
    ("居民委员会", "社区"),
    ("居委会", "社区"),
    ("村村民委员会", "村"),
    ("村村委会", "村"),
    ("村民委员会", "村"),
    ("村委会", "村"),
)
"""Ways of writing the same thing, the longer first."""

_BRACKET = re.compile(r"[(（]([^()（）]*)[)）]")
_TOWNSHIP = re.compile(r"^([\u4e00-\u9fff]{2,4}?)(?:街道|镇|乡)$")
_WITHIN = re.compile(r"^([\u4e00-\u9fff]{2,4}?)(?:街道|镇|乡)(?=.)")
_LOOSE = re.compile(r"^([\u4e00-\u9fff]{2,4}?)(?:街道办|办|辖区)?$")
_OWN = ("社区", "村")
"""What is named by its own place and needs no other."""


class _Parts(Struct, frozen=True):
    """What a unit is, and the bare name of the township that it belongs to ("" for none)."""

    what: str
    place: str


class UnitNames(Struct, frozen=True):
    """What a set of records says about names: the bare names of townships, and what several of them have."""

    townships: frozenset[str]
    shared: frozenset[str]

    @classmethod
    def of(cls, records: Iterable[tuple[str, str]]) -> Self:
        """From records of a unit's name and the township of the matter ("" where that is not known)."""
        known = sorted(set(records))
        townships = frozenset(filter(None, (_bare(township) for _, township in known)))
        places: dict[str, set[str]] = defaultdict(set)
        for name in {name for name, _ in known}:
            parts = _parted(name, townships)
            if parts.place:
                places[parts.what].add(parts.place)
        return cls(townships, frozenset(what for what, found in places.items() if len(found) > 1))

    def normal(self, name: str, township: str = "") -> str:
        """The one name of a unit; "" when the record names none.

        ``township`` is that of the matter: it completes the name of a kind of unit that several townships have.
        """
        parts = _parted(name, self.townships)
        if not parts.what:
            return ""
        return f"{parts.place or (_bare(township) if parts.what in self.shared else '')}{parts.what}"


def _parted(name: str, townships: frozenset[str]) -> _Parts:
    text = "".join(narrow(name).split()).strip("-—")
    place = ""
    for bracket in _BRACKET.finditer(text):
        found = _bare(bracket[1]) or _loosely(bracket[1], townships)
        if found:
            place, text = found, text[: bracket.start()] + text[bracket.end() :]
            break
    text = _alike(text)
    within = _WITHIN.match(text)
    if within:
        place, text = place or within[1], text[within.end() :]
    elif place and text != place and text.startswith(place) and not text.endswith(_OWN):
        text = text[len(place) :]
    return _Parts(text, "" if text.endswith(_OWN) else place)


def _bare(township: str) -> str:
    """A township's bare name: ``甲街道办事处`` is ``甲``; "" for what is no township."""
    match = _TOWNSHIP.match(_alike("".join(township.split()).strip("-—")))
    return match[1] if match else ""


def _loosely(text: str, townships: frozenset[str]) -> str:
    """A township named by its bare name alone, where the records have such a one."""
    match = _LOOSE.match(text)
    return match[1] if match and match[1] in townships else ""


def _alike(text: str) -> str:
    for written, read in ENDINGS:
        text = text.replace(written, read)
    return text
