"""The job marks what lies side by side: once, in the ledger, where a person can rule on it, and figures count what stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk_ground import Desk, county, desk
from tongban.apps.disclosure import counting
from tongban.apps.disclosure.figures import Month, figures
from tongban.apps.office import office
from tongban.apps.signs.looking import look_at
from tongban.apps.signs.numbers import NumbersKept, keep_numbers
from tongban.kernel.case import Case
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

LETTER = "您反映的问题已收悉，我单位高度重视，已安排专人到现场核实处理完毕，感谢您的支持与理解。"
MATTERS = (
    "城东菜市场后门的下水道堵了一个星期，污水流到路上。",
    "桥头第二盏路灯坏了半个月，老人晚上摔了一跤。",
    "小区门口的树枝压到电线，刮风的时候冒火花。",
)


def now() -> datetime:
    return datetime.now(UTC)


def closed(desk: Desk, text: str, result: str, *, rating: int = 4, **answers: object) -> str:
    number = desk.step(desk.dispatched(text, **answers), "sign", desk.handler)
    desk.step(number, "contact", desk.handler, contact_way="phone")
    desk.step(number, "reply", desk.handler, outcome="resolved", result=result, basis="现场查看")
    desk.step(number, "approve", desk.reviewer)
    return desk.step(number, "answer_callback", "wangsuzhen", solved="yes", rating=rating)


def looked() -> int:
    """The job over every case there is."""
    here = office()
    rows = here.rows("SELECT id::text FROM store_case WHERE county = %s", [here.county.code])
    return look_at(here, [str(row[0]) for row in rows], now())


def case_of(number: str) -> Case:
    found = office().find(number)
    assert not isinstance(found, Refused)
    return found.case


def share(name: str) -> tuple[int, int, int]:
    """Numerator, denominator and how many units are told, of this month's public figure."""
    counting.forget()
    at = now()
    found = figures((at + timedelta(hours=8)).strftime("%Y-%m"), "en", at, public=False)
    assert isinstance(found, Month)
    figure = next(each for each in found.figures if each.id == name)
    return figure.numerator, figure.denominator, len(figure.units)


def phones(n: int) -> str:
    return f"1391234560{n}"


def test_three_letters_for_three_matters_are_marked_once_ruled_on_and_counted(desk: Desk) -> None:
    numbers = [closed(desk, text, LETTER, phone=phones(n)) for n, text in enumerate(MATTERS)]
    honest = closed(desk, "中心公园的椅子断了。", "换了三条椅子的木板，今天上午装好。", phone=phones(7))
    assert looked() == 3
    first = case_of(numbers[0])
    assert first.facts["alike"] is True
    assert first.facts["alike_with"] in {case_of(each).number for each in numbers[1:]}
    assert "alike" not in case_of(honest).facts
    before = [case_of(each).seq for each in numbers]
    assert looked() == 0
    assert [case_of(each).seq for each in numbers] == before
    assert share("alike_share") == (3, 4, 0)
    desk.step(
        numbers[0], "rule_on_signs", desk.supervisor, alike_ruling="explained", ruling_reason="一条电缆"
    )
    desk.step(
        numbers[1], "rule_on_signs", desk.supervisor, alike_ruling="stands", ruling_reason="没有写做了什么"
    )
    assert share("alike_share") == (2, 4, 0)
    assert share("signs_looked_at") == (2, 3, 0)
    assert share("signs_explained") == (1, 2, 0)


def test_who_was_content_and_is_back_and_what_was_registered_twice_is_marked(desk: Desk) -> None:
    first = closed(desk, MATTERS[0], "当天疏通，井盖复位。", phone=phones(1))
    second = closed(desk, "菜市场后门又堵了，还是那个井。", "清出油块两筐，装了隔油网。", phone=phones(1))
    other = closed(desk, MATTERS[0], "清理了沉沙，水下去了。", phone=phones(2))
    assert looked() == 2
    assert case_of(first).facts["again"] is True
    assert case_of(first).facts["again_with"] == case_of(second).number
    assert case_of(first).facts["split"] is True
    assert case_of(second).facts["split"] is True
    assert not {"again", "split"} & set(case_of(other).facts)


def test_a_number_of_the_units_own_is_marked_and_never_told(desk: Desk, tmp_path: Path) -> None:
    sheet = tmp_path / "numbers.csv"
    sheet.write_text(f"单位,电话\n{desk.unit},{phones(5)}\n县公安局,0570-5012345\n", encoding="utf-8")
    kept = keep_numbers(sheet)
    assert kept == NumbersKept(2, 2), kept
    own = closed(desk, MATTERS[0], "当天疏通，井盖复位。", phone=phones(5))
    other = closed(desk, MATTERS[1], "换好三盏灯，晚上已亮。", phone=phones(6))
    assert looked() == 1
    assert case_of(own).facts["own_number"] is True
    assert "own_number" not in case_of(other).facts
    assert phones(5) not in str(case_of(own))


def test_a_sheet_with_a_fault_keeps_what_was_there(desk: Desk, tmp_path: Path) -> None:
    sheet = tmp_path / "numbers.csv"
    sheet.write_text("单位,电话\n没有这个局,13912345600\nurban-enforcement,12\n", encoding="utf-8")
    refused = keep_numbers(sheet)
    assert isinstance(refused, Refused)
    assert {each.code for each in refused.all()} == {"signs.unknown_unit", "form.phone"}
    assert isinstance(keep_numbers(tmp_path / "nothing.csv"), Refused)


def test_a_case_that_is_still_open_is_marked_only_when_it_was_settled(desk: Desk) -> None:
    numbers = [closed(desk, text, LETTER, phone=phones(n)) for n, text in enumerate(MATTERS[:2])]
    third = desk.step(desk.dispatched(MATTERS[2], phone=phones(3)), "sign", desk.handler)
    assert looked() == 0
    desk.step(third, "contact", desk.handler, contact_way="phone")
    desk.step(third, "reply", desk.handler, outcome="resolved", result=LETTER, basis="现场查看")
    desk.step(third, "approve", desk.reviewer)
    assert looked() == 0
    desk.step(third, "answer_callback", "wangsuzhen", solved="yes", rating=4)
    assert looked() == 3
    assert all(case_of(each).facts["alike"] is True for each in (*numbers, third))
