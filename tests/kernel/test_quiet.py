"""Quiet hours: what is no emergency waits for the morning, and the due moment stays what it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from procedure_builder import clock, kind, procedure, step
from rich_practice import CALENDAR, COUNTY, MONDAY
from rich_practice import person as somebody

from tongban.kernel.case import Case
from tongban.kernel.clock import Limit, Unit, awake, awake_before, local_text
from tongban.kernel.commands import Command, Opening, Scene
from tongban.kernel.events import Noticed
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.ladder import ring
from tongban.kernel.procedure.model import LimitRule, Notify, Procedure, Settle

CHEN = somebody("chen", "handler@office")
MOMENTS = st.integers(0, 350 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def practice(hours: int, *, quiet: bool, before: str = "") -> Procedure:
    limits = (LimitRule(Limit(hours, Unit.HOURS, "test"), date(2020, 1, 1), quiet=quiet),)
    rungs = [(before, "remind")] if before else []
    matter = kind(
        "matter",
        "open done!",
        step("draft", "", "open", "handler@home"),
        step("remind", "open", "", "handler@home @system", Notify("late", "holder", quiet=quiet)),
        step("finish", "open", "done", "handler@home", Settle("done")),
        clock("sign", "open", limits, *rungs, ("due", "remind")),
    )
    return procedure(matter)


def opened(found: Procedure, now: datetime) -> Case:
    opening = Opening("one", "26-1", "a", "matter", "office", "330899", "web")
    decided = decide(found, None, Command("draft", {}, opening), CHEN, Scene(COUNTY, now))
    assert isinstance(decided, Decided), decided
    return decided.cases[0]


def wake(hours: int, begun: str, *, quiet: bool, before: str = "") -> str:
    case = opened(practice(hours, quiet=quiet, before=before), at(begun))
    found = case.wake()
    assert found is not None
    return local_text(found)


def test_what_runs_out_at_night_is_said_in_the_morning() -> None:
    assert wake(8, "2026-09-21 16:00", quiet=True) == "2026-09-22 09:00"
    assert wake(8, "2026-09-21 16:00", quiet=False) == "2026-09-22 00:00"


def test_what_runs_out_by_day_is_said_at_once() -> None:
    assert wake(2, "2026-09-21 13:00", quiet=True) == "2026-09-21 15:00"


def test_days_of_rest_are_quiet_and_make_up_days_are_not() -> None:
    assert wake(1, "2026-09-30 18:00", quiet=True) == "2026-10-08 09:00"  # after the National Day week


def test_a_warning_comes_the_evening_before_and_not_too_late() -> None:
    assert wake(8, "2026-09-22 00:00", quiet=True, before="-2 hours") == "2026-09-21 17:30"


def test_the_due_moment_stays_what_it_is() -> None:
    quiet, loud = (opened(practice(8, quiet=each), at("2026-09-21 16:00")) for each in (True, False))
    assert quiet.due() == loud.due() == at("2026-09-22 00:00")


def test_a_notice_by_hand_at_night_waits_and_by_day_does_not() -> None:
    found = practice(400, quiet=True)
    case = opened(found, MONDAY)
    for moment, waits in (("2026-09-26 06:37", at("2026-09-28 09:00")), ("2026-09-28 10:00", None)):
        decided = decide(found, case, Command("remind"), CHEN, Scene(COUNTY, at(moment)))
        assert isinstance(decided, Decided)
        assert decided.events[0].follows == (Noticed("late", "holder", waits),)


def test_the_sweep_rings_when_offices_speak_again() -> None:
    found = practice(8, quiet=True)
    case = opened(found, at("2026-09-21 16:00"))
    assert ring(found, case, Scene(COUNTY, at("2026-09-22 08:59"))) is None
    rung = ring(found, case, Scene(COUNTY, at("2026-09-22 09:00")))
    assert isinstance(rung, Decided) and rung.events[0].step == "remind"


@given(MOMENTS)
def test_offices_speak_only_in_working_hours_and_never_earlier_than_asked(moment: datetime) -> None:
    later, sooner = awake(CALENDAR, moment), awake_before(CALENDAR, moment)
    assert sooner <= moment <= later
    assert awake(CALENDAR, later) == later
    for each in (later, sooner):
        local = each + timedelta(hours=8)
        assert CALENDAR.is_working_day(local.date())
        assert (
            timedelta(hours=9)
            <= timedelta(hours=local.hour, minutes=local.minute)
            <= timedelta(hours=17, minutes=30)
        )


def test_a_state_written_before_there_were_quiet_hours_reads_the_same() -> None:
    case = opened(practice(8, quiet=False), MONDAY)
    assert not case.clocks[0].quiet and replace(case.clocks[0], quiet=False) == case.clocks[0]
