"""Each sign by two twins: one that games, and an honest one that looks like it and must not be taken for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tongban.apps.replies.reuse import SAME, SHORTEST, pieces
from tongban.apps.signs.alike import MATTERS, alike, shared
from tongban.apps.signs.finding import Beside, Known, found
from tongban.library.signs import SIGNS

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LETTER = "您反映的问题已收悉，我单位高度重视，已安排专人到现场核实处理，感谢您的支持。"


def case(id_: str, **said: object) -> Known:
    plain = Known(
        id=id_,
        unit="urban",
        category="02.01",
        division="330822001",
        opened=START,
        settled=START + 3 * DAY,
        rating=0,
        by_office=True,
        joined=False,
    )
    return replace(plain, **said)


def cases(*known: Known) -> dict[str, Known]:
    return {each.id: each for each in known}


def test_every_sign_of_the_format_is_looked_for() -> None:
    assert all(found(sign, least, {}, Beside()) == {} for sign, least in SIGNS.items())


# -- replies alike

MATTERS_APART = (
    "桥头的路灯不亮了，晚上看不见路",
    "小区垃圾三天没有人收，臭得很",
    "幼儿园门口车子乱停，孩子过不去",
)


def replied(letter: str, matters: tuple[str, ...], **said: object) -> dict[str, Known]:
    return cases(*(case(f"c{n}", reply=letter, matter=each, **said) for n, each in enumerate(matters)))


def test_one_letter_for_three_matters_is_found() -> None:
    assert found("alike", 3, replied(LETTER, MATTERS_APART), Beside()) == {"c0": "c1", "c1": "c0", "c2": "c0"}


def test_one_reply_for_three_reports_of_one_matter_is_not() -> None:
    one = tuple(f"桥头的路灯不亮了，晚上看不见路{end}" for end in ("", "，请修", "，快点"))
    assert found("alike", 3, replied(LETTER, one), Beside()) == {}


def test_what_is_mended_in_the_same_words_twice_a_year_is_not() -> None:
    known = replied(LETTER, MATTERS_APART)
    spread = {
        id_: replace(each, settled=START + n * 100 * DAY) for n, (id_, each) in enumerate(known.items())
    }
    assert found("alike", 3, spread, Beside()) == {}


def test_what_is_left_of_a_case_without_words_tells_nothing() -> None:
    assert found("alike", 3, replied(LETTER, ("", "", "")), Beside()) == {}


def test_short_replies_may_be_the_same_by_chance() -> None:
    assert found("alike", 3, replied("已修好，请放心。", MATTERS_APART), Beside()) == {}


def test_two_are_not_three_and_units_are_not_mixed() -> None:
    two = replied(LETTER, MATTERS_APART[:2])
    assert found("alike", 3, two, Beside()) == {}
    other = {"c2": case("c2", unit="traffic", reply=LETTER, matter=MATTERS_APART[2])}
    assert found("alike", 3, two | other, Beside()) == {}


def test_an_open_case_is_compared_with_nothing() -> None:
    assert found("alike", 3, replied(LETTER, MATTERS_APART, settled=None), Beside()) == {}


TEXTS = st.lists(st.text("路灯修好了今天换过三盏", min_size=0, max_size=40), max_size=9)


@given(TEXTS, TEXTS, st.integers(2, 4))
def test_the_quick_way_finds_what_comparing_all_finds(
    replies: list[str], matters: list[str], least: int
) -> None:
    told = {f"c{n}": text for n, text in enumerate(replies)}
    about = {f"c{n}": text for n, text in enumerate(matters)}

    def same(one: str, other: str, part: float) -> bool:
        first, second = pieces(one), pieces(other)
        return len(first & second) >= part * max(len(first), len(second))

    expected = set()
    for one, text in told.items():
        beside = 0
        for other, theirs in told.items():
            if one == other or min(len(pieces(text)), len(pieces(theirs))) < SHORTEST:
                continue
            first, second = about.get(one, ""), about.get(other, "")
            known = pieces(first) and pieces(second)
            if same(text, theirs, SAME) and known and not same(first, second, MATTERS):
                beside += 1
        if beside + 1 >= least and beside:
            expected.add(one)
    assert set(alike(told, about, dict.fromkeys(told, START), least)) == expected


def test_what_like_replies_share_is_the_longest_passage() -> None:
    assert shared(["已派人到现场核实处理，谢谢", "今天已派人到现场核实处理完毕"]) == "已派人到现场核实处理"
    assert shared(["完全不同的一句话", "另外说了别的事情"]) == ""
    assert shared([]) == ""


# -- rated well and back again


def back(after: timedelta, **said: object) -> dict[str, Known]:
    later = case("later", opened=START + 3 * DAY + after, settled=None, **said)
    return cases(case("first", rating=5), later)


BOTH = Beside(same_requester=(("first", "later"), ("later", "first")))


def test_rated_well_and_back_within_the_month_is_found() -> None:
    assert found("again", 30, back(10 * DAY), BOTH) == {"first": "later"}


@pytest.mark.parametrize(
    "twin",
    [
        back(31 * DAY),
        back(10 * DAY, category="05.01"),
        back(10 * DAY, division="330822002"),
        cases(case("first", rating=2), case("later", opened=START + 10 * DAY)),
        cases(case("first", rating=5), case("later", opened=START + DAY)),
        cases(case("first", rating=5, category=""), case("later", opened=START + 10 * DAY, category="")),
    ],
    ids=["much later", "another matter", "another place", "was not content", "while it was open", "no category"],
)  # fmt: skip
def test_who_comes_back_for_another_reason_is_not(twin: dict[str, Known]) -> None:
    assert found("again", 30, twin, BOTH) == {}


def test_somebody_else_is_not_the_same_requester() -> None:
    assert found("again", 30, back(10 * DAY), Beside()) == {}


# -- split


def twice(**said: object) -> dict[str, Known]:
    return cases(case("first"), case("later", opened=START + timedelta(hours=2), **said))


def test_one_matter_registered_twice_by_the_office_is_found() -> None:
    assert found("split", 24, twice(), BOTH) == {"first": "later", "later": "first"}


@pytest.mark.parametrize(
    "twin",
    [
        twice(by_office=False),
        twice(joined=True),
        twice(category="05.01"),
        twice(unit="traffic"),
        twice(settled=None),
        cases(case("first"), case("later", opened=START + timedelta(hours=30))),
    ],
    ids=["by the requester", "joined", "another matter", "another unit", "still open", "another day"],
)
def test_what_was_not_split_is_not(twin: dict[str, Known]) -> None:
    assert found("split", 24, twin, BOTH) == {}


# -- praise from one place


def rated(seconds: tuple[int, ...], rating: int = 5, place: int = 1) -> tuple[dict[str, Known], Beside]:
    known = cases(*(case(f"r{n}", rating=rating) for n in range(len(seconds))))
    at = tuple((f"r{n}", START + timedelta(seconds=each), place) for n, each in enumerate(seconds))
    return known, Beside(places=at)


def test_praise_from_one_place_within_seconds_is_found() -> None:
    assert found("together", 3, *rated((0, 20, 45))) == {"r0": "r1", "r1": "r0", "r2": "r1"}


@pytest.mark.parametrize(
    "twin", [rated((0, 20)), rated((0, 20, 400)), rated((0, 20, 45), rating=1)], ids=["two", "slow", "angry"]
)
def test_a_family_at_one_table_is_not(twin: tuple[dict[str, Known], Beside]) -> None:
    assert found("together", 3, *twin) == {}


def test_one_person_who_rates_one_case_three_times_is_one() -> None:
    known = cases(case("r0", rating=5))
    at = tuple(("r0", START + timedelta(seconds=n), 1) for n in range(3))
    assert found("together", 2, known, Beside(places=at)) == {}


# -- a number of the unit's own


def test_the_units_own_number_is_found_and_another_units_is_not() -> None:
    known = cases(case("c1"), case("c2"))
    beside = Beside(own_number=(("c1", "urban", 1), ("c2", "traffic", 1)))
    assert found("own_number", 1, known, beside) == {"c1": ""}
    assert found("own_number", 2, known, beside) == {}


def test_a_number_of_the_office_above_is_the_units_own_too() -> None:
    beside = Beside(own_number=(("c1", "county", 3),), one_unit=lambda one, other: "county" in (one, other))
    assert found("own_number", 2, cases(case("c1")), beside) == {"c1": ""}
