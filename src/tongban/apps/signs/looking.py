"""The job: reads what was settled since it last looked, and marks what lies side by side.

What it finds becomes a step of the case, as a person's would: a case that moved meanwhile is tried again, one that carries the sign
already is left alone, and one that stands where the step does not start is passed over. It may be killed at any moment: what was
looked at is looked at again, and nothing is marked twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from time import monotonic

from tongban.apps.acting import Acting
from tongban.apps.casework.take import take_loaded
from tongban.apps.office import Office, office
from tongban.apps.signs.finding import found
from tongban.apps.signs.gathering import gathered
from tongban.kernel.commands import SYSTEM, Command
from tongban.kernel.procedure.model import Kind, Procedure, Step
from tongban.kernel.refusal import Refused
from tongban.library.signs import WITH, marking
from tongban.store.batch import Loaded
from tongban.store.journal import CONFLICT
from tongban.store.stream import bookmark, following, move

READER = "signs"
EVENTS = 2_000
"""Events that are read at a time."""
MOST = 50
"""Times in a row, so that a job beside others comes to an end; what is left waits for the next."""
SECONDS = 120.0
"""After which no further time begins, for the same reason: deadlines are acted on by the same process."""
TRIES = 5


def look(now: datetime, most: int = MOST) -> int:
    """Look at what happened since the last time; how many cases were marked."""
    here = office()
    marked = 0
    end = monotonic() + SECONDS
    for n in range(most):
        if n and monotonic() > end:
            break
        events = following(here.journal, bookmark(here.journal, READER), EVENTS)
        if not events:
            break
        marked += look_at(here, list(dict.fromkeys(each.chain for each in events)), now)
        move(here.journal, READER, events[-1].mark)
    return marked


def look_at(here: Office, touched: Sequence[str], now: datetime) -> int:
    """Look at these cases, and at those that they may be found with; how many were marked."""
    return sum(_mark(here, *way, touched, now) for way in _looking(here, now))


def _looking(here: Office, now: datetime) -> Iterator[tuple[Procedure, Kind, Step]]:
    """The kinds of case that are marked, with the step for it."""
    for _, adoption in here.practices(now):
        procedure = here.procedure(adoption)
        for kind in procedure.kinds.values():
            step = marking(kind)
            if step is not None:
                yield procedure, kind, step


def _mark(
    here: Office, procedure: Procedure, kind: Kind, step: Step, touched: Sequence[str], now: datetime
) -> int:
    known = gathered(here, procedure, kind, touched, now)
    signs: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for sign, bound in step.finds:
        for case, other in found(sign, bound, known.known, known.beside).items():
            signs[case][sign] = known.numbers.get(other, "")
    return sum(
        _marked(here, loaded, signs[loaded.case.id]) for loaded in here.journal.load(ids=sorted(signs))
    )


def _marked(here: Office, loaded: Loaded, signs: Mapping[str, str]) -> int:
    """Whether a step was taken."""
    for _ in range(TRIES):
        command = marks(here.procedure(loaded.case.adoption), loaded, signs)
        if command is None:
            return 0
        now = max(datetime.now(UTC), loaded.case.last_at or loaded.case.opened_at)
        taken = take_loaded(here, loaded, command, Acting(now, SYSTEM))
        if not isinstance(taken, Refused):
            return 1
        if taken.code != CONFLICT:
            return 0
        again = here.journal.load(ids=[loaded.case.id])
        if not again:
            return 0
        loaded = again[0]
    return 0


def marks(procedure: Procedure, loaded: Loaded, signs: Mapping[str, str]) -> Command | None:
    """The step that says what was found and is not said yet, by the version that the case began under; None where there is nothing to
    say, or nowhere to say it."""
    case = loaded.case
    step = marking(procedure.kinds[case.kind])
    if step is None or case.stage not in step.source or case.settled_at is None:
        return None
    form = procedure.forms.get(step.form)
    asked = {field.id for field in form.fields} if form is not None else set()
    looked_for = {sign for sign, _ in step.finds} & asked
    new = {sign: other for sign, other in signs.items() if sign in looked_for and not case.facts.get(sign)}
    if not new:
        return None
    answers: dict[str, object] = dict.fromkeys(new, True)
    answers |= {sign + WITH: other for sign, other in new.items() if other and sign + WITH in asked}
    return Command(step.id, answers)
