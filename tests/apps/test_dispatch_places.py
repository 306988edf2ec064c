"""The same lamp is the township's in a village and the town's in town: categories and places of one kind belong together."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec import structs

from tongban.apps.dispatch.classifier import Guess, Untrained
from tongban.apps.dispatch.kinds_of_place import RURAL, URBAN, kind_of
from tongban.apps.dispatch.model import Model
from tongban.apps.dispatch.place import Gazetteer, NamedDivision
from tongban.apps.dispatch.scheme import Category, Scheme
from tongban.apps.dispatch.suggest import Message, Registers, Suggestion, suggest
from tongban.apps.dispatch.train import Example, train
from tongban.kernel.clock import Calendar
from tongban.kernel.county import County, Level

TITLES = {
    "01": "市政",
    "01.01": "城区路灯不亮",
    "01.02": "城区停车难",
    "01.03": "公共厕所",
    "09": "农业农村",
    "09.01": "村内路灯",
    "09.02": "种田补贴",
}
TOLD = {
    "01.01": (
        "路灯坏了不亮",
        "路灯不亮晚上黑",
        "路灯一个月不亮",
        "街上路灯坏了",
        "路灯不亮没人修",
        "路灯坏了没人管",
    ),
    "01.02": (
        "停车难没车位",
        "车位太少停车难",
        "找不到车位",
        "停车位不够用",
        "停车难天天转圈",
        "晚上没车位停车",
    ),
    "01.03": ("公共厕所太脏", "厕所没水冲", "公厕臭得很", "厕所门坏了", "公共厕所没人扫", "厕所灯坏了"),
    "09.01": ("村内路灯不亮", "装几盏路灯吧", "路灯杆倒了"),
    "09.02": (
        *("种田补贴没有发", "补贴少发了", "种粮补贴什么时候到", "补贴名单没有我"),
        *("种田的补贴被扣", "水稻补贴没到账", "补贴面积不对"),
    ),
}


@pytest.fixture(scope="module")
def registers() -> Registers:
    scheme = Scheme({code: Category(code, title) for code, title in TITLES.items()})
    examples = [Example(text, code) for code, texts in TOLD.items() for text in texts]
    model = train(examples, scheme, datetime(2026, 3, 2, tzinfo=UTC))
    assert isinstance(model, Model)
    places = Gazetteer.of(
        [
            NamedDivision("1", "青石镇", Level.TOWNSHIP),
            NamedDivision("101", "草坪村委会", Level.VILLAGE, "1"),
            NamedDivision("102", "东明社区", Level.VILLAGE, "1"),
        ]
    )
    return Registers(model, scheme, places, County("", Calendar(())))


def offered(registers: Registers, text: str, division: str = "") -> Suggestion:
    return suggest(Message("", text, "", division), registers)


def test_a_lamp_in_a_village_is_the_villages_and_the_towns_stays_offered(registers: Registers) -> None:
    assert offered(registers, "路灯不亮一个月了").category == "01.01"
    found = offered(registers, "草坪村路灯不亮一个月了")
    assert (found.category, found.doubted, found.place, found.kind) == ("09.01", "01.01", "草坪村委会", RURAL)
    assert "01.01" in [each.category for each in found.alternatives]


def test_a_village_that_was_chosen_and_not_written_counts_alike(registers: Registers) -> None:
    assert offered(registers, "路灯不亮一个月了", "101").category == "09.01"
    assert offered(registers, "路灯不亮一个月了", "1").doubted == ""


def test_in_the_town_nothing_is_doubted_that_is_of_the_town(registers: Registers) -> None:
    found = offered(registers, "东明社区路灯不亮一个月了")
    assert (found.category, found.doubted) == ("01.01", "")


def test_a_category_of_the_town_without_a_counterpart_is_not_sure_in_a_village(registers: Registers) -> None:
    assert offered(registers, "停车难，没车位").category == "01.02"
    found = offered(registers, "草坪村停车难，没车位")
    assert found.category in ("", "01") and found.doubted == "01.02"
    assert found.alternatives[0].category == "01.02"


def test_what_is_of_no_kind_of_place_is_the_same_everywhere(registers: Registers) -> None:
    for place in ("草坪村", "东明社区"):
        found = offered(registers, f"{place}公共厕所太脏没人扫")
        assert (found.category, found.doubted) == ("01.03", "")


def test_a_place_makes_no_second_matter_of_its_sentences(registers: Registers) -> None:
    assert offered(registers, "草坪村路灯不亮，晚上黑。路灯坏了一个月没人修。").matters == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("城区路灯不亮", URBAN),
        ("村内路灯与小公园", RURAL),
        ("东方红村委会", RURAL),
        ("定阳社区", URBAN),
        ("城乡公交与村村通", RURAL),
        ("村社干部作风", ""),
        ("城乡居民养老", ""),
        ("停水", ""),
    ],
)
def test_a_name_says_of_which_kind_it_is(name: str, kind: str) -> None:
    assert kind_of(name) == kind


def test_curses_do_not_drown_the_matter_and_alone_are_none(registers: Registers) -> None:
    assert offered(registers, "操你妈的路灯坏了一个月了都没人管，一群废物！").category == "01.01"
    assert offered(registers, "操你妈，滚蛋") == Suggestion()


def test_a_crossing_beside_the_matter_is_no_second_matter(registers: Registers) -> None:
    class Crossing:
        """Sure that a road is about lights, and the rest about lamps."""

        def suggest(self, text: str, k: int = 3, threshold: float = 0.5) -> tuple[Guess, ...]:
            return (Guess("01.01" if "路灯" in text else "09.02", 0.95),)

        def likely(self, text: str) -> tuple[Guess, ...]:
            return self.suggest(text)

    crossing = structs.replace(registers, classifier=Crossing())
    assert offered(crossing, "路灯坏了没有人修\n定阳路与人民路口").matters == ()
    assert offered(crossing, "路灯坏了没有人修\n种田补贴没有发到").matters == ("01.01", "09.02")


def test_of_a_very_short_message_only_what_is_very_sure_is_offered_as_sure(registers: Registers) -> None:
    class Word(Untrained):
        def suggest(self, text: str, k: int = 3, threshold: float = 0.5) -> tuple[Guess, ...]:
            return (Guess("01.02", 0.66),) if threshold <= 0.66 else ()

    words = structs.replace(registers, classifier=Word())
    assert offered(words, "派出所民警打人").abstains
    assert offered(words, "派出所民警打人").alternatives[0].category == "01.02"
    assert offered(words, "昨天派出所民警打人").category == "01.02"
