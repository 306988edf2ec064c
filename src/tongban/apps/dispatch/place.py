"""Which division a text speaks of: names of the county's own townships and villages, found with care.

A wrong division sends a case to the wrong township, so what could be elsewhere is not taken: a name
behind another county or another township, a name that several of our townships have, and a name that
is an ordinary word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Self

from msgspec import Struct

from tongban.apps.dispatch.characters import LONGEST, alike
from tongban.apps.dispatch.elsewhere import OtherPlace, Others, others_than
from tongban.kernel.county import Level

_OFFICE = re.compile(r"(?<=村)(民委员会|委会)$|(居民委员会|居委会)$")
_ELSEWHERE = re.compile(
    r"([\u4e00-\u9fff]{2,3})(县|市|区|镇|乡|街道)"
    r"(?:[\u4e00-\u9fff]{2,4}(?:镇|乡|街道))?(?:的|下面的|境内)?$"
)
_ORDINARY = frozenset({"新建村", "新村", "中心村", "和谐社区"})
"""Names that are also ordinary words: taken only right behind their township."""
_ORDINARY_BARE = frozenset({"东方红", "九龙山", "常年青", "园区新", "红旗岗"})
"""The same without their suffix."""
_NOBODYS = ("我们", "咱们", "本", "这个", "我", "你们", "该", "全", "在", "是", "住", "超", "城", "菜", "小")
"""What stands before 县, 镇, 乡 … without naming one: 我们镇, 本县, 超市, 小区."""


_SUFFIX = re.compile(r"(?:街道|镇|乡|村|社区)$")
_INTRODUCED = re.compile(r"(?:^|[\s]|在|到|去|住|是|从|往|来自|位于|我们|县)$")
"""What stands before a name that is said without 镇 or 村: a beginning, or a word of place."""
_OTHERWISE = re.compile(
    r"路|街|巷|弄|道|大道|市|县|区|省|州|国|镇|乡|村|社区|小区|花园|家园|苑|公寓|新城|城|楼|大厦|广场|山庄|公园|湖|水库|河|江|桥|隧道|"
    r"站|医院|卫生|诊所|学校|中学|小学|大学|学院|幼儿|公司|集团|厂|店|超市|酒店|宾馆|饭|商|市场|银行|老师|医生|先生|女士|同志|板|材"
)
"""What makes another thing of such a name when it follows: 青石路, 新昌县, 青石板."""
_SHORTEST_VILLAGE, _SHORTEST_TOWNSHIP = 3, 2
"""Characters of a name without its suffix; two are an ordinary word in most villages' names."""


class NamedDivision(Struct, frozen=True):
    """A division as the register has it; ``short`` is the everyday name ("" when there is none)."""

    code: str
    name: str
    level: Level
    parent: str = ""
    short: str = ""


class FoundDivision(Struct, frozen=True):
    """The division's code and the words of the text that named it."""

    code: str
    words: str


class _Mention(Struct, frozen=True):
    """A name in a text and the divisions that have it."""

    codes: tuple[str, ...]
    begin: int
    end: int


class Gazetteer(Struct, frozen=True, dict=True):
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
    def _bare(self) -> Mapping[str, str]:
        """Names without 镇 or 村 that one division has; of a township and its own village, the township."""
        found: dict[str, set[str]] = {}
        for each in self.divisions.values():
            least = {Level.TOWNSHIP: _SHORTEST_TOWNSHIP, Level.VILLAGE: _SHORTEST_VILLAGE}.get(each.level)
            name = _SUFFIX.sub("", alike(_OFFICE.sub("", each.name)))
            if least is not None and len(name) >= least and name not in _ORDINARY_BARE:
                found.setdefault(name, set()).add(each.code)
        sure = {}
        for name, codes in found.items():
            widest = [code for code in codes if not codes & set(self._around(code))]
            if len(widest) == 1:
                sure[name] = widest[0]
        return sure

    def _around(self, code: str) -> Iterable[str]:
        """The codes of what lies around a division."""
        while code in self.divisions and self.divisions[code].parent:
            code = self.divisions[code].parent
            yield code

    @cached_property
    def _bare_names(self) -> re.Pattern[str]:
        names = sorted(self._bare, key=lambda name: (-len(name), name))
        return re.compile("|".join(map(re.escape, names)) or r"(?!)")

    def _find_bare(self, text: str, read: str) -> FoundDivision | None:
        """A division named without its suffix where a place is spoken of, and nothing else can be meant."""
        said: set[str] = set()
        introduced: list[tuple[str, int, int]] = []
        for match in self._bare_names.finditer(read):
            begin, end = match.span()
            if _OTHERWISE.match(read, end) or self._elsewhere(read[:begin]):
                continue
            said.add(self._bare[match[0]])
            if _INTRODUCED.search(read[max(0, begin - 2) : begin]):
                introduced.append((self._bare[match[0]], begin, end))
        widest = {around for code in said for around in self._around(code)}
        smallest = [each for each in introduced if each[0] not in widest]
        if len(said - widest) != 1 or not smallest:
            return None
        code, begin, end = smallest[0]
        return FoundDivision(code, text[begin:end])

    @cached_property
    def _names(self) -> re.Pattern[str]:
        names = sorted(self._codes, key=lambda name: (-len(name), name))
        return re.compile("|".join(map(re.escape, names)) or r"(?!)")

    @cached_property
    def _own(self) -> tuple[str, ...]:
        """Our county, what lies around it, and our townships: what may stand before a name of ours."""
        around = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWNSHIP)
        return tuple(alike(each.name) for each in self.divisions.values() if each.level in around)

    @cached_property
    def _others(self) -> Others:
        county = next(
            (alike(each.name) for each in self.divisions.values() if each.level is Level.COUNTY), ""
        )
        return others_than(county, self._own)

    def find(self, *texts: str) -> FoundDivision | None:
        """The smallest division that the texts name without doubt; earlier texts count first."""
        return self.look(*texts)[0]

    def look(self, *texts: str) -> tuple[FoundDivision | None, OtherPlace | None]:
        """The division of ours that the texts name without doubt, or the place of another county, or neither.

        Whole names come before names without 镇 or 村, wherever they stand. A village of ours that is named beside a
        place within another county is in doubt, unless our county or one of its townships is named too.
        """
        said = [(text[:LONGEST], alike(text[:LONGEST])) for text in texts if text]
        found = self._first(said)
        others = (self._others.find(text, read) for text, read in said)
        other = next((each for each in others if each is not None), None)
        if other is None or self._home_named(said) or (found and self._is_township(found.code)):
            return found, None
        return (None, other) if found is None or other.within else (found, None)

    def _first(self, said: list[tuple[str, str]]) -> FoundDivision | None:
        for look in (self._find, self._find_bare):
            for text, read in said:
                found = look(text, read)
                if found is not None:
                    return found
        return None

    def _is_township(self, code: str) -> bool:
        return self.divisions[code].level is Level.TOWNSHIP

    def _home_named(self, said: list[tuple[str, str]]) -> bool:
        """Whether our county or one of our townships is named."""
        within = (Level.COUNTY, Level.TOWNSHIP)
        names = {alike(each.name) for each in self.divisions.values() if each.level in within}
        names |= {alike(each.name)[:-1] for each in self.divisions.values() if each.level is Level.COUNTY}
        return any(name in read and len(name) >= _SHORTEST_TOWNSHIP for name in names for _, read in said)

    def _find(self, text: str, read: str) -> FoundDivision | None:
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
        if any(tail.endswith(own) for own in self._own):
            return False
        if self._others.before(tail):
            return True
        match = _ELSEWHERE.search(tail)
        if match is None or any(own.endswith(match[1] + match[2]) for own in self._own):
            return False
        return not match[1].endswith(_NOBODYS)
