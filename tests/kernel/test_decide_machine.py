"""Random commands by random people at growing times: what must hold whatever anybody does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from rich_practice import (
    CALENDAR,
    CATEGORIES,
    COUNTY,
    MONDAY,
    OTHER_CALENDAR,
    RICH,
    STAFF,
    STAND_INS,
    UNITS,
    opening,
)

from tongban.kernel.authority import authorise
from tongban.kernel.case import Case, Mandate
from tongban.kernel.commands import ANYBODY, SYSTEM, Actor, ActorKind, Command, Related, Scene, Subcases
from tongban.kernel.county import County
from tongban.kernel.events import Event, Held
from tongban.kernel.form import Field, FieldKind
from tongban.kernel.ledger.canonical import canonical, parse
from tongban.kernel.procedure.available import available, waits_on
from tongban.kernel.procedure.check import check
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.drawing import drawing
from tongban.kernel.procedure.evolve import RESERVED, evolve
from tongban.kernel.procedure.ladder import recalculate, ring
from tongban.kernel.procedure.model import GiveMandate, StageKind, Step
from tongban.kernel.record import case_from, deed, event_from, state_of
from tongban.kernel.refusal import Refused
from tongban.kernel.routing import may_hold

STEPS = [*sorted({name for kind in RICH.kinds.values() for name in kind.steps}), "no_such_step"]
PAUSES = (0, 0, 1, 60, 60 * 24, 60 * 24 * 3, 60 * 24 * 9, 60 * 24 * 40)
"""Minutes that pass before the next command."""

FILES = frozenset({"a.jpg"})
GOOD: dict[FieldKind, st.SearchStrategy[Any]] = {
    FieldKind.text: st.sampled_from(("word", "𠀀 rare")),
    FieldKind.line: st.just("word"),
    FieldKind.phone: st.just("13800138000"),
    FieldKind.category: st.sampled_from(CATEGORIES),
    FieldKind.division: st.sampled_from(("330899101201", "330899")),
    FieldKind.unit: st.sampled_from(sorted(UNITS)),
    FieldKind.units: st.lists(st.sampled_from(sorted(UNITS)), min_size=1, max_size=2),
    FieldKind.date: st.sampled_from(("2026-09-25", "2026-12-31")),
    FieldKind.case: st.integers(1, 4).map(str),
    FieldKind.files: st.just(tuple(FILES)),
}
BAD = st.sampled_from(("", "nonsense", 7, None, True, ("x", "y"), "9" * 300, object()))
"""What doors may hand on by mistake or malice."""


BORING = {"remind", "remind_help", "withdraw", "part", "archive"}
"""Steps that would fill most runs; other rules take them often enough."""


def answers(step: Step) -> st.SearchStrategy[dict[str, Any]]:
    """Answers that fit the form of a step."""
    fields = RICH.forms[step.form].fields if step.form else ()
    return st.fixed_dictionaries({field.id: good(field) for field in fields})


def good(field: Field) -> st.SearchStrategy[Any]:
    return st.sampled_from(field.choices) if field.choices else GOOD[field.kind]


class Office(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = MONDAY
        self.county = COUNTY
        self.cases: dict[str, Case] = {}
        self.events: dict[str, list[Event]] = {}

    # -- what the world around the kernel does

    def scene(self, case: Case | None) -> Scene:
        if case is None:
            return Scene(self.county, self.now, related=self.related(), files=FILES)
        children = [each for each in self.cases.values() if each.parent == case.id]
        above: list[Mandate] = []
        parent = self.cases.get(case.parent)
        here = parent
        while here is not None:
            above += here.mandates
            here = self.cases.get(here.parent)
        return Scene(
            self.county,
            self.now,
            Subcases(len(children), sum(each.settled_at is None for each in children)),
            seen(parent) if parent else None,
            self.related(),
            tuple(above),
            files=FILES,
        )

    def related(self) -> dict[str, Related]:
        return {case.number: seen(case) for case in self.cases.values()}

    def do(self, case: Case | None, command: Command, actor: Actor) -> Decided | Refused:
        """Decide, hold it to everything that must be true of one decision, and keep the result."""
        scene = self.scene(case)
        before = state_of(case) if case else None
        decided = decide(RICH, case, command, actor, scene)
        assert decide(RICH, case, command, actor, scene) == decided
        assert case is None or state_of(case) == before
        if isinstance(decided, Refused):
            assert "." in decided.code
            return decided
        assert case is None or stage_kind(case) is not StageKind.END
        self.judge(case, decided, scene)
        self.keep(decided)
        return decided

    def judge(self, case: Case | None, decided: Decided, scene: Scene) -> None:
        event = decided.events[0]
        step = RICH.kinds[decided.cases[0].kind].steps[event.step]
        if case is not None and event.by.person:
            done = {person for judged in step.judges for person in case.doers.get(judged, ())}
            assert done.isdisjoint(event.by.people())
        if event.by.behalf:
            assert event.by.behalf != event.by.person
            assert not any(isinstance(each, GiveMandate) for each in step.may_follow)
        if event.by.via.startswith("mandate:"):
            assert case is not None
            used = event.by.via.removeprefix("mandate:")
            mandate = next(each for each in (*case.mandates, *scene.mandates) if each.id == used)
            assert mandate.since <= scene.now
            assert mandate.ended is None or scene.now < mandate.ended
            assert mandate.until is None or scene.now < mandate.until
            assert step.id in mandate.powers
            assert mandate.unit == event.by.unit
        category = decided.cases[0].facts.get("category", "")
        for follow in event.follows:
            if isinstance(follow, Held) and follow.rule != "home":
                assert isinstance(category, str)
                part = "assist" if follow.rule == "subcase" else "lead"
                assert may_hold(self.county, follow.unit, category, part) is None

    def keep(self, decided: Decided) -> None:
        for event, after in zip(decided.events, decided.cases, strict=True):
            before = self.cases.get(event.case)
            assert evolve(before, event) == after
            assert evolve(before, from_ledger(event)) == after
            assert case_from(state_of(after)) == after
            self.cases[event.case] = after
            self.events.setdefault(event.case, []).append(event)

    def some_case(self, data: st.DataObject) -> Case | None:
        return self.cases[data.draw(st.sampled_from(sorted(self.cases)))] if self.cases else None

    def actors(self) -> tuple[Actor, ...]:
        owner = Actor(ActorKind.REQUESTER, owns=frozenset(self.cases))
        return (*STAFF, *STAND_INS, SYSTEM, ANYBODY, owner)

    # -- what anybody may do

    @initialize(data=st.data())
    def a_morning(self, data: st.DataObject) -> None:
        """Two cases are on their way already: what comes after is the interesting part."""
        for number in ("case-1", "case-2"):
            self.register(data)
            assert isinstance(self.do(self.cases[number], Command("dispatch"), STAFF[0]), Decided)

    @rule(data=st.data())
    def register(self, data: st.DataObject) -> None:
        if sum(not case.parent for case in self.cases.values()) >= 4:
            return
        number = str(1 + sum(not case.parent for case in self.cases.values()))
        step = RICH.kinds["appeal"].steps["register"]
        command = Command("register", data.draw(answers(step)), opening(f"case-{number}", number))
        actor = data.draw(st.sampled_from((ANYBODY, STAFF[0])))
        assert isinstance(self.do(None, command, actor), Decided)

    @rule(data=st.data(), pauses=st.lists(st.sampled_from(PAUSES), min_size=1, max_size=8))
    def work_as_the_page_offers(self, data: st.DataObject, pauses: list[int]) -> None:
        """People take steps that their pages offer, one after another on one case."""
        case = self.some_case(data)
        for minutes in pauses:
            assert case is not None
            self.now += timedelta(minutes=minutes)
            self.take_an_offer(data, self.cases[case.id])

    def take_an_offer(self, data: st.DataObject, case: Case) -> None:
        """One offered step by one of those who may take it, with answers that fit."""
        offers: dict[str, list[Actor]] = {}
        for actor in self.actors():
            for offer in available(RICH, case, actor, self.scene(case)):
                if offer.refusal is None:
                    offers.setdefault(offer.step_id, []).append(actor)
        boring = data.draw(st.integers(0, 7)) == 7
        wanted = sorted(offers if boring else offers.keys() - BORING) or sorted(offers)
        if not wanted:
            return
        name = data.draw(st.sampled_from(wanted))
        actor = data.draw(st.sampled_from(offers[name]))
        step = RICH.kinds[case.kind].steps[name]
        decided = self.do(case, Command(name, data.draw(answers(step))), actor)
        if isinstance(decided, Refused):
            area = decided.code.split(".")[0]
            assert area in {"clock", "routing"} or decided.code in {
                "step.condition", "step.subcase_unit", "form.unknown_case",
                "step.join_unknown", "step.join_loop", "step.join_settled",
            }  # fmt: skip

    @rule(data=st.data(), minutes=st.sampled_from(PAUSES))
    def act_at_random(self, data: st.DataObject, minutes: int) -> None:
        """Anybody tries anything, with answers that may be nonsense."""
        self.now += timedelta(minutes=minutes)
        case = self.some_case(data)
        assert case is not None
        step = data.draw(st.sampled_from(STEPS))
        given = data.draw(
            st.dictionaries(st.sampled_from(("body", "unit", "reason", "into", "x", "lead")), BAD)
        )
        clock = data.draw(st.sampled_from(("", "", "handle", "rest", "no_such_clock")))
        actor = data.draw(st.sampled_from(self.actors()))
        strange = data.draw(st.booleans())
        command = Command(step, given, opening(case.id, case.number) if strange else None, clock)
        offers = {
            offer.step_id for offer in available(RICH, case, actor, self.scene(case)) if offer.refusal is None
        }
        if isinstance(self.do(case, command, actor), Decided):
            assert step in offers

    @rule(data=st.data())
    def take_a_step_before_the_last_one(self, data: st.DataObject) -> None:
        case = self.some_case(data)
        assert case is not None
        assert case.last_at is not None
        early = Scene(self.county, case.last_at - timedelta(microseconds=1))
        refused = decide(RICH, case, Command("remind"), SYSTEM, early)
        assert isinstance(refused, Refused)
        assert ring(RICH, case, early) is None

    @rule(days=st.sampled_from((1, 7, 45)))
    def sweep(self, days: int) -> None:
        """Every deadline that has come is acted on, and the sweep comes to rest."""
        self.now += timedelta(days=days)
        for name in sorted(self.cases):
            for _ in range(40):
                case = self.cases[name]
                decided = ring(RICH, case, self.scene(case))
                if decided is None:
                    break
                self.keep(decided)
            wake = self.cases[name].wake()
            assert wake is None or wake > self.now

    @rule()
    def the_calendar_changes(self) -> None:
        other = OTHER_CALENDAR if self.county.calendar == CALENDAR else CALENDAR
        self.county = County(
            COUNTY.code, other, COUNTY.units, COUNTY.divisions, COUNTY.duties, COUNTY.categories
        )
        for case in list(self.cases.values()):
            decided = recalculate(RICH, case, self.scene(case))
            if decided is not None:
                self.keep(decided)
            assert recalculate(RICH, self.cases[case.id], self.scene(case)) is None

    @rule(data=st.data())
    def settle_followers(self, data: st.DataObject) -> None:
        """What the reactor does when the case that others joined is settled."""
        for case in list(self.cases.values()):
            lead = self.cases.get(case.joined)
            if case.stage == "merged" and lead is not None and lead.settled_at is not None:
                fitting = data.draw(answers(RICH.kinds["appeal"].steps["follow"]))
                assert isinstance(self.do(case, Command("follow", fitting), SYSTEM), Decided)

    # -- what is always true

    @invariant()
    def a_clock_runs_once_and_only_where_it_should(self) -> None:
        for case in self.cases.values():
            running = [state.clock for state in case.running()]
            assert sorted(running) == sorted(
                clock.id for clock in RICH.kinds[case.kind].clocks.values() if case.stage in clock.runs_in
            )
            laps = [(state.clock, state.lap) for state in case.clocks]
            assert len(set(laps)) == len(laps)
            for state in case.clocks:
                assert (state.kept is None) == state.running
                if state.running:
                    assert (state.due is None) == state.suspended
                assert len(state.extensions) <= 1

    @invariant()
    def a_case_is_settled_exactly_where_its_stage_says(self) -> None:
        for case in self.cases.values():
            settled = stage_kind(case) is not StageKind.OPEN
            assert (case.settled_at is not None) == settled
            assert bool(case.outcome) == settled
            if settled:
                assert all(not mandate.in_force(self.now) for mandate in case.mandates)

    @invariant()
    def no_case_waits_unwatched(self) -> None:
        """What the check has proved of the practice shows in every case."""
        for case in self.cases.values():
            if stage_kind(case) is not StageKind.END:
                assert any(not state.suspended for state in case.running())

    @invariant()
    def bounded_steps_are_bounded(self) -> None:
        for case in self.cases.values():
            for step in RICH.kinds[case.kind].steps.values():
                assert not step.at_most or case.counts.get(step.id, 0) <= step.at_most

    @invariant()
    def ended_cases_offer_nothing(self) -> None:
        for case in self.cases.values():
            if stage_kind(case) is StageKind.END:
                assert not case.running()
                assert all(not available(RICH, case, actor, self.scene(case)) for actor in self.actors())

    @invariant()
    def a_case_is_the_fold_of_its_events(self) -> None:
        for name, events in self.events.items():
            case: Case | None = None
            for event in events:
                case = evolve(case, event)
            assert case == self.cases[name]

    @invariant()
    def every_case_can_be_drawn(self) -> None:
        for case in self.cases.values():
            travelled = tuple((event.to, event.at) for event in self.events[case.id])
            drawn = drawing(RICH.kinds[case.kind], case, self.now, self.county.calendar, travelled)
            assert drawn.travelled[-1].stage == case.stage
            assert [stage.id for phase in drawn.phases for stage in phase.stages if stage.present] == [
                case.stage
            ]
            assert {move.step for move in drawn.next} == (
                {step.id for step in RICH.kinds[case.kind].steps_from(case.stage)}
            )
            assert waits_on(RICH.kinds[case.kind], case.stage) in {"holder", "home", "requester", "joined"}
            if drawn.clock is not None and not drawn.clock.suspended:
                assert drawn.clock.late == (drawn.clock.due is not None and drawn.clock.due <= self.now)


def seen(case: Case) -> Related:
    return Related(case.id, case.number, case.practice, case.holder, case.settled_at is not None, case.joined)


def stage_kind(case: Case) -> StageKind:
    return RICH.kinds[case.kind].stages[case.stage].kind


def from_ledger(event: Event) -> Event:
    """The event as it comes back from the sealed text, where values of persons are digests only."""
    sealed = (*event.content, *event.identity)
    facts = parse(canonical(deed(event)))
    return event_from(event.case, event.seq, event.at, facts, sealed)


def test_the_practice_that_is_tried_here_has_no_fault() -> None:
    assert check(RICH) == ()
    assert not RESERVED & set(STEPS)


def test_somebody_may_take_every_step() -> None:
    """The roster is rich enough for the machine to reach everything: no step is nobody's."""
    roles = {post.role for actor in STAFF for post in actor.posts}
    steps = [step for kind in RICH.kinds.values() for step in kind.steps.values()]
    assert {who.role for step in steps for who in step.by if who.role} <= roles
    assert callable(authorise)


TestOffice = Office.TestCase
TestOffice.settings = how(max_examples=40, stateful_step_count=40, deadline=None)
