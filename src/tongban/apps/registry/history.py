"""Cases that happened before, walked through the kernel step by step with their real times, stored in sets.

Everything is decided in memory, in the order in which it happened; nothing is written until it is asked
for. The ledger keeps both moments of every event: when it happened and when it was recorded, which is now.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256

from msgspec import Struct, field
from msgspec.structs import replace

from tongban.kernel.board import Counting, uncounted
from tongban.kernel.case import Case
from tongban.kernel.clock import local_date
from tongban.kernel.commands import (
    SYSTEM,
    Actor,
    Command,
    Related,
    Scene,
    Sealer,
    Subcases,
    unsealed,
)
from tongban.kernel.county import County
from tongban.kernel.draws import LOTS, NO_DRAWS, Draws
from tongban.kernel.events import Event, Settled
from tongban.kernel.form import FieldKind
from tongban.kernel.procedure import handing, subjects
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.ladder import ring, take_over
from tongban.kernel.procedure.model import Procedure, Step, Trigger
from tongban.kernel.procedure.rows import keys_of, opening_form, takes_rows
from tongban.kernel.procedure.tallies import counted, holders, named, named_by_time
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.library.triggers import (
    heard_id,
    heard_of,
    hearing,
    opened_for,
    received_by,
    told_of_row,
    triggered,
)
from tongban.store.batch import Append, Request

MOST_RINGS = 500
"""Rungs that one case may climb at one moment; more means a ladder that never ends."""


class History(Struct):
    """Cases in memory. ``procedures`` are the adopted ones, by adoption id.

    ``ladders``: whether clocks act on time (reminders, escalations) as they would have. Off when real old
    cases are told, where nobody sent those reminders.
    """

    county: County
    procedures: Mapping[str, Procedure]
    ladders: bool = True
    chance: str = ""
    """What lots for samples come from; without it no case is drawn. A lot is of its case and moment alone, so that one story more
    changes nobody else's. Nobody committed to what chose in the past, so it names no seed."""
    seal: Sealer = unsealed
    counting: Callable[[str, datetime], Counting] | None = None
    """Counts the boards of an adoption from the cases as they stand at a moment."""
    homes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The receiving units by adoption, of those that hear others; none: nobody hears of what settles here."""
    number: Callable[[datetime, str], str] | None = None
    """Gives a case that the system opens its number, by when and what for."""
    cases: dict[str, Case] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    children: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    joined: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    events: dict[str, list[Event]] = field(default_factory=dict)
    """By the case at the top of each family, in the order in which families began."""
    states: dict[str, list[Case]] = field(default_factory=dict)
    """The case after each of these events."""
    touched: list[str] = field(default_factory=list)
    """Cases that changed, for whoever follows along to take away."""
    registers: dict[subjects.Place, Facts] = field(default_factory=dict)
    _letters: dict[subjects.Place, str] = field(default_factory=dict)
    _wrote: dict[subjects.Place, str] = field(default_factory=dict)
    _wakes: list[tuple[datetime, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._letters |= subjects.letters_of(self.registers)

    def procedure(self, case: Case) -> Procedure:
        return self.procedures[case.adoption]

    def take(self, command: Command, actor: Actor, at: datetime, case: str = "") -> Decided | Refused:
        """Take a step at a moment; ``case`` "" where the command opens one. Refuses as the kernel does."""
        at = at.astimezone(UTC)  # whatever zone it was told in: what is written down must not tell
        before = self.cases[case] if case else None
        adoption = (
            before.adoption if before is not None else command.opening.adoption if command.opening else ""
        )
        procedure = self.procedures[adoption]
        kind = before.kind if before is not None else command.opening.kind if command.opening else ""
        step = procedure.kinds[kind].steps.get(command.step)
        related = self._named(procedure, step, command) if step is not None and step.form else {}
        scene = self._knowing(self.scene(before, at, related, step), procedure, before, command, step)
        decided = decide(procedure, before, command, actor, scene)
        if isinstance(decided, Decided):
            self._keep(decided, at)
        return decided

    def hand_over(self, at: datetime) -> None:
        """Everything that was told goes on here from now: what only reminds of the past is left out."""
        for case in list(self.cases.values()):
            decided = take_over(self.procedure(case), case, self.scene(case, at))
            if decided is not None:
                self._keep(decided, at)

    def scene(
        self,
        case: Case | None,
        at: datetime,
        related: Mapping[str, Related] | None = None,
        step: Step | None = None,
    ) -> Scene:
        """What a decision about a case may look at; without a step, what time does on it."""
        draws = (
            _told(f"{self.chance}/{case.id if case else ''}/{at.isoformat()}") if self.chance else NO_DRAWS
        )
        count = uncounted if self.counting is None or case is None else self.counting(case.adoption, at)
        if case is None or (not case.stands_under and case.id not in self.children):
            related = related or {}
            return Scene(self.county, at, related=related, draws=draws, count=count)
        below = [self.cases[each] for each in self.children.get(case.id, ())]
        still = [each for each in below if self._open(each)]
        parent = self.cases.get(case.parent)
        names = named(step) if step is not None else named_by_time(self.procedure(case).kinds[case.kind])
        return Scene(
            self.county,
            at,
            subcases=Subcases(len(below), len(still), counted(names, below), holders(names, still)),
            keyed=keys_of(step, below) if step is not None else frozenset(),
            parent=self._related(parent) if parent is not None else None,
            related=related or {},
            mandates=tuple(mandate for each in self._above(case) for mandate in each.mandates),
            draws=draws,
            count=count,
        )

    def _knowing(
        self, scene: Scene, procedure: Procedure, case: Case | None, command: Command, step: Step | None
    ) -> Scene:
        """With what registers say by then of what the case is about."""
        form = procedure.forms.get(step.form) if step is not None else None
        said = subjects.keys_of(procedure, case, command.answers, form, local_date(scene.now), self.seal)
        spelled = subjects.spelled_otherwise(self._letters, said)
        keys = subjects.as_spelled(spelled, said)
        opens = takes_rows(step.may_follow) if step is not None else None
        table = opening_form(procedure, opens) if opens is not None else None
        lists = [(table, row) for row in command.rows] if table is not None else []
        named = subjects.entries_named(form, command.answers, lists=lists)
        scene = replace(scene, seal=self.seal, spelled=spelled)
        if step is not None:
            scene = self._handing(scene, procedure, case, command, step, keys)
        if not keys and not named:
            return scene
        own = subjects.written_last_by(case, self._wrote, keys)
        known = subjects.about(procedure.registers, self.registers, keys, own)
        held = subjects.held_among(procedure.registers, self.registers, named)
        return replace(subjects.seeing(scene, known), entries={**scene.entries, **held})

    def _handing(
        self,
        scene: Scene,
        procedure: Procedure,
        case: Case | None,
        command: Command,
        step: Step,
        keys: Mapping[str, str],
    ) -> Scene:
        """With what the step hands on to the subcases that it opens."""
        register = handing.meeting_in(procedure, step)
        if register is not None:
            scene = handing.meeting(scene, procedure, step, register, self.registers)
        below = handing.rows_below(procedure, case, step, command.answers, keys)
        handed = handing.handed_on(case, step, command.answers)
        if not below and not handed:
            return scene
        family = self.events.get((case.root or case.id) if case is not None else "", ())
        own = (each for each in family if case is not None and each.case == case.id)
        return replace(scene, rows=below.among(self.registers, keys), kept=handing.latest(own, handed))

    def _in_time(self, case: Case, now: datetime) -> Scene:
        procedure, scene = self.procedure(case), self.scene(case, now)
        if not subjects.asks_registers_in_time(procedure, procedure.kinds[case.kind]):
            return scene
        said = subjects.keys_of(procedure, case, {}, None, local_date(now))
        spelled = subjects.spelled_otherwise(self._letters, said)
        keys = subjects.as_spelled(spelled, said)
        own = subjects.written_last_by(case, self._wrote, keys)
        known = subjects.about(procedure.registers, self.registers, keys, own)
        return replace(subjects.seeing(scene, known), spelled=spelled)

    def _prepared(self, scene: Scene, case: Case, step: Step) -> Scene:
        keyed = keys_of(step, [self.cases[each] for each in self.children.get(case.id, ())])
        return self._handing(
            replace(scene, keyed=keyed, seal=self.seal),
            self.procedure(case),
            case,
            Command(step.id),
            step,
            {},
        )

    def act_until(self, until: datetime) -> None:
        """Let every clock that runs out by a moment act at its own time, in order."""
        while self._wakes and self._wakes[0][0] <= until:
            wake, case_id = heapq.heappop(self._wakes)
            case = self.cases[case_id]
            if case.wake() != wake:
                continue  # it was taken off or moved; the newer moment stands further on
            for _ in range(MOST_RINGS):
                now = max(wake, case.last_at or wake)
                decided = ring(self.procedure(case), case, self._in_time(case, now), self._prepared)
                if decided is None:
                    break
                self._keep(decided, now)
                case = self.cases[case_id]

    def next_wake(self) -> datetime | None:
        """When the next clock acts; None when none will."""
        return self._wakes[0][0] if self._wakes else None

    def appends(self, requests: Mapping[str, Request] | None = None) -> Iterator[Append]:
        """One append for each family of cases, in the order in which they began: all of it or nothing."""
        for top, events in self.events.items():
            decided = Decided(tuple(events), tuple(self.states[top]))
            yield Append(
                self.procedure(self.cases[top]), decided, None, requests.get(top) if requests else None
            )

    def _keep(self, decided: Decided, at: datetime) -> None:
        for event, after in zip(decided.events, decided.cases, strict=True):
            wrote = dict(subjects.written_by(event, after))
            self.registers |= wrote
            self._letters |= subjects.letters_of(wrote)
            self._wrote |= dict.fromkeys(wrote, event.case)
            if event.opened is not None:
                top = event.opened.root or event.case
                self.events.setdefault(top, [])
                self.states.setdefault(top, [])
                if event.opened.parent:
                    self.children[event.opened.parent].append(event.case)
                self.numbers[event.opened.number] = event.case
        for case in decided.cases:
            was = self.cases.get(case.id)
            self.cases[case.id] = case
            self.touched.append(case.id)
            if case.joined and (was is None or was.joined != case.joined):
                self.joined[case.joined].append(case.id)
            wake = case.wake() if self.ladders else None
            if wake is not None and (was is None or was.wake() != wake):
                heapq.heappush(self._wakes, (wake, case.id))
        settled = []
        for event, case in zip(decided.events, decided.cases, strict=True):
            self.events[case.root or case.id].append(event)
            self.states[case.root or case.id].append(case)
            if any(isinstance(each, Settled) for each in event.follows):
                settled.append(event.case)
        for case_id in settled:
            self._react(self.cases[case_id], at)
        for event, writer in zip(decided.events, decided.cases, strict=True):
            for place, _ in subjects.written_by(event, writer):
                self._tell_of_row(place, writer, at)

    def _react(self, settled: Case, at: datetime) -> None:
        """What the end of a case makes the system do on others. Refused steps are left undone."""
        parent = self.cases.get(settled.parent)
        if parent is not None:
            self._trigger(parent.id, Trigger.SUBCASE_SETTLED, settled, at)
            if not any(self._open(self.cases[each]) for each in self.children[parent.id]):
                self._trigger(parent.id, Trigger.SUBCASES_SETTLED, settled, at)
        for follower in list(self.joined.get(settled.id, ())):
            if self.cases[follower].joined == settled.id and self.cases[follower].settled_at is None:
                self._trigger(follower, Trigger.JOINED_SETTLED, settled, at)
        for below in self.children.get(settled.id, ()):
            if self.cases[below].settled_at is None:
                self._trigger(below, Trigger.PARENT_SETTLED, settled, at)

        self._hear(settled, at)

    def _tell_of_row(self, place: subjects.Place, writer: Case, at: datetime) -> None:
        """What a row makes the system do on the cases that are about it."""
        waiting = {
            (adoption, kind.id)
            for adoption, procedure in self.procedures.items()
            for kind in procedure.kinds.values()
            if any(step.on is Trigger.ROW_WRITTEN and step.of == place[0] for step in kind.steps.values())
        }
        for case in list(self.cases.values()) if waiting else ():
            if (case.adoption, case.kind) in waiting:
                command = told_of_row(self.procedure(case), case, place, writer)
                if command is not None:
                    self.take(command, SYSTEM, at, case.id)

    def _hear(self, settled: Case, at: datetime) -> None:
        """What practices open that hear of it, once for each."""
        heard = heard_of(settled, self.procedure(settled).kinds[settled.kind])
        if heard is None or self.number is None:
            return
        for adoption, homes in self.homes.items():
            procedure = self.procedures[adoption]
            for kind, step in hearing(procedure) if heard.practice in procedure.hears else ():
                name = heard_id(procedure.practice, kind.id, heard.case)
                if name not in self.cases:
                    home = received_by(heard, self._near(heard.division, homes), homes, self.county)
                    number = self.number(at, name)
                    self.take(opened_for(heard, procedure, kind, step, adoption, home, number), SYSTEM, at)

    def _near(self, division: str, homes: Sequence[str]) -> str:
        """The receiving unit that is nearest to a place, the first where none is around it."""
        around = self.county.division_chain(division)
        near = (each for code in around for each in homes if self.county.units[each].division == code)
        return next(near, homes[0])

    def _trigger(self, case_id: str, trigger: Trigger, settled: Case, at: datetime) -> None:
        case = self.cases[case_id]
        command = triggered(self.procedure(case), case, trigger, settled)
        if command is not None:
            self.take(command, SYSTEM, at, case_id)

    def _open(self, case: Case) -> bool:
        return self.procedure(case).kinds[case.kind].stages[case.stage].kind.value == "open"

    def _above(self, case: Case) -> Iterator[Case]:
        """The cases that this one stands under, all the way up."""
        above = self.cases.get(case.stands_under)
        while above is not None:
            yield above
            above = self.cases.get(above.stands_under)

    def _related(self, case: Case) -> Related:
        return Related.of(case, (each.id for each in self._above(case)))

    def _named(self, procedure: Procedure, step: Step, command: Command) -> Mapping[str, Related]:
        """The cases that the answers name, by number."""
        found = {}
        for asked in procedure.forms[step.form].fields:
            if asked.kind is FieldKind.case:
                number = str(command.answers.get(asked.id, ""))
                if number in self.numbers:
                    found[number] = self._related(self.cases[self.numbers[number]])
        return found


def _told(of: str) -> Draws:
    """One lot for whatever is drawn."""
    return Draws("", lambda _: bytes([int.from_bytes(sha256(of.encode()).digest()) % LOTS]))
