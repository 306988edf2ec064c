"""Boards bound to a county's settings, and what makes an item honest: nobody can have written its figure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from tongban.kernel.procedure.model import Relation
from tongban.kernel.value import Facts
from tongban.library.practice import Practice
from tongban.library.shape.rules import IndicatorSpec
from tongban.library.shape.written import NumberSpec

TOTAL = 100
"""What the weights of a board add up to, whatever a county sets."""
_ANSWER = re.compile(r"\b(?:facts|sum|given)\.([a-z][a-z0-9_]*)")
_DRAWN = re.compile(r"\(?\s{0,20}drawn\.[a-z][a-z0-9_]*\s{0,20}\)?")
_ANSWERERS = (Relation.REQUESTER, Relation.ANYONE)


class Item(Struct, frozen=True):
    """``sampled``: only whom chance drew may be counted."""

    id: str
    practice: str
    indicator: str
    weight: int
    sampled: bool

    @property
    def name(self) -> str:
        return f"{self.practice}.{self.indicator}"


class Board(Struct, frozen=True):
    """``compares`` are kinds of units, each compared with its like; ``period`` is week, month, quarter or year."""

    id: str
    compares: tuple[str, ...]
    period: str
    items: tuple[Item, ...]


def boards_of(practice: Practice, values: Facts) -> Mapping[str, Board]:
    """The boards of a practice under settled settings. An item of no weight is left out."""
    found: dict[str, Board] = {}
    for name, spec in practice.boards.items():
        items = []
        for item, said in spec.items.items():
            of, _, indicator = said.indicator.rpartition(".")
            weight = weight_of(said.weight, values)
            if weight > 0:
                items.append(Item(item, of or practice.id, indicator, weight, said.sampled))
        found[name] = Board(name, spec.compares, spec.period, tuple(items))
    return found


def weight_of(said: NumberSpec, values: Facts) -> int:
    value = said.number if said.setting is None else values.get(said.setting)
    return (value if isinstance(value, int) else 0) + said.plus


def by_hand(practice: Practice, indicator: IndicatorSpec) -> tuple[str, ...]:
    """The answers that an indicator looks at and that somebody else than the requester may write.

    What is left is honest: steps, clocks, outcomes and what the requester answers.
    """
    kind = practice.kinds.get(indicator.of)
    if kind is None:
        return ()
    ours: set[str] = set()
    for step in kind.steps.values():
        if not any(who.relation in _ANSWERERS for who in step.by):
            ours |= {field.id for field in practice.forms.get(step.form or "", ())}
    looked_at = (name for source in sources(indicator) for name in _ANSWER.findall(source))
    return tuple(dict.fromkeys(name for name in looked_at if name in ours))


def sources(indicator: IndicatorSpec) -> Iterator[str]:
    """Every expression of an indicator, as it is written."""
    said = (indicator.denominator, indicator.numerator, indicator.adds, indicator.over)
    yield from (each for each in said if each is not None)
    yield from (each.when for each in indicator.exclusions)


def only_drawn(indicator: IndicatorSpec) -> bool:
    """Whether its denominator holds for nobody whom chance did not draw: ``drawn.<sample>`` is one of its conditions."""
    parts = list(_conditions(indicator.denominator))
    return any(_DRAWN.fullmatch(part) for part in parts)


def _conditions(source: str) -> Iterator[str]:
    """What all must hold, where a source says nothing but ``a && b && c``; the whole source otherwise."""
    depth, start, parts = 0, 0, []
    for n, sign in enumerate(source):
        depth += (sign in "([") - (sign in ")]")
        if depth == 0 and source.startswith(("||", "?"), n):
            yield source
            return
        if depth == 0 and source.startswith("&&", n):
            parts.append(source[start:n].strip())
            start = n + 2
    yield from (*parts, source[start:].strip())
