"""Which day a notice names: to whoever asked one that was promised to them, not a day of the office's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tongban.apps.notices.words import REQUESTER, due_of
from tongban.kernel.clock import Limit, Unit
from tongban.kernel.events import ClockStarted

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
HANDLE, SIGN, WORD = ("handle", 14), ("sign", 1), ("word", 3)
KIND: Any = SimpleNamespace(
    clocks={
        "handle": SimpleNamespace(promise=True, theirs=True),
        "sign": SimpleNamespace(promise=False, theirs=False),
        "word": SimpleNamespace(promise=False, theirs=True),
    }
)


@pytest.mark.parametrize(
    ("running", "set_now", "to", "days"),
    [
        ([HANDLE, SIGN], ["sign"], REQUESTER, 14),
        ([HANDLE, SIGN], ["sign"], "holder", 1),
        ([HANDLE, WORD], ["word"], REQUESTER, 3),
        ([SIGN], ["sign"], REQUESTER, 1),
        ([SIGN], [], REQUESTER, None),
    ],
)
def test_a_requester_reads_a_day_of_their_own_before_one_of_the_office(
    running: list[tuple[str, int]], set_now: list[str], to: str, days: int | None
) -> None:
    states = [SimpleNamespace(clock=name, due=NOW + timedelta(days=n)) for name, n in running]
    case = SimpleNamespace(running=lambda: states)
    event = SimpleNamespace(
        follows=tuple(
            ClockStarted(name, 0, Limit(1, Unit.CALENDAR_DAYS, ""), NOW, provisional=False, wake=None)
            for name in set_now
        )
    )
    due = due_of(cast(Any, case), KIND, to, cast(Any, event))
    assert due == (None if days is None else NOW + timedelta(days=days))
