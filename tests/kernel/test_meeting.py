"""Rows that meet: found on the days on which both and the pair hold, and nothing else, however they come."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.procedure.meeting import Meeting, Others, findings
from tongban.kernel.value import Facts

MEETING = Meeting(
    "m", "who", "what", "since", "until", "pairs", "money",
    frozenset({"exclusive"}), frozenset({"capped"}), frozenset({"calls_for"}),
)  # fmt: skip
KEY = ("who", "what", "case")
SEALED = frozenset({"who"})
Row = tuple[str, str, str, str, str, int]
TODAY = "2026-03-20"


def found(rows: list[Row], *pairs: tuple[str, str, str, Facts], today: str = TODAY) -> list[Facts]:
    """``rows``: who, what, case, first and last day, money; ``pairs``: one, other, first day, columns."""
    held: dict[tuple[str, str], Facts] = {}
    for who, what, case, since, until, money in rows:
        fields: dict[str, str | int] = {"since": since, "money": money}
        held["aid", json.dumps([who, what, case])] = {**fields, "until": until} if until else fields
    for one, other, since, columns in pairs:
        held["pairs", json.dumps([one, other, since])] = columns
    return list(findings([MEETING], KEY, SEALED, held, "aid", today).found)


EXCLUSIVE: tuple[str, str, str, Facts] = ("a", "b", "2020-01-01", {"relation": "exclusive"})


@pytest.mark.parametrize(("last", "meets"), [("2026-02-28", False), ("2026-03-01", True), ("", True)])
def test_two_rows_meet_from_the_first_day_that_both_hold(last: str, meets: bool) -> None:
    rows = [("p", "a", "1", "2026-01-01", last, 0), ("p", "b", "2", "2026-03-01", "", 0)]
    said = found(rows, EXCLUSIVE)
    assert bool(said) is meets
    if meets:
        assert said[0]["meets_since"] == "2026-03-01" and said[0].get("meets_until", "") == last
        assert (said[0]["one_case"], said[0]["two_case"]) == ("1", "2")


def test_who_it_is_no_finding_says() -> None:
    rows = [("seal", "a", "1", "2026-01-01", "", 0), ("seal", "b", "2", "2026-01-01", "", 0)]
    assert "seal" not in json.dumps(found(rows, EXCLUSIVE))


def test_rows_of_two_people_never_meet() -> None:
    assert not found([("p", "a", "1", "2026-01-01", "", 0), ("q", "b", "2", "2026-01-01", "", 0)], EXCLUSIVE)


def test_a_rule_that_changes_in_mid_month_holds_from_its_day() -> None:
    rule: tuple[str, str, str, Facts] = ("b", "a", "2026-03-16", {"relation": "exclusive"})
    before = [("p", "a", "1", "2026-01-01", "", 0), ("p", "b", "2", "2026-02-01", "2026-03-15", 0)]
    after = [("p", "a", "1", "2026-01-01", "", 0), ("p", "b", "2", "2026-02-01", "2026-03-16", 0)]
    assert not found(before, rule)
    assert [each["meets_since"] for each in found(after, rule)] == ["2026-03-16"]
    ended: tuple[str, str, str, Facts] = (
        "a",
        "b",
        "2020-01-01",
        {"relation": "exclusive", "last_day": "2026-01-31"},
    )
    assert not found(after, ended)


@pytest.mark.parametrize(("second", "over"), [(500, 0), (501, 1)])
def test_together_above_a_cap_and_not_at_it(second: int, over: int) -> None:
    rows = [("p", "a", "1", "2026-01-01", "", 500), ("p", "b", "2", "2026-01-01", "", second)]
    said = found(rows, ("a", "b", "2020-01-01", {"relation": "capped", "cap": 1000}))
    assert [each["over"] for each in said] == ([over] if over else [])


def test_a_need_is_found_for_as_long_as_nothing_answers_it() -> None:
    calls: tuple[str, str, str, Facts] = ("bill", "medical", "2020-01-01", {"relation": "calls_for"})
    visited: tuple[str, str, str, Facts] = ("bill", "visited", "2020-01-01", {"relation": "calls_for"})
    need = ("p", "bill", "1", "2026-02-01", "2026-12-31", 0)
    assert [each["one_case"] for each in found([need], calls, visited)] == ["1"]
    assert not found([need, ("p", "medical", "2", "2026-03-01", "", 0)], calls, visited)
    visit = ("p", "visited", "2", "2026-02-20", "2026-03-21", 0)
    assert not found([need, visit], calls, visited)
    assert found([need, visit], calls, visited, today="2026-03-22"), "thirty days later it is asked again"
    assert not found([need], calls, visited, today="2027-01-01")


def test_a_row_without_a_first_day_and_a_pair_that_goes_together_say_nothing() -> None:
    rows = [("p", "a", "1", "", "", 0), ("p", "b", "2", "2026-01-01", "", 0)]
    assert not found(rows, EXCLUSIVE)
    both = [("p", "a", "1", "2026-01-01", "", 0), ("p", "b", "2", "2026-01-01", "", 0)]
    assert not found(both, ("a", "b", "2020-01-01", {"relation": "stackable"}))


def test_what_another_case_says_word_for_word_is_left_out_and_anything_else_is_not() -> None:
    rows = {
        ("aid", json.dumps(["p", what, case])): {"since": "2026-01-01", "until": until}
        for what, case, until in (("a", "1", "2026-06-30"), ("b", "2", "2026-06-30"))
    }
    rows |= {("pairs", json.dumps(["a", "b", "2020-01-01"])): {"relation": "exclusive"}}
    fields = ("relation", "one_case", "two_case", "meets_until", "over")
    same = ("exclusive", "1", "2", "2026-06-30", None)
    for said, number in ((same, "N1"), ((*same[:3], "2026-05-31", None), ""), ((*same[:4], 1), "")):
        one = findings([MEETING], KEY, SEALED, rows, "aid", TODAY, others=Others(fields, {said: "N1"}))
        assert (len(one.found), one.before) == ((0, (number,)) if number else (1, ()))


DAYS = st.integers(0, 12).map(lambda n: (date(2026, 3, 1) + timedelta(n)).isoformat())
ROWS = st.lists(st.tuples(st.sampled_from("pq"), st.sampled_from("abc"), DAYS, DAYS), max_size=8)


@given(
    ROWS, st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), DAYS), max_size=4, unique=True)
)
def test_nothing_is_missed_and_nothing_invented(
    rows: list[tuple[str, str, str, str]], pairs: list[tuple[str, str, str]]
) -> None:
    """Day by day, every two rows: the slow way finds the same."""
    given_rows = [(who, what, str(n), since, until, 0) for n, (who, what, since, until) in enumerate(rows)]
    said = found(given_rows, *((one, other, since, {"relation": "exclusive"}) for one, other, since in pairs))
    wanted = 0
    for x, y in combinations(given_rows, 2):
        for one, other, since in pairs:
            both = x[0] == y[0] and {x[1], y[1]} == {one, other} and (one != other or x[1] == y[1])
            wanted += both and max(x[3], y[3], since) <= min(x[4], y[4])
    assert len(said) == wanted
    assert (
        found(list(reversed(given_rows)), *((o, p, s, {"relation": "exclusive"}) for o, p, s in pairs))
        == said
    )
