"""Learning units from dispatches, and the names that records give them."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tongban.apps.dispatch.units import LEAST, Dispatched, UnitModel, learn_units
from tongban.kernel.refusal import Refused

sys.path.insert(0, str(Path(__file__).parents[2]))
from benches.unit_names import UnitNames

RECORDS = [
    ("综合执法队（甲山街道办事处）", "甲山街道"),
    ("甲山街道综合执法队", "甲山街道"),
    ("乙水办事处综合执法队", "乙水街道"),
    ("城建办（甲山街道办事处）", "甲山街道"),
    ("城建办公室（乙水街道办事处）", "乙水街道"),
    ("城建办", "乙水街道"),
    ("上坑社区居委会（甲山街道办事处）", "甲山街道"),
    ("乙水自来水公司（乙水街道办事处）", "乙水街道"),
    ("财政局（国资办）", "甲山街道"),
    ("土地整备中心(甲山)", "甲山街道"),
    ("-", "-"),
]


@pytest.mark.parametrize(
    ("name", "township", "normal"),
    [
        ("综合执法队（甲山街道办事处）", "", "甲山综合执法队"),
        ("甲山街道综合执法队", "", "甲山综合执法队"),
        ("甲山办事处综合执法队（甲山街道办事处）", "", "甲山综合执法队"),
        ("乙水办事处综合执法队", "", "乙水综合执法队"),
        ("城建办公室（乙水街道办事处）", "", "乙水城建办"),
        ("城建办", "乙水街道", "乙水城建办"),
        ("上坑社区居委会（甲山街道办事处）", "", "上坑社区"),
        ("乙水自来水公司（乙水街道办事处）", "", "乙水自来水公司"),
        ("财政局（国资办）", "甲山街道", "财政局(国资办)"),
        ("土地整备中心(甲山)", "", "甲山土地整备中心"),
        ("－", "甲山街道", ""),
        ("", "", ""),
    ],
)
def test_one_unit_has_one_name_however_records_spell_it(name: str, township: str, normal: str) -> None:
    assert UnitNames.of(RECORDS).normal(name, township) == normal


def history(count: int = 300) -> list[Dispatched]:
    chance = random.Random(0)
    found = []
    for day in range(count):
        place, matter = chance.choice(["甲山", "乙水"]), chance.choice(["路灯不亮", "占道经营", "拖欠工资"])
        unit = {"路灯不亮": "市政中心", "占道经营": f"{place}执法队", "拖欠工资": "人社局"}[matter]
        found.append(Dispatched({"category.2": matter, "place.1": place, "channel": "web"}, unit, day))
    return found


def test_the_unit_that_took_such_matters_before_is_suggested_with_what_weighed() -> None:
    model = learn_units(history())
    assert isinstance(model, UnitModel)
    first, second, *_ = model.likely({"category.2": "占道经营", "place.1": "乙水"})
    assert first.unit == "乙水执法队" and first.confidence > 0.7 > second.confidence
    assert first.because[0] in ("占道经营", "乙水")
    assert sum(each.confidence for each in model.likely({"place.1": "甲山"}, 9)) == pytest.approx(1, abs=1e-4)


def test_a_category_nobody_met_yet_leans_on_those_named_like_it() -> None:
    model = learn_units(history())
    assert isinstance(model, UnitModel)
    assert model.likely({"category.2": "路灯损坏"})[0].unit == "市政中心"
    assert model.likely({"category.2": "⚡"}) == ()


def test_what_was_dispatched_lately_counts_more() -> None:
    moved = [Dispatched({"category.2": "路灯不亮", "place.1": "甲山"}, "供电所", 900 + n) for n in range(40)]
    model = learn_units([*history(), *moved])
    assert isinstance(model, UnitModel)
    assert model.likely({"category.2": "路灯不亮", "place.1": "甲山"})[0].unit == "供电所"


def test_too_few_dispatches_or_a_single_unit_teach_nothing() -> None:
    for few in (history(LEAST - 1), [Dispatched({"category.2": "甲"}, "一", n) for n in range(LEAST)]):
        refused = learn_units(few)
        assert isinstance(refused, Refused)
        assert refused.code == "dispatch.too_few_dispatches"
