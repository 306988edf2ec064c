"""A told step on all subcases at once: each case has its own day, drawn from a fixed seed.

A campaign has hundreds of households; nobody writes their days down one by one. ``each`` names the case they stand
under; a chain of steps begins at each of them between two moments and goes on so many days later.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Annotated

from msgspec import Struct
from pydantic import Field

from tongban.apps.registry.history import History
from tongban.demo.hours import next_moment
from tongban.demo.staff import Staff
from tongban.kernel.case import Case
from tongban.kernel.clock import LOCAL
from tongban.kernel.commands import Command
from tongban.kernel.refusal import Refused
from tongban.library.shape.story import LocalMoment
from tongban.library.shape.written import Answer, Id, Many, Shape

DAY = "{day}"
"""In an answer: the day on which the step is taken."""
NUMBER = "{n}"
"""In an answer: the case's place among all."""


class LinkSpec(Shape):
    """One step of a chain: so many ``days`` after the one before, answered as written; ``vary`` draws one of several."""

    step: Id
    days: Annotated[Many[int], Field(min_length=2, max_length=2)] = (0, 0)
    answers: dict[Id, Answer] = Field(default_factory=dict)
    vary: dict[Id, Many[Answer]] = Field(default_factory=dict)


class SpreadSpec(Shape):
    """``share``: at how many of a hundred cases the chain begins at all."""

    until: LocalMoment
    share: int = 100
    steps: Many[LinkSpec]


class Due(Struct, frozen=True, order=True):
    """A link of a chain that is to be taken on one case at one moment. The order is that of time."""

    at: datetime
    n: int
    case: str
    link: int


class Spreading:
    """Chains over the subcases of one case."""

    def __init__(self, place: str, spec: SpreadSpec, history: History, staff: Staff) -> None:
        self.place, self.spec, self.history, self.staff = place, spec, history, staff
        self.chance = Random(place)  # noqa: S311 - a story, not a secret

    def begin(self, case: str, since: datetime, until: datetime) -> list[Due]:
        """Where each chain begins: evenly over the time, by nobody's choice."""
        found = []
        for n, child in enumerate(self.history.children[case], 1):
            begins = since + (until - since) * self.chance.random()
            if self.chance.randrange(100) < self.spec.share:
                found.append(Due(self._working(begins), n, child, 0))
        return found

    def take(self, due: Due) -> Due | Refused | None:
        """Take one link; the next one, None at the end of the chain. Refused: nobody can, or the kernel says no."""
        link, case = self.spec.steps[due.link], self.history.cases[due.case]
        kind = self.history.procedure(case).kinds[case.kind]
        parent = self.history.cases[case.parent].holder if case.parent else ""
        step = kind.steps.get(link.step)
        actor = (
            self.staff.somebody(step, case, self.history.county, parent, "", self.chance) if step else None
        )
        if actor is None:
            return Refused("demo.told", self.place, {"step": link.step, "found": case.holder})
        at = max(due.at, case.last_at or due.at)
        done = self.history.take(Command(link.step, self._answers(link, due, at)), actor, at, case.id)
        if isinstance(done, Refused):
            return Refused("demo.told", self.place, {"step": link.step, "found": _codes(done, case)})
        if due.link + 1 == len(self.spec.steps):
            return None
        least, most = self.spec.steps[due.link + 1].days
        later = at + timedelta(days=self.chance.randint(least, most), minutes=self.chance.randint(5, 90))
        return Due(self._working(later), due.n, due.case, due.link + 1)

    def _answers(self, link: LinkSpec, due: Due, at: datetime) -> Mapping[str, object]:
        day, number = at.astimezone(LOCAL).date().isoformat(), str(due.n)
        drawn = {name: self.chance.choice(given) for name, given in link.vary.items()}
        return {
            name: value.replace(DAY, day).replace(NUMBER, number) if isinstance(value, str) else value
            for name, value in {**link.answers, **drawn}.items()
        }

    def _working(self, at: datetime) -> datetime:
        return next_moment(self.history.county.calendar, at, "office", self.chance)


def _codes(refused: Refused, case: Case) -> tuple[str, ...]:
    return (case.number, *(each.code for each in refused.all()))
