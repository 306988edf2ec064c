"""The steps of past cases retold: what was known at each, without folding every case anew.

Reads of each step only what can bear on a decision that is tried again (answers, counts, who held it, whom it was about). That
is a tenth of the work of a whole fold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

import msgspec

from tongban.kernel import shapes
from tongban.kernel.case import Case, Visit
from tongban.kernel.procedure.evolve import RESERVED
from tongban.kernel.value import Facts, Value
from tongban.store.batch import STEP
from tongban.store.journal import Journal

LAST = 2_147_483_647
_STEPS = """
    SELECT chain::text, '[' || string_agg(body, ',' ORDER BY seq) || ']' FROM store_event
    WHERE county = %s AND chain = ANY (%s::uuid[]) AND kind = %s AND seq <= %s GROUP BY chain
"""


class Follow(msgspec.Struct):
    """A consequence, as far as it starts or ends a clock, gives the case away, is a visit or says whom it is about."""

    what: str = msgspec.field(name="is")
    clock: str = ""
    lap: int = 0
    unit: str = ""
    why: str = ""
    told: bool = False
    units: tuple[str, ...] = ()


class Opened(msgspec.Struct):
    division: str


class Deed(msgspec.Struct):
    step: str
    facts: dict[str, object]
    source: str = msgspec.field(name="from", default="")
    follows: list[Follow] = []
    opened: Opened | None = None


class Entry(msgspec.Struct):
    at: datetime


class Body(msgspec.Struct):
    """One step as the ledger keeps it; ``sealed`` names the answers that are kept elsewhere."""

    entry: Entry
    facts: Deed
    sealed: dict[str, str]


_read = shapes.reader(list[Body])


def steps_of(journal: Journal, ids: Sequence[str], upto: int = LAST) -> Iterator[tuple[str, list[Body]]]:
    """The steps of each of these cases in their order, at most ``upto`` of each."""
    if ids:
        for chain, bodies in journal.query(_STEPS, (journal.county, list(ids), STEP, upto)):
            yield cast(str, chain), _read(cast(str, bodies))


class Retold:
    """What is known of a case while its steps are retold: ``meet`` each before it is looked at, ``pass_by`` it afterwards."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.known: Mapping[str, object] = {}
        """answers, those of the step that was met among them"""
        self.named: frozenset[str] = frozenset()
        self.division = case.division
        self._facts: Mapping[str, object] = {}
        self._counts: dict[str, int] = {}
        self._replaced: dict[str, int] = {}
        self._visits: tuple[Visit, ...] = ()

    def meet(self, body: Body) -> Deed:
        deed = body.facts
        self.known = {**self._facts, **deed.facts}
        self.named = self.named | body.sealed.keys()
        if deed.opened is not None:
            self.division = deed.opened.division
        return deed

    def at(self, deed: Deed, holder: str, recused: tuple[str, ...] | None = None) -> Case:
        """The case as it was when the step that was met was decided, with its answers; clocks are left out."""
        return msgspec.structs.replace(
            self.case,
            facts=_values(self.known),
            given=self.named,
            counts=dict(self._counts),
            replaced=self._totals(deed),
            stage=deed.source,
            holder=holder,
            division=self.division,
            recused=self.case.recused if recused is None else recused,
            clocks=(),
            visits=self._visits,
            outcome="",
        )

    def _totals(self, deed: Deed) -> dict[str, int]:
        """Of numbers that were answered again, this step's among them, the total of all answers but the latest."""
        again = {name: old for name in deed.facts if type(old := self._facts.get(name)) is int}
        return self._replaced | {name: self._replaced.get(name, 0) + old for name, old in again.items()}

    def pass_by(self, body: Body) -> None:
        deed = body.facts
        self._visits += tuple(
            Visit(body.entry.at, each.unit, each.why, each.told)
            for each in deed.follows
            if each.what == "visited"
        )
        if deed.step not in RESERVED:
            self._replaced = self._totals(deed)
            self._facts = self.known
        self._counts[deed.step] = self._counts.get(deed.step, 0) + 1
        self.division = str(deed.facts.get("division") or self.division)


def _values(facts: Mapping[str, object]) -> Facts:
    """Answers as they were: JSON made lists of the tuples in them."""
    return {name: cast(Value, tuple(v) if isinstance(v, list) else v) for name, v in facts.items()}
