"""What a draft would change: the differences, the promises of the last year kept under it, and where its cases would go.

Where a promising clock started, the draft's own rule says how long it would have had, by what was known of
the case then; real suspensions stay, extensions take the draft's length. Nothing is written, and nobody is
thought to have worked differently: it is a question to the past, not a forecast.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct, field

from tongban.apps.adoption.replay import Lap, cases, laps
from tongban.apps.dispatch.rerouting import Draft, Rerouted, rerouted
from tongban.apps.office import office
from tongban.apps.registry.progress import Say, silent
from tongban.kernel.clock import Limit, due_with, local_date
from tongban.kernel.commands import Scene
from tongban.kernel.county import County
from tongban.kernel.procedure.clocks import limit_of
from tongban.kernel.procedure.model import ClockRule, Extend, Kind, Procedure
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.binding import bind
from tongban.library.difference import Change, diff
from tongban.library.practice import Practice
from tongban.library.settings import settle_settings

PAST = timedelta(days=365)
MOST = 3000
"""Cases that are looked at, the newest first: enough to see what a limit does, and an answer within a second."""


class SettingChange(Struct, frozen=True):
    name: str
    before: Value
    after: Value


class UnitPreview(Struct, frozen=True):
    """One unit's laps of promising clocks: how many, late as they were, late under the draft."""

    unit: str
    laps: int
    late_before: int
    late_after: int


class Preview(Struct, frozen=True):
    """``newly_late`` and ``newly_kept`` are laps that change sides. ``cases`` were looked at: all ``since`` then.

    ``left_out``: cases that cannot be read under the draft (a kind it no longer has).
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
    ways: tuple[Practice, Practice]
    """the practice as it is in force, and as the draft has it"""
    routing: Rerouted


class _Tally(Struct):
    """Laps of promising clocks: how many, late as they were, late under the draft, and those that changed sides."""

    laps: int = 0
    before: int = 0
    after: int = 0
    newly_late: int = 0
    newly_kept: int = 0

    def add(self, *, before: bool, after: bool) -> None:
        self.laps += 1
        self.before += before
        self.after += after
        self.newly_late += after and not before
        self.newly_kept += before and not after


class _Promise(Struct):
    """One promising clock of a draft, asked about many laps. What the conditions of its limits look at is mostly
    the same, so each different sight is judged once."""

    procedure: Procedure
    county: County
    rule: ClockRule
    longer: Limit | None
    """what an extension adds"""
    names: tuple[str, ...]
    limits: dict[tuple[object, ...], Limit] = field(default_factory=dict)

    @staticmethod
    def of(procedure: Procedure, county: County, kind: Kind, rule: ClockRule) -> _Promise:
        extends = [
            follow.limit
            for step in kind.steps.values()
            for follow in step.follows
            if isinstance(follow, Extend) and rule.id in follow.clocks
        ]
        names = {name for each in rule.limits if each.when is not None for name in each.when.names}
        longer = extends[0] if extends else None
        return _Promise(procedure, county, rule, longer, tuple(sorted(names)))

    def late(self, lap: Lap, end: datetime) -> bool:
        """Whether the lap would have been late by ``end`` under the draft's rule."""
        state = lap.state
        extensions = tuple(self.longer or each for each in state.extensions)
        due = due_with(self.county.calendar, self._limit(lap), state.started, state.spans, extensions)
        return due.at_or(end) <= end

    def _limit(self, lap: Lap) -> Limit:
        at = lap.state.started
        sight = Sight(self.procedure, lap.then, {}, Scene(self.county, at))
        day = local_date(at)
        in_force = sum(each.since <= day for each in self.rule.limits)
        seen = (in_force, *(sight.get(name) for name in self.names))
        found = self.limits.get(seen)
        if found is None:
            found = self.limits[seen] = limit_of(self.rule, at, sight)
        return found


def preview(
    practice: str,
    settings: Mapping[str, object],
    now: datetime,
    *,
    folder: Practice | None = None,
    sent_at_most: int = 0,
    say: Say = silent,
) -> Preview | Refused:
    """What settings (and a new version, when ``folder`` gives one) would have done to the last twelve months.
    Where cases go is asked of the newest ``sent_at_most``, 0 of all.

    Of a guarded practice nothing is looked at: what its cases say is not for whoever sets it up. Refuses a practice that is not
    adopted, settings out of range, and a draft that does not bind.
    """
    here = office()
    adoption = here.opened_under(practice, now)
    if adoption is None:
        return Refused("adoption.not_adopted", practice, {"practice": practice})
    old, present = here.practice(adoption), here.procedure(adoption)
    was = present.settings
    new = folder or old
    values = settle_settings(new, settings)
    draft = values if isinstance(values, Refused) else bind(new, settings)
    if isinstance(draft, Refused):
        return draft
    past = [] if practice in here.county.guarded else cases(here.journal, practice, now - PAST, MOST + 1)
    shown = past[:MOST]
    known = [case for case in shown if case.kind in draft.kinds]
    promises = {
        kind.id: {
            rule.id: _Promise.of(draft, here.county, kind, rule)
            for rule in kind.clocks.values()
            if rule.promise
        }
        for kind in draft.kinds.values()
    }
    clocks = {kind: frozenset(found) for kind, found in promises.items()}
    tallies = _tallies(laps(here.journal, known, clocks, say), promises, now)
    return Preview(
        settings=tuple(
            SettingChange(name, was.get(name), value)
            for name, value in draft.settings.items()
            if was.get(name) != value
        ),
        changes=diff(old, new) if new.digest != old.digest else (),
        since=shown[-1].opened_at if len(past) > MOST else now - PAST,
        cases=len(shown),
        left_out=len(shown) - len(known),
        laps=sum(each.laps for each in tallies.values()),
        late_before=sum(each.before for each in tallies.values()),
        late_after=sum(each.after for each in tallies.values()),
        newly_late=sum(each.newly_late for each in tallies.values()),
        newly_kept=sum(each.newly_kept for each in tallies.values()),
        units=tuple(
            UnitPreview(unit, each.laps, each.before, each.after)
            for unit, each in sorted(
                tallies.items(), key=lambda item: (-item[1].after, -item[1].laps, item[0])
            )
        ),
        ways=(old, new),
        routing=rerouted(
            here, practice, Draft(present, here.county), Draft(draft, here.county), now, sent_at_most, say
        ),
    )


def _tallies(
    found: Iterable[Lap], promises: Mapping[str, Mapping[str, _Promise]], now: datetime
) -> Mapping[str, _Tally]:
    """The laps of promising clocks by the unit whose time it was."""
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for lap in found:
        state, then = lap.state, lap.then
        if state.suspended:
            continue
        promise = promises[then.kind][state.clock]
        end = state.ended or now
        before = state.kept is False if state.ended else state.due is not None and state.due <= end
        unit = then.home if promise.rule.owner == "home" else lap.holder
        tallies[unit].add(before=before, after=promise.late(lap, end))
    return tallies
