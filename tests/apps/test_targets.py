"""Targets are set by leaders, in the ledger; a miss that was said early is told apart from one that comes as a surprise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from msgspec.structs import replace

from desk_ground import Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.disclosure.counting import indicators_of
from tongban.apps.office import office
from tongban.apps.targets import history
from tongban.apps.targets.aims import Aim, aims
from tongban.apps.targets.page import asked, target, targets
from tongban.apps.targets.setting import declare_miss, give_up, move_target, set_target
from tongban.apps.targets.standing import Standing
from tongban.kernel.refusal import Refused
from tongban.store import targets as stored
from tongban.store.journal import Journal
from tongban.store.notes import chain_id

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

COUNTY_LEADER, UNIT_LEADER, SUPERVISOR = "zengjiayi", "jiangsiyuan", "liuzeyu"
UNIT, OTHER_UNIT = "urban-enforcement", "transport"
MARCH = datetime(2027, 3, 5, 4, tzinfo=UTC)
LATE = datetime(2027, 3, 27, tzinfo=UTC)
AFTER = datetime(2027, 4, 2, tzinfo=UTC)


def leader(desk: Desk, login: str = COUNTY_LEADER, now: datetime = MARCH) -> Acting:
    return replace(desk.acting(login), now=now)


def put(
    desk: Desk, value: str = "90", unit: str = "", period: str = "2027-03", login: str = COUNTY_LEADER
) -> Aim:
    found = set_target(
        "hotline", "handled_on_time", unit, period, value, "县政府常务会议", leader(desk, login)
    )
    assert isinstance(found, Aim), found
    return found


def code(found: object) -> str:
    assert isinstance(found, Refused), found
    return found.code


def seen(aim: Aim, desk: Desk, now: datetime, login: str = COUNTY_LEADER) -> Standing:
    found = target(aim.id, leader(desk, login, now))
    assert not isinstance(found, Refused), found
    return found.standing


def test_a_target_is_set_by_a_leader_there_or_above_and_by_nobody_else(desk: Desk) -> None:
    put(desk)
    put(desk, unit=UNIT)
    put(desk, unit=UNIT, period="2027-Q2", login=UNIT_LEADER)
    for login, unit in ((UNIT_LEADER, ""), (UNIT_LEADER, OTHER_UNIT), (SUPERVISOR, ""), (desk.handler, UNIT)):
        refused = set_target("hotline", "handled_on_time", unit, "2027-04", "90", "x", leader(desk, login))
        assert code(refused) == "targets.not_yours"


@pytest.mark.parametrize(
    ("indicator", "unit", "period", "value", "refused"),
    [
        ("no_such", "", "2027-03", "90", "targets.no_indicator"),
        ("handled_on_time", "nowhere", "2027-03", "90", "targets.no_unit"),
        ("handled_on_time", "", "2027-13", "90", "targets.period"),
        ("handled_on_time", "", "2027-02", "90", "targets.period_over"),
        ("handled_on_time", "", "2031", "90", "targets.period_over"),
        ("handled_on_time", "", "2027-03", "101", "targets.value"),
        ("handled_on_time", "", "2027-03", "-1", "targets.value"),
        ("handled_on_time", "", "2027-03", "90.55", "targets.value"),
        ("handled_on_time", "", "2027-03", "٩٠", "targets.value"),
    ],
)
def test_what_is_no_target_is_refused(
    indicator: str, unit: str, period: str, value: str, refused: str, desk: Desk
) -> None:
    assert code(set_target("hotline", indicator, unit, period, value, "x", leader(desk))) == refused


def test_there_is_one_target_for_one_figure_and_time_until_it_is_given_up(desk: Desk) -> None:
    first = put(desk)
    assert (
        code(set_target("hotline", "handled_on_time", "", "2027-03", "80", "x", leader(desk)))
        == "targets.there"
    )
    assert isinstance(give_up(first.id, "会议取消", leader(desk)), Aim)
    put(desk, "80")
    assert seen(first, desk, MARCH).state == "given_up"


def test_a_target_moves_only_while_a_quarter_of_its_time_is_left_and_the_first_value_stays(
    desk: Desk,
) -> None:
    aim = put(desk)
    moved = move_target(aim.id, "85.5", "上级调整", leader(desk))
    assert isinstance(moved, Aim) and moved.value == 855
    assert "90.0 %" in seen(aim, desk, MARCH).lines[1].says
    assert code(move_target(aim.id, "50", "来不及了", leader(desk, now=LATE))) == "targets.too_late"
    assert code(move_target(aim.id, "50", " ", leader(desk))) == "targets.no_reason"


def test_who_knows_how_it_ends_neither_gives_a_target_up_nor_sets_one(desk: Desk, client: Client) -> None:
    aim = put(desk)
    late = leader(desk, now=LATE)
    assert code(give_up(aim.id, "来不及了", late)) == "targets.too_late"
    assert (
        code(set_target("hotline", "handled_on_time", UNIT, "2027-03", "10", "x", late)) == "targets.too_late"
    )
    assert isinstance(declare_miss(aim.id, "70", "2027-05-31", "人手不足", late), Aim)
    offered = asked(late)
    assert not isinstance(offered, Refused)
    assert offered.periods == ("2027-04", "2027-Q2", "2027", "2028")


def first(act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else is a moment earlier: the act is done when the next one has looked and now waits for its turn."""
    turn = stored.turn

    @contextmanager
    def after(journal: Journal) -> Iterator[None]:
        monkeypatch.setattr(stored, "turn", turn)
        act()
        with turn(journal):
            yield

    monkeypatch.setattr(stored, "turn", after)


def test_of_two_who_set_the_same_target_at_once_one_is_told_that_it_is_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first(lambda: put(desk), monkeypatch)
    again = set_target("hotline", "handled_on_time", "", "2027-03", "50", "x", leader(desk))
    assert code(again) == "targets.there"


def test_a_target_that_was_given_up_a_moment_ago_is_not_moved(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    aim = put(desk)
    first(lambda: give_up(aim.id, "会议取消", leader(desk)), monkeypatch)
    assert code(move_target(aim.id, "50", "上级调整", leader(desk))) == "targets.over"


def missed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One case in March, and it was late."""
    from tongban.apps.targets import standing
    from tongban.apps.targets.history import Told
    from tongban.kernel.indicator import Tally

    monkeypatch.setattr(standing, "told", lambda *_: Told((), (), Tally(60, 100), 0.0))


@pytest.mark.parametrize(
    ("day", "state"), [(10, "missed_said"), (23, "missed_said"), (25, "missed_late"), (0, "missed")]
)
def test_a_miss_that_was_said_early_one_that_was_said_late_and_a_surprise(
    day: int, state: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    aim = put(desk)
    if day:
        then = leader(desk, SUPERVISOR, datetime(2027, 3, day, 4, tzinfo=UTC))
        assert isinstance(declare_miss(aim.id, "70", "2027-05-31", "人手不足", then), Aim)
        assert seen(aim, desk, then.now).state == "said"
    missed(desk, monkeypatch)
    shown = seen(aim, desk, AFTER)
    assert (shown.state, shown.noise) == (state, False)


def test_a_time_that_is_over_with_nothing_counted_is_no_mistake_after_many_full_months(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.apps.targets import standing
    from tongban.apps.targets.history import Told
    from tongban.kernel.indicator import Tally

    aim = put(desk)
    months = tuple(f"2026-{n:02d}" for n in range(1, 9))
    monkeypatch.setattr(standing, "told", lambda *_: Told(months, (Tally(3, 5),) * 8, Tally(), 0.0))
    assert seen(aim, desk, AFTER).state == "nothing"
    assert [each.id for each in targets(leader(desk, now=AFTER)).over] == [aim.id]


def test_a_miss_may_be_said_by_the_unit_itself_but_not_by_another_nor_without_a_reason(desk: Desk) -> None:
    aim = put(desk, unit=UNIT)
    own, handler = leader(desk, UNIT_LEADER), leader(desk, desk.handler)
    assert code(declare_miss(aim.id, "70", "2027-05-31", "人手不足", handler)) == "targets.not_yours"
    assert code(declare_miss(aim.id, "70", "2027-05-31", " ", own)) == "targets.no_reason"
    assert code(declare_miss(aim.id, "70", "2027-03-05", "人手不足", own)) == "targets.day"
    assert (
        code(declare_miss(aim.id, "70", "2027-05-31", "x", leader(desk, UNIT_LEADER, AFTER)))
        == "targets.over"
    )
    assert isinstance(declare_miss(aim.id, "70", "2027-05-31", "人手不足", own), Aim)


def test_a_target_of_a_unit_is_seen_there_and_above_and_nowhere_else(desk: Desk) -> None:
    aim = put(desk, unit=UNIT)
    for login, sees in (
        (COUNTY_LEADER, True),
        (SUPERVISOR, True),
        (UNIT_LEADER, True),
        (desk.other_handler, False),
    ):
        listed = [each.id for each in targets(leader(desk, login)).running]
        assert (aim.id in listed) == sees
        assert isinstance(target(aim.id, leader(desk, login)), Refused) != sees


def test_the_ledger_holds_who_said_it_by_post_and_the_words_only_as_a_digest(desk: Desk) -> None:
    aim = put(desk)
    declare_miss(aim.id, "70", "2027-05-31", "因张三生病", leader(desk))
    entries = office().journal.events(chain_id("330822", "targets"))
    assert [each.kind for each in entries] == ["target_set", "target_miss"]
    assert all("张三" not in each.body and '"role":"leader"' in each.body for each in entries)
    (kept,) = aims(office())
    assert kept.misses[0].why == "因张三生病"


def test_a_leader_sets_a_target_on_the_page_and_a_handler_only_reads(desk: Desk, client: Client) -> None:
    from django.contrib.auth.models import User

    year = datetime.now(UTC).year + 1
    client.force_login(User.objects.get(username=COUNTY_LEADER))
    wrong = {
        "indicator": "hotline/handled_on_time",
        "unit": "",
        "period": str(year),
        "value": "abc",
        "why": "会议",
    }
    page = client.post("/lead/targets/new/", wrong)
    assert page.status_code == 422 and "abc" in page.content.decode()
    assert client.post("/lead/targets/new/", {**wrong, "value": "95"}).status_code == 302
    (aim,) = aims(office())
    assert "95.0 %" in client.get("/lead/targets/").content.decode()
    told = {"expected": "91", "until": f"{year + 1}-06-30", "why": ""}
    assert client.post(f"/lead/targets/{aim.id}/miss/", told).status_code == 422
    assert client.post(f"/lead/targets/{aim.id}/miss/", {**told, "why": "缺人"}).status_code == 302
    assert "缺人" in client.get(f"/lead/targets/{aim.id}/").content.decode()
    client.force_login(User.objects.get(username=desk.handler))
    read = client.get(f"/lead/targets/{aim.id}/").content.decode()
    assert 'name="expected"' not in read
    assert client.get("/lead/targets/new/").status_code == 403
    assert client.post(f"/lead/targets/{aim.id}/end/", {"why": "x"}).status_code == 403


def test_targets_are_asked_after_at_any_time_without_a_case(desk: Desk) -> None:
    aim = put(desk, period="2027-Q2")
    assert seen(aim, desk, MARCH).state == "ahead"
    assert seen(aim, desk, MARCH + timedelta(days=60)).state == "unknown"
    assert seen(aim, desk, MARCH + timedelta(days=150)).state == "nothing"


def test_the_public_figure_says_the_countys_target_and_no_units(desk: Desk, client: Client) -> None:
    then = (datetime.now(UTC).replace(day=1) - timedelta(days=5)).replace(day=5)
    month = f"{then:%Y-%m}"
    for unit, value in (("", "91.5"), (UNIT, "82.5")):
        done = set_target("hotline", "handled_on_time", unit, month, value, "会议", leader(desk, now=then))
        assert isinstance(done, Aim), done
    page = client.get(f"/open/figures/hotline/handled_on_time/?period={month}").content.decode()
    assert "91.5 %" in page and "82.5 %" not in page and "会议" not in page


def test_a_county_that_keeps_its_counts_is_told_the_same_as_one_that_looks_at_its_cases(desk: Desk) -> None:
    desk.step(
        desk.register(), "decline", desk.dispatcher, decline_reason="litigation", remedy="到县法院立案庭"
    )
    now = datetime.now(UTC)
    here = office()
    adoption = here.adopted("hotline", now)
    assert adoption is not None
    wanted = frozenset(indicators_of(here, adoption))
    since = (now - timedelta(days=40)).date()
    start, _ = history._days(f"{since:%Y-%m}").bounds
    _, end = history._days(f"{now + timedelta(hours=8):%Y-%m}").bounds
    kept = history._of_months(here, "hotline", adoption, wanted, since, now)
    looked = history._of_cases(here, "hotline", adoption, wanted, start, end)
    assert {key: (t.numerator, t.denominator) for key, t in kept.items() if t.denominator} == {
        key: (t.numerator, t.denominator) for key, t in looked.items() if t.denominator
    }
    assert any(tally.denominator for tally in looked.values())
