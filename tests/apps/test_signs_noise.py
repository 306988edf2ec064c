"""What noise explains is not marked."""

from __future__ import annotations

from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.apps.signs.noise import LEVEL, beyond, chance

COUNTS = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS, COUNTS)
def test_the_chance_is_fishers(own: tuple[int, int], others: tuple[int, int]) -> None:
    (hits, cases), (other_hits, other_cases) = own, others
    drawn, total = hits + other_hits, cases + other_cases
    ways = sum(comb(cases, k) * comb(other_cases, drawn - k) for k in range(hits, min(cases, drawn) + 1))
    expected = ways / comb(total, drawn) if cases and other_cases and hits else 1.0
    assert isclose(chance(hits, cases, other_hits, other_cases), expected, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("own", "others", "low"),
    [((9, 30), (10, 500), True), ((1, 30), (10, 500), False), ((3, 3), (0, 0), False)],
)
def test_a_share_far_above_that_of_all_others_is_no_chance(
    own: tuple[int, int], others: tuple[int, int], low: bool
) -> None:
    assert (chance(*own, *others) < LEVEL) is low


def test_of_many_cells_only_what_stands_out_among_all_is_marked() -> None:
    quiet = {f"u{n}": 0.03 for n in range(40)}
    assert beyond(quiet) == frozenset()
    assert beyond({**quiet, "loud": 0.0001}) == {"loud"}
    assert beyond({"one": 0.03}) == {"one"}
    assert beyond({}) == frozenset()


@given(st.dictionaries(st.integers(), st.floats(0, 1), max_size=30))
def test_what_is_marked_is_likelier_to_be_so_than_what_is_not(chances: dict[int, float]) -> None:
    marked = beyond(chances)
    rest = [p for key, p in chances.items() if key not in marked]
    assert all(chances[key] <= p for key in marked for p in rest)
