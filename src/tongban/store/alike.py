"""Published texts like what somebody is writing: shown before it is sent, or nothing at all.

A message and a text are compared by their pairs of neighbouring characters. A pair weighs by how few texts
have it (after Robertson and Zaragoza 2009, BM25, with every pair counted once), and only as far as its
characters are about something: "三个" and "什么" are in every message and about none. What stands at
the head of a title is what a text is about, so it counts more there; a long text has more of everything, so
it counts less.
Something unlike is worse than nothing: a text is shown only if it shares a good part of all that was said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from math import log
from typing import cast

from msgspec import Struct

from tongban.store.empty import EMPTY
from tongban.store.journal import Journal
from tongban.store.search import folded, pairs, simplified

LONGEST = 400
"""Characters of a message that are compared."""
HEAVIEST = 60
"""How many pairs of a long message are compared."""
LOOKED_AT = 800
"""How many texts are compared with a message: those that share its rarest pairs."""
LEAST = {1: 0.5, 2: 0.25}
"""The part of what a message says that a text must share: by one word alone, and by several."""
AT_LEAST = 0.4
"""What it must share in any case, as a part of what a pair weighs that one text has."""
ENOUGH = 6.0
"""No message says more than so many pairs that one text has: a long one need not be shared to the same part."""
HEAD = 40
"""Characters of a title that say what a text is about: what comes later is told beside it."""
OUTSIDE = 0.6
"""What a pair counts that is not in the head."""
LENGTH = 0.3
"""How far a text's length counts against it: 0 not at all, 1 fully."""
SAME_PLACE = 1.2
"""How much likelier a text of the same place is."""
REPEATED = 0.6
"""Two texts that share this part of their pairs tell the same."""
RANKED = 24
"""How many titles of the likest are looked through for repeats."""
HALF_EMPTY = 0.3
"""What a pair counts of which one character is about nothing."""


class _Text(Struct, frozen=True):
    chain: str
    division: str
    title: str
    plain: str
    since: datetime


def alike(journal: Journal, what: str, words: str, division: str, most: int) -> tuple[str, ...]:
    """Cases whose published text is like these words, the likest first; of repeats one, of the same place first."""
    every = pairs(simplified(words[:LONGEST]))
    asked = [pair for pair in every if fullness(pair)]
    often = _often(journal, what, asked)
    total = often.get("", 0)
    if not asked or not total:
        return ()
    weighed = {pair: fullness(pair) * log(1 + total / max(1, often.get(pair, 0))) for pair in asked}
    weights = dict(sorted(weighed.items(), key=lambda each: -each[1])[:HEAVIEST])
    near = _near(journal, what, sorted((often[pair], pair) for pair in asked if often.get(pair)))
    if not near:
        return ()
    rare = log(1 + total)
    said = min(sum(weights.values()), ENOUGH * rare)
    mean = sum(len(text.plain) for text in near) / len(near)
    ranked: list[tuple[float, datetime, _Text]] = []
    for text in near:
        score = likeness(weights, text.title, text.plain) / (
            1 - LENGTH + LENGTH * max(1.0, len(text.plain) / mean)
        )
        least = LEAST[min(2, _words_shared(every, text.plain))] if score >= AT_LEAST * rare else 0
        if least and score >= least * said:
            ranked.append(
                (score * (SAME_PLACE if division and text.division == division else 1), text.since, text)
            )
    ranked.sort(key=lambda each: each[:2], reverse=True)
    return tuple(text.chain for text in _once([text for *_, text in ranked], most))


def fullness(pair: str) -> float:
    """How far a pair is about something: 1, ``HALF_EMPTY``, or 0 where no character is."""
    if len(pair) != 2:
        return 0.0 if pair in EMPTY or pair.isdecimal() else 1.0
    full = sum(char not in EMPTY and not char.isdecimal() for char in pair)
    return (0.0, HALF_EMPTY, 1.0)[full]


def likeness(weights: Mapping[str, float], title: str, plain: str) -> float:
    """The weight of all that a text shares."""
    named = folded(title[:HEAD])
    return sum(
        weight * (1 if pair in named else OUTSIDE) for pair, weight in weights.items() if pair in plain
    )


def _words_shared(every: Sequence[str], plain: str) -> int:
    """Roughly how many words of a message stand in a text, at least 1: pairs beside each other are one word."""
    shared = [fullness(pair) == 1 and pair in plain for pair in every]
    return max(1, sum(now and not before for before, now in pairwise([False, *shared])))


def _often(journal: Journal, what: str, asked: list[str]) -> Mapping[str, int]:
    """In how many texts each of these pairs stands, and as "" how many texts there are."""
    sql = (
        "SELECT pair, n FROM store_pair WHERE county = %s AND what = %s AND pair = ANY (%s::text[]) AND n > 0"
    )
    return dict(cast(list[tuple[str, int]], journal.query(sql, (journal.county, what, ["", *asked]))))


def _near(journal: Journal, what: str, rarest: list[tuple[int, str]]) -> list[_Text]:
    """The texts that share the rarest pairs, about ``LOOKED_AT`` at most."""
    wanted, left = [], LOOKED_AT
    for n, pair in rarest:
        if n > left:
            break
        wanted.append(f"'{pair}'")
        left -= n
    if not wanted:
        return []
    sql = """
        SELECT chain::text, division, title, plain, since FROM store_public
        WHERE county = %s AND what = %s AND (until IS NULL OR until > now()) AND vector @@ %s::text::tsquery
    """
    rows = journal.query(sql, (journal.county, what, " | ".join(wanted)))
    return [_Text(*row) for row in cast(list[tuple[str, str, str, str, datetime]], rows)]


def _once(ranked: list[_Text], most: int) -> list[_Text]:
    """The first, without those that tell what a likelier one tells already, of another place or person."""
    kept: list[tuple[frozenset[str], frozenset[str], _Text]] = []
    titles: set[str] = set()
    compared = 0
    for text in ranked:
        if len(kept) == most or compared == RANKED:
            break
        if text.title in titles:
            continue
        titles.add(text.title)
        compared += 1
        title, plain = frozenset(pairs(text.title)), frozenset(pairs(text.plain))
        if not any(_repeats(title, named) or _repeats(plain, told) for named, told, _ in kept):
            kept.append((title, plain, text))
    return [text for *_, text in kept]


def _repeats(own: frozenset[str], other: frozenset[str]) -> bool:
    return len(own & other) >= REPEATED * len(own | other)
