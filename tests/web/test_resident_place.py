"""Where it is: read out of what was said where no doubt is possible, chosen by township and village otherwise."""

from __future__ import annotations

import re
from html import unescape

import pytest

from desk_ground import ROOT, Desk, county, desk
from resident_ground import Visitor, form_of, unhurried, visitor
from tongban.apps.adoption.adopting import adopt
from tongban.apps.office import office
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "unhurried", "visitor"]

NAMED = "芳村镇芳村村村口的路灯坏了半个月，晚上看不见。"
FANGCUN = "芳村镇 · 芳村村委会"


def chosen(page: str) -> list[str]:
    """The names of the places that stand chosen."""
    return [unescape(name) for name in re.findall(r'data-label="([^"]*)" selected', page)]


def division(number: str) -> str:
    loaded = office().load(number)
    assert loaded is not None
    return office().names.division(loaded.case.division, "zh-Hans")


def test_a_place_that_was_named_stands_chosen_and_says_what_it_was_read_from(visitor: Visitor) -> None:
    visitor.begin(matter=NAMED)
    assert chosen(visitor.page) == [FANGCUN]
    assert "看您写的“芳村村”，应该是这里；不对就改。" in visitor.page
    number = visitor.press().press(phone="13812345678").send()
    assert division(number) == "芳村村委会"


def test_a_place_that_nobody_named_is_left_to_the_reader(visitor: Visitor) -> None:
    assert chosen(visitor.begin(matter="路灯坏了半个月，晚上看不见。").page) == []
    assert "应该是这里" not in visitor.page


def test_what_was_emptied_stays_empty(visitor: Visitor) -> None:
    visitor.begin(matter=NAMED).press(division="").press("back")
    assert chosen(visitor.page) == []


def test_what_somebody_chose_is_not_read_over(visitor: Visitor) -> None:
    visitor.begin(matter=NAMED).press(division="330822001").press("say").press()
    assert chosen(visitor.page) == ["天马街道"]


def test_without_scripts_villages_stand_under_their_township_by_their_own_name(visitor: Visitor) -> None:
    page = visitor.begin().page
    under = page.partition('<optgroup label="天马街道">')[2].partition("</optgroup>")[0]
    assert under.index("天马街道（说不清哪个村）") < under.index(">金川社区<")
    assert "浙江省" not in page


@pytest.mark.parametrize("typed", [FANGCUN, "芳村镇 芳村村"])
def test_a_name_that_was_typed_is_that_place(visitor: Visitor, typed: str) -> None:
    visitor.begin().press(division=typed)
    assert form_of(visitor.page)["division"] == ["330822116238"]
    assert division(visitor.press(phone="13812345678").send()) == "芳村村委会"


def test_a_name_that_fits_several_offers_them_to_be_picked_and_keeps_everything(visitor: Visitor) -> None:
    page = visitor.begin().press(division="天马").page
    assert visitor.status == 422
    offered = re.findall(r'name="division~near" value="(\d+)"> <span>([^<]+)<', page)
    assert ("330822001", "天马街道") in offered and len(offered) == 3
    assert "最接近的：" not in page, "what can be picked is not told besides"
    visitor.press(**{"division": "天马", "division~near": "330822001"})
    assert visitor.status == 200
    assert form_of(visitor.page)["division"] == ["330822001"]
    assert "division~near" not in form_of(visitor.page)
    assert division(visitor.press(phone="13812345678").send()) == "天马街道"


def test_a_place_chosen_in_the_list_comes_before_one_picked_among_the_nearest(visitor: Visitor) -> None:
    visitor.begin().press(division="天马")
    visitor.press(**{"division": "330822116238", "division~near": "330822001"})
    assert form_of(visitor.page)["division"] == ["330822116238"]


def test_a_place_that_was_not_offered_cannot_be_slipped_in_as_nearest(visitor: Visitor) -> None:
    visitor.begin().press(**{"division": "天马", "division~near": "999999"})
    assert visitor.status == 422


def test_a_name_that_fits_none_comes_back_as_it_was_typed(visitor: Visitor) -> None:
    visitor.begin().press(division="龙宫村")
    assert visitor.status == 422
    assert 'data-value="龙宫村"' in visitor.page
    assert 'id="field-division-fault"' in visitor.page


def at_the_river(desk: Desk, visitor: Visitor) -> Visitor:
    """At the page that asks where, when several townships receive what is told of a river."""
    homes = ("tianma", "baishi", "qiuchuan")
    done = adopt(ROOT / "practices" / "river_chief", {}, homes, desk.acting("hushaohua"))
    assert not isinstance(done, Refused), done
    return visitor.get("/report/river_chief/").press(problem_words="河里漂着死猪。")


def test_where_several_could_receive_it_the_place_must_be_said(desk: Desk, visitor: Visitor) -> None:
    at_the_river(desk, visitor)
    assert 'name="division"' in visitor.page
    assert visitor.press(division="").status == 422


def test_a_place_that_is_nobodys_is_not_given_to_whoever_stands_first(desk: Desk, visitor: Visitor) -> None:
    at_the_river(desk, visitor).press(division="330822")
    assert visitor.status == 422
    assert "请选具体的乡镇、街道或者村、社区。" in visitor.page


def test_it_goes_to_the_township_of_its_place_and_promises_no_day_that_is_not_named(
    desk: Desk, visitor: Visitor
) -> None:
    at_the_river(desk, visitor).press(division="330822111245").press()
    number = visitor.press(phone="13812345678").send()
    loaded = office().load(number)
    assert loaded is not None
    assert loaded.case.home == "qiuchuan"
    assert "就告诉您哪一天、由谁办。" in visitor.page
    assert "0 天后" not in visitor.page
