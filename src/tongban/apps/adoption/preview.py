"""What a draft would change: the differences in words, and the promises of the last year kept under it.

Every event of the cases is folded again. Where a promising clock started, the draft's own rule says how
long it would have had; real suspensions stay, extensions take the draft's length. Nothing is written, and
nobody is thought to have worked differently: it is a question to the past, not a forecast.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tongban.apps.office import office
from tongban.apps.registry.progress import Say, silent
from tongban.kernel.case import Case, ClockState
from tongban.kernel.clock import Limit, due_with
from tongban.kernel.commands import Scene
from tongban.kernel.county import County
from tongban.kernel.events import ClockEnded, ClockStarted, Event
from tongban.kernel.procedure.clocks import limit_of
from tongban.kernel.procedure.evolve import evolve, unborn
from tongban.kernel.procedure.model import Extend, Kind, Procedure
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.binding import bind
from tongban.library.difference import Change, diff
from tongban.library.practice import Practice
from tongban.library.settings import settle_settings
from tongban.store.batch import STEP
from tongban.store.journal import COLUMNS, Journal, stored
from tongban.store.models import CaseRow

PAST = timedelta(days=365)
SET = 200
"""Cases whose events are read at once."""
_EVENTS = f"""
    SELECT {COLUMNS} FROM store_event
    WHERE county = %s AND chain = ANY (%s::uuid[]) AND kind = %s ORDER BY store_event.chain, seq
"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class SettingChange:
    name: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class UnitPreview:
    """One unit's laps of promising clocks: how many, late as they were, late under the draft."""

    unit: str
    laps: int
    late_before: int
    late_after: int


@dataclass(frozen=True, slots=True)
class Preview:
    """``newly_late`` and ``newly_kept`` are laps that change sides. ``cases`` were looked at.

    ``left_out``: cases that cannot be read under the draft (a kind or clock it no longer has).
    """

    settings: tuple[SettingChange, ...]
    changes: tuple[Change, ...]
    since: datetime
    cases: int
    left_out: int
    laps: int
    late_before: int
    late_after: int
    newly_late: int
    newly_kept: int
    units: tuple[UnitPreview, ...]


@dataclass(slots=True)
class _Tally:
    laps: int = 0
    before: int = 0
    after: int = 0


@dataclass(slots=True)
class _Replay:
    """One case followed again: for every lap of a promising clock the due moment under the draft."""

    draft: Procedure
    county: County
    now: datetime
    case: Case | None = None
    holders: dict[tuple[str, int], str] = field(default_factory=dict)
    rules: dict[tuple[str, int], Limit] = field(default_factory=dict)

    def follow(self, event: Event, kind: Kind) -> None:
        before = self.case
        if before is None and event.opened is not None:
            before = unborn(event.case, event.opened, event.at)
        assert before is not None
        after = evolve(self.case, event)
        for follow in event.follows:
            match follow:
                case ClockStarted(clock=clock, lap=lap) if (
                    clock in kind.clocks and kind.clocks[clock].promise
                ):
                    sight = Sight(self.draft, before, event.facts, Scene(self.county, event.at))
                    self.rules[clock, lap] = limit_of(kind.clocks[clock], event.at, sight)
                case ClockEnded(clock=clock):
                    lap = max((s.lap for s in before.clocks if s.clock == clock), default=0)
                    self.holders[clock, lap] = before.holder
        self.case = after


def preview(
    practice: str,
    settings: Mapping[str, object],
    now: datetime,
    *,
    folder: Practice | None = None,
    say: Say = silent,
) -> Preview | Refused:
    """What settings (and a new version, when ``folder`` gives one) would have done to the last twelve months.

    Refuses a practice that is not adopted, settings out of range, and a draft that does not bind.
    """
    here = office()
    adoption = here.adopted(practice, now)
    if adoption is None:
        return Refused("adoption.not_adopted", practice, {"practice": practice})
    old, was = here.practice(adoption), here.procedure(adoption).settings
    new = folder or old
    values = settle_settings(new, settings)
    draft = values if isinstance(values, Refused) else bind(new, settings)
    if isinstance(draft, Refused):
        return draft
    county, journal = here.county, here.journal
    rows = CaseRow.objects.filter(county=journal.county, practice=practice, opened_at__gte=now - PAST)
    chains = [str(each) for each in rows.order_by("opened_at").values_list("id", flat=True)]
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    turned = [0, 0]
    left_out = 0
    for start in range(0, len(chains), SET):
        for events in _events(journal, chains[start : start + SET]):
            left_out += not _count(_Replay(draft, county, now), events, tallies, turned)
        say("adoption.replaying", min(start + SET, len(chains)), len(chains))
    return Preview(
        settings=tuple(
            SettingChange(name, was.get(name), value)
            for name, value in draft.settings.items()
            if was.get(name) != value
        ),
        changes=diff(old, new) if new.digest != old.digest else (),
        since=now - PAST,
        cases=len(chains),
        left_out=left_out,
        laps=sum(each.laps for each in tallies.values()),
        late_before=sum(each.before for each in tallies.values()),
        late_after=sum(each.after for each in tallies.values()),
        newly_late=turned[0],
        newly_kept=turned[1],
        units=tuple(
            UnitPreview(unit, each.laps, each.before, each.after)
            for unit, each in sorted(
                tallies.items(), key=lambda item: (-item[1].after, -item[1].laps, item[0])
            )
        ),
    )


def _count(replay: _Replay, events: list[Event], tallies: dict[str, _Tally], turned: list[int]) -> bool:
    """Add one case to the tallies; False when the draft does not know its kind."""
    opened = events[0].opened
    kind = replay.draft.kinds.get(opened.kind) if opened is not None else None
    if kind is None:
        return False
    try:
        for event in events:
            replay.follow(event, kind)
    except KeyError:  # the draft's conditions name what this case never had
        return False
    assert replay.case is not None
    for state in replay.case.clocks:
        limit = replay.rules.get((state.clock, state.lap))
        if limit is None or state.suspended:
            continue
        end = state.ended or replay.now
        before = state.kept is False if state.ended else state.due is not None and state.due <= end
        after = _due(replay, kind, state, limit) <= end
        owner = kind.clocks[state.clock].owner
        holder = replay.holders.get((state.clock, state.lap), replay.case.holder)
        tally = tallies[replay.case.home if owner == "home" else holder]
        tally.laps += 1
        tally.before += before
        tally.after += after
        if before != after:
            turned[0 if after else 1] += 1
    return True


def _due(replay: _Replay, kind: Kind, state: ClockState, limit: Limit) -> datetime:
    longer = next(
        (
            follow.limit
            for step in kind.steps.values()
            for follow in step.follows
            if isinstance(follow, Extend) and state.clock in follow.clocks
        ),
        None,
    )
    extensions = tuple(longer or each for each in state.extensions)
    return due_with(replay.county.calendar, limit, state.started, state.spans, extensions).at_or(replay.now)


def _events(journal: Journal, chains: list[str]) -> Iterator[list[Event]]:
    """The steps of each of these cases, in their order."""
    here: list[Event] = []
    for row in journal.query(_EVENTS, (journal.county, chains, STEP)):
        event = stored(row).event()
        if here and here[0].case != event.case:
            yield here
            here = []
        here.append(event)
    if here:
        yield here
