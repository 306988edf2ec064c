"""Finding an entry by the words people have for what happened to them.

Chinese has no spaces, so words are looked for by pairs of neighbouring characters, Latin ones whole. What few entries
hold says more than what all hold, a title more than an explanation. Nothing is learnt and nothing is kept of what
somebody looked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import log

from msgspec import Struct

from tongban.apps.catalogue.rows import Catalogue, Row, spoken

LONGEST = 40
"""Characters of a question."""
MOST = 16
"""Pairs and words of a question that are looked for."""
ENOUGH = 0.5
"""The share of a question, by what its parts say, that an entry must hold."""
NEAR = 0.2
"""The share that is enough where nothing holds more: then it is said that these are only like it."""
TITLE, SITUATIONS = 3.0, 2.5
"""How much more a part says in a title, or among the words of people, than elsewhere."""
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
    spec = catalogue.spec
    offered = (row for row in catalogue.rows.values() if not catalogue.withdrawn(row, today))
    called = catalogue.rows.get(question.words.strip())
    if called is not None:
        scores, near = [(called, 1.0)], False
    else:
        scores, near = _scores(catalogue, parts_of(question.words), tuple(offered))
    in_group = [row for row, _ in scores if not question.group or question.group in row.codes(spec.groups)]
    in_level = [row for row, _ in scores if not question.level or row.words(spec.level, "") == question.level]
    kept = {row.code for row in in_level}
    score = {row.code: n for row, n in scores}
    return Answer(
        rows=tuple(
            sorted(
                (row for row in in_group if row.code in kept),
                key=lambda row: (-score[row.code], -popular.get(row.code, 0)),
            )
        ),
        groups=Counter(code for row in in_level for code in row.codes(spec.groups)),
        levels=Counter(row.words(spec.level, "") for row in in_group),
        near=near,
    )


def parts_of(words: str) -> tuple[str, ...]:
    """What a question is looked for by: pairs of characters, and Latin words as they stand in a searched text."""
    found: dict[str, None] = {}
    for run in spoken(words[:LONGEST]).split():
        if run.isascii():
            found[f" {run}" if len(run) >= PREFIX else f" {run} "] = None
        elif len(run) == 1:
            found[run] = None
        else:
            found.update(dict.fromkeys(run[at : at + 2] for at in range(len(run) - 1)))
    return tuple(found)[:MOST]


def _scores(
    catalogue: Catalogue, parts: tuple[str, ...], rows: tuple[Row, ...]
) -> tuple[list[tuple[Row, float]], bool]:
    """The rows that hold enough of the parts with how well they fit; else those that hold some."""
    if not parts:
        return [(row, 0.0) for row in rows], False
    texts = [catalogue.found[row.code] for row in rows]
    holding = {part: [n for n, text in enumerate(texts) if part in text.all] for part in parts}
    weights = {part: log(1 + len(rows) / len(found)) for part, found in holding.items() if found}
    unknown = (len(parts) - len(weights)) * log(1 + len(rows)) * 0.25
    whole = sum(weights.values()) + unknown
    held, scored = [0.0] * len(rows), [0.0] * len(rows)
    for part, weight in weights.items():
        for n in holding[part]:
            held[n] += weight
            scored[n] += weight * _place(part, texts[n].title, texts[n].situations)
    for least, near in ((ENOUGH, False), (NEAR, True)):
        if found := list(_reaching(rows, held, scored, whole * least)):
            return found, near
    return [], False


def _place(part: str, title: str, situations: str) -> float:
    if part in title:
        return TITLE
    return SITUATIONS if part in situations else 1.0


def _reaching(
    rows: Iterable[Row], held: list[float], scored: list[float], least: float
) -> Iterator[tuple[Row, float]]:
    return ((row, scored[n]) for n, row in enumerate(rows) if held[n] > 0 and held[n] >= least)
