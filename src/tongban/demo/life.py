"""Two years in a county, told moment by moment through the kernel: arrivals, people's steps, clocks that run out.

Everything happens in the order of time, so that cases can be merged, clocks act when they would have, and
nobody knows the future. Nothing in here knows a practice: what may be done where is in ``walk.yaml``.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from msgspec import Struct

from tongban.apps.numbers import check_digit
from tongban.apps.registry.history import History
from tongban.apps.registry.progress import Say, silent
from tongban.demo.answers import Answers, ImpossibleError, Situation
from tongban.demo.arrivals import SEED, Arrivals, Matter
from tongban.demo.beyond import Beyond
from tongban.demo.boards import counting_of
from tongban.demo.bringing import brought_rows
from tongban.demo.hours import Hours, last_moment, next_moment
from tongban.demo.script import Script
from tongban.demo.staff import Staff
from tongban.demo.telling import Telling
from tongban.kernel.case import Case
from tongban.kernel.clock import LOCAL
from tongban.kernel.commands import ANYBODY, Actor, ActorKind, Command, Opening
from tongban.kernel.county import County
from tongban.kernel.expression import Expression, compile_expression
from tongban.kernel.expression import Kind as ValueKind
from tongban.kernel.procedure.decide import Decided
from tongban.kernel.procedure.model import Procedure, Step
from tongban.kernel.procedure.sight import Sight, variables
from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.practice import Practice

Option = Mapping[str, Any]

REQUESTER = "requester"
TRIES = 9
"""How often somebody comes back to a step that cannot be taken yet (co-holders are still at work)."""
FORGOTTEN = 11
"""Per mille of steps under a promise that are simply forgotten for a long time."""
BACKLOG = timedelta(days=18)
"""Everybody is behind with what came last, so that there is something to do when the demo opens."""
HELD = 45
"""Per cent of those who would have been late and then hurry, because the reminder came."""
SHORT = timedelta(hours=5)
"""A limit so short that somebody is on duty for it at any hour."""
ONE_DAY = timedelta(hours=25)
"""A limit for which people also work in the evening and at weekends."""


class Adoption(Struct, frozen=True):
    """An adopted practice as the life needs it."""

    id: str
    practice: str
    procedure: Procedure
    homes: tuple[str, ...]
    folder: Practice


class Plan(Struct):
    """What somebody means to do with a case: valid while it stands where it stood."""

    stage: str
    option: Option
    left: tuple[Option, ...]
    """The options after this one, should it prove impossible."""
    tries: int = 0


@dataclass
class Life:
    script: Script
    county: County
    adoptions: Mapping[str, Adoption]
    staff: Staff
    names: Mapping[str, str]
    until: datetime
    scale: int = 100
    """Per cent of the story's volume."""
    refused: Counter[str] = field(default_factory=Counter)
    """Steps that the kernel refused, by step and code: for whoever writes the walk."""
    lost: int = 0
    """Matters that could not even be registered."""
    history: History = field(init=False)

    def __post_init__(self) -> None:
        procedures = {each.id: each.procedure for each in self.adoptions.values()}
        folders = [each.folder for each in self.adoptions.values()]
        rows = brought_rows(self.script, self.county, procedures.values(), folders)
        self.history = History(self.county, procedures, chance="life", registers=rows)
        self.history.counting = counting_of(
            self.history, {name: (each.folder, each.procedure) for name, each in self.adoptions.items()}
        )
        self._answers = Answers(self.script, self.county, self.staff, self.names)
        self._matters: dict[str, Matter] = {}
        self._plans: dict[str, Plan] = {}
        self._queue: list[tuple[datetime, int, str, Plan]] = []
        self._turn = 0
        self._beyond = Beyond(self._answers)
        self._compiled: dict[tuple[str, str, str], Expression] = {}
        self._practice = {each.id: each.practice for each in self.adoptions.values()}
        adopted = {each.practice: (each.id, each.homes) for each in self.adoptions.values()}
        self.telling = Telling(self.script, self.history, self.staff, adopted)

    def run(self, say: Say = silent) -> History:
        """Live until ``until``; returns all that happened."""
        lives = [each for each in self.adoptions if each in self.script.walk]
        streams = [Arrivals(self.script, practice, self.until, self.scale) for practice in lives]
        arrivals = sorted(
            (matter for stream in streams for matter in stream), key=lambda m: (m.at, m.practice, m.n)
        )
        total = len(arrivals)
        coming = iter(arrivals)
        matter = next(coming, None)
        done = 0
        while True:
            wake, planned = self.history.next_wake(), self._queue[0][0] if self._queue else None
            arrives = matter.at if matter is not None else None
            told = self.telling.next_at()
            first = min((each for each in (wake, planned, arrives, told) if each is not None), default=None)
            if first is None or first > self.until:
                say("demo.living", total, total)
                return self.history
            if wake == first:
                self.history.act_until(wake)
            elif told == first:
                self.telling.tell()
            elif matter is not None and arrives == first:
                self._arrive(matter)
                matter, done = next(coming, None), done + 1
                if done % 50 == 0:
                    say("demo.living", done, total)
            else:
                at, _, case_id, plan = heapq.heappop(self._queue)
                if self._plans.get(case_id) is plan:
                    del self._plans[case_id]
                    self._act(case_id, plan, at)
            self._follow()

    def matter_of(self, case: Case) -> Matter | None:
        """The matter behind a case or a subcase."""
        return self._matters.get(case.root or case.id)

    def _follow(self) -> None:
        """Look again at every case that changed."""
        for case_id in dict.fromkeys(self.history.touched):
            case = self.history.cases[case_id]
            plan = self._plans.get(case_id)
            if plan is None or plan.stage != case.stage:
                self._plans.pop(case_id, None)
                self._plan(case, self._options(case))
        self.history.touched.clear()

    # Opening

    def _arrive(self, matter: Matter) -> None:
        adoption = self.adoptions[matter.practice]
        opens = matter.opens
        step = adoption.procedure.kinds[opens["kind"]].steps[opens["step"]]
        role = opens["by"].get(matter.channel, "")
        home = self._home(adoption, matter)
        where = self._owner_at(adoption, matter, home) if opens.get("at") == "owner" else home
        actor = self._opener(step, role, where, matter, opens) if role else ANYBODY
        if actor is None:
            self.refused[f"{step.id} nobody"] += 1
            self.lost += 1
            return
        unit = actor.posts[0].unit if actor.posts else home
        form = {**opens["answers"], **(opens.get("clerk", {}) if role else {})}
        situation = Situation(
            matter, None, step.id, matter.at, unit, adoption.procedure, adoption.homes, lambda: ""
        )
        case_id = self._id(matter.practice, matter.n)
        command = Command(
            step.id,
            self._answers.fill(form, situation),
            Opening(
                id=case_id,
                number=number(matter),
                adoption=adoption.id,
                kind=opens["kind"],
                home=home,
                division=matter.division,
                channel=matter.channel,
            ),
        )
        decided = self.history.take(command, actor, matter.at)
        if isinstance(decided, Refused):
            self.refused[f"{step.id} {decided.code} {decided.where}"] += 1
            self.lost += 1
            return
        self._matters[case_id] = matter

    def _home(self, adoption: Adoption, matter: Matter) -> str:
        """The receiving unit nearest to the place."""
        for code in (*self.county.division_chain(matter.division), self.county.code):
            for unit in adoption.homes:
                if self.county.units[unit].division == code:
                    return unit
        return adoption.homes[0]

    def _owner_at(self, adoption: Adoption, matter: Matter, otherwise: str) -> str:
        category = matter.message.category
        return self._answers.owner(adoption.procedure, category, matter.division, matter.at, otherwise)

    def _opener(self, step: Step, role: str, unit: str, matter: Matter, opens: Option) -> Actor | None:
        anywhere = any(who.role == role and who.relation.value == "anywhere" for who in step.by)
        return self.staff.at("" if anywhere and "at" not in opens else unit, role, matter.chance)

    # Planning

    def _options(self, case: Case) -> tuple[Option, ...]:
        walk = self.script.walk.get(self._practice[case.adoption], {"kinds": {}})
        found: Sequence[Option] = walk["kinds"].get(case.kind, {}).get(case.stage, ())
        return tuple(found)

    def _plan(self, case: Case, options: Iterable[Option]) -> None:
        """Choose the first option that fits and whose share is drawn, and when it will be taken."""
        matter = self.matter_of(case)
        if matter is None:
            return
        options = tuple(options)
        for n, option in enumerate(options):
            if not self._fits(option, case, matter):
                continue
            if option.get("wait"):
                return
            at = self._when(option, case, matter)
            self._queue_up(case, Plan(case.stage, option, options[n + 1 :]), at)
            return

    def _queue_up(self, case: Case, plan: Plan, at: datetime) -> None:
        self._plans[case.id] = plan
        self._turn += 1
        heapq.heappush(self._queue, (at, self._turn, case.id, plan))

    def _fits(self, option: Option, case: Case, matter: Matter) -> bool:
        owner = partial(self._owner_at, self.adoptions[matter.practice], matter, case.holder)
        if not self._beyond.hold(option, case, matter, owner):
            return False
        share = option.get("share")
        if share is not None:
            likely = self.script.share(matter.practice, share) * self.script.habit(case.holder, share)
            if matter.chance.randrange(100_000) >= likely:
                return False
        when = option.get("when")
        if when is None:
            return True
        procedure = self.history.procedure(case)
        sight = Sight(procedure, case, {}, self.history.scene(case, case.last_at or case.opened_at))
        try:
            return self._expression(when, case, procedure).holds(sight)
        except RefusedError:
            return False

    def _expression(self, source: str, case: Case, procedure: Procedure) -> Expression:
        key = (case.adoption, case.kind, source)
        if key not in self._compiled:
            kind = procedure.kinds[case.kind]
            forms = [procedure.forms[step.form] for step in kind.steps.values() if step.form]
            kinds = {
                name: ValueKind.flag
                if isinstance(value, bool)
                else ValueKind.whole
                if isinstance(value, int)
                else ValueKind.text
                for name, value in procedure.settings.items()
            }
            found = compile_expression(
                source, variables(forms, kind.steps, kinds, kind.samples()), ValueKind.flag, where=key[1]
            )
            if isinstance(found, Refused):
                raise ValueError(f"walk.yaml: {source}: {found.code} {dict(found.facts)}")
            self._compiled[key] = found
        return self._compiled[key]

    def _when(self, option: Option, case: Case, matter: Matter) -> datetime:
        after: Mapping[str, Any] = option.get("after", {"minutes": [30, 600]})
        hours: Hours = after.get("hours", "office")
        last = case.last_at or case.opened_at
        soonest = last + timedelta(minutes=matter.chance.randrange(2, 9), seconds=matter.chance.randrange(60))
        state = next((s for s in case.running() if s.clock == after.get("clock") and s.due is not None), None)
        if state is None or state.due is None:
            low, high = after.get("minutes", (60, 900))
            minutes = math.exp(matter.chance.uniform(math.log(low), math.log(high)))
            return next_moment(self.county.calendar, last + timedelta(minutes=minutes), hours, matter.chance)
        unit = case.holder if self._clock_of_holder(case, state.clock) else case.home
        usual = self.script.speed(unit, self.county.units[unit].kind, last)
        median, p90 = usual if "median" not in after else (after["median"], after["p90"])
        part = median / 100 * math.exp(matter.chance.gauss(0, 1) * math.log(p90 / median) / 1.2816)
        if matter.chance.randrange(1000) < FORGOTTEN:
            part = 1.2 + matter.chance.random() * 5
        elif part > 1 and matter.chance.randrange(100) < HELD:
            part = 0.8 + matter.chance.random() * 0.18
        if self.until - state.started < BACKLOG:
            part *= 2.4
            if part > 1 and matter.chance.randrange(100) < 2 * HELD - 25:
                part = 0.75 + matter.chance.random() * 0.24
        part = min(max(part, 0.02), 8.0)
        due = min(state.due, case.due() or state.due)
        total = max(due - state.started, timedelta(hours=1))
        if total <= ONE_DAY and hours == "office":
            hours = "always" if total <= SHORT else "day"
        at = next_moment(
            self.county.calendar, max(state.started + part * total, soonest), hours, matter.chance
        )
        if part < 1 and at >= due:
            just = last_moment(self.county.calendar, due, matter.chance)
            return just if just > soonest else max(at, soonest)
        return max(at, soonest)

    def _clock_of_holder(self, case: Case, clock: str) -> bool:
        rule = self.history.procedure(case).kinds[case.kind].clocks.get(clock)
        return rule is None or rule.owner == "holder"

    # Acting

    def _act(self, case_id: str, plan: Plan, at: datetime) -> None:
        case = self.history.cases[case_id]
        if case.stage != plan.stage:
            return self._plan(case, self._options(case))
        matter = self._matters[case.root or case.id]
        if not self._beyond.fresh_still(plan.option, matter):
            return self._plan(case, plan.left)
        at = max(at, (case.last_at or at) + timedelta(seconds=1))
        step = self.history.procedure(case).kinds[case.kind].steps[plan.option["step"]]
        actor = self._actor(step, case, plan.option.get("by", ""), matter)
        if actor is None:
            self.refused[f"{case.kind}.{step.id} nobody at {case.holder}"] += 1
            return self._plan(case, plan.left)
        try:
            answers = self._answers.fill(
                plan.option.get("answers", {}), self._situation(case, step, at, matter)
            )
        except ImpossibleError:
            return self._plan(case, plan.left)
        decided = self.history.take(Command(step.id, answers), actor, at, case_id)
        if isinstance(decided, Decided):
            self._beyond.taken(plan.option, matter)
            for child in decided.cases[1:]:
                self._matters.setdefault(child.root or child.id, matter)
            return None
        self.refused[
            f"{case.kind}.{step.id} {decided.code} {decided.where} {decided.facts.get('condition', '')}"
        ] += 1
        if decided.code == "step.condition" and plan.tries < TRIES and self._waits_for_others(case):
            plan.tries += 1
            later = at + timedelta(hours=matter.chance.randrange(2, 12))
            return self._queue_up(
                case, plan, next_moment(self.county.calendar, later, "office", matter.chance)
            )
        return self._plan(case, plan.left)

    def _actor(self, step: Step, case: Case, only: str, matter: Matter) -> Actor | None:
        if only == REQUESTER:
            return Actor(ActorKind.REQUESTER, owns=frozenset({case.id}))
        parent = self.history.cases.get(case.parent)
        holder = parent.holder if parent is not None else ""
        found = self.staff.somebody(step, case, self.county, holder, only, matter.chance)
        return found or self.staff.somebody(step, case, self.county, holder, "", matter.chance)

    def _waits_for_others(self, case: Case) -> bool:
        return self.history.scene(case, case.opened_at).subcases.open > 0

    def _situation(self, case: Case, step: Step, at: datetime, matter: Matter) -> Situation:
        adoption = self.adoptions[matter.practice]
        return Situation(
            matter, case, step.id, at, case.holder, adoption.procedure, adoption.homes,
            lambda: self._earlier(case, matter),
        )  # fmt: skip

    def _earlier(self, case: Case, matter: Matter) -> str:
        """The case of whoever reported the same thing before, if it is still open."""
        found = self.history.cases.get(self._id(matter.practice, matter.same_as))
        if found is None or found.id == case.id or found.settled_at is not None or found.joined:
            return ""
        return found.number

    def _id(self, practice: str, n: int) -> str:
        return str(uuid5(NAMESPACE_OID, f"{SEED}/{self.county.code}/{practice}/{n}"))


def number(matter: Matter) -> str:
    """A case number of the product's own shape, the same at every run."""
    year = matter.at.astimezone(LOCAL).year % 100
    drawn = uuid5(NAMESPACE_OID, f"{SEED}/number/{matter.practice}/{matter.n}").int % 10**9
    digits = f"{year:02d}{drawn:09d}"
    return digits + check_digit(digits)
