"""One case told step by step, for tests of the kernel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace
from rich_practice import COUNTY, MONDAY, RICH, STAFF, opening

from tongban.kernel.case import Case
from tongban.kernel.commands import ANYBODY, Actor, Command, Scene
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.ladder import ring
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused

CLERK, WU, LIN, ZHAO, QIAN, SUN, LI, ZHOU, ZHENG, NOBODY = STAFF
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BODY = {"body": "The lamp is broken"}


class Story:
    """One case told step by step; the clock stands still unless the story moves it."""

    def __init__(self, told: Procedure = RICH, since: datetime = MONDAY, **answers: Any) -> None:
        self.told, self.now = told, since
        first = next(iter(told.kinds))
        opened = replace(opening("case", "2026-1"), kind=first)
        given = {**BODY, **answers}
        self.last = self._decide(None, Command("register", given, opened), ANYBODY, {})
        self.case = self.last.cases[0]

    def _decide(self, case: Case | None, command: Command, actor: Actor, scene: dict[str, Any]) -> Decided:
        decided = decide(self.told, case, command, actor, Scene(COUNTY, self.now, **scene))
        assert isinstance(decided, Decided), decided
        return decided

    def then(
        self, name: str, actor: Actor, after: timedelta = HOUR, scene: Any = None, **answers: Any
    ) -> Story:
        self.now += after
        self.last = self._decide(self.case, Command(name, answers), actor, scene or {})
        self.case = self.last.cases[0]
        return self

    def refused(self, name: str, actor: Actor, scene: Any = None, **answers: Any) -> str:
        decided = decide(
            self.told, self.case, Command(name, answers), actor, Scene(COUNTY, self.now, **(scene or {}))
        )
        assert isinstance(decided, Refused), decided
        return decided.code

    def swept(self, until: datetime) -> list[tuple[str, datetime]]:
        """Ring whatever comes due, each at its own moment; the steps taken and when."""
        rung = []
        while (wake := self.case.wake()) is not None and wake <= until:
            self.now = max(wake, self.now)
            decided = ring(self.told, self.case, Scene(COUNTY, self.now))
            assert decided is not None
            self.case = decided.cases[0]
            rung.append((decided.events[0].step, wake))
        self.now = until
        return rung


def at(text: str) -> datetime:
    """Local time of China."""
    return datetime.fromisoformat(text + "+08:00").astimezone(UTC)
