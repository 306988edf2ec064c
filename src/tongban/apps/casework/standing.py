"""A case in values that a machine reads: ids and instants beside the words of its page.

The same visibility and the same masking as the page: residents get no inner facts, no counts, and only the
clocks and events that concern them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.look import page_of
from tongban.apps.casework.shown import told_to_requester
from tongban.apps.casework.views import CasePage, StoryLine
from tongban.apps.casework.whole import Whole, whole
from tongban.apps.office import Office, met
from tongban.apps.wording import Wording
from tongban.kernel.commands import ActorKind
from tongban.kernel.procedure.model import Kind
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.library.story.runner import Followed, clock_state, followed_of
from tongban.store.batch import Loaded

Named = tuple[str, str]
"""An id and what it is called in the reader's language."""


class Lap(Struct, frozen=True):
    """One lap of one clock. ``stands`` is running, suspended, kept or missed; ``due`` None while suspended."""

    clock: Named
    lap: int
    stands: str
    started: datetime
    due: datetime | None
    ended: datetime | None
    limit: str
    """as a practice writes it: ``5 working_days``"""
    source: str
    promise: bool
    provisional: bool


class Happened(Struct, frozen=True):
    """One event: its values and its line of the story. ``follows`` is empty for residents."""

    seq: int
    at: datetime
    step: Named
    to: str
    line: StoryLine
    follows: tuple[Followed, ...]


class Standing(Struct, frozen=True):
    """A case as one reader may see it."""

    page: CasePage
    adoption: str
    practice: Named
    kind: Named
    stage: Named
    phase: str
    holder: Named
    home: Named
    division: Named
    category: Named | None
    outcome: Named | None
    channel: str
    opened: datetime
    settled: datetime | None
    laps: tuple[Lap, ...]
    story: tuple[Happened, ...]
    values: Facts
    counts: Mapping[str, int]
    subcases_total: int
    subcases_open: int
    visits: int
    """how often the requester came in person"""


def standing(number: str, acting: Acting) -> Standing | Refused:
    """Refuses what :func:`look` refuses. All of it is of one reading: what the page says and the values beside it."""
    there = met(number)
    if isinstance(there, Refused):
        return there
    here, loaded = there
    found = whole(number, acting, here, loaded)
    return found if isinstance(found, Refused) else _standing(found, here, acting)


def _standing(found: Whole, here: Office, acting: Acting) -> Standing:
    page, loaded, case, language = page_of(found, acting, here), found.loaded, found.case, acting.language
    wording = here.wording(case.adoption, language)
    kind = wording.procedure.kinds[case.kind]
    resident = acting.actor.kind is ActorKind.REQUESTER
    return Standing(
        page=page,
        adoption=case.adoption,
        practice=(case.practice, wording.title()),
        kind=(case.kind, wording.of(f"kinds.{case.kind}", case.kind)),
        stage=(case.stage, wording.stage(case.stage, case.outcome)),
        phase=kind.stages[case.stage].phase,
        holder=(case.holder, here.names.unit(case.holder, language)),
        home=(case.home, here.names.unit(case.home, language)),
        division=(case.division, here.names.division(case.division, language)),
        category=(page.category, here.names.category(page.category, language)) if page.category else None,
        outcome=(case.outcome, wording.outcome(case.outcome)) if case.outcome else None,
        channel=case.channel,
        opened=case.opened_at,
        settled=case.settled_at,
        laps=_laps(loaded, kind, wording, resident=resident),
        story=_story(page, found, wording, kind, resident=resident),
        values={} if resident else case.facts,
        counts={} if resident else case.counts,
        subcases_total=loaded.subcases.total,
        subcases_open=loaded.subcases.open,
        visits=len(case.visits),
    )


def _laps(loaded: Loaded, kind: Kind, wording: Wording, *, resident: bool) -> tuple[Lap, ...]:
    shown = []
    for state in loaded.case.clocks:
        rule = kind.clocks.get(state.clock)
        if rule is None or (resident and not rule.theirs):
            continue
        shown.append(
            Lap(
                clock=(state.clock, wording.clock(state.clock)),
                lap=state.lap,
                stands=clock_state(state),
                started=state.started,
                due=state.due,
                ended=state.ended,
                limit=f"{state.limit.amount} {state.limit.unit.value}",
                source=state.limit.source,
                promise=rule.promise,
                provisional=state.provisional,
            )
        )
    return tuple(shown)


def _story(
    page: CasePage, found: Whole, wording: Wording, kind: Kind, *, resident: bool
) -> tuple[Happened, ...]:
    """The page's lines with the events they are about, oldest first."""
    shown = told_to_requester(found.events, kind, wording) if resident else found.events
    return tuple(
        Happened(
            seq=event.seq,
            at=event.at,
            step=(event.step, wording.step(event.step)),
            to=event.to,
            line=line,
            follows=() if resident else tuple(followed_of(each) for each in event.follows),
        )
        for event, line in zip(shown, reversed(page.story), strict=False)
    )
