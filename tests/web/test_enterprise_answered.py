"""An enterprise at the pages: found in the register before its name is asked, and told what was done before it says whether it is solved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from desk_ground import SOON, Desk, county, desk
from resident_ground import Visitor, unhurried, visitor
from scenario_ground import ROOT
from tongban.apps.acting import Acting
from tongban.apps.casework.look import look
from tongban.apps.casework.take import take
from tongban.apps.casework.views import CasePage, Taken
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "unhurried", "visitor"]

FORM = "/report/enterprise_service/"
MATTER = "厂门口的高压线压得太低，货车进不来。"
SHEETS = {
    "enterprise": "enterprise,title,scale,sector\n91330822MA28F0000H,青石轴承厂,small,industry\n",
    "officer": "officer,title,officer_unit\n07,企业服务科科长（07号）,economy-it\n11,招商科科长（11号）,economy-it\n",
    "visit_question": "visit_question,title\nstaff,用工够不够\nmoney,融资难不难\n",
}


@pytest.fixture
def centre(desk: Desk) -> Desk:
    from tongban.apps.adoption.adopting import adopt
    from tongban.apps.brought.loading import carry_out, plan
    from tongban.store.models import PostRow

    acting = Acting(datetime.now(UTC), SYSTEM)
    made = adopt(ROOT / "practices" / "enterprise_service", {}, ("government-service",), acting)
    assert not isinstance(made, Refused), made.all()
    for register, sheet in SHEETS.items():
        rows = plan(sheet.encode(), f"{register}.csv", "enterprise_service", acting, register=register)
        assert not isinstance(rows, Refused), rows.all()
        carry_out(rows, acting)
    PostRow.objects.create(
        county="330822", person="raomingyuan", unit="government-service", role="inspector", since=SOON
    )
    return desk


def look_at(centre: Desk, number: str, login: str) -> CasePage:
    page = look(number, centre.acting(login))
    assert isinstance(page, CasePage), page
    return page


def sent(visitor: Visitor, **named: str) -> str:
    visitor.begin(FORM, MATTER).press(**named)
    if "enterprise" not in named:
        visitor.press(enterprise_name="一家新厂")
    visitor.press().press(phone="13812345678")
    return visitor.send()


def named_officer(centre: Desk, visitor: Visitor) -> str:
    """An enterprise asked for an officer, and one was named: the number of its file."""
    visitor.begin("/report/enterprise_service-file/", "").press(enterprise="91330822MA28F0000H")
    number = visitor.press(phone="13812345678").send()
    centre.step(number, "name_officer", "guojuying", officer="07")
    return number


def declared(centre: Desk, number: str, by: str, said: Mapping[str, str]) -> None:
    """The officer who was named says what they have to do with the enterprise, their head confirms it, and its file hears of it."""
    centre.step(f"{number}-01", "declare", by, myself="true", **said)
    centre.step(f"{number}-01", "confirm_declaration", "qianlindi")
    heard = take(number, "heard_declaration", {"whose": "07", **said}, Acting(datetime.now(UTC), SYSTEM))
    assert isinstance(heard, Taken), heard


def test_an_enterprise_that_the_register_knows_is_not_asked_for_its_name(
    centre: Desk, visitor: Visitor
) -> None:
    asked = visitor.begin(FORM, MATTER).page
    assert "青石轴承厂" in asked and 'id="field-enterprise_name"' not in asked
    assert 'id="field-service"' in visitor.press(enterprise="91330822MA28F0000H").page
    assert 'id="field-enterprise_name"' in visitor.begin(FORM, MATTER).press().page


def test_what_is_opened_for_an_enterprise_is_called_after_it_and_not_after_the_officer(
    centre: Desk, visitor: Visitor
) -> None:
    number = named_officer(centre, visitor)
    assert look_at(centre, f"{number}-01", "qianlindi").title == "青石轴承厂"
    declares = next(
        each for each in look_at(centre, f"{number}-01", "wuqunying").steps if each.id == "declare"
    )
    assert not declares.answers, "four ticks are no reply whose words could be checked"
    centre.step(
        f"{number}-01", "declare", "wuqunying", myself="true", kin="true", stake="false", own_case="false"
    )
    assert not any(each.checks for each in look_at(centre, f"{number}-01", "qianlindi").steps)


def test_an_enterprise_knows_who_its_officer_is_before_it_says_yes_and_asks_each_question_once(
    centre: Desk, visitor: Visitor
) -> None:
    number = named_officer(centre, visitor)
    free = {"kin": "false", "stake": "false", "own_case": "false"}
    declared(centre, number, "huangwenbin", free)
    offered = visitor.get(f"/follow/{number}/").page
    assert (
        "同意这位服务官" in offered and "县经济和信息化局" in offered and "企业服务科科长（07号）" in offered
    )
    visitor.act(number, "agree", last_day="2030-06-30")
    visitor.act(number, "raise", raised=["staff"], raised_words="夜班招不到人")
    assert "夜班招不到人" in visitor.get(f"/follow/{number}/").page
    box = re.findall(r'<input[^>]*name="raised"[^>]*>', visitor.page)
    assert len(box) == 2 and not any("checked" in each for each in box)


def test_who_is_asked_whether_it_is_solved_reads_what_was_done_and_only_then(
    centre: Desk, visitor: Visitor
) -> None:
    number, done = sent(visitor), "线路已抬高到七米。"
    centre.step(number, "assign", "guojuying", lead="power-supply", title="高压线偏低")
    centre.step(number, "say_how", "jiangqiaoyun", how="三天内派人去量。")
    centre.step(number, "report_result", "jiangqiaoyun", outcome="resolved", result=done)
    assert done not in visitor.get(f"/follow/{number}/").page
    centre.step(number, "pass_on", "raomingyuan", inspected="去看过。")
    assert done not in visitor.get(f"/follow/{number}/").page
    centre.step(number, "feed_back", "guojuying")
    told = visitor.get(f"/follow/{number}/").page
    assert done in told and "有结果了" in told and "去看过" not in told


def test_another_officer_is_named_on_the_page_where_the_first_has_an_interest(
    centre: Desk, visitor: Visitor
) -> None:
    number = named_officer(centre, visitor)
    kin = {"kin": "true", "stake": "false", "own_case": "false"}
    declared(centre, number, "wuqunying", kin)
    again = next(each for each in look_at(centre, number, "guojuying").steps if each.id == "name_officer")
    assert not again.blocked, "who is chosen now is somebody else"
    centre.step(number, "name_officer", "guojuying", officer="11")
