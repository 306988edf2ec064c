"""The projected finish: it holds what it says of itself, and names no day where none can be known."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tongban.apps.casework.finishing import DAY, LEAST_DAYS, WINDOW, Finish, NoFinish, finish, student

FIRST = date(2026, 3, 2)  # a Monday
TODAY = FIRST + 28 * DAY


def weekday(day: date) -> bool:
    return day.weekday() < 5


def every(day: date) -> bool:
    return day.year > 0


counts = some.lists(some.integers(0, 60), min_size=28, max_size=28)


def series(numbers: list[int]) -> dict[date, int]:
    return {FIRST + n * DAY: each for n, each in enumerate(numbers) if each}


@given(counts, some.integers(1, 5000), some.integers(0, 500))
def test_more_that_remains_never_finishes_earlier(numbers: list[int], more: int, besides: int) -> None:
    done = series(numbers)
    fewer = finish(done, sum(numbers) + more, TODAY, weekday)
    larger = finish(done, sum(numbers) + more + besides, TODAY, weekday)
    if isinstance(fewer, Finish) and isinstance(larger, Finish):
        assert (fewer.day, fewer.low, fewer.high) <= (larger.day, larger.low, larger.high)
        assert fewer.day <= larger.day and fewer.low <= larger.low and fewer.high <= larger.high
    elif isinstance(fewer, NoFinish):
        assert isinstance(larger, NoFinish)


@given(counts, some.integers(1, 5000))
def test_the_day_lies_in_its_interval_and_not_in_the_past(numbers: list[int], more: int) -> None:
    found = finish(series(numbers), sum(numbers) + more, TODAY, weekday)
    if isinstance(found, Finish):
        assert TODAY <= found.low <= found.day <= found.high
        assert LEAST_DAYS <= found.days <= WINDOW
        if found.working:
            assert all(weekday(each) for each in (found.day, found.low, found.high))


@given(counts)
def test_where_all_is_done_it_is_today(numbers: list[int]) -> None:
    done = {**series(numbers), TODAY: 1}
    assert finish(done, sum(done.values()), TODAY, weekday) == Finish(TODAY, TODAY, TODAY, 0, working=False)


@given(counts, some.integers(1, 5000), some.integers(1, 40))
def test_what_was_done_today_changes_no_pace(numbers: list[int], more: int, today: int) -> None:
    done, total = series(numbers), sum(numbers) + more + today
    assert finish(done, total, TODAY, weekday) == finish({**done, TODAY: today}, total, TODAY, weekday)


def test_an_even_pace_names_the_day_that_one_would_name_oneself() -> None:
    done = {FIRST + n * DAY: 10 for n in range(20)}
    found = finish(done, 300, FIRST + 20 * DAY, every)
    assert isinstance(found, Finish)
    assert found.day == FIRST + 29 * DAY  # a hundred remain, ten a day, today is the first of ten days
    assert found.low < found.day < found.high


def test_days_of_rest_are_not_counted_where_nothing_was_done_on_them() -> None:
    done = {day: 10 for n in range(28) if weekday(day := FIRST + n * DAY)}
    found = finish(done, 250, TODAY, weekday)
    assert isinstance(found, Finish) and found.working
    assert found.day == TODAY + 4 * DAY  # fifty remain: Monday to Friday
    through = finish({FIRST + n * DAY: 10 for n in range(28)}, 330, TODAY, weekday)
    assert isinstance(through, Finish) and not through.working
    assert through.day == TODAY + 4 * DAY


def test_the_less_even_the_days_the_wider_the_interval() -> None:
    even = finish({FIRST + n * DAY: 10 for n in range(14)}, 400, FIRST + 14 * DAY, every)
    wild = finish({FIRST + n * DAY: (1, 19)[n % 2] for n in range(14)}, 400, FIRST + 14 * DAY, every)
    runs = finish({FIRST + n * DAY: (1, 19)[n // 7] for n in range(14)}, 400, FIRST + 14 * DAY, every)
    assert isinstance(even, Finish) and isinstance(wild, Finish)
    assert even.high - even.low < wild.high - wild.low
    assert isinstance(runs, Finish)  # a week of nearly nothing and one of much: either may come next
    assert wild.high - wild.low < runs.high - runs.low


@pytest.mark.parametrize(
    ("done", "total", "why"),
    [
        ({}, 0, "nothing"),
        ({}, 40, "too_few"),
        ({TODAY - DAY: 30}, 40, "too_few"),
        ({TODAY - n * DAY: 2 for n in range(1, 8)}, 50, ""),
        ({TODAY - n * DAY: 1 for n in range(1, 6)}, 5000, "too_few"),
        ({FIRST + n * DAY: 5 for n in range(5)}, 400, "standing_still"),
        ({TODAY - 6 * DAY: 50, TODAY - DAY: 1}, 400, "too_uncertain"),
    ],
)
def test_where_no_day_can_be_known_none_is_named(done: dict[date, int], total: int, why: str) -> None:
    found = finish(done, total, TODAY, every)
    assert isinstance(found, NoFinish if why else Finish)
    assert getattr(found, "why", "") == why


def test_what_went_back_counts_against_the_pace() -> None:
    steady = {FIRST + n * DAY: 10 for n in range(14)}
    back = {**steady, FIRST + 12 * DAY: -10}
    today = FIRST + 14 * DAY
    whole, less = finish(steady, 300, today, every), finish(back, 300, today, every)
    assert isinstance(whole, Finish) and isinstance(less, Finish)
    assert less.day > whole.day


@pytest.mark.parametrize(
    ("p", "freedom", "printed"),
    [(0.9, 4, 1.533), (0.9, 9, 1.383), (0.9, 14, 1.345), (0.95, 9, 1.833), (0.5, 6, 0.0)],
)
def test_student_is_as_printed_in_tables(p: float, freedom: int, printed: float) -> None:
    assert student(p, freedom) == pytest.approx(printed, abs=0.01)
    assert student(p, freedom) + student(1 - p, freedom) == pytest.approx(0)
