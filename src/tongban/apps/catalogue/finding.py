"""Finding an entry by the words people have for what happened to them.

Chinese has no spaces, so words are looked for by pairs of neighbouring characters, Latin ones whole. What few entries
hold says more than what all hold, a title more than an explanation. What begins a thing comes before what changes or ends it,
unless that is asked for, and a title that says nothing more than what was asked before one that says more. Nothing is learnt and nothing is kept of what
somebody looked for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from math import log

from msgspec import Struct

from tongban.apps.catalogue.asking import asked_for, telling
from tongban.apps.catalogue.rows import Catalogue, Found, Row, spoken

LONGEST = 40
"""Characters of a question."""
MOST = 12
"""Pairs and words of a question that are looked for."""
ENOUGH = 0.5
"""The share of a question, by what its parts say, that an entry must hold."""
NEAR = 0.2
"""The share that is enough where nothing holds more: then it is said that these are only like it."""
TITLE, SITUATIONS = 3.0, 2.5
"""How much more a part says in a title, or among the words of people, than elsewhere."""
ASKED, NOT_ASKED = 1.4, 0.6
"""What an entry is worth that does what was asked to a thing that has begun, and one that does what nobody asked for."""
PLAIN = 0.3
"""How much more a title is worth that says nothing but what was asked."""
PREFIX = 4
"""Letters from which on a word is found by its beginning, too: insur finds insurance, car no card."""


class Question(Struct, frozen=True):
    """What was asked: words, and the group and level to which the answer is narrowed ("" for all)."""

    words: str = ""
    group: str = ""
    level: str = ""


class Answer(Struct, frozen=True):
    """``rows`` are the best first. ``groups`` and ``levels`` count what the words alone find, narrowed by the other of both.

    ``near``: nothing holds enough of the words; these hold some.
    """

    rows: tuple[Row, ...]
    groups: Mapping[str, int]
    levels: Mapping[str, int]
    near: bool = False


def find(catalogue: Catalogue, question: Question, popular: Mapping[str, int], today: str) -> Answer:
    """The entries that are offered on a day and fit a question: by how well they fit, then by how often they are asked for.
    Whoever types the code of an entry wants that one, also where it is withdrawn."""
    every = catalogue.found
    called = question.words.strip()
    if called in every:
        scores, near = {called: 1.0}, False
    else:
        offered = [code for code, each in every.items() if not each.ended or each.ended > today]
        asked = asked_for(spoken(called[:LONGEST]))
        scores, near = _scores(catalogue, offered, parts_of(called), asked)
    group, level = question.group, question.level
    in_group = [code for code in scores if group in every[code].groups] if group else list(scores)
    in_level = [code for code in scores if every[code].level == level] if level else list(scores)
    kept = [code for code in in_group if every[code].level == level] if level else in_group
    if popular:
        kept = sorted(kept, key=lambda code: popular.get(code, 0), reverse=True)
    best = sorted(kept, key=scores.__getitem__, reverse=True)
    return Answer(
        rows=tuple(catalogue.rows[code] for code in best),
        groups=Counter(chain.from_iterable(every[code].groups for code in in_level)),
        levels=Counter(every[code].level for code in in_group),
        near=near,
    )


def parts_of(words: str) -> tuple[str, ...]:
    """What a question is looked for by: pairs of characters, and Latin words as they stand in a searched text."""
    found: dict[str, None] = {}
    for run in spoken(words[:LONGEST]).split():
        if run.isascii():
            found[f" {run}" if len(run) >= PREFIX else f" {run} "] = None
        else:
            found.update(dict.fromkeys(pair for left in telling(run) for pair in _pairs(left)))
    return tuple(found)[:MOST]


def _pairs(run: str) -> tuple[str, ...]:
    return tuple(run[at : at + 2] for at in range(len(run) - 1)) or (run,)


def _scores(
    catalogue: Catalogue, offered: Sequence[str], parts: tuple[str, ...], asked: frozenset[str]
) -> tuple[dict[str, float], bool]:
    """How well those that hold enough of the parts fit, by code; else those that hold some."""
    if not parts:
        return dict.fromkeys(offered, 0.0), False
    every = catalogue.found
    most = len(every) / 2
    telling = tuple(part for part in parts if not part.isascii() or catalogue.text.whole.count(part) <= most)
    parts = telling or parts  # what every other entry says (and, the, one) tells none from another
    holding = {part: list(catalogue.text.holding(part)) for part in parts}
    weights = {part: log(1 + len(offered) / len(found)) for part, found in holding.items() if found}
    unknown = (len(parts) - len(weights)) * log(1 + len(offered)) * 0.25
    whole = sum(weights.values()) + unknown
    held, scored = defaultdict[str, float](float), defaultdict[str, float](float)
    entitled = defaultdict[str, int](int)
    for part, weight in weights.items():
        pair, title, people = not part.isascii(), weight * TITLE, weight * SITUATIONS
        for code in holding[part]:
            held[code] += weight
            found = every[code]
            if part in found.title:
                scored[code] += title
                entitled[code] += pair
            else:
                scored[code] += people if part in found.situations else weight
    for least, near in ((ENOUGH, False), (NEAR, True)):
        enough = whole * least
        if fitting := [code for code in offered if code in held and held[code] >= enough]:
            return {
                code: scored[code] * _worth(every[code], asked, entitled.get(code, 0)) for code in fitting
            }, near
    return {}, False


def _worth(found: Found, asked: frozenset[str], entitled: int) -> float:
    """What a score is worth by what the entry does to the thing, and by how much of its title was asked for."""
    worth = 1.0
    if found.later:
        worth = NOT_ASKED if found.later.isdisjoint(asked) else ASKED
    if entitled and found.length:
        worth *= 1 + PLAIN * min(1.0, (entitled + 1) / found.length)
    return worth
