"""The first rung: the kernel alone, in memory. Every event is folded again and compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from msgspec.structs import replace

from tongban.kernel import events
from tongban.kernel.case import Case
from tongban.kernel.clock import local_date
from tongban.kernel.commands import (
    SYSTEM,
    Actor,
    Command,
    Opening,
    Related,
    Scene,
    Subcases,
)
from tongban.kernel.events import Event, Settled
from tongban.kernel.procedure.decide import Decided, decide, told_by_taker
from tongban.kernel.procedure.evolve import evolve
from tongban.kernel.procedure.handing import (
    handed_on,
    latest,
    meeting,
    meeting_in,
    rows_below,
    saying_already,
)
from tongban.kernel.procedure.ladder import climb, ring
from tongban.kernel.procedure.lookalike import alike_among
from tongban.kernel.procedure.model import Procedure, Step, Trigger
from tongban.kernel.procedure.precedents import kept_after
from tongban.kernel.procedure.rows import keys_of as keys_below
from tongban.kernel.procedure.rows import opening_form, takes_rows
from tongban.kernel.procedure.shared import shared
from tongban.kernel.procedure.subjects import (
    Place,
    about,
    as_spelled,
    asks_registers_in_time,
    entries_named,
    held_among,
    keys_of,
    letters_of,
    seeing,
    spelled_otherwise,
    written_by,
    written_last_by,
)
from tongban.kernel.procedure.tallies import counted, holders, named, named_by_time
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.library.counties import home_of, receivers
from tongban.library.messages import EXCHANGE, not_taken, opened_by, told, told_step
from tongban.library.story.brought import places, seal
from tongban.library.story.elsewhere import heard_in
from tongban.library.story.runner import (
    Act,
    Did,
    Elsewhere,
    Followed,
    Ground,
    Look,
    Message,
    Opens,
    Runner,
    followed_of,
    look_of,
)
from tongban.library.triggers import Heard, hearing, opened_for, received_by, told_of_row, triggered

PEER_NUMBER = "P0001"
"""What the other county of every story calls its case."""
MOST_RINGS = 10_000
"""Deadlines in one sweep; more means a ladder that never ends."""


def rehearsal(ground: Ground) -> Runner:
    return Rehearsal(ground)


class Rehearsal:
    """The cases of one story and all their events."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.county = ground.county
        self.cases: dict[str, Case] = {}
        self.events: list[Event] = []
        self.names: dict[str, str] = {}
        self.children: dict[str, list[str]] = defaultdict(list)
        self.followed: dict[str, list[Followed]] = {}
        self.registers: dict[Place, Facts] = dict(places(ground.entries))
        self._letters = letters_of(self.registers)
        self._wrote: dict[Place, str] = {}

    def open(self, act: Act, opens: Opens) -> Did:
        self.followed = defaultdict(list)
        case_id = str(uuid5(NAMESPACE_OID, f"story/{act.case}"))
        opening = Opening(
            id=case_id,
            number=f"S{len(self.names) + 1:04d}",
            adoption="scenario",
            kind=opens.kind,
            home=opens.home,
            division=opens.division,
            channel=opens.channel,
        )
        command = Command(act.step, act.answers, opening, door=act.door)
        actor = self._actor(act, "")
        scene = self._knowing(None, opens.kind, command, act.at, actor)
        decided = decide(self.ground.procedure, None, command, actor, scene)
        if isinstance(decided, Decided):
            self.names[act.case] = case_id
        return self._did(decided, act.at)

    def step(self, act: Act) -> Did:
        self.followed = defaultdict(list)
        case = self._case(act.case)
        if case is None:
            return Did(Refused("step.no_case", act.step))
        climbed = climb(self.ground.procedure, case, self._in_time(case, act.at), self._prepared)
        if climbed is not None:
            self._keep(climbed, act.at)
            case = self.cases[case.id]
        command = Command(act.step, act.answers, rows=act.rows, door=act.door)
        actor = self._actor(act, case.id)
        scene = self._knowing(case, case.kind, command, act.at, actor)
        return self._did(decide(self.ground.procedure, case, command, actor, scene), act.at)

    def hear(self, name: str, elsewhere: Elsewhere, at: datetime) -> Did:
        self.followed = defaultdict(list)
        procedure, heard = self.ground.procedure, heard_in(elsewhere, name, self.county.code)
        for kind, step in hearing(procedure) if heard.practice in procedure.hears else ():
            number = f"S{len(self.names) + 1:04d}"
            home = self._receives(heard)
            command = opened_for(heard, procedure, kind, step, "scenario", home, number)
            decided = decide(procedure, None, command, SYSTEM, self._scene(None, at))
            if isinstance(decided, Decided):
                self.names[name] = decided.cases[0].id
                self._keep(decided, at)
        return Did(None, self._so_far())

    def _receives(self, heard: Heard) -> str:
        kinds = self.ground.practice.manifest.receiving
        near = home_of(self.county, kinds[0], heard.division)
        return received_by(heard, near.id if near else "", receivers(self.county, kinds), self.county)

    def tell(self, what: Message) -> Did:
        self.followed = defaultdict(list)
        procedure, case = self.ground.procedure, self._case(what.case)
        if case is None:
            return self._told_first(what)
        climbed = climb(procedure, case, self._in_time(case, what.at), self._prepared)
        if climbed is not None:
            self._keep(climbed, what.at)
            case = self.cases[case.id]
        talk = case.talk_with(what.peer)
        if talk is None:
            return Did(Refused("exchange.unknown_conversation"))
        if 0 < what.n <= talk.heard:
            return Did()  # doubled: it is answered as before, and nothing happens
        if what.n > talk.heard + 1:
            return Did(Refused("exchange.out_of_order"))
        step = told_step(procedure, case.kind, case.stage, what.message)
        if step is None:
            return Did(Refused("exchange.no_step", what.message))
        n = what.n or talk.heard + 1
        message = events.Heard(what.peer, talk.id, n, what.message, "", PEER_NUMBER)
        return self._act_on(case, case.kind, told(procedure, step, message, what.fields, None), what)

    def _told_first(self, what: Message) -> Did:
        """A message that opens a case, at the unit that receives what comes from nowhere in particular."""
        ground = self.ground
        found = opened_by(ground.procedure, what.message)
        if found is None:
            return Did(Refused("exchange.unknown_conversation"))
        kind, step = found
        home = home_of(ground.county, ground.practice.manifest.home, ground.county.code)
        case_id = str(uuid5(NAMESPACE_OID, f"story/{what.case}"))
        opening = Opening(
            id=case_id,
            number=f"S{len(self.names) + 1:04d}",
            adoption="scenario",
            kind=kind,
            home=home.id if home is not None else "",
            division=ground.county.code,
            channel=EXCHANGE,
        )
        talk = str(uuid5(NAMESPACE_OID, f"talk/{what.case}"))
        message = events.Heard(what.peer, talk, what.n or 1, what.message, "", PEER_NUMBER)
        return self._act_on(None, kind, told(ground.procedure, step, message, what.fields, opening), what)

    def _act_on(self, case: Case | None, kind: str, command: Command, what: Message) -> Did:
        scene = self._knowing(case, kind, command, what.at)
        decided = decide(self.ground.procedure, case, command, SYSTEM, scene)
        if isinstance(decided, Refused):
            return Did(not_taken(decided))
        if command.opening is not None:
            self.names[what.case] = command.opening.id
        return self._did(decided, what.at)

    def sweep(self, until: datetime) -> Did:
        self.followed = defaultdict(list)
        for _ in range(MOST_RINGS):
            waiting = [
                (wake, case.id) for case in self.cases.values() if (wake := case.wake()) and wake <= until
            ]
            if not waiting:
                return Did(None, self._so_far())
            wake, case_id = min(waiting)
            case = self.cases[case_id]
            # A sweep that comes late acts now, not in the past: never before the case's latest step.
            now = max(wake, case.last_at or wake)
            decided = ring(self.ground.procedure, case, self._in_time(case, now), self._prepared)
            if decided is None:
                raise RefusedError(Refused("practice.story_stuck", case.number, {"stage": case.stage}))
            self._keep(decided, now)
        raise RefusedError(Refused("practice.story_endless", "", {"most": MOST_RINGS}))

    def look(self, case: str) -> Look | None:
        found = self._case(case)
        return look_of(found, self._subcases(found)) if found is not None else None

    def all_cases(self) -> Iterable[Case]:
        return self.cases.values()

    def _case(self, name: str) -> Case | None:
        first, *steps = name.split("/")
        case_id = self.names.get(first, "")
        for step in steps:
            below = self.children.get(case_id, [])
            case_id = below[int(step) - 1] if int(step) <= len(below) else ""
        return self.cases.get(case_id)

    def _name(self, case_id: str) -> str:
        for name, known in self.names.items():
            if known == case_id:
                return name
        parent = self.cases[case_id].parent
        return f"{self._name(parent)}/{self.children[parent].index(case_id) + 1}"

    def _actor(self, act: Act, case_id: str) -> Actor:
        by = act.by
        owns = frozenset({case_id}) if by.owns and case_id else frozenset[str]()
        return Actor(by.kind, by.person, by.posts, owns)

    def _scene(self, case: Case | None, now: datetime, step: str = "") -> Scene:
        below = [self.cases[each] for each in self.children[case.id]] if case is not None else []
        kind = self.ground.procedure.kinds[case.kind] if case is not None else None
        rule = kind.steps.get(step) if kind is not None else None
        names = named(rule) if rule is not None else named_by_time(kind) if kind is not None else ()
        return Scene(
            county=self.county,
            now=now,
            seal=seal,
            subcases=self._subcases(case, names),
            keyed=keys_below(rule, below) if rule is not None else frozenset(),
            parent=self._related(self.cases[case.parent], now) if case is not None and case.parent else None,
            related={each.number: self._related(each, now) for each in self.cases.values()},
            mandates=tuple(mandate for each in self._above(case) for mandate in each.mandates),
        )

    def _knowing(
        self, case: Case | None, kind: str, command: Command, now: datetime, actor: Actor = SYSTEM
    ) -> Scene:
        """The scene of a step, with what registers say of what the case is about."""
        procedure, scene = self.ground.procedure, self._scene(case, now, command.step)
        step = procedure.kinds[kind].steps.get(command.step)
        form = procedure.forms.get(step.form) if step is not None else None
        told = {**command.answers, **told_by_taker(procedure, case, command, actor, scene)}
        said = keys_of(procedure, case, told, form, local_date(now), scene.seal)
        scene, keys = self._about(scene, procedure, said, case)
        opens = takes_rows(step.may_follow) if step is not None else None
        table = opening_form(procedure, opens) if opens is not None else None
        lists = [(table, row) for row in command.rows] if table is not None else []
        held = held_among(
            procedure.registers, self.registers, entries_named(form, command.answers, lists=lists)
        )
        alike = alike_among(procedure, step, case, command.answers, local_date(now), self.registers)
        scene = replace(scene, entries=held, alike=alike)
        return self._handing(scene, case, step, command, keys) if step is not None else scene

    def _in_time(self, case: Case, now: datetime) -> Scene:
        """The scene of what time does to a case, with what registers say of what it is about."""
        procedure, scene = self.ground.procedure, self._scene(case, now)
        if not asks_registers_in_time(procedure, procedure.kinds[case.kind]):
            return scene
        return self._about(scene, procedure, keys_of(procedure, case, {}, None, local_date(now)), case)[0]

    def _about(
        self, scene: Scene, procedure: Procedure, said: Mapping[str, str], case: Case | None
    ) -> tuple[Scene, Mapping[str, str]]:
        """With the rows of these keys, and the keys in their letters."""
        spelled = spelled_otherwise(self._letters, said)
        keys = as_spelled(spelled, said)
        known = about(procedure.registers, self.registers, keys, written_last_by(case, self._wrote, keys))
        return replace(seeing(scene, known), spelled=spelled), keys

    def _prepared(self, scene: Scene, case: Case, step: Step) -> Scene:
        """The scene of a step of time that opens subcases."""
        keyed = keys_below(step, [self.cases[each] for each in self.children[case.id]])
        return self._handing(replace(scene, keyed=keyed), case, step, Command(step.id), {})

    def _handing(
        self, scene: Scene, case: Case | None, step: Step, command: Command, keys: Mapping[str, str]
    ) -> Scene:
        """With what the step hands on to the subcases that it opens."""
        below = rows_below(self.ground.procedure, case, step, command.answers, keys)
        handed = handed_on(case, step, command.answers)
        own = (each for each in self.events if case is not None and each.case == case.id)
        register = meeting_in(self.ground.procedure, step)
        if register is not None:
            there = saying_already(self.ground.procedure, step, self.cases.values())
            scene = meeting(scene, self.ground.procedure, step, register, self.registers, there)
        return replace(
            scene, rows=below.among(self.registers, keys), kept=latest(own, handed) if handed else {}
        )

    def _subcases(self, case: Case | None, names: Iterable[str] = ()) -> Subcases:
        below = [self.cases[each] for each in self.children[case.id]] if case is not None else []
        still = [each for each in below if each.settled_at is None]
        return Subcases(len(below), len(still), counted(names, below), holders(names, still))

    def _above(self, case: Case | None) -> Iterator[Case]:
        """The cases that this one stands under, all the way up."""
        while case is not None and case.stands_under:
            case = self.cases[case.stands_under]
            yield case

    def _related(self, case: Case, now: datetime) -> Related:
        others = shared(self.ground.procedure, case, self.county, now)
        return Related.of(case, (each.id for each in self._above(case)), shared=others)

    def _did(self, decided: Decided | Refused, now: datetime) -> Did:
        if isinstance(decided, Refused):
            return Did(decided)
        self._keep(decided, now)
        return Did(None, self._so_far(), tuple(each.code for each in decided.warnings))

    def _so_far(self) -> dict[str, tuple[Followed, ...]]:
        return {self._name(case_id): tuple(found) for case_id, found in self.followed.items()}

    def _keep(self, decided: Decided, now: datetime) -> None:
        """Fold each event again: what was decided must be what the record says."""
        for event, after in zip(decided.events, decided.cases, strict=True):
            again = evolve(self.cases.get(event.case), event)
            if again != after:
                raise RefusedError(Refused("practice.story_fold", after.number, {"step": event.step}))
            self.cases[event.case] = after
            self.events.append(event)
            self.county = kept_after(self.county, event, after)
            wrote = dict(written_by(event, after))
            self.registers |= wrote
            self._letters |= letters_of(wrote)
            self._wrote |= dict.fromkeys(wrote, event.case)
            self.followed[event.case] += [followed_of(each) for each in event.follows]
            if event.opened is not None and event.opened.parent:
                self.children[event.opened.parent].append(event.case)
        for event in decided.events:
            if any(isinstance(each, Settled) for each in event.follows):
                self._react(self.cases[event.case], now)
            for place, _ in written_by(event, writer := self.cases[event.case]):
                for case in list(self.cases.values()):
                    self._act(case, told_of_row(self.ground.procedure, case, place, writer), now)

    def _react(self, settled: Case, now: datetime) -> None:
        """What the end of a case makes the system do on others. Refused steps are left undone."""
        parent = self.cases.get(settled.parent)
        if parent is not None:
            self._trigger(parent, Trigger.SUBCASE_SETTLED, settled, now)
            parent = self.cases[parent.id]
            if self._subcases(parent).open == 0:
                self._trigger(parent, Trigger.SUBCASES_SETTLED, settled, now)
        for case in list(self.cases.values()):
            if case.joined == settled.id and case.settled_at is None:
                self._trigger(case, Trigger.JOINED_SETTLED, settled, now)
        for below in self.children[settled.id]:
            if self.cases[below].settled_at is None:
                self._trigger(self.cases[below], Trigger.PARENT_SETTLED, settled, now)

    def _trigger(self, case: Case, trigger: Trigger, settled: Case, now: datetime) -> None:
        self._act(case, triggered(self.ground.procedure, case, trigger, settled), now)

    def _act(self, case: Case, command: Command | None, now: datetime) -> None:
        if command is None:
            return
        scene = self._knowing(case, case.kind, command, now)
        decided = decide(self.ground.procedure, case, command, SYSTEM, scene)
        if isinstance(decided, Decided):
            self._keep(decided, now)
