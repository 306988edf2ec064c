"""Conditions that stand in a register and speak of the rows of another: read when the sheet is loaded, tried row by row."""

from __future__ import annotations

from datetime import date

import pytest
from rich_practice import COUNTY

from tongban.kernel.expression import Expression
from tongban.kernel.form import Field, FieldKind
from tongban.kernel.form.answers import Found, answer
from tongban.kernel.procedure.brought import read_entries
from tongban.kernel.procedure.fitting import MOST_PARTS, TODAY, Fit
from tongban.kernel.procedure.register import Register
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts

FIRM = Register(
    "firm",
    ("firm",),
    (
        Field("scale", FieldKind.choice, choices=("micro", "small", "large")),
        Field("trades", FieldKind.choices, choices=("mill", "inn")),
        Field("founded_on", FieldKind.date),
        Field("staff", FieldKind.whole, min=0, max=10_000),
        Field("certified", FieldKind.flag),
    ),
    brought=True,
)
SAID = FIRM.vocabulary
POLICY = Register(
    "policy",
    ("policy",),
    (Field("fits", FieldKind.condition, of=("firm",)),),
    brought=True,
    conditions={"fits": SAID},
)
DAY = "2026-03-02"


def fits(source: str, **row: str | int | bool | tuple[str, ...]) -> bool:
    found = SAID.read(source)
    assert isinstance(found, Expression), found
    return Fit(found, "", {TODAY: DAY}, told=True).holds(row)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("scales == \"micro\"", "expression.unknown_name"),
        ("row.scale == \"micro\"", "expression.unknown_name"),
        ("staff == \"ten\"", "expression.wrong_type"),
        ("staff", "expression.wrong_result"),
        ("scale == \"micor\"", "expression.unknown_choice"),
        ("scale in [\"micro\", \"tiny\"]", "expression.unknown_choice"),
        ("\"mil\" in trades", "expression.unknown_choice"),
        ("founded_on < \"2025-1-1\"", "expression.not_a_day"),
        ("\"2025\" <= founded_on", "expression.not_a_day"),
        ("today > \"march\"", "expression.not_a_day"),
        ("trades.exists(each, each == \"mill\")", "expression.no_loop_here"),
        (f"staff in {list(range(MOST_PARTS))}", "expression.too_many_parts"),
        ("certified &&", "expression.syntax"),
        ("1 / staff > 0", "expression.may_fail_divisor"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_before_it_counts(source: str, code: str) -> None:
    found = SAID.read(source)
    assert isinstance(found, Refused) and found.code == code, found


def test_a_choice_that_is_none_is_told_with_the_nearest_and_the_column() -> None:
    found = SAID.read('certified &&\n scale == "micor"')
    assert isinstance(found, Refused)
    assert (found.facts["nearest"], found.facts["line"], found.facts["column"]) == ("micro", 2, 11)


def test_every_wrong_condition_of_a_sheet_is_told_with_its_row() -> None:
    sheet = [
        {"policy": "a", "fits": 'scale == "micro"'},
        {"policy": "b", "fits": 'scale == "micor"'},
        {"policy": "c"},
        {"policy": "d", "fits": "sise > 3"},
    ]
    found = read_entries(POLICY, sheet, COUNTY, date(2026, 3, 2), {})
    assert isinstance(found, Refused)
    assert [(each.code, each.where) for each in found.all()] == [
        ("expression.unknown_choice", "rows/1/fits"),
        ("expression.unknown_name", "rows/3/fits"),
    ]


def test_a_row_that_does_not_say_what_is_asked_does_not_fit() -> None:
    assert fits("staff < 20", staff=5)
    assert not fits("staff < 20")
    assert not fits('founded_on < "2025-01-01"', founded_on="")
    assert not fits('staff < 20 || scale == "micro"', scale="micro")
    assert fits("!given.staff || staff < 20")
    assert not fits("!given.staff || staff < 20", staff=30)


def test_a_flag_that_is_not_ticked_is_a_no_and_a_list_that_is_empty_holds_nothing() -> None:
    assert fits("!certified") and not fits("certified")
    assert not fits('"mill" in trades') and fits('"mill" in trades', trades=("inn", "mill"))


def test_today_is_the_day_of_the_look() -> None:
    assert fits("founded_on <= today", founded_on=DAY) and not fits("founded_on < today", founded_on=DAY)


def test_rows_that_say_the_same_are_judged_once_and_alike() -> None:
    found = SAID.read('scale == "micro" && staff < 20')
    assert isinstance(found, Expression)
    fit = Fit(found, "", {TODAY: DAY}, told=True)
    rows: list[Facts] = [{"scale": s, "staff": n} for s in ("micro", "large") for n in (5, 50, 5)]
    assert [fit.holds(row) for row in rows] == [True, False, True, False, False, False]


def test_signs_of_a_chinese_keyboard_are_read_as_what_they_stand_for() -> None:
    asked = Field("fits", FieldKind.condition, of=("firm",))
    assert answer(asked, "scale in ［“micro”，“small”］ ＆＆ staff ＜ 20", date(2026, 3, 2)) == Found(
        'scale in ["micro","small"] && staff < 20'
    )
