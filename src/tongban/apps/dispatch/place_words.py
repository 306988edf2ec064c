"""Which words of a message only say where: names of the county's divisions, and of roads, villages and estates.

Two messages may be of one problem only by what they say of the matter. What they say of the place tells apart, and confirms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from tongban.apps.dispatch.characters import alike
from tongban.apps.dispatch.landmarks import matter_of
from tongban.apps.dispatch.shared_words import Codes, Said
from tongban.apps.dispatch.sites import is_name
from tongban.kernel.county import Level

if TYPE_CHECKING:
    from tongban.apps.office import Office

_HAN = "一-鿿"
_NAMED = re.compile(
    rf"(?P<name>[{_HAN}]{{2,8}}?)(?P<kind>街道|社区|小区|集镇|宿舍|花园|花苑|家园|公寓|新村|[佳雅豪嘉馨]苑|名邸|山庄|新城|大道|自然村|[村镇乡路街巷弄])"
)
_BEFORE = re.compile(
    r".*[省市县区镇乡旁在从往向沿给由把被对和跟与及到是去请叫为按的了有过住说开让并将会离某各每多两个这那本该我们]"
)
"""Everything up to the last character that stands before a name rather than in it."""
_ROADS = ("路", "街")
"""What ends ordinary words too: 铁路, 水泥路."""
_KINDS = ("街道", "小区", "社区", "集镇")
"""Words for a place without a name."""
_LONGEST = 4
"""Characters of a name before what it is, at most."""
Names = re.Pattern[str]
SHORTEST = 3
"""Characters of a village's name from which it is known without its last, too."""
_SUFFIX = re.compile(r"(?:街道|[镇乡村县市]|社区)$")


def place_names(here: Office) -> Names:
    """What finds the county's divisions in a text as ``said`` reads it: whole names, and those without 镇 or 村 of two
    characters for a township, three for a village (新建 is a word)."""
    found: set[str] = set()
    for code, each in here.county.divisions.items():
        name = alike(here.names.divisions.get(code, ("", ""))[0])
        if name:
            found.add(name)
            found.add(
                _SUFFIX.sub("", name) if each.level is not Level.VILLAGE or len(name) > SHORTEST else name
            )
    return names_of(found)


def names_of(names: Iterable[str]) -> Names:
    """What finds these names in a text, the longest first."""
    every = sorted(
        {*_KINDS, *(each for each in names if len(each) >= 2)}, key=lambda name: (-len(name), name)
    )
    return re.compile("|".join(map(re.escape, every)))


_NO_NAMES = names_of(())


def of_the_matter(one: Said, names: Names | None = None) -> Codes:
    """The different pairs of a text that stand somewhere else than in the name of a place, in the order of the codes."""
    inside = np.zeros(len(one.read), bool)
    for found in (names or _NO_NAMES).finditer(one.read):
        inside[found.start() : found.end()] = True
    at = 0
    while (match := _NAMED.search(one.read, at)) is not None:
        at = match.end()
        name = _BEFORE.sub("", match["name"])[-_LONGEST:]
        if match["kind"] not in _ROADS or is_name(name):
            inside[match.end("name") - len(name) : match.end()] = True
    landmark = matter_of(one.read)
    inside |= np.array([own != left for own, left in zip(one.read, landmark, strict=True)], bool)
    codes = one.codes[~(inside[:-1] | inside[1:])] if len(one.read) > 1 else one.codes
    found_codes: Codes = np.unique(codes)
    return found_codes[found_codes > 0]
