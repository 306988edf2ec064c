"""The sweep: acts on every deadline that has run out, in sets. Reads only what is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from msgspec import Struct

from tongban.apps.casework.scenes import climbing, prepared
from tongban.apps.observing.parts import part
from tongban.apps.office import Office, office
from tongban.kernel.commands import Scene
from tongban.kernel.procedure.decide import Decided
from tongban.kernel.procedure.ladder import climb, recalculate
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.batch import Append, Loaded

SET = 200
"""Cases loaded and stored together."""


class Swept(Struct, frozen=True):
    """``cases`` were acted on, in ``steps`` steps; ``left`` moved under our hands and wait for the next sweep."""

    cases: int
    steps: int
    left: int


def _silent(_: int) -> None:
    pass


def sweep(at: datetime, say: Callable[[int], None] = _silent) -> Swept:
    """Act on all deadlines up to ``at``, each once however often and wherever this runs.

    ``say`` is told how many cases are done. Two sweeps at once do no harm: of two on one case one wins. Raises ``RefusedError``
    while this machine's clock is wrong: what ended by it could never be put right.
    """
    here = office()
    wrong = here.journal.wrong_clock()
    if wrong is not None:
        raise RefusedError(wrong)
    with part("sweep"):
        return _sweep(here, at, say)


def _sweep(here: Office, at: datetime, say: Callable[[int], None]) -> Swept:
    cases = steps = 0
    stuck: set[str] = set()
    while True:
        ids = [each for each in here.journal.due(at, SET + len(stuck)) if each not in stuck]
        if not ids:
            return Swept(cases, steps, len(stuck))
        batch = []
        for loaded in here.journal.load(ids=ids):
            decided = climbed(here, loaded, at)
            if decided is None:
                stuck.add(loaded.case.id)
            else:
                batch.append(Append(here.procedure(loaded.case.adoption), decided, loaded))
        for append, result in zip(batch, here.journal.append(batch, max(datetime.now(UTC), at)), strict=True):
            if isinstance(result, Refused):
                stuck.add(append.decided.cases[0].id)
            else:
                cases += 1
                steps += len(append.decided.events)
        say(cases)


def climbed(here: Office, loaded: Loaded, at: datetime) -> Decided | None:
    """Every rung of one case that is due by ``at``, as one decision; None when there is none."""
    return climb(
        here.procedure(loaded.case.adoption), loaded.case, climbing(here, loaded, at), partial(prepared, here)
    )


def recompute(say: Callable[[int], None] = _silent) -> int:
    """Recompute the running clocks of all open cases under the calendar as it stands; how many moved.

    For a calendar that was imported or corrected. Cases are read in the order of their ids, in sets.
    """
    here = office()
    last = "00000000-0000-0000-0000-000000000000"
    moved = 0
    while True:
        rows = here.rows(
            """SELECT id::text FROM store_case WHERE county = %s AND (next_due IS NOT NULL OR joined IS NOT NULL) AND id > %s::uuid
               ORDER BY id LIMIT %s""",
            [here.county.code, last, SET],
        )
        if not rows:
            return moved
        ids = [str(row[0]) for row in rows]
        last = ids[-1]
        now = datetime.now(UTC)
        batch = []
        for loaded in here.journal.load(ids=ids):
            procedure = here.procedure(loaded.case.adoption)
            decided = recalculate(procedure, loaded.case, Scene(here.county, now))
            if decided is not None:
                batch.append(Append(procedure, decided, loaded))
        results = here.journal.append(batch, now) if batch else ()
        moved += sum(1 for each in results if not isinstance(each, Refused))
        say(moved)
