"""Estates, villages and roads that a title names, as far as its words tell: to keep two of them apart.

No register has them, so names are read off what follows them (小区, 村, 路) and known again by two characters in a row: 万科魅力之城 and
魅力之城小区 are one, 星沙大道 and 楚江大道 are two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_HAN = "一-鿿"
_SITE = re.compile(
    rf"(?P<name>[{_HAN}]{{2,8}}?)(?:小区|花园|花苑|家园|公寓|新村|[佳雅豪嘉馨]苑|名邸|山庄|新城|大道|村|路|街|巷)(?!道|办|委|长|民|组|边|灯|口|面|上|况|段)"
)
_BEFORE = re.compile(
    r".*[省市县区镇乡道旁站在从往向沿给由把被对和跟与及到是去请叫为按的了有过所住说开让并将会某各每多两个这那本该我]"
)
"""Everything up to the last character that stands before a name rather than in it."""
_NO_NAME = re.compile(
    r".*(?:[铁公马网线电思出走修铺半一老商步]|高速|快速|水泥|入户|断头|道|城中|农|乡|新|行政|老旧|住宅|附近|周边|安置|农村|小|旧|全|邻|自然)$"
)
_LONGEST = 4
"""Characters of a name that tell it, its last."""


def sites(title: str) -> tuple[str, ...]:
    """The names in a title, each once and without what it is."""
    return tuple(dict.fromkeys(_names(title)))


def _names(title: str) -> Iterator[str]:
    for found in _SITE.finditer(title):
        name = _BEFORE.sub("", found["name"])
        if is_name(name):
            yield name[-_LONGEST:]


def is_name(name: str) -> bool:
    """Whether what stands before 小区, 村, 路 is the name of one, and no word that goes with any."""
    return len(name) >= 2 and not _NO_NAME.fullmatch(name)


def places_of(told: Sequence[tuple[str, str]]) -> list[int]:
    """For each of these messages (title and all of it) the number of the place it speaks of; -1 where none is named.

    Names with two characters in a row in common are one, and so are names that stand in one title. A message whose title names
    nothing speaks of what another's title names, where that stands in it.
    """
    named = [sites(title) for title, _ in told]
    every = tuple(dict.fromkeys(name for names in named for name in names))
    for n, (title, whole) in enumerate(told):
        if not named[n]:
            named[n] = (
                tuple(name for name in every if name in title)
                or tuple(name for name in every if name in whole)[:1]
            )
    return _numbered(named)


def _numbered(named: Sequence[tuple[str, ...]]) -> list[int]:
    above: dict[str, str] = {}

    def top(piece: str) -> str:
        while above.setdefault(piece, piece) != piece:
            piece = above[piece]
        return piece

    for names in named:
        pieces = [name[at : at + 2] for name in names for at in range(len(name) - 1)]
        for piece in pieces[1:]:
            above[top(piece)] = top(pieces[0])
    numbers: dict[str, int] = {}
    return [numbers.setdefault(top(names[0][:2]), len(numbers)) if names else -1 for names in named]
