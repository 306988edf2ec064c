"""What a leader sees: who is late, what is stuck, and that every number is the cases behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from desk_ground import DRAINS, Desk, county, desk, sent_queries
from tongban.apps.supervision.views import AGES

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

COUNTY_LEADER = "tongshuixian"
STATES = ("open", "late", "soon", "own", "other", "requester", "stopped")


def leader_of(unit: str) -> str:
    from tongban.store.models import PostRow

    found = PostRow.objects.filter(unit=unit, role="leader").values_list("person", flat=True).first()
    assert found is not None
    return str(found)


def seen(desk: Desk, login: str, *, days: float = 0, **wanted: str) -> Any:
    from tongban.apps.supervision.overview import overview
    from tongban.apps.supervision.watching import Watch

    acting = desk.acting(login)
    return overview(replace(acting, now=acting.now + timedelta(days=days)), Watch(**wanted))


def listed(desk: Desk, login: str, *, days: float = 0, **wanted: str) -> Any:
    from tongban.apps.supervision.listing import listing
    from tongban.apps.supervision.watching import Watch

    acting = desk.acting(login)
    return listing(replace(acting, now=acting.now + timedelta(days=days)), Watch(**wanted))


def busy(desk: Desk) -> None:
    """Cases at several stages, with several units."""
    desk.register()
    desk.dispatched()
    desk.signed()
    desk.step(desk.replied(), "approve", desk.reviewer)


def test_an_empty_county_says_that_nothing_is_open(desk: Desk) -> None:
    page = seen(desk, COUNTY_LEADER)
    assert page.total.open == 0
    assert page.units == ()
    assert page.whole


def test_what_is_late_is_counted_by_unit_and_the_unit_is_named(desk: Desk) -> None:
    number = desk.signed()
    assert seen(desk, COUNTY_LEADER).total.late == 0
    page = seen(desk, COUNTY_LEADER, days=60)
    (line,) = [each for each in page.units if each.standing.late]
    assert (line.unit, line.standing.late, line.name) == (desk.unit, 1, "县综合行政执法局")
    (row,) = listed(desk, COUNTY_LEADER, days=60, state="late").rows
    assert row.number.replace(" ", "") == number
    assert row.tone == "late"


def test_a_case_that_waits_for_the_requester_is_nobodys_delay(desk: Desk) -> None:
    desk.step(desk.replied(), "approve", desk.reviewer)
    page = seen(desk, COUNTY_LEADER, days=400)
    assert (page.total.open, page.total.late, page.total.requester) == (1, 0, 1)
    assert page.longest == ()


def test_the_four_that_wait_make_up_the_open_ones_and_the_ages_too(desk: Desk) -> None:
    busy(desk)
    for days in (0, 5, 40, 200):
        total = seen(desk, COUNTY_LEADER, days=days).total
        assert total.open == total.own + total.other + total.requester + total.stopped == 4
        assert sum(total.ages) == 4


@pytest.mark.parametrize("days", [0, 4, 60])
def test_every_number_is_the_cases_that_it_opens(desk: Desk, days: int) -> None:
    busy(desk)
    page = seen(desk, COUNTY_LEADER, days=days)
    for line in page.units:
        for state in STATES:
            wanted = {"unit": line.unit, "state": state, "itself": "1" if line.itself else ""}
            behind = listed(desk, COUNTY_LEADER, days=days, **wanted)
            assert behind.total == len(behind.rows) == getattr(line.standing, state), (line.name, state)
    for column, n in enumerate(page.total.ages):
        assert listed(desk, COUNTY_LEADER, days=days, state="open", age=str(column)).total == n


@pytest.mark.parametrize("column", range(len(AGES)))
def test_a_case_stands_in_one_column_also_on_the_very_edge(desk: Desk, column: int) -> None:
    from tongban.apps.supervision.listing import listing
    from tongban.apps.supervision.overview import overview
    from tongban.apps.supervision.watching import Watch
    from tongban.store.models import CaseRow

    opened = CaseRow.objects.values_list("opened_at", flat=True).get(number=desk.signed())
    for late, expected in ((timedelta(), column + 1), (-timedelta.resolution, column)):
        acting = replace(desk.acting(COUNTY_LEADER), now=opened + timedelta(days=AGES[column]) + late)
        assert [at for at, n in enumerate(overview(acting, Watch()).total.ages) if n] == [expected]
        found = [at for at in range(len(AGES) + 1) if listing(acting, Watch(age=str(at))).total]
        assert found == [expected]


def test_the_units_add_up_to_the_whole(desk: Desk) -> None:
    busy(desk)
    page = seen(desk, COUNTY_LEADER, days=30)
    assert sum(line.standing.open for line in page.units) == page.total.open
    assert sum(line.standing.late for line in page.units) == page.total.late


def test_a_department_head_sees_the_own_unit_and_no_other(desk: Desk) -> None:
    desk.signed()
    own, other = leader_of(desk.unit), leader_of("housing")
    assert seen(desk, own).total.open == 1
    assert seen(desk, other).total.open == 0
    assert listed(desk, other, unit=desk.unit).rows == ()
    assert seen(desk, own).scope == "县综合行政执法局"


def test_a_supervisor_sees_the_whole_county_from_a_department(desk: Desk) -> None:
    desk.signed()
    page = seen(desk, desk.supervisor)
    assert page.whole
    assert page.total.open == 1


def test_measures_are_offered_to_those_who_may_take_them_and_to_nobody_else(desk: Desk) -> None:
    desk.signed()

    def offered(login: str) -> list[str]:
        (row,) = listed(desk, login).rows
        return [each.step for each in row.measures]

    assert offered(COUNTY_LEADER) == ["remind", "supervise"]
    assert offered(desk.supervisor) == ["remind", "supervise", "escalate"]
    assert offered(desk.handler) == []


def test_a_supervised_case_shows_it_with_how_often(desk: Desk) -> None:
    number = desk.signed()
    desk.step(number, "supervise", desk.supervisor, demand="周五前办好")
    desk.step(number, "supervise", desk.supervisor, demand_by="2099-01-08")
    desk.step(number, "remind", desk.supervisor)
    (row,) = listed(desk, COUNTY_LEADER).rows
    assert row.marks == ("催办 1 次", "督办 2 次")


def test_what_was_raised_to_a_superior_stays_on_the_page_until_it_is_settled(desk: Desk) -> None:
    number = desk.signed()
    desk.step(number, "escalate", desk.supervisor)
    (raised,) = seen(desk, COUNTY_LEADER).escalations
    assert raised.number.replace(" ", "") == number
    assert raised.unit == "县综合行政执法局"
    assert "{" not in raised.what
    assert raised.clock == "", "somebody raised it, no clock did"
    desk.step(number, "withdraw_for", desk.clerk, withdraw_asked="来电要求撤回")
    assert seen(desk, COUNTY_LEADER).escalations == ()


def test_what_a_clock_raised_names_the_clock(desk: Desk) -> None:
    from datetime import UTC, datetime

    from tongban.apps.supervision.sweep import sweep

    desk.signed()
    sweep(datetime.now(UTC) + timedelta(days=8))
    (raised,) = seen(desk, COUNTY_LEADER).escalations
    assert raised.clock == "首次联系期限"


def test_the_longest_at_one_stage_comes_first(desk: Desk) -> None:
    first, second = desk.signed(), desk.signed()
    page = seen(desk, COUNTY_LEADER, days=12)
    assert [row.number.replace(" ", "") for row in page.longest] == [first, second]
    assert page.longest[0].stood == "12 天"


def test_a_case_that_changed_units_is_shown_with_its_way_and_one_that_did_not_is_not(desk: Desk) -> None:
    number = desk.dispatched()
    desk.signed()
    given = {"return_reason": "not_our_duty", "duty_entry": "housing-01", "proposed_unit": "housing"}
    desk.step(number, "return_case", desk.handler, **given)
    assert seen(desk, COUNTY_LEADER).handed_on == ()
    send_on(desk, number, "housing")
    (row,) = seen(desk, COUNTY_LEADER).handed_on
    assert row.number.replace(" ", "") == number
    assert (row.path, row.handed_on) == (("县综合行政执法局", "县住房和城乡建设局"), 1)


def send_on(desk: Desk, number: str, unit: str) -> None:
    """Whoever decides about the return names the unit."""
    from tongban.apps.casework.look import look
    from tongban.apps.casework.take import take
    from tongban.apps.casework.views import CasePage, Taken

    for login in (desk.dispatcher, desk.reviewer, desk.adjudicator):
        page = look(number, desk.acting(login))
        assert isinstance(page, CasePage)
        for step in page.steps:
            if any(field.id == "unit" for field in step.fields) and not step.blocked:
                known = {"unit": unit, "category": DRAINS}
                answers = {f.id: known.get(f.id, "按职责清单") for f in step.fields if f.required}
                if isinstance(take(number, step.id, answers, desk.acting(login)), Taken):
                    return
    raise AssertionError("nobody decided")


def test_refusal_reports_stand_apart_from_what_residents_bring(desk: Desk) -> None:
    from tongban.apps.casework.take import open_case
    from tongban.apps.casework.views import Taken

    given = {
        "refused_matter": "灵活就业参保",
        "refused_by": "human-resources",
        "refusal_ground": "papers_incomplete",
        "refusal_reason": "缺居住证",
        "basis": "办事指南第三条",
        "remedy": "以租房备案代替",
        "category": "05.02",
    }
    acting = desk.acting(desk.handler)
    taken = open_case("last_resort_desk", given, acting, kind="refusal_report", step="file")
    assert isinstance(taken, Taken), taken
    (line,) = seen(desk, COUNTY_LEADER).kinds
    assert (line.kind, line.open, line.reported) == ("refusal_report", 1, True)
    assert line.title == "否定答复报告"
    assert line.latest is not None and line.latest.number.replace(" ", "") == taken.number
    behind = listed(desk, COUNTY_LEADER, practice="last_resort_desk", kind="refusal_report", state="open")
    assert behind.total == 1


def test_settled_cases_leave_the_open_ones_and_stay_listed_for_a_month(desk: Desk) -> None:
    number = desk.signed()
    desk.step(number, "withdraw_for", desk.clerk, withdraw_asked="来电要求撤回")
    assert seen(desk, COUNTY_LEADER).total.open == 0
    assert listed(desk, COUNTY_LEADER, state="settled").total == 1
    assert listed(desk, COUNTY_LEADER, days=31, state="settled").total == 0


@pytest.mark.parametrize(
    "cursor", ["~", "x~y", "2026-01-01~not-a-uuid", "'; DROP TABLE store_case~", "~" * 90]
)
def test_a_cursor_that_is_not_ours_shows_the_first_page(desk: Desk, cursor: str) -> None:
    desk.signed()
    assert len(listed(desk, COUNTY_LEADER, after=cursor).rows) == 1


def test_pages_follow_one_another_without_gap_or_repetition(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.apps.supervision import listing as module

    monkeypatch.setattr(module, "PAGE", 2)
    numbers = {desk.register() for _ in range(5)}
    found: list[str] = []
    after = ""
    while True:
        page = listed(desk, COUNTY_LEADER, after=after)
        found += [row.number.replace(" ", "") for row in page.rows]
        after = page.older
        if not after:
            break
    assert len(found) == 5
    assert set(found) == numbers


def test_the_history_of_adoptions_counts_what_still_runs_on_each(desk: Desk) -> None:
    from tongban.apps.adoption.adopting import Adopted, adopt
    from tongban.apps.supervision.adoptions import adoption_lines

    desk.signed()
    administrator = desk.acting("hushaohua")
    made = adopt("hotline", {"help_limit": "4 working_days"}, (desk.home,), administrator)
    assert isinstance(made, Adopted), made
    desk.register()
    new, old = adoption_lines("hotline", administrator)
    assert (new.running, old.running) == (1, 1)
    assert new.settings == {"help_limit": "4 working_days"}
    assert new.until == "" != old.until
    assert new.by == "胡少华"
