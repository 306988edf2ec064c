"""What whoever fills in a form at the desk is told before it goes on: the unit that duty lists name, and rows that are doubtful."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import ROOT, Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import adopt
from tongban.apps.brought.loading import carry_out, plan
from tongban.apps.casework.look import look
from tongban.apps.casework.take import open_case
from tongban.apps.casework.views import CasePage, Taken
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

TOWNSHIP = "liuaizhu"
"""Handles what comes to a township."""
LAMPS = "01.05.02"
ITEMS = """item,title,sort,unit,line_yuan,most_yuan,urgent_yuan
subsistence,最低生活保障,programme,civil-affairs,1000,0,
schooling,教育资助,programme,education,0,500,
"""


def reader(login: str = TOWNSHIP) -> Client:
    client = Client(headers={"accept-language": "zh"})
    client.force_login(User.objects.get(username=login))
    return client


def adopted(practice: str, desk: Desk, home: str = "baishi") -> None:
    done = adopt(ROOT / "practices" / practice, {}, (home,), desk.acting("hushaohua"))
    assert not isinstance(done, Refused), done.all()


def named(page: str, prefix: str) -> list[str]:
    return re.findall(rf'data-value="([^"]+)" data-auto="{prefix}-lead"', page)


def test_the_unit_whose_duty_list_has_the_category_is_put_into_the_form_that_opens_a_case(desk: Desk) -> None:
    adopted("service_drive", desk)
    ask = "/desk/new/suggest/?practice=service_drive&kind=problem&step=collect"
    given = {"body": "村口的路灯不亮", "category": LAMPS}
    part = reader().post(ask, given).content.decode()
    assert named(part, "field") == ["县综合行政执法局"]
    assert "按职责清单" in part
    assert "由收到问题的乡镇定" not in part, "nothing is routed here, so nobody is said to get it"
    assert named(reader().post(ask, {"body": "村口的路灯不亮"}).content.decode(), "field") == []


def test_the_same_on_a_case_that_has_no_category_yet(desk: Desk) -> None:
    adopted("service_drive", desk)
    told = {"asker": "resident", "body": "村口的路灯不亮", "phone": "13800138000", "division": "330822104"}
    now = datetime.now(UTC)
    taken = open_case("service_drive", told, Acting(now), step="tell", kind="problem", channel="web")
    assert isinstance(taken, Taken), taken
    address = f"/desk/{taken.number}/steps/push/foresee/"
    assert named(reader().post(address, {"category": LAMPS}).content.decode(), "push") == ["县综合行政执法局"]
    assert named(reader().post(address, {"title": "路灯"}).content.decode(), "push") == []


@pytest.fixture
def verifying(desk: Desk) -> str:
    """An application that waits to be verified."""
    adopted("social_aid", desk)
    acting = Acting(datetime.now(UTC), SYSTEM, language="zh-Hans")
    found = plan(ITEMS.encode(), "aid_item.csv", "social_aid", acting, register="aid_item")
    assert not isinstance(found, Refused), found.all()
    carry_out(found, acting)
    asked = {
        "id_card": "33082219410101007X",
        "applicant": "陈老根",
        "phone": "13800138001",
        "needs": ["living"],
        "consent": True,
        "division": "330822104",
    }
    taken = open_case("social_aid", asked, desk.acting(TOWNSHIP), step="apply", kind="application")
    assert isinstance(taken, Taken), taken
    return desk.step(taken.number, "take_in", TOWNSHIP, household="HK-A-020", persons=1)


def stage(number: str, desk: Desk) -> str:
    page = look(number, desk.acting(TOWNSHIP))
    assert isinstance(page, CasePage), page
    return page.stage


def test_a_programme_above_its_line_is_pointed_out_once_and_goes_on_when_it_is_sent_again(
    verifying: str, desk: Desk
) -> None:
    client, address, before = reader(), f"/desk/{verifying}/steps/verify/", stage(verifying, desk)
    given = {
        "month_income": "1200.00",
        "work_exempt": "0.00",
        "property": "within",
        "comes_to": "fits",
        "items": ["subsistence", "schooling"],
        "found_words": "退休金一千二百元。",
    }
    back = client.post(address, given).content.decode()
    assert stage(verifying, desk) == before
    assert "最低生活保障：核实的收入" in back
    assert "教育资助：" not in back
    assert "退休金一千二百元。" in back, "nothing that was entered is lost"
    [mark] = re.findall(r'name="_doubted" value="([^"]+)"', back)
    # Whatever is changed to be doubtful otherwise is pointed out anew.
    anew = client.post(address, {**given, "property": "above", "_doubted": mark}).content.decode()
    assert stage(verifying, desk) == before
    assert "最低生活保障：家庭财产" in anew
    assert client.post(address, {**given, "_doubted": mark}).status_code == 302
    assert stage(verifying, desk) != before
    assert "核实的收入" not in client.get(f"/desk/{verifying}/").content.decode(), "it was looked at already"


def test_what_is_within_its_line_goes_on_at_once_and_programs_are_told_with_their_answer(
    verifying: str, desk: Desk
) -> None:
    from tongban.apps.casework.take import take

    given = {
        "month_income": "1200.00",
        "work_exempt": "0.00",
        "property": "within",
        "comes_to": "fits",
        "found_words": "退休金一千二百元。",
    }
    taken = take(verifying, "verify", {**given, "items": ["subsistence"]}, desk.acting(TOWNSHIP))
    assert isinstance(taken, Taken), taken
    assert [each.code for each in taken.warnings] == ["form.doubted_row"]
