"""Caps over several kinds at once, and what one look opens at most."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.procedure import meeting
from tongban.kernel.procedure.meeting import Findings, Meeting, findings
from tongban.kernel.value import Facts

MEETING = Meeting(
    "m", "who", "what", "since", "until", "pairs", "money", frozenset({"exclusive"}), bundles="caps"
)
KEY = ("who", "what", "case")
MARK = ("relation", "one_case", "two_case", "meets_since", "bundle")
Row = tuple[str, str, str, str, str, int]
Cap = tuple[str, str, tuple[str, ...], int]


def look(rows: list[Row], caps: list[Cap], known: frozenset[tuple[str, ...]] = frozenset()) -> Findings:
    """``rows``: who, what, case, first and last day, money; ``caps``: bundle, first day, members, cap."""
    held: dict[tuple[str, str], Facts] = {}
    for who, what, case, since, until, money in rows:
        held["aid", json.dumps([who, what, case])] = {"since": since, "until": until, "money": money}
    for bundle, since, members, cap in caps:
        held["caps", json.dumps([bundle, since])] = {"members": members, "cap": cap}
    held["pairs", json.dumps(["x", "y", "2020-01-01"])] = {"relation": "exclusive"}
    return findings([MEETING], KEY, frozenset({"who"}), held, "aid", "2026-03-20", MARK, known)


CAP: Cap = ("month", "2020-01-01", ("a", "b", "c"), 1000)
YEAR = ("2026-01-01", "2026-12-31")


def test_three_that_are_each_within_are_found_together_and_two_of_them_are_not() -> None:
    three = [("p", what, what, *YEAR, 400) for what in "abc"]
    assert not look(three[:2], [CAP]).found
    [said] = look(three, [CAP]).found
    assert (said["relation"], said["over"], said["members"]) == ("together", 200, ("a", "b", "c"))
    assert (said["one_case"], said["two_case"], said["bundle"]) == ("a", "c", "month")
    assert "p" not in json.dumps(said)


def test_what_is_at_the_cap_and_what_belongs_to_others_is_nothing() -> None:
    assert not look([("p", "a", "1", *YEAR, 500), ("p", "b", "2", *YEAR, 500)], [CAP]).found
    assert not look([("p", "a", "1", *YEAR, 900), ("q", "b", "2", *YEAR, 900)], [CAP]).found
    assert not look([("p", "a", "1", *YEAR, 900), ("p", "d", "2", *YEAR, 900)], [CAP]).found
    assert not look([("p", "a", "1", *YEAR, 1500)], [CAP]).found, (
        "one alone is a matter of whoever granted it"
    )


def test_a_later_row_of_the_bundle_takes_over_from_its_day() -> None:
    lower: Cap = ("month", "2026-03-16", ("a", "b", "c"), 700)
    rows = [
        ("p", "a", "1", "2026-01-01", "2026-03-31", 400),
        ("p", "b", "2", "2026-02-01", "2026-03-20", 400),
    ]
    [said] = look(rows, [CAP, lower]).found
    assert (said["meets_since"], said["meets_until"], said["over"]) == ("2026-03-16", "2026-03-20", 100)
    assert not look([(*rows[0][:4], "2026-03-15", 400), rows[1]], [CAP, lower]).found


def test_two_stretches_of_days_are_two_findings() -> None:
    rows = [("p", "a", "1", *YEAR, 600)]
    rows += [("p", "b", str(n), f"2026-0{n}-01", f"2026-0{n}-20", 600) for n in (2, 4)]
    assert [each["meets_since"] for each in look(rows, [CAP]).found] == ["2026-02-01", "2026-04-01"]


DAYS = st.integers(0, 12).map(lambda n: (date(2026, 3, 1) + timedelta(n)).isoformat())
ROWS = st.lists(
    st.tuples(st.sampled_from("pq"), st.sampled_from("abcd"), DAYS, DAYS, st.integers(0, 700)), max_size=7
)


@given(ROWS, st.lists(st.tuples(DAYS, st.integers(300, 1200)), max_size=3, unique_by=lambda each: each[0]))
def test_day_by_day_the_slow_way_finds_the_same_days(
    rows: list[tuple[str, str, str, str, int]], caps: list[tuple[str, int]]
) -> None:
    said_rows = [
        (who, what, str(n), since, until, money) for n, (who, what, since, until, money) in enumerate(rows)
    ]
    listed: list[Cap] = [("month", since, ("a", "b", "c"), cap) for since, cap in caps]
    found = look(said_rows, listed).found
    for n in range(14):
        day = (date(2026, 3, 1) + timedelta(n)).isoformat()
        in_force = [cap for since, cap in sorted(caps) if since <= day]
        for who in "pq":
            there = [r for r in said_rows if r[0] == who and r[1] != "d" and r[3] <= day <= r[4]]
            above = bool(in_force) and len(there) > 1 and sum(r[5] for r in there) > in_force[-1]
            cases = {r[2] for r in said_rows if r[0] == who}
            told = [
                e
                for e in found
                if e["one_case"] in cases and str(e["meets_since"]) <= day <= str(e["meets_until"])
            ]
            assert len(told) == above, (day, who)


def test_a_look_finds_so_many_and_the_next_one_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meeting, "MOST", 3)
    rows = [(f"p{n}", what, f"{n}{what}", *YEAR, 1) for n in range(5) for what in "xy"]
    first = look(rows, [])
    assert len(first.found) == 3 and first.more
    known = frozenset(tuple(str(each.get(name, "")).upper() for name in MARK) for each in first.found)
    rest = look(rows, [], known)
    assert len(rest.found) == 2 and not rest.more
    assert not {str(e["one_case"]) for e in first.found} & {str(e["one_case"]) for e in rest.found}
