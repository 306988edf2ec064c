"""Which division a text speaks of: names of the county's own townships and villages, found with care.

A wrong division sends a case to the wrong township, so what could be elsewhere is not taken: a name
behind another county or another township, a name that several of our townships have, and a name that
is an ordinary word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from tongban.apps.dispatch.characters import LONGEST, alike
from tongban.kernel.county import Level

_OFFICE = re.compile(r"(?<=村)(民委员会|委会)$|(居民委员会|居委会)$")
_ELSEWHERE = re.compile(
    r"([\u4e00-\u9fff]{2,3})(县|市|区|镇|乡|街道)"
    r"(?:[\u4e00-\u9fff]{2,4}(?:镇|乡|街道))?(?:的|下面的|境内)?$"
)
_ORDINARY = frozenset({"新建村", "新村", "中心村", "和谐社区"})
"""Names that are also ordinary words: taken only right behind their township."""
_NOBODYS = ("我们", "咱们", "本", "这个", "我", "你们", "该", "全", "在", "是", "住", "超", "城", "菜", "小")
"""What stands before 县, 镇, 乡 … without naming one: 我们镇, 本县, 超市, 小区."""


@dataclass(frozen=True, slots=True)
class NamedDivision:
    """A division as the register has it; ``short`` is the everyday name ("" when there is none)."""

    code: str
    name: str
    level: Level
    parent: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class FoundDivision:
    """The division's code and the words of the text that named it."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class _Mention:
    """A name in a text and the divisions that have it."""

    codes: tuple[str, ...]
    begin: int
    end: int


@dataclass(frozen=True)
class Gazetteer:
    """Names of one county's divisions, ready to be found."""

    divisions: Mapping[str, NamedDivision]

    @classmethod
    def of(cls, divisions: Iterable[NamedDivision]) -> Self:
        return cls({each.code: each for each in divisions})

    @cached_property
    def _codes(self) -> Mapping[str, tuple[str, ...]]:
        """Every name a village or township goes by, with the codes that have it."""
        found: dict[str, list[str]] = {}
        for each in self.divisions.values():
            if each.level in (Level.TOWNSHIP, Level.VILLAGE):
                for name in {each.name, each.short, _OFFICE.sub("", each.name)}:
                    if len(name) > 2:
                        found.setdefault(alike(name), []).append(each.code)
        return {name: tuple(codes) for name, codes in found.items()}

    @cached_property
    def _names(self) -> re.Pattern[str]:
        names = sorted(self._codes, key=lambda name: (-len(name), name))
        return re.compile("|".join(map(re.escape, names)) or r"(?!)")

    @cached_property
    def _own(self) -> tuple[str, ...]:
        """Our county, what lies around it, and our townships: what may stand before a name of ours."""
        around = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWNSHIP)
        return tuple(alike(each.name) for each in self.divisions.values() if each.level in around)

    def find(self, *texts: str) -> FoundDivision | None:
        """The smallest division that the texts name without doubt; earlier texts count first."""
        for text in texts:
            found = self._find(text[:LONGEST])
            if found is not None:
                return found
        return None

    def _find(self, text: str) -> FoundDivision | None:
        read = alike(text)
        mentions = [
            _Mention(self._codes[match[0]], *match.span())
            for match in self._names.finditer(read)
            if not self._elsewhere(read[: match.start()])
        ]
        townships = {
            code for each in mentions for code in each.codes if self.divisions[code].level is Level.TOWNSHIP
        }
        sure: list[tuple[str, _Mention]] = []
        for n, each in enumerate(mentions):
            code = self._one(read, each, townships, mentions[n - 1] if n else None)
            if code:
                sure.append((code, each))
        villages = [pair for pair in sure if self.divisions[pair[0]].level is Level.VILLAGE]
        ranked = villages or sure
        if not ranked:
            return None
        often = Counter(code for code, _ in ranked)
        code, mention = max(ranked, key=lambda pair: (often[pair[0]], -pair[1].begin))
        return FoundDivision(code, text[mention.begin : mention.end])

    def _one(self, read: str, mention: _Mention, townships: set[str], before: _Mention | None) -> str:
        """The one division that is meant, "" when that is in doubt."""
        name = read[mention.begin : mention.end]
        behind = before.codes if before is not None and before.end == mention.begin else ()
        parents = {code: self.divisions[code].parent for code in mention.codes}
        if behind and self.divisions[behind[0]].level is Level.TOWNSHIP:
            return next((code for code, parent in parents.items() if parent in behind), "")
        if name in _ORDINARY:
            return ""
        if len(mention.codes) == 1:
            return mention.codes[0]
        within = [code for code, parent in parents.items() if parent in townships]
        return within[0] if len(within) == 1 else ""

    def _elsewhere(self, before: str) -> bool:
        """Whether the words right before a name put it into another county or township."""
        tail = before[-12:]
        match = _ELSEWHERE.search(tail)
        if match is None or any(own.endswith(match[1] + match[2]) for own in self._own):
            return False
        if any(tail.endswith(own) for own in self._own):
            return False
        return not match[1].endswith(_NOBODYS)
