"""Rules that hold for every start, limit, suspension and calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import Formatter

import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

import tongban
from tongban.kernel.clock import (
    Calendar,
    Due,
    Limit,
    Span,
    Stopped,
    Unit,
    derive,
    due,
    due_with,
    elapsed,
    last_date,
    local_date,
    promised,
)
from tongban.library.calendars import read_calendars

_READ = read_calendars(Path(__file__).parents[2] / "calendars" / "cn")
assert isinstance(_READ, Calendar)
OFFICIAL: Calendar = _READ
GAPPED = Calendar(tuple(year for year in OFFICIAL.years if year.number not in (2019, 2022)))
WORDS = yaml.safe_load((Path(tongban.__file__).parent / "texts" / "clock.yaml").read_text("utf-8"))

MOST = {Unit.MINUTES: 5000, Unit.HOURS: 500, Unit.WORKING_DAYS: 70, Unit.CALENDAR_DAYS: 100}
MOST[Unit.NAMED_DAY] = MOST[Unit.CALENDAR_DAYS]

calendars = st.sampled_from([OFFICIAL, GAPPED, Calendar(())])
starts = st.datetimes(
    datetime(2016, 6, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2027, 6, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
counted_days = st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS])
day_units = st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.NAMED_DAY])
units = st.sampled_from(list(Unit))


@st.composite
def limits(draw: st.DrawFn, unit: st.SearchStrategy[Unit] = units, least: int = 0) -> Limit:
    chosen = draw(unit)
    return Limit(draw(st.integers(least, MOST[chosen])), chosen, "依据")


@st.composite
def suspensions(draw: st.DrawFn, start: datetime, may_be_open: bool = True) -> tuple[Span, ...]:
    """Up to three suspensions that begin around the running clock; the last may still be open."""
    spans = []
    for _ in range(draw(st.integers(0, 3))):
        since = start + timedelta(minutes=draw(st.integers(-3000, 60_000)))
        to = since + timedelta(minutes=draw(st.integers(0, 20_000)))
        still_open = may_be_open and draw(st.integers(0, 4)) == 0
        spans.append(Span(since, None if still_open else to, "hearing"))
    return tuple(spans)


@st.composite
def clocks(draw: st.DrawFn, may_be_open: bool = True, least: int = 0):
    start = draw(starts)
    extensions = tuple(draw(st.lists(limits(least=least), max_size=2)))
    return draw(limits(least=least)), start, draw(suspensions(start, may_be_open)), extensions


@given(calendars, limits(), starts, st.integers(0, 400_000))
def test_a_later_start_is_never_due_earlier(
    calendar: Calendar, limit: Limit, start: datetime, minutes: int
) -> None:
    later = start + timedelta(minutes=minutes)
    assert due(calendar, limit, start).at <= due(calendar, limit, later).at


@given(calendars, limits(), starts)
def test_a_longer_limit_is_never_due_earlier(calendar: Calendar, limit: Limit, start: datetime) -> None:
    longer = Limit(limit.amount + 1, limit.unit, limit.source)
    assert due(calendar, limit, start).at <= due(calendar, longer, start).at


@given(calendars, limits(unit=counted_days), starts)
def test_the_last_day_of_a_limit_in_days_is_always_worked(
    calendar: Calendar, limit: Limit, start: datetime
) -> None:
    last = last_date(due(calendar, limit, start).at)
    assert calendar.is_working_day(last)
    assert last >= local_date(start)


@given(calendars, st.integers(0, 400), starts)
def test_a_day_that_was_named_stays_that_day_under_every_calendar(
    calendar: Calendar, days: int, start: datetime
) -> None:
    ends = due(calendar, Limit(days, Unit.NAMED_DAY, "依据"), start)
    assert last_date(ends.at) == local_date(start) + timedelta(days=days)
    assert not ends.provisional


@given(calendars, limits(unit=st.just(Unit.WORKING_DAYS), least=1), starts)
def test_between_start_and_due_lie_exactly_that_many_working_days(
    calendar: Calendar, limit: Limit, start: datetime
) -> None:
    first, last = local_date(start), last_date(due(calendar, limit, start).at)
    days = (first + timedelta(days=ahead) for ahead in range(1, (last - first).days + 1))
    assert sum(calendar.is_working_day(day) for day in days) == limit.amount


@given(calendars, clocks())
def test_the_derivation_ends_where_the_computation_does(calendar: Calendar, clock) -> None:
    limit, start, spans, extensions = clock
    last = derive(calendar, limit, start, spans, extensions)[-1]
    found = due_with(calendar, limit, start, spans, extensions)
    if isinstance(found, Stopped):
        assert last.code == f"clock.line.stopped.{found.unit}"
        assert last.facts["remaining"] == found.remaining
    else:
        assert datetime.fromisoformat(str(last.facts["at"])) == found.at


@given(calendars, clocks(may_be_open=False))
def test_the_derivation_says_provisional_exactly_when_the_due_date_does(calendar: Calendar, clock) -> None:
    limit, start, spans, extensions = clock
    found = due_with(calendar, limit, start, spans, extensions)
    assert isinstance(found, Due)
    said = {line.code for line in derive(calendar, limit, start, spans, extensions)}
    assert found.provisional == ("clock.line.provisional" in said)


@given(calendars, clocks())
def test_every_line_has_words_in_both_languages_for_its_facts(calendar: Calendar, clock) -> None:
    for line in derive(calendar, *clock):
        for language in ("zh-Hans", "en"):
            template = WORDS[line.code][language]
            assert {name for _, name, _, _ in Formatter().parse(template) if name} <= set(line.facts)


@given(calendars, clocks(may_be_open=False), st.integers(-3000, 60_000), st.integers(0, 20_000))
def test_one_more_suspension_never_makes_a_case_due_earlier(
    calendar: Calendar, clock, since: int, length: int
) -> None:
    limit, start, spans, extensions = clock
    begins = start + timedelta(minutes=since)
    more = (*spans, Span(begins, begins + timedelta(minutes=length), "hearing"))
    without = due_with(calendar, limit, start, spans, extensions)
    with_it = due_with(calendar, limit, start, more, extensions)
    assert isinstance(without, Due)
    assert isinstance(with_it, Due)
    assert without.at <= with_it.at


@given(
    calendars,
    clocks(may_be_open=False),
    limits(st.sampled_from([u for u in Unit if u is not Unit.NAMED_DAY])),
)
def test_one_more_extension_never_makes_a_case_due_earlier(calendar: Calendar, clock, more: Limit) -> None:
    """A day that is named is a limit, never an extension: no practice can say that it is one."""
    limit, start, spans, extensions = clock
    without = due_with(calendar, limit, start, spans, extensions)
    with_it = due_with(calendar, limit, start, spans, (*extensions, more))
    assert isinstance(without, Due)
    assert isinstance(with_it, Due)
    assert without.at <= with_it.at


@given(clocks())
def test_recomputing_under_an_equal_calendar_changes_nothing(clock) -> None:
    again = Calendar(tuple(reversed(OFFICIAL.years)))
    assert again.digest == OFFICIAL.digest
    assert due_with(again, *clock) == due_with(OFFICIAL, *clock)


@given(calendars, limits(), starts)
def test_without_suspension_and_extension_both_ways_to_ask_agree(
    calendar: Calendar, limit: Limit, start: datetime
) -> None:
    long_over = Span(start - timedelta(days=9), start - timedelta(days=8), "hearing")
    assert due_with(calendar, limit, start, (long_over,)) == due(calendar, limit, start)


@given(calendars, clocks(may_be_open=False, least=1))
def test_the_limit_is_used_up_at_the_due_instant_and_not_before(calendar: Calendar, clock) -> None:
    limit, start, spans, _ = clock
    assume(limit.unit is not Unit.CALENDAR_DAYS)
    found = due_with(calendar, limit, start, spans)
    assert isinstance(found, Due)
    just_before = found.at - timedelta(microseconds=1)
    assert elapsed(calendar, limit.unit, start, found.at, spans) == promised(limit)
    assert elapsed(calendar, limit.unit, start, just_before, spans) < promised(limit)


@given(calendars, st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.integers(1, 400))
def test_counting_working_days_and_finding_the_nth_are_inverse(
    calendar: Calendar, day: date, count: int
) -> None:
    target = calendar.working_through(day.toordinal()) + count
    found = calendar.nth_working(target)
    assert calendar.working_through(found) == target
    assert calendar.works(found)
    assert calendar.working_through(found - 1) == target - 1
