"""Places of other counties that a text names: what must not be taken for a place of ours, and what a clerk is told.

Names of all counties stand in ``counties.txt``. A full name (义乌市) counts anywhere; a district (西湖区) behind its city
or in our own prefecture, for many are ordinary words; a name without 县 or 市 (江山贺村镇) in our own province, right in
front of a township. The rest of a text decides whether the matter is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path

from msgspec import Struct

_LIST = Path(__file__).with_name("counties.txt")
_ENDING = re.compile(r"[县市区旗州盟]")
_TOWNSHIP = re.compile(r"[\u4e00-\u9fff](?:镇|乡|街道)")
_SUFFIX = re.compile(r"(?:自治县|自治州|地区|[县市区旗州盟])$")
_SHORTEST, _LONGEST = 3, 15
"""Characters of a full name that counts: 和县 and 城区 are ordinary words."""
_LONGEST_TOWNSHIP = 3
"""Characters of a township's name in front of 镇."""
_WORD = re.compile(r"市(?:场|面|值|价|容|民)")
"""Where 市 belongs to the word that follows: 江山市场."""
_CITIES = re.compile(r"[上沿滨临大古新老]$")
"""In front of a name that ends with 城市: 沿海城市 names no 海城市."""
_HAN = "[\u4e00-\u9fff0]"
_WITHIN = tuple(
    re.compile(pattern)
    for pattern in (
        rf"的?(?!的){_HAN}{{1,4}}?(?:镇|乡|街道)",
        r"城区|城(?!市)|境内",
        rf"的?(?!的){_HAN}{{1,8}}?(?:村|社区|居委会|(?<![铁公])路(?![过上面边灯])|大道|街|巷|小区|花园|家园|公寓|工业园|开发区|广场|工地)",
    )
)
"""A place within the county, right behind its name: a township before others."""
_IN = re.compile(r"(?:在|住|家住|位于|地处)$")
_AWAY = re.compile(r"(?:那边)?(?:打工|务工|工作|上班|上学|读书|就医|看病|住院|做生意|经商|当兵|服役|出差)")
"""Why somebody is there whose matter may be at home."""
_OF = re.compile(r"是$")
_OF_IT = re.compile(r"的(?![\u4e00-\u9fff])|这里|这边|当地|本地")
_BEGINS = re.compile(r"(?:^|[^\u4e00-\u9fff]|[在是到去从于们住的往省市])$")
"""In front of a name that is said without 县 or 市."""
_NO_TOWNSHIP = re.compile(r"[^\u4e00-\u9fff]|[区路街至到和与小]")


class OtherPlace(Struct, frozen=True):
    """A place of another county: the words that name it, what the county is called in full, and whether the words go on to a
    place within it (``within``), which leaves hardly a doubt."""

    words: str
    county: str
    within: bool


class _County(Struct, frozen=True):
    name: str
    city: str
    province: str

    @property
    def above(self) -> str:
        return self.city or self.province

    @property
    def whole(self) -> str:
        city = "" if self.city == self.name else self.city
        return f"{self.province}{city}{self.name}"


class _Named(Struct, frozen=True):
    """Where a county is named, and what it is called in full ("whole"; as it was said where several are called so)."""

    begin: int
    end: int
    county: _County
    whole: str


@cache
def _listed() -> tuple[_County, ...]:
    """All counties and prefectures of the country."""
    found: list[_County] = []
    for line in _LIST.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            province, city, *counties = line.split(" ")
            city = "" if city == "-" else city
            found.extend(_County(name, city, province) for name in (*([city] if city else []), *counties))
    return tuple(found)


class Others(Struct, frozen=True, dict=True):
    """The counties that are not ours. ``own`` are the names of our county, of what lies around it, and of our townships;
    nothing is another's where ``county``, the name of ours, is in no list."""

    county: str
    own: frozenset[str]

    @cached_property
    def _home(self) -> _County | None:
        """Ours, as the list has it."""
        mine = [each for each in _listed() if each.name == self.county]
        return next((each for each in mine if each.city in self.own or each.province in self.own), None)

    @cached_property
    def _full(self) -> Mapping[str, tuple[_County, ...]]:
        """Names that stand for themselves."""
        home = self._home
        found: dict[str, tuple[_County, ...]] = {}
        for each in _listed() if home is not None else ():
            near = home is not None and each.city == home.city
            alone = near or not each.name.endswith("区")
            if alone and len(each.name) >= _SHORTEST and each.name not in self.own:
                found[each.name] = (*found.get(each.name, ()), each)
        return found

    @cached_property
    def _districts(self) -> Mapping[str, tuple[_County, ...]]:
        """Names that count behind their city's."""
        found: dict[str, tuple[_County, ...]] = {}
        for each in _listed() if self._home is not None else ():
            if each.name.endswith("区") and each.name not in self.own:
                found[each.name] = (*found.get(each.name, ()), each)
        return found

    @cached_property
    def _bare(self) -> Mapping[str, _County]:
        """What the counties and prefectures of our province are called without 县 and 市."""
        own = {_SUFFIX.sub("", name) for name in self.own}
        home = self._home
        found = {
            _SUFFIX.sub("", each.name): each
            for each in _listed()
            if home is not None and each.province == home.province
        }
        return {name: each for name, each in found.items() if len(name) >= 2 and name not in own}

    def before(self, read: str) -> bool:
        """Whether what stands right in front of a name (a text as ``alike`` reads it) names another county."""
        tail = read[-_LONGEST:]
        if tail.endswith("的"):
            tail = tail[:-1]
        return any(tail.endswith(name) for name in self._bare) or self._named(tail, len(tail)) is not None

    def find(self, text: str, read: str) -> OtherPlace | None:
        """The first place of another county that a text names; one that goes on to a place within comes before others."""
        named = [each for match in _ENDING.finditer(read) if (each := self._named(read, match.end()))]
        # Of 金华市义乌市 the second, of 杭州市西湖区 the whole.
        smallest = [one for one in named if not any(two.begin <= one.end < two.end for two in named)]
        told = [self._told(text, read, one) for one in smallest]
        told += [self._bare_at(text, read, match) for match in _TOWNSHIP.finditer(read)]
        found = [each for each in told if each is not None]
        return next((each for each in found if each.within), found[0] if found else None)

    def _named(self, read: str, end: int) -> _Named | None:
        """The longest name that ends there."""
        if _WORD.match(read, end - 1):
            return None
        for length in range(min(_LONGEST, end), _SHORTEST - 1, -1):
            begin = end - length
            name = read[begin:end]
            alone = self._full.get(name, ())
            if alone and not (name.endswith("城市") and _CITIES.search(read[:begin])):
                return _Named(begin, end, alone[0], alone[0].whole if len(alone) == 1 else name)
            for each in self._districts.get(name, ()):
                for city in (each.above, _SUFFIX.sub("", each.above)):
                    if city not in self.own and read.endswith(city, 0, begin):
                        return _Named(begin - len(city), end, each, each.whole)
        return None

    def _told(self, text: str, read: str, named: _Named) -> OtherPlace | None:
        begin, end = named.begin, named.end
        places = (pattern.match(read, end) for pattern in _WITHIN)
        place = next((each for each in places if each is not None), None)
        if place is not None and not self._ours(place[0]):
            return OtherPlace(text[begin : place.end()], named.whole, within=True)
        before = read[:begin].removesuffix(named.county.city).removesuffix(named.county.province)
        if (_IN.search(before) and not _AWAY.match(read, end)) or (
            _OF.search(before) and _OF_IT.match(read, end)
        ):
            return OtherPlace(text[begin:end], named.whole, within=False)
        return None

    def _bare_at(self, text: str, read: str, match: re.Match[str]) -> OtherPlace | None:
        """江山贺村镇: a name of our province without 市, then a township that is none of ours."""
        for length in range(1, _LONGEST_TOWNSHIP + 1):
            begin = match.start() + 1 - length
            if (
                begin < 0
                or _NO_TOWNSHIP.search(read, begin, match.start() + 1)
                or self._ours(read[begin : match.end()])
            ):
                return None
            for name, county in self._bare.items():
                if read.endswith(name, 0, begin) and _BEGINS.search(read[: begin - len(name)]):
                    return OtherPlace(text[begin - len(name) : match.end()], county.whole, within=True)
        return None

    def _ours(self, words: str) -> bool:
        return any(name in words for name in self.own)


def others_than(county: str, own: Iterable[str]) -> Others:
    return Others(county, frozenset(own))
