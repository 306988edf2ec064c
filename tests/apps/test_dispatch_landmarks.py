"""Where something is said to be does not decide what it is."""

from __future__ import annotations

import pytest

from tongban.apps.dispatch.landmarks import matter_of, only_where
from tongban.apps.dispatch.near import groups_of
from tongban.apps.dispatch.reading import joined, read


@pytest.mark.parametrize(
    ("said", "matter"),
    [
        ("人民医院门口井盖丢了", "井盖丢了"),
        ("城东街道某小区门口路灯不亮", "路灯不亮"),
        ("妇幼保健院旁边路灯不亮", "路灯不亮"),
        ("枫林雅苑小区噪音扰民", "噪音扰民"),
        ("孩子在实验小学门口被车撞了", "孩子在 被车撞了"),
        ("人民医院门口", "人民医院门口"),
        ("小区物业乱收费", "小区物业乱收费"),
        ("税务局办事大厅态度差", "税务局办事大厅态度差"),
        ("拖欠工资的建筑公司门口有人堵路", "拖欠工资的建筑公司门口有人堵路"),
    ],
)
def test_a_landmark_beside_which_it_is_leaves_only_the_matter(said: str, matter: str) -> None:
    left = matter_of(said)
    assert len(left) == len(said)
    assert " ".join(left.split()) == matter


def test_what_is_read_of_a_sentence_is_the_same_beside_any_landmark() -> None:
    beside_one, beside_another = (
        read(joined("", f"{place}井盖丢了")) for place in ("人民医院门口", "中心小学旁边")
    )
    assert set(beside_one.codes.tolist()) == set(beside_another.codes.tolist())
    assert beside_one.text.endswith("人民医院门口井盖丢了")


def test_two_matters_at_different_places_are_not_versions_of_one_message() -> None:
    texts = [joined("", f"{place}路灯不亮") for place in ("人民医院门口", "中心小学旁边")]
    assert len(set(groups_of(texts))) == 2


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ("天马街道定阳路与人民路口", True),
        ("定阳路和人民路交叉口附近", True),
        ("白石镇草坪村", True),
        ("人民路堵车", False),
        ("村里道路坏得厉害", False),
        ("路口没有红绿灯", False),
    ],
)
def test_a_sentence_that_only_says_where_is_known(said: str, where: bool) -> None:
    assert only_where(said) is where
