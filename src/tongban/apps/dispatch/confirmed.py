"""Which categories people confirmed, as the ledger tells it: the only ones that may teach.

A category that stands in a form because it was offered there is nobody's judgement. It becomes one when a person
changes it, or when a unit that got the case by it takes the case and does not give it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import cast

import msgspec
from msgspec import Struct

from tongban.apps.office import Office
from tongban.kernel import shapes
from tongban.kernel.procedure.model import Kind


class Confirmed(Struct, frozen=True):
    """``corrected``: a person changed the category. ``took``: the unit that took the case by it, "" for none."""

    corrected: bool = False
    took: str = ""

    def __bool__(self) -> bool:
        return self.corrected or bool(self.took)


class _By(Struct, frozen=True):
    person: str = ""
    unit: str = ""


class _Follow(Struct, frozen=True):
    what: str = msgspec.field(name="is")
    unit: str = ""


class _Given(Struct, frozen=True):
    category: object = ""


class _Deed(Struct, frozen=True):
    by: _By
    to: str
    facts: _Given
    follows: tuple[_Follow, ...] = ()

    @property
    def held(self) -> Iterator[str]:
        return (each.unit for each in self.follows if each.what == "held")


class _Body(Struct, frozen=True):
    facts: _Deed


_read = shapes.reader(_Body)


def confirmed(here: Office, cases: Sequence[tuple[str, str, str, str]]) -> Mapping[str, Confirmed]:
    """For cases as (id, adoption, kind, home) what people confirmed of their categories."""
    sql = """SELECT chain::text, body FROM store_event
             WHERE county = %s AND chain = ANY (%s::uuid[]) AND kind = 'step' ORDER BY chain, seq"""
    rows = cast(list[tuple[str, str]], here.rows(sql, [here.county.code, [case for case, *_ in cases]]))
    deeds = {case: [_read(body).facts for _, body in told] for case, told in groupby(rows, key=itemgetter(0))}
    return {
        case: judged(deeds.get(case, ()), here.procedure(adoption).kinds[kind], home)
        for case, adoption, kind, home in cases
    }


def judged(deeds: Iterable[_Deed], kind: Kind, home: str) -> Confirmed:
    """What the deeds of one case confirm. Back in the phase in which it was received, a case was not taken."""
    category, first, holder, took, corrected = "", "", home, "", False
    for deed in deeds:
        first = first or kind.stages[deed.to].phase
        given = deed.facts.category
        if isinstance(given, str) and given and given != category:
            corrected = corrected or bool(category and deed.by.person)
            category = given
        if deed.by.person and deed.by.unit == holder != home:
            took = holder
        for unit in deed.held:
            if unit != home and unit != holder:
                holder, took = unit, ""
        if kind.stages[deed.to].phase == first:
            took = ""
    return Confirmed(corrected, took)
