"""The promises of past cases: every lap of a promised clock, and what was known of the case when it began.

Reads of each step only what can bear on a promise (answers, counts, who held it); how the laps themselves
went stands in the case's row already. That is a tenth of the work of folding every case anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.apps.registry.progress import Say
from tongban.kernel.case import Case, ClockState
from tongban.kernel.events import ClockEnded, ClockStarted, Held
from tongban.kernel.record import NAMES, case_from
from tongban.store.journal import Journal
from tongban.store.retold import Body, Retold, steps_of

SET = 200
"""Cases whose steps are read at once."""
STARTED, ENDED, HELD = NAMES[ClockStarted], NAMES[ClockEnded], NAMES[Held]
_CASES = """
    SELECT id::text, state FROM store_case
    WHERE county = %s AND practice = %s AND opened_at >= %s ORDER BY opened_at DESC LIMIT %s
"""


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
        for chain, steps in steps_of(journal, list(some)):
            case = some[chain]
            yield from _laps(case, steps, clocks[case.kind])
        say("adoption.replaying", min(start + SET, len(past)), len(past))


def _laps(case: Case, steps: list[Body], clocks: frozenset[str]) -> Iterator[Lap]:
    """The laps of one case, from its steps in their order."""
    told, holder = Retold(case), case.home
    began: dict[tuple[str, int], Case] = {}
    ended: dict[tuple[str, int], str] = {}
    present: dict[str, int] = {}
    for body in steps:
        deed, before = told.meet(body), holder
        for follow in deed.follows:
            if follow.what == STARTED and follow.clock in clocks:
                present[follow.clock] = follow.lap
                began[follow.clock, follow.lap] = told.at(deed, before)
            elif follow.what == ENDED:
                ended[follow.clock, present.get(follow.clock, 0)] = before
            elif follow.what == HELD:
                holder = follow.unit
        told.pass_by(body)
    for state in case.clocks:
        then = began.get((state.clock, state.lap))
        if then is not None:
            yield Lap(state, then, ended.get((state.clock, state.lap), case.holder))
