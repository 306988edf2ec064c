"""Which rows of a register are like what somebody wrote, and why."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tongban.apps.casework.alike import MOST, Like, like_rows, told
from tongban.apps.office import Office
from tongban.kernel.form import Field, FieldKind, Form

FIELD = Field("like_forms", FieldKind.entries, of=("adopted_form",), like=("name", "asks_what"))
FORM = Form("apply", (Field("name", FieldKind.line), Field("asks_what", FieldKind.text), FIELD))
ROWS = {
    "visits.went": ("企业走访 · 记走访", "哪家企业、联系电话、提了什么问题、怎么答的"),
    "pact.need": ("契约化共建 · 提需求", "需要什么、联系人、联系电话"),
    "hotline.tell": ("热线诉求办理 · 登记诉求", "什么事、联系电话"),
}


def office() -> Office:
    entries = SimpleNamespace(
        of=lambda register, language: {code: (title, True) for code, (title, _) in ROWS.items()},
        rows=lambda register: {
            code: {"title": title, "questions": asks, "asked": 3} for code, (title, asks) in ROWS.items()
        },
    )
    names = SimpleNamespace(entries=entries, entry=lambda register, code, language: ROWS[code][0])
    return cast("Office", SimpleNamespace(names=names))


def found(**said: Any) -> list[Like]:
    return list(like_rows(FIELD, (FORM,), said, office()))


def test_a_form_that_asks_half_of_the_same_is_found_with_what_both_ask() -> None:
    (only,) = found(name="挂点联系月报", asks_what="企业名称\n电话\n提了什么问题\n反映时间")
    assert (only.code, only.both) == ("visits.went", ("电话", "提了什么问题"))
    assert told([only], FIELD, office(), "zh-Hans").startswith("可能已经有了：企业走访 · 记走访（同样有电话")


def test_a_form_that_is_called_alike_is_found_though_nothing_is_known_of_what_it_asks() -> None:
    (only,) = found(name="企业走访表")
    assert (only.code, only.both) == ("visits.went", ())
    assert "名称相近" in told([only], FIELD, office(), "zh-Hans")
    assert "called alike" in told([only], FIELD, office(), "en")


@pytest.mark.parametrize(
    "said",
    [
        {"name": "村卫生室药品月报", "asks_what": "药名\n库存\n有效期\n联系电话"},
        {"name": "", "asks_what": ""},
        {},
        {"asks_what": "电话"},
    ],
)
def test_one_thing_in_common_is_not_alike(said: dict[str, str]) -> None:
    assert found(**said) == []


def test_no_more_rows_are_named_than_somebody_looks_at(monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(9):
        monkeypatch.setitem(ROWS, f"copy.{n}", ROWS["visits.went"])
    assert len(found(name="企业走访")) == MOST
