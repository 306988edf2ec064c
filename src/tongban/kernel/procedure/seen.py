"""A case as an indicator sees it, and the moments by which it is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tongban.kernel.case import Case, ClockState
from tongban.kernel.commands import Scene
from tongban.kernel.county import County
from tongban.kernel.expression import Kind
from tongban.kernel.indicator.parts import PREFIX, part_of
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.value import Value

ENDINGS: Mapping[str, Kind] = {
    "ended": Kind.flag,
    "kept": Kind.flag,
    "cut_short": Kind.flag,
    "laps": Kind.whole,
    "left": Kind.whole,
}
"""What is told of a clock beside its id: ``clock.handle.kept``."""


class Seen(Sight):
    """Everything a step may see, how the case's clocks ended, and of which parts of a figure it is (``by.township``)."""

    def __init__(self, procedure: Procedure, county: County, case: Case) -> None:
        super().__init__(procedure, case, {}, Scene(county, case.last_at or case.opened_at))
        self._case, self._county = case, county
        self._laps: dict[str, list[ClockState]] = {}
        for state in case.clocks:
            self._laps.setdefault(state.clock, []).append(state)

    def __getitem__(self, name: str) -> Value | datetime:
        if name.startswith(PREFIX):
            return part_of(self._case, name.removeprefix(PREFIX), self._county)
        if not name.startswith("clock."):
            return super().__getitem__(name)
        _, clock, what = name.split(".")
        laps = self._laps.get(clock, [])
        match what:
            case "laps":
                return len(laps)
            case "left":
                return time_left(laps)
            case "kept":
                return in_time(laps)
            case "cut_short":
                return in_time(laps) and self._case.cut_short(laps[-1])
            case _:
                return bool(laps) and laps[-1].ended is not None


def counted_at(case: Case, counted: str) -> datetime | None:
    """The moment by which a case counts: ``opened``, ``due:<clock>`` (when that clock's first lap ran out or ended), or when it was
    settled (``settled``, ``rated``). None while there is none."""
    match counted.partition(":"):
        case ("opened", _, _):
            return case.opened_at
        case ("due", _, clock):
            dues = (state.due or state.ended for state in case.clocks if state.clock == clock)
            return next((due for due in dues if due is not None), None)
        case _:
            return case.settled_at


def in_time(laps: Sequence[ClockState]) -> bool:
    """Whether a clock ran, has ended, and was late in no lap."""
    return bool(laps) and all(lap.kept is not False for lap in laps) and laps[-1].kept is True


def time_left(laps: Sequence[ClockState]) -> int:
    """How much of its time was left when the last lap ended, per mille of all that there was from its start to its due moment, stops
    and extensions included, as the hands of a clock go; 1000 while it runs, 0 where it ended late."""
    last = laps[-1] if laps else None
    if last is None or last.ended is None or last.due is None or last.due <= last.started:
        return 1000
    return max((last.due - last.ended) * 1000 // (last.due - last.started), 0)
