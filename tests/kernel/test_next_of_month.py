"""A clock that runs to the next of some days of the month, such as the fixed days on which a village speaks."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tongban.kernel.clock import Limit, Unit
from tongban.kernel.procedure.clocks import limit_of
from tongban.kernel.procedure.model import ClockRule, LimitRule


def days(at: datetime, *month_days: int) -> int:
    longest = Limit(31, Unit.NAMED_DAY, "")
    rule = LimitRule(longest, date(2019, 1, 1), month_days=month_days)
    found = limit_of(ClockRule("answering", frozenset({"said"}), (rule,), ()), at, {})
    assert found.unit is Unit.NAMED_DAY
    return found.amount


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 3, 9, 4, tzinfo=UTC), 1),
        (datetime(2026, 3, 10, 4, tzinfo=UTC), 15),  # what is said on the day has until the one after
        (datetime(2026, 3, 9, 17, tzinfo=UTC), 15),  # it is the tenth in China already
        (datetime(2026, 12, 25, 4, tzinfo=UTC), 16),
    ],
)
def test_it_ends_on_the_next_of_the_days(at: datetime, expected: int) -> None:
    assert days(at, 10, 25) == expected


def test_a_month_that_lacks_the_day_has_its_last_one() -> None:
    assert days(datetime(2026, 2, 2, tzinfo=UTC), 31) == 26
    assert days(datetime(2026, 1, 31, tzinfo=UTC), 31) == 28
