"""How time is told: one way for every list, page and drawing, whatever unit a limit was counted in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.apps.wording import clock_words, due_moment, lapse, remaining
from tongban.kernel.case import ClockState
from tongban.kernel.clock import Calendar, Limit, Unit, due

FRIDAY_END = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
"""24:00 of Friday 27 November in China."""
CALENDAR = Calendar(())
ZH, EN = "zh-Hans", "en"


def hours(n: float) -> timedelta:
    return timedelta(hours=n)


@pytest.mark.parametrize(
    ("late", "zh", "en"),
    [
        (hours(0), "超期 1 分钟", "1 minute late"),
        (hours(0.75), "超期 45 分钟", "45 minutes late"),
        (hours(13), "超期 13 小时", "13 hours late"),
        (hours(23.99), "超期 23 小时", "23 hours late"),
        (hours(37), "超期 1 天", "1 day late"),
        (hours(24 * 12), "超期 12 天", "12 days late"),
    ],
)
def test_lateness_is_minutes_then_hours_then_days_of_the_calendar(late: timedelta, zh: str, en: str) -> None:
    assert remaining(FRIDAY_END, FRIDAY_END + late, ZH) == ("late", zh)
    assert remaining(FRIDAY_END, FRIDAY_END + late, EN) == ("late", en)


def test_a_weekend_counts_for_whoever_waits() -> None:
    monday = FRIDAY_END + timedelta(days=2, hours=9)
    assert remaining(FRIDAY_END, monday, ZH)[1] == "超期 2 天"


@pytest.mark.parametrize(
    ("before", "tone", "zh"),
    [
        (hours(24 * 3 + 5), "rest", "还有 3 天"),
        (hours(30), "rest", "还有 1 天"),
        (hours(24), "soon", "还有 1 天"),
        (hours(5), "soon", "还有 5 小时"),
    ],
)
def test_what_is_left_is_told_the_same_way(before: timedelta, tone: str, zh: str) -> None:
    assert remaining(FRIDAY_END, FRIDAY_END - before, ZH) == (tone, zh)


def test_a_stopped_clock_has_nothing_left_and_nothing_late() -> None:
    assert remaining(None, FRIDAY_END, ZH) == ("rest", "依法停钟")


@given(st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_stretch_is_never_told_longer_than_it_is(stretch: timedelta) -> None:
    n, unit = lapse(FRIDAY_END, FRIDAY_END + stretch)
    told = timedelta(**{unit: n})
    assert told <= max(stretch, timedelta(minutes=1))
    assert stretch - told < timedelta(**{unit: 1})
    assert {"minutes": 60, "hours": 24}.get(unit, 401) > n


@pytest.mark.parametrize(
    ("last", "zh", "en"),
    [
        (datetime(2047, 3, 9, 16, tzinfo=UTC), "还有 20 年", "20 years left"),
        (datetime(2029, 3, 7, 16, tzinfo=UTC), "还有 2 年", "2 years left"),
        (datetime(2029, 3, 6, 15, tzinfo=UTC), "还有 730 天", "730 days left"),
    ],
)
def test_a_term_of_years_is_told_in_years(last: datetime, zh: str, en: str) -> None:
    now = datetime(2027, 3, 6, 16, tzinfo=UTC)  # 7 March, at midnight here
    assert (remaining(last, now, ZH)[1], remaining(last, now, EN)[1]) == (zh, en)


def test_the_end_of_a_day_is_named_by_that_day_with_its_weekday() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert due_moment(FRIDAY_END, ZH, now) == "11月27日 周五 24时"
    assert due_moment(FRIDAY_END, EN, now) == "end of Fri 27 Nov"


def test_a_moment_within_a_day_has_its_time_and_another_year_is_named() -> None:
    at, now = datetime(2026, 11, 29, 5, 59, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    assert due_moment(at, ZH, now) == "2026年11月29日 周日 13:59"
    assert due_moment(at, EN, now) == "Sun 29 Nov 2026, 13:59"


def told(limit: Limit, after: timedelta) -> tuple[str, str]:
    start = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    end = due(CALENDAR, limit, start).at
    words = clock_words(ClockState("c", 1, start, limit, end), CALENDAR, start + after, ZH)
    return words.words, words.limit


def test_a_limit_in_working_days_says_besides_how_many_of_them_are_left_or_over() -> None:
    limit = Limit(5, Unit.WORKING_DAYS, "a document")
    assert told(limit, timedelta(days=2)) == ("还有 5 天", "5 个工作日，还剩 4 个工作日")
    assert told(limit, timedelta(days=7)) == ("还有 15 小时", "5 个工作日，还剩 1 个工作日")
    assert told(limit, timedelta(days=10)) == ("超期 2 天", "5 个工作日，已超出 2 个工作日")


def test_a_limit_in_hours_or_calendar_days_says_only_what_it_is() -> None:
    assert told(Limit(20, Unit.HOURS, "a document"), hours(1)) == ("还有 19 小时", "20 小时")
    assert told(Limit(30, Unit.CALENDAR_DAYS, "a document"), timedelta(days=1))[1] == "30 天（自然日）"


def test_dates_of_a_derivation_are_told_as_they_are_said() -> None:
    from tongban.apps.wording import dated

    assert dated("2026-11-30", "zh-Hans") == "2026年11月30日"
    assert dated("2026-11-30 09:05", "en") == "30 Nov 2026 09:05"
    assert dated("2026-10-31;2026-11-01", "zh-Hans") == "2026年10月31日、2026年11月1日"
    assert dated("国办发明电〔2016〕17号", "zh-Hans") == "国办发明电〔2016〕17号"
