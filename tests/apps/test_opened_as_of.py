"""A case is opened without asking before how the registers stand; where they stand otherwise, or the clock is wrong, the database says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from desk_ground import DRAINS, TEXT, Desk, county, desk, sent_queries
from tongban.apps.acting import Acting
from tongban.apps.casework import take
from tongban.apps.casework.views import Taken
from tongban.apps.jobs import running
from tongban.apps.jobs.listed import JOBS
from tongban.apps.office import office
from tongban.apps.supervision.sweep import sweep
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store import jobs, journal
from tongban.store.models import CaseRow, DivisionRow
from tongban.store.sealing import Rows

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

NEW = "330822001299"


def opened(acting: Acting, **answers: object) -> Taken | Refused:
    given = {"body": TEXT, "phone": "13812345678", "sort": "help", "category": DRAINS, **answers}
    return take.open_case("hotline", given, acting, channel="desk")


def founded() -> None:
    DivisionRow.objects.create(
        county="330822", code=NEW, level="village", parent="330822001", name="新设村", since=date(2020, 1, 1)
    )


def refused(found: Taken | Refused) -> str:
    assert isinstance(found, Refused), found
    return found.code


def test_nothing_is_asked_of_the_registers_before_a_case_is_stored(
    desk: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    acting = desk.acting(desk.clerk)
    office()
    asked = sent_queries(lambda: opened(acting))
    assert [each for each in asked if "store_stamp" in each] == []
    assert len([each for each in asked if "store_open_as_of" in each]) == 1


@pytest.mark.parametrize("alone", [True, False], ids=["by its own way", "by the way of many"])
def test_a_division_that_is_founded_receives_cases_at_once_and_one_that_has_gone_no_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, alone: bool
) -> None:
    if not alone:
        monkeypatch.setattr(Rows, "is_one", lambda _: False)
    acting = desk.acting(desk.clerk)
    before = office()
    founded()
    assert isinstance(opened(acting, division=NEW), Taken)
    known = office()
    assert known is not before
    DivisionRow.objects.filter(code=NEW).delete()
    assert refused(opened(acting, division=NEW)) in ("case.not_a_division", "form.unknown_division")
    assert CaseRow.objects.filter(division=NEW).count() == 1


@pytest.mark.parametrize("alone", [True, False], ids=["by its own way", "by the way of many"])
@pytest.mark.parametrize("hours", [-3, 3])
def test_nothing_is_sealed_while_the_clock_is_wrong_though_it_was_right_a_moment_ago(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, hours: int, alone: bool
) -> None:
    if not alone:
        monkeypatch.setattr(Rows, "is_one", lambda _: False)
    acting = desk.acting(desk.clerk)
    office()
    right: Any = journal.time
    with monkeypatch.context() as wrong:
        wrong.setattr(journal, "time", lambda: right() + hours * 3600)
        assert refused(opened(acting)) == "clock.apart"
        assert CaseRow.objects.count() == 0
    assert isinstance(opened(acting), Taken)


def test_no_deadline_runs_out_and_no_job_is_done_while_the_clock_is_wrong(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "close_old_connections", lambda: None)  # the test's own
    desk.signed()
    months = 90 * 24 * 3600
    right: Any = journal.time
    with monkeypatch.context() as wrong:
        wrong.setattr(journal, "time", lambda: right() + months)
        with pytest.raises(RefusedError, match=r"clock\.apart"):
            sweep(datetime.now(UTC) + timedelta(seconds=months))
        for job in (each for each in JOBS if not each.on_append):
            for begin in (running.run, running.run_now):
                with pytest.raises(running.Again) as again:
                    begin(job)
                assert (again.value.fault, again.value.kept) == ("clock.apart", False)
        assert running.read() == ()
    assert list(jobs.went(office().county.code)) == []
    assert sweep(datetime.now(UTC) + timedelta(seconds=months)).cases == 1
