"""The promises of past cases: every lap of a promised clock, and what was known of the case when it began.

Reads of each step only what can bear on a promise (answers, counts, who held it); how the laps themselves
went stands in the case's row already. That is a tenth of the work of folding every case anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import cast

import msgspec
from msgspec import Struct

from tongban.apps.registry.progress import Say
from tongban.kernel.case import Case, ClockState
from tongban.kernel.events import ClockEnded, ClockStarted, Held
from tongban.kernel.procedure.evolve import RESERVED
from tongban.kernel.record import NAMES, case_from
from tongban.kernel.value import Facts, Value
from tongban.store.batch import STEP
from tongban.store.journal import Journal

SET = 200
"""Cases whose steps are read at once."""
STARTED, ENDED, HELD = NAMES[ClockStarted], NAMES[ClockEnded], NAMES[Held]
_CASES = """
    SELECT id::text, state FROM store_case
    WHERE county = %s AND practice = %s AND opened_at >= %s ORDER BY opened_at DESC LIMIT %s
"""
_STEPS = """
    SELECT chain::text, '[' || string_agg(body, ',' ORDER BY seq) || ']' FROM store_event
    WHERE county = %s AND chain = ANY (%s::uuid[]) AND kind = %s GROUP BY chain
"""


class _Follow(msgspec.Struct):
    """A consequence, as far as it starts or ends a clock or gives the case away."""

    what: str = msgspec.field(name="is")
    clock: str = ""
    lap: int = 0
    unit: str = ""


class _Opened(msgspec.Struct):
    division: str


class _Deed(msgspec.Struct):
    step: str
    facts: dict[str, object]
    source: str = msgspec.field(name="from", default="")
    follows: list[_Follow] = []
    opened: _Opened | None = None


class _Body(msgspec.Struct):
    facts: _Deed
    sealed: dict[str, str]


_read = msgspec.json.Decoder(list[_Body]).decode


class Lap(Struct, frozen=True):
    """One lap of a clock. ``then`` is the case as it was when the lap began, with the answers of that step;
    its clocks are left out. ``holder`` had it when the lap ended, or has it now."""

    state: ClockState
    then: Case
    holder: str


def cases(journal: Journal, practice: str, since: datetime, most: int) -> list[Case]:
    """Cases of a practice opened since then, the newest first, at most so many."""
    rows = journal.query(_CASES, (journal.county, practice, since, most))
    return [case_from(cast(str, state)) for _, state in rows]


def laps(journal: Journal, past: list[Case], clocks: Mapping[str, frozenset[str]], say: Say) -> Iterator[Lap]:
    """Every lap that these cases saw of some clocks; ``clocks`` names them for each kind."""
    for start in range(0, len(past), SET):
        some = {case.id: case for case in past[start : start + SET]}
        for chain, bodies in journal.query(_STEPS, (journal.county, list(some), STEP)):
            case = some[cast(str, chain)]
            yield from _laps(case, _read(cast(str, bodies)), clocks[case.kind])
        say("adoption.replaying", min(start + SET, len(past)), len(past))


def _laps(case: Case, steps: list[_Body], clocks: frozenset[str]) -> Iterator[Lap]:
    """The laps of one case, from its steps in their order."""
    facts: Mapping[str, object] = {}
    given: frozenset[str] = frozenset()
    counts: dict[str, int] = {}
    holder, division = case.home, case.division
    began: dict[tuple[str, int], Case] = {}
    ended: dict[tuple[str, int], str] = {}
    present: dict[str, int] = {}
    for body in steps:
        deed = body.facts
        known, named = {**facts, **deed.facts}, given | body.sealed.keys()
        before = holder
        division = deed.opened.division if deed.opened is not None else division
        for follow in deed.follows:
            if follow.what == STARTED and follow.clock in clocks:
                present[follow.clock] = follow.lap
                began[follow.clock, follow.lap] = msgspec.structs.replace(
                    case,
                    facts=_values(known),
                    given=named,
                    counts=dict(counts),
                    stage=deed.source,
                    holder=before,
                    division=division,
                    clocks=(),
                    outcome="",
                )
            elif follow.what == ENDED:
                ended[follow.clock, present.get(follow.clock, 0)] = before
            elif follow.what == HELD:
                holder = follow.unit
        facts, given = (facts if deed.step in RESERVED else known), named
        counts[deed.step] = counts.get(deed.step, 0) + 1
        division = str(deed.facts.get("division") or division)
    for state in case.clocks:
        then = began.get((state.clock, state.lap))
        if then is not None:
            yield Lap(state, then, ended.get((state.clock, state.lap), case.holder))


def _values(facts: Mapping[str, object]) -> Facts:
    """Answers as they were: JSON made lists of the tuples in them."""
    return {name: cast(Value, tuple(v) if isinstance(v, list) else v) for name, v in facts.items()}
