"""Places of other counties: never taken for ours, and told where no place of ours is named."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from msgspec.structs import replace

import tongban
from tongban.apps.dispatch.classifier import Untrained
from tongban.apps.dispatch.place import Gazetteer, NamedDivision
from tongban.apps.dispatch.scheme import Scheme
from tongban.apps.dispatch.suggest import Message, Registers, suggest
from tongban.kernel.clock import Calendar
from tongban.kernel.county import County, Division, Level

COUNTY = Path(tongban.__file__).parents[2] / "demo" / "county"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    with (COUNTY / "divisions.csv").open(encoding="utf-8", newline="") as stream:
        return Gazetteer.of(
            NamedDivision(row["code"], row["name"], Level(row["level"]), row["parent"], row["short_name"])
            for row in csv.DictReader(stream)
        )


@pytest.mark.parametrize(
    ("text", "words", "county"),
    [
        ("江山市贺村镇的路灯不亮", "江山市贺村镇", "浙江省衢州市江山市"),
        ("义乌市某村有人偷倒垃圾", "义乌市某村", "浙江省金华市义乌市"),
        ("浙江省金华市义乌市佛堂镇", "义乌市佛堂镇", "浙江省金华市义乌市"),
        ("義烏市佛堂鎮的路燈", "義烏市佛堂鎮", "浙江省金华市义乌市"),
        ("江山贺村镇有人偷倒垃圾", "江山贺村镇", "浙江省衢州市江山市"),
        ("柯城区航埠镇的桥塌了", "柯城区航埠镇", "浙江省衢州市柯城区"),
        ("杭州西湖区文一路积水", "杭州西湖区文一路", "浙江省杭州市西湖区"),
        ("江西省玉山县城路灯坏了", "玉山县城", "江西省上饶市玉山县"),
        ("我住在玉山县的", "玉山县", "江西省上饶市玉山县"),
    ],
)
def test_a_place_of_another_county_is_told_with_what_that_county_is_called(
    gazetteer: Gazetteer, text: str, words: str, county: str
) -> None:
    found, other = gazetteer.look(text)
    assert found is None
    assert other is not None
    assert (other.words, other.county) == (words, county)


@pytest.mark.parametrize(
    "text",
    [
        "江山市的五里亭村路灯不亮",
        "江山五里亭村路灯不亮",
        "开化县华埠镇和平村的路灯不亮",
        "我是江山市贺村镇的，五里亭村路灯不亮",
    ],
)
def test_a_village_of_another_county_that_is_called_as_one_of_ours_is_none_of_ours(
    gazetteer: Gazetteer, text: str
) -> None:
    assert gazetteer.find("五里亭村路灯不亮") is not None
    assert gazetteer.find(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("五里亭村的路灯不亮", "五里亭村"),
        ("江山市贺村镇的人把垃圾倒在我们球川镇", "球川镇"),
        ("我在义乌市上班，五里亭村家门口路灯不亮", "五里亭村"),
        ("常山县的车从江山市贺村镇过来，压坏了五里亭村的路", "五里亭村"),
    ],
)
def test_a_place_of_ours_stays_ours_beside_the_name_of_another_county(
    gazetteer: Gazetteer, text: str, words: str
) -> None:
    found, other = gazetteer.look(text)
    assert found is not None
    assert (found.words, other) == (words, None)


@pytest.mark.parametrize(
    "text",
    [
        "我从杭州市回来，村里路灯不亮",
        "我在义乌市打工，家里的医保断了",
        "我是江山市人，在常山县城买的房子",
        "江山市场监管局没有人接电话",
        "沿海城市都有公园，我们老城区没有",
        "滨江区块的小区停电",
        "常山医保在衢州市人民医院报不了",
        "下文成立新塘镇中队",
    ],
)
def test_a_name_that_says_nothing_of_where_the_matter_is_tells_nobody_of_another_county(
    gazetteer: Gazetteer, text: str
) -> None:
    assert gazetteer.look(text)[1] is None


def test_where_the_county_is_in_no_list_or_there_is_none_nothing_is_called_another_countys() -> None:
    invented = [NamedDivision("1", "无名县", Level.COUNTY), NamedDivision("2", "甲山镇", Level.TOWNSHIP, "1")]
    for gazetteer in (Gazetteer.of(invented), Gazetteer.of(())):
        assert gazetteer.look("江山市贺村镇的路灯不亮") == (None, None)


def test_a_suggestion_says_the_other_county_and_a_place_that_was_chosen_stands(gazetteer: Gazetteer) -> None:
    divisions = {e.code: Division(e.code, e.level, e.parent) for e in gazetteer.divisions.values()}
    county = County("330822", Calendar({}), divisions=divisions)
    registers = Registers(Untrained(), Scheme({}), gazetteer, county)
    message = Message(body="江山市贺村镇的路灯不亮")
    offered = suggest(message, registers)
    assert (offered.division, offered.elsewhere, offered.elsewhere_because) == (
        "",
        "浙江省衢州市江山市",
        "江山市贺村镇",
    )
    chosen = suggest(replace(message, division="330822104"), registers)
    assert (chosen.division, chosen.elsewhere) == ("330822104", "")
