"""Imports the cases of an old spreadsheet: every row through the kernel with its real times, all of them or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.registry.history import History
from tongban.apps.registry.import_plan import read_plan
from tongban.apps.registry.progress import Say, silent
from tongban.apps.registry.sheets import MOST_FAULTS, read_sheet
from tongban.apps.registry.telling import Suggest, Teller, Told
from tongban.kernel.refusal import Refused
from tongban.library.file import content_of
from tongban.store.batch import Append
from tongban.store.intake import intake

MORE_FAULTS = "import.more_faults"
TRIES = 3
"""Sets of fresh case numbers that are drawn when one is taken already."""


def no_suggestion(title: str, body: str) -> str:
    del title, body
    return ""


class Imported(Struct, frozen=True):
    """``cases`` are new; ``known`` had been imported before; ``events`` were written.

    ``late`` counts laps of promising clocks that were missed, of ``promised`` that ended; ``open_late`` those
    that still run and have run out. ``overdue`` counts open cases that are late, by holder, most first. ``ignored`` are headers that nothing was taken from. ``doubts`` are what
    somebody should look at again in the rows that were imported.
    """

    cases: int
    known: int
    events: int
    promised: int
    late: int
    open_late: int
    overdue: tuple[tuple[str, int], ...]
    ignored: tuple[str, ...]
    doubts: tuple[Refused, ...] = ()


def import_cases(
    practice: str,
    file: Path,
    acting: Acting,
    say: Say = silent,
    *,
    plan: Path | None = None,
    suggest: Suggest = no_suggestion,
) -> Imported | Refused:
    """Import a ``.csv`` or ``.xlsx``; a second time nothing happens, and new rows alone are added.

    Rows are known by their number in the sheet. Refuses every fault of every row at once, in the order of the
    rows, and then writes nothing: also a row that was imported before with other words.
    """
    here = office()
    adoption = here.adopted(practice, acting.now)
    if adoption is None:
        return Refused("case.no_practice", practice, {"practice": practice})
    found = read_plan(plan or Path("imports") / f"{practice}.yaml", here.procedure(adoption))
    if isinstance(found, Refused):
        return found
    content = content_of(file)
    if isinstance(content, Refused):
        return content
    sheet = read_sheet(content, name=file.name)
    say("import.reading", len(sheet.rows), len(sheet.rows))
    teller = Teller(here, practice, adoption, found, acting.now, suggest)
    refused: Refused | None = None
    for _ in range(TRIES):
        done = teller.tell(sheet, say)
        if done.faults:
            return _some(done.faults, sheet.more_faults)
        stored = intake(here.journal, _counted(done.history, say), acting.now)
        if not isinstance(stored, Refused):
            return _imported(done, sheet.ignored, acting.now)
        refused = stored
        if stored.code != "step.conflict":
            break
    return refused or Refused("step.conflict")


def _some(faults: tuple[Refused, ...], more: int) -> Refused:
    """The first faults one by one, and how many there are besides."""
    more += len(faults[MOST_FAULTS:])
    told = list(faults[:MOST_FAULTS])
    return Refused.of([*told, Refused(MORE_FAULTS, "", {"count": more})] if more else told)


def _counted(history: History, say: Say) -> Iterator[Append]:
    total = len(history.events)
    for n, append in enumerate(history.appends(), 1):
        if n % 100 == 0 or n == total:
            say("import.writing", n, total)
        yield append


def _imported(done: Told, ignored: tuple[str, ...], now: datetime) -> Imported:
    history = done.history
    promised = late = open_late = 0
    overdue: Counter[str] = Counter()
    for case in history.cases.values():
        clocks = history.procedure(case).kinds[case.kind].clocks
        due = case.due()
        if case.settled_at is None and due is not None and due <= now:
            overdue[case.holder] += 1
        for state in case.clocks:
            # A clock that ended where it began (a step taken at once) promised nothing to anybody.
            if not clocks[state.clock].promise or state.ended == state.started:
                continue
            promised += state.ended is not None
            late += state.kept is False
            open_late += state.ended is None and state.due is not None and state.due <= now
    events = sum(len(each) for each in history.events.values())
    cases = len(history.cases)
    return Imported(
        cases,
        done.known,
        events,
        promised,
        late,
        open_late,
        tuple(overdue.most_common()),
        ignored,
        done.doubts,
    )
