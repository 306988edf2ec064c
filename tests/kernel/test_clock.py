"""Known cases of the clock, under the official calendars of the repository."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from tongban.kernel.clock import (
    LONGEST,
    Calendar,
    DayOff,
    Due,
    Limit,
    Notice,
    Span,
    Stopped,
    Unit,
    Year,
    before,
    derive,
    due,
    due_with,
    elapsed,
    last_date,
    local_date,
    local_midnight_after,
    local_text,
    may_extend,
    promised,
)
from tongban.kernel.refusal import Refused
from tongban.library.calendars import read_calendars

LOCAL = timedelta(hours=8)
HOTLINE = "地方12345条例"
PETITION = "信访工作条例第三十四条"


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    read = read_calendars(Path(__file__).parents[2] / "calendars" / "cn")
    assert isinstance(read, Calendar)
    return read


def local(text: str) -> datetime:
    """An aware instant from a local time such as ``2025-09-26 10:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - LOCAL


def working(amount: int) -> Limit:
    return Limit(amount, Unit.WORKING_DAYS, HOTLINE)


def days(amount: int) -> Limit:
    return Limit(amount, Unit.CALENDAR_DAYS, PETITION)


def hours(amount: int) -> Limit:
    return Limit(amount, Unit.HOURS, HOTLINE)


def stop(since: str, to: str | None) -> Span:
    return Span(local(since), local(to) if to else None, "hearing")


def the_last_day(found: Due | Stopped) -> str:
    assert isinstance(found, Due)
    return last_date(found.at).isoformat()


def codes(calendar: Calendar, limit: Limit, start: str, *spans: Span) -> list[str]:
    return [line.code for line in derive(calendar, limit, local(start), spans)]


@pytest.mark.parametrize(
    ("start", "amount", "last_day"),
    [
        ("2025-09-26 10:00", 5, "2025-10-10"),  # Sunday 28 September is worked, 1 to 8 October are not
        ("2025-09-30 16:59", 1, "2025-10-09"),
        ("2025-10-10 09:00", 1, "2025-10-11"),  # a make-up Saturday
        ("2026-02-13 09:00", 1, "2026-02-14"),  # the make-up Saturday before Spring Festival
        ("2026-02-13 09:00", 2, "2026-02-24"),  # nine days off in between
        ("2026-02-27 09:00", 2, "2026-03-02"),  # make-up Saturday 28 February, then a Monday
        ("2026-05-09 12:00", 1, "2026-05-11"),  # starting on a make-up Saturday, which is not counted
        ("2026-03-07 12:00", 1, "2026-03-09"),  # starting on an ordinary Saturday
        ("2020-01-23 12:00", 1, "2020-02-03"),  # Spring Festival extended by a second notice
        ("2018-12-28 12:00", 2, "2019-01-02"),  # 29 December worked, by the notice for the next year
        ("2019-04-26 12:00", 3, "2019-04-30"),  # Sunday 28 April worked, by the notice that changed May
    ],
)
def test_working_days_follow_the_official_calendar(
    calendar: Calendar, start: str, amount: int, last_day: str
) -> None:
    found = due(calendar, working(amount), local(start))
    assert the_last_day(found) == last_day
    assert not found.provisional


def test_a_limit_in_days_ends_at_24_o_clock_of_its_last_day(calendar: Calendar) -> None:
    found = due(calendar, working(5), local("2025-09-26 10:00"))
    assert found.at == local("2025-10-11 00:00")
    assert local_text(found.at) == "2025-10-11 00:00"
    assert local_date(found.at - timedelta(microseconds=1)) == date(2025, 10, 10)
    assert local_midnight_after("2025-10-10") == found.at


def test_the_minute_of_the_day_makes_no_difference_to_a_limit_in_days(calendar: Calendar) -> None:
    first, last = local("2026-03-03 00:00"), local("2026-03-03 23:59")
    assert due(calendar, working(3), first) == due(calendar, working(3), last)
    assert due(calendar, working(3), local("2026-03-04 00:00")).at > due(calendar, working(3), last).at


def test_a_petition_of_sixty_days_that_ends_in_a_holiday_moves_to_the_next_working_day(
    calendar: Calendar,
) -> None:
    start = local("2025-08-03 15:00")
    found = due(calendar, days(60), start)
    assert date(2025, 8, 3) + timedelta(days=60) == date(2025, 10, 2)
    assert the_last_day(found) == "2025-10-09"
    moved = [line for line in derive(calendar, days(60), start) if "moved" in line.code]
    assert [line.code for line in moved] == ["clock.line.last_day_moved.holiday"]
    assert moved[0].facts["from"] == "2025-10-02"
    assert moved[0].facts["to"] == "2025-10-09"
    assert "国办发明电〔2024〕12号" in str(moved[0].facts["notice"])


@pytest.mark.parametrize(
    ("start", "amount", "last_day"),
    [
        ("2025-09-20 09:00", 1, "2025-09-22"),  # a Sunday moves to Monday
        ("2025-09-27 09:00", 1, "2025-09-28"),  # a make-up Sunday is a working day and stays
        ("2025-09-19 09:00", 4, "2025-09-23"),  # holidays inside the limit are counted
        ("2025-09-25 09:00", 15, "2025-10-10"),
    ],
)
def test_calendar_days_only_move_a_last_day_of_rest(
    calendar: Calendar, start: str, amount: int, last_day: str
) -> None:
    assert the_last_day(due(calendar, days(amount), local(start))) == last_day


def test_hours_run_through_nights_and_holidays(calendar: Calendar) -> None:
    start = local("2025-09-30 23:00")
    assert due(calendar, hours(24), start).at == start + timedelta(hours=24)
    assert due(calendar, Limit(90, Unit.MINUTES, HOTLINE), start).at == start + timedelta(minutes=90)


def test_a_limit_of_nothing_means_at_once_or_today(calendar: Calendar) -> None:
    assert due(calendar, hours(0), local("2026-03-07 10:00")).at == local("2026-03-07 10:00")
    assert the_last_day(due(calendar, working(0), local("2026-03-06 10:00"))) == "2026-03-06"
    assert the_last_day(due(calendar, working(0), local("2026-03-07 10:00"))) == "2026-03-09"


def test_an_instant_in_another_zone_is_the_same_instant(calendar: Calendar) -> None:
    start = local("2026-03-03 09:00")
    for limit in (hours(2), working(2)):
        elsewhere = start.astimezone(timezone(timedelta(hours=-5)))
        assert due(calendar, limit, elsewhere) == due(calendar, limit, start)
        assert due(calendar, limit, elsewhere).at.tzinfo is UTC


def test_a_time_without_a_zone_is_no_instant(calendar: Calendar) -> None:
    naive = datetime.fromisoformat("2026-03-03 09:00")
    for limit in (hours(2), working(2)):
        with pytest.raises((ValueError, TypeError)):
            due(calendar, limit, naive)
    with pytest.raises(ValueError, match="time zone"):
        Span(naive, None, "hearing")


def test_amounts_outside_reason_are_no_limits() -> None:
    for amount in (-1, LONGEST[Unit.HOURS] + 1):
        with pytest.raises(ValueError, match="not between"):
            hours(amount)


# --- a year that nobody has announced yet -------------------------------------------------------


def announced(year: int, *offs: tuple[date, date], work: tuple[date, ...] = ()) -> Year:
    rows = tuple(DayOff(first, last, "元旦", "New Year's Day") for first, last in offs)
    return Year(year, (Notice("某年放假安排", "", date(year - 1, 11, 1), rows, work),))


def test_an_unknown_year_is_counted_from_monday_to_friday_and_marked_provisional(calendar: Calendar) -> None:
    start = local("2026-12-30 10:00")
    found = due(calendar, working(3), start)
    assert (the_last_day(found), found.provisional) == ("2027-01-04", True)
    told = derive(calendar, working(3), start)
    assert [line.facts for line in told if line.code == "clock.line.provisional"] == [{"year": 2027}]
    assert not due(calendar, working(1), start).provisional
    assert not due(calendar, hours(100), start).provisional


def test_a_date_is_recomputed_when_the_calendar_of_the_year_arrives(calendar: Calendar) -> None:
    limit, start = working(3), local("2026-12-30 10:00")
    moved = Calendar((*calendar.years, announced(2027, (date(2027, 1, 1), date(2027, 1, 3)))))
    same = Calendar(
        (*calendar.years, announced(2027, (date(2027, 1, 2), date(2027, 1, 3)))),
    )
    assert due(moved, limit, start) == Due(local("2027-01-06 00:00"), False)
    assert due(same, limit, start) == Due(due(calendar, limit, start).at, False)
    assert len({calendar.digest, moved.digest, same.digest}) == 3


def test_a_petition_that_ends_in_an_unknown_year_is_provisional(calendar: Calendar) -> None:
    start = local("2026-11-10 10:00")
    assert due(calendar, days(60), start).provisional
    assert not due(calendar, days(30), start).provisional


def test_a_last_day_that_moves_into_an_unknown_year_is_provisional() -> None:
    calendar = Calendar((announced(2026, (date(2026, 12, 31), date(2026, 12, 31))),))
    found = due(calendar, days(1), local("2026-12-30 10:00"))
    assert (the_last_day(found), found.provisional) == ("2027-01-01", True)


def test_an_unknown_year_between_two_known_ones_is_still_unknown() -> None:
    calendar = Calendar((announced(2024), announced(2026)))
    assert not calendar.known(2025)
    assert due(calendar, working(1), local("2025-06-06 10:00")).provisional
    assert the_last_day(due(calendar, working(1), local("2025-06-06 10:00"))) == "2025-06-09"


def test_a_calendar_without_years_counts_every_date_provisionally() -> None:
    found = due(Calendar(()), working(5), local("2026-03-06 10:00"))
    assert (the_last_day(found), found.provisional) == ("2026-03-13", True)


@pytest.mark.parametrize(
    "years",
    [
        (announced(2026), announced(2026)),
        (announced(2026, (date(2027, 1, 1), date(2027, 1, 1))),),
        (announced(2026, (date(2026, 2, 14), date(2026, 2, 15)), work=(date(2026, 2, 14),)),),
    ],
)
def test_a_calendar_that_contradicts_itself_cannot_be_built(years: tuple[Year, ...]) -> None:
    with pytest.raises(ValueError):
        Calendar(years)


def test_a_calendar_names_festivals_and_make_up_days(calendar: Calendar) -> None:
    festival = calendar.holiday(date(2026, 2, 17))
    assert festival is not None
    assert (festival.zh, festival.en) == ("春节", "Spring Festival")
    assert "国办发明电〔2025〕7号" in festival.notice
    assert calendar.makeup(date(2026, 2, 14)) == festival.notice
    assert calendar.holiday(date(2026, 2, 14)) is None
    assert calendar.holiday(date(2026, 3, 7)) is None
    assert calendar.is_working_day(date(2026, 2, 14))
    assert not calendar.is_working_day(date(2026, 3, 7))


# --- suspension and extension --------------------------------------------------------------------


def test_days_of_a_suspension_do_not_count_nor_the_days_it_starts_and_ends(calendar: Calendar) -> None:
    start, limit = local("2026-03-02 10:00"), working(5)
    assert the_last_day(due(calendar, limit, start)) == "2026-03-09"
    stopped = stop("2026-03-04 11:00", "2026-03-10 09:00")
    assert the_last_day(due_with(calendar, limit, start, (stopped,))) == "2026-03-16"
    within_a_day = stop("2026-03-04 11:00", "2026-03-04 11:30")
    assert the_last_day(due_with(calendar, limit, start, (within_a_day,))) == "2026-03-10"


def test_a_suspension_adds_its_exact_duration_to_hours(calendar: Calendar) -> None:
    start = local("2026-03-02 10:00")
    spans = (stop("2026-03-02 12:00", "2026-03-03 12:07"), stop("2026-03-01 09:00", "2026-03-02 10:30"))
    found = due_with(calendar, hours(4), start, spans)
    assert found == Due(local("2026-03-03 14:37"), False)


def test_two_suspensions_that_overlap_are_not_counted_twice(calendar: Calendar) -> None:
    start = local("2026-03-02 10:00")
    one, two = stop("2026-03-02 12:00", "2026-03-02 18:00"), stop("2026-03-02 15:00", "2026-03-02 20:00")
    both = stop("2026-03-02 12:00", "2026-03-02 20:00")
    for limit in (hours(5), working(5)):
        assert due_with(calendar, limit, start, (two, one)) == due_with(calendar, limit, start, (both,))


def test_two_suspensions_that_share_a_day_take_it_out_once(calendar: Calendar) -> None:
    start = local("2026-03-02 10:00")
    morning, evening = (
        stop("2026-03-04 09:00", "2026-03-05 10:00"),
        stop("2026-03-05 15:00", "2026-03-06 10:00"),
    )
    assert the_last_day(due_with(calendar, working(5), start, (morning, evening))) == "2026-03-12"


def test_a_suspension_that_begins_when_time_is_up_changes_nothing(calendar: Calendar) -> None:
    start = local("2026-03-02 10:00")
    assert due_with(calendar, hours(4), start, (stop("2026-03-02 14:00", None),)) == due(
        calendar, hours(4), start
    )
    late = stop("2026-03-05 00:00", None)
    assert due_with(calendar, working(2), start, (late,)) == due(calendar, working(2), start)


def test_an_open_suspension_stops_the_clock_and_says_what_is_left(calendar: Calendar) -> None:
    start = local("2026-03-02 10:00")
    open_ended = stop("2026-03-04 10:30", None)
    assert due_with(calendar, working(5), start, (open_ended,), (working(10),)) == Stopped(
        local("2026-03-04 10:30"), 4, Unit.WORKING_DAYS, (working(10),)
    )
    found = due_with(calendar, hours(72), start, (open_ended,))
    assert found == Stopped(local("2026-03-04 10:30"), 23 * 60 + 30, Unit.MINUTES)
    assert found.at_or(start) == start


def test_a_suspension_while_the_last_day_waits_out_a_holiday_stops_the_clock(calendar: Calendar) -> None:
    start = local("2025-08-03 15:00")
    during = due_with(calendar, days(60), start, (stop("2025-10-06 09:00", None),))
    assert during == Stopped(local("2025-10-06 09:00"), 0, Unit.CALENDAR_DAYS)
    after = due_with(calendar, days(60), start, (stop("2025-10-06 09:00", "2025-10-09 09:00"),))
    assert the_last_day(after) == "2025-10-10"


def test_an_extension_is_counted_on_from_the_last_day_before_it_moved(calendar: Calendar) -> None:
    start = local("2025-08-03 15:00")
    assert the_last_day(due_with(calendar, days(60), start, (), (days(30),))) == "2025-11-03"
    assert date(2025, 10, 2) + timedelta(days=30) == date(2025, 11, 1)  # a Saturday
    assert the_last_day(due_with(calendar, working(5), start, (), (working(5),))) == "2025-08-15"


def test_an_extension_that_is_running_is_what_a_suspension_stops(calendar: Calendar) -> None:
    start, pause = local("2025-08-03 15:00"), (stop("2025-10-06 09:00", None),)
    found = due_with(calendar, days(60), start, pause, (days(30),))
    assert found == Stopped(local("2025-10-06 09:00"), 27, Unit.CALENDAR_DAYS)


def test_an_extension_in_hours_follows_the_instant_and_one_in_days_the_day(calendar: Calendar) -> None:
    start = local("2026-03-02 10:00")
    assert due_with(calendar, hours(2), start, (), (hours(3),)) == Due(local("2026-03-02 15:00"), False)
    assert due_with(calendar, working(1), start, (), (hours(3),)) == Due(local("2026-03-04 03:00"), False)
    assert the_last_day(due_with(calendar, hours(2), start, (), (working(1),))) == "2026-03-03"


def test_a_suspension_may_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        stop("2026-03-04 10:00", "2026-03-04 09:59")


def test_an_extension_is_asked_before_the_due_moment_and_only_as_often_as_allowed() -> None:
    moment = local("2026-03-10 00:00")
    just_before = moment - timedelta(microseconds=1)
    assert may_extend(moment, just_before, ()) is None
    assert may_extend(None, moment, ()) is None
    late = may_extend(moment, moment, ())
    assert isinstance(late, Refused)
    assert (late.code, late.facts) == ("clock.extension_late", {"due": "2026-03-09 24:00"})
    used = may_extend(moment, just_before, (working(5),))
    assert isinstance(used, Refused)
    assert used.code == "clock.extension_used"
    assert may_extend(moment, just_before, (working(5),), most=2) is None
    both = may_extend(moment, moment, (working(5),))
    assert isinstance(both, Refused)
    assert [each.code for each in both.all()] == ["clock.extension_late", "clock.extension_used"]


# --- warnings and elapsed time -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_at", "limit", "warning"),
    [
        ("2026-03-10 00:00", working(1), "2026-03-07 00:00"),  # due Monday 24:00, warned Friday 24:00
        ("2026-03-06 00:00", working(1), "2026-03-05 00:00"),
        ("2026-03-04 15:00", working(1), "2026-03-03 15:00"),
        ("2026-03-08 15:00", working(1), "2026-03-06 00:00"),  # a Sunday counts as Friday 24:00
        ("2026-03-10 00:00", days(1), "2026-03-09 00:00"),
        ("2026-03-10 00:00", hours(2), "2026-03-09 22:00"),
    ],
)
def test_a_warning_comes_that_much_ahead(calendar: Calendar, due_at: str, limit: Limit, warning: str) -> None:
    assert before(calendar, limit, local(due_at)) == local(warning)


def test_elapsed_counts_days_that_are_over_and_leaves_out_suspensions(calendar: Calendar) -> None:
    start, end = local("2025-09-26 10:00"), local("2025-10-10 12:00")
    assert elapsed(calendar, Unit.WORKING_DAYS, start, end) == 4  # 28, 29, 30 September, 9 October
    assert elapsed(calendar, Unit.CALENDAR_DAYS, start, end) == 13
    pause = (stop("2025-09-29 09:00", "2025-09-30 08:00"),)
    assert elapsed(calendar, Unit.WORKING_DAYS, start, end, pause) == 2
    assert elapsed(calendar, Unit.HOURS, start, start + timedelta(hours=5, seconds=59)) == 300
    assert elapsed(calendar, Unit.MINUTES, local("2025-09-29 08:00"), local("2025-09-29 12:00"), pause) == 60
    assert elapsed(calendar, Unit.HOURS, end, start) == 0
    assert (promised(hours(2)), promised(working(5))) == (120, 5)


# --- the derivation --------------------------------------------------------------------------------


def test_a_derivation_tells_what_a_person_would_check_on_a_wall_calendar(calendar: Calendar) -> None:
    start = local("2025-09-26 10:00")
    told = derive(calendar, working(5), start)
    assert [line.code for line in told] == [
        "clock.line.start",
        "clock.line.limit.working_days",
        "clock.line.first_day_not_counted",
        "clock.line.skipped_weekend",
        "clock.line.makeup_day_counted",
        "clock.line.counted",
        "clock.line.skipped_holiday",
        "clock.line.counted",
        "clock.line.due",
    ]
    assert told[3].facts == {"days": 1, "list": "2025-09-27"}
    assert told[4].facts["day"] == "2025-09-28"
    assert told[5].facts == {"from": "2025-09-29", "to": "2025-09-30", "days": 2}
    assert told[6].facts["from"] == "2025-10-01"
    assert told[6].facts["name_en"] == "National Day and Mid-Autumn Festival"
    assert told[8].facts == {"at": "2025-10-10T16:00:00+00:00", "last_day": "2025-10-10"}


def test_ordinary_weekends_are_told_with_the_days_around_them(calendar: Calendar) -> None:
    told = derive(calendar, working(10), local("2026-03-02 10:00"))
    counted = [line.facts for line in told if line.code == "clock.line.counted"]
    assert counted == [{"from": "2026-03-03", "to": "2026-03-16", "days": 10}]
    rest = [line.facts for line in told if line.code == "clock.line.skipped_weekend"]
    assert rest == [{"days": 4, "list": "2026-03-07;2026-03-08;2026-03-14;2026-03-15"}]


def test_a_derivation_tells_of_suspensions_and_extensions(calendar: Calendar) -> None:
    pause = stop("2026-03-04 11:00", "2026-03-05 09:00")
    told = derive(calendar, hours(72), local("2026-03-02 10:00"), (pause,), (working(1),))
    assert [line.code for line in told] == [
        "clock.line.start",
        "clock.line.limit.hours",
        "clock.line.suspended_time",
        "clock.line.extended.working_days",
        "clock.line.counted",
        "clock.line.skipped_weekend",
        "clock.line.due",
    ]
    assert "clock.line.suspended" in codes(calendar, working(5), "2026-03-02 10:00", pause)
    open_ended = stop("2026-03-04 11:00", None)
    assert codes(calendar, working(5), "2026-03-02 10:00", open_ended)[-1] == (
        "clock.line.stopped.working_days"
    )
