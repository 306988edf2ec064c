"""What only lasts is not said to be over where the case left it before its day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tongban.apps.casework.lasting import left_early
from tongban.kernel.clock import Limit, Unit
from tongban.kernel.events import ClockEnded, ClockStarted, Doer, Event
from tongban.kernel.procedure.model import ClockRule

BEGAN = datetime(2026, 3, 2, 1, tzinfo=UTC)
DUE = BEGAN + timedelta(days=90)
RULES = {
    "term": ClockRule("term", frozenset({"running"}), (), (), lasts=True),
    "mending": ClockRule("mending", frozenset({"trouble"}), (), ()),
}


def told(seq: int, at: datetime, name: str, *follows: ClockStarted | ClockEnded) -> Event:
    return Event("c", seq, at, name, "running", "trouble", Doer(via="requester"), follows=follows)


def test_a_contract_is_not_over_because_something_about_it_was_told() -> None:
    started = ClockStarted("term", 1, Limit(90, Unit.CALENDAR_DAYS, "the contract"), DUE, False, None)
    left, ended = ClockEnded("term", True), ClockEnded("term", True)
    signed = told(1, BEGAN, "sign", started)
    assert left_early((signed, told(2, DUE - timedelta(days=1), "tell", left)), RULES) == (left,)
    assert left_early((signed, told(2, DUE, "expire", ended)), RULES) == ()
    assert left_early((signed, told(2, BEGAN, "mend", ClockEnded("mending", True))), RULES) == ()
