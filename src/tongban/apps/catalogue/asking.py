"""What a question says, and what it does not: words without meaning, and whether it asks to change or end a thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

_EMPTY = re.compile(
    "怎么办理|怎么办|怎么样|怎么|怎样|如何|请问|什么|哪里|哪儿|多少|我要|我想|想要|需要|可以|办理|了|吗|呢|吧|的"
    "|^(?:去|想|要|我)*办|(?<![开补换代主承创举民])办$"
)
"""Words that say nothing of what somebody is after; 办 only where it begins or ends what was said, and in no word of its own."""
_LATER: Mapping[str, tuple[str, str]] = {
    "change": ("变更|更正", "变|改|换|更正|change"),
    "end": ("注销|停发|终止|撤销", "注销|取消|停|终止|撤|销户|不做|不干|关门|cancel|end"),
    "again": ("补领|补办|补发|遗失", "补|丢|遗失|坏|挂失|lost|lose|replace|another"),
    "longer": ("换领|延续|延期|到期", "换|延|到期|过期|续|来不及|renew|expire|extend"),
    "look": ("查询|核验|复核", "查|核|结果|进度|真假|年审|认证|look|check|result"),
    "after_death": ("继承|死亡|遗体|遗产", "继承|死|去世|过世|遗|走了|inherit|die|death|dead"),
}
"""What comes later than the beginning of a thing: by what its title, and a question for it, are known."""
_TITLES = {kind: re.compile(title) for kind, (title, _) in _LATER.items()}
_ASKED = {kind: re.compile(asked) for kind, (_, asked) in _LATER.items()}


def telling(run: str) -> Iterator[str]:
    """What is left of one run of characters without the words that say nothing; the run itself where nothing is."""
    left = [piece for piece in _EMPTY.split(run) if piece]
    return iter(left or [run])


def later_of(title: str) -> frozenset[str]:
    """What an entry does to a thing that has begun; empty where it begins it."""
    return _kinds(tuple(kind for kind, known in _TITLES.items() if known.search(title)))


@cache
def _kinds(kinds: tuple[str, ...]) -> frozenset[str]:
    """One set for all entries that do the same: ten thousand rows hold a handful."""
    return frozenset(kinds)


def asked_for(words: str) -> frozenset[str]:
    """What a question asks to do with a thing that has begun."""
    return frozenset(kind for kind, known in _ASKED.items() if known.search(words))
