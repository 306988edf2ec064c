"""Average visits and why people came again can be counted again by hand, and noise ranks nobody."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from desk_ground import Desk, county, desk
from papers_ground import Papers, at
from publication_ground import published
from tongban.apps.disclosure import counting
from tongban.apps.disclosure.again import came_again
from tongban.apps.disclosure.figures import Figure, Month, figures
from tongban.apps.disclosure.trips import Trip, Trips
from tongban.apps.office import office
from tongban.kernel.indicator import Sums, Tally, of_sums
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

VISITS = st.lists(st.integers(0, 9), min_size=1, max_size=60)


def added(cases: list[tuple[int, int]]) -> Tally:
    whole = Tally()
    for above, below in cases:
        whole.add(Tally(above, below, sums=Sums.of(above, below)))
    return whole


@given(VISITS)
def test_an_average_lies_within_its_interval_which_narrows_with_the_sample(visits: list[int]) -> None:
    few, many = (added([(n, 1) for n in visits * times]) for times in (1, 4))
    low, high = few.interval
    assert 0 <= low <= fmean(visits) <= high
    assert few.sample == len(visits)
    narrow = many.interval
    assert narrow[1] - narrow[0] < high - low


@given(VISITS, VISITS)
def test_what_is_added_up_in_parts_is_what_is_added_up_at_once(one: list[int], other: list[int]) -> None:
    whole, parts = added([(n, 1) for n in one + other]), added([(n, 1) for n in one])
    parts.add(added([(n, 1) for n in other]))
    assert parts == whole


def test_thirty_times_one_visit_prove_no_clockwork() -> None:
    low, high = added([(1, 1)] * 30).interval
    assert (round(low, 2), round(high, 2)) == (0.87, 1.13)


def test_the_interval_of_an_average_is_the_one_in_the_textbooks_but_for_one_case_more() -> None:
    """1, 2, 3, 4, 5: the mean 3, the variance 2.5, its standard error √(2.5/5) = 0.7071."""
    low, high = added([(n, 1) for n in (1, 2, 3, 4, 5)]).interval
    assert high - 3 == pytest.approx(1.959964 * (0.5 + 1.959964**2 / 25) ** 0.5)
    assert 3 - low == pytest.approx(high - 3)


def test_a_ratio_of_sums_that_holds_in_every_case_is_as_sure_as_its_sample() -> None:
    sums = Sums()
    for _ in range(30):
        sums.add(Sums.of(15, 20))
    low, high = of_sums(450, 600, sums)
    assert low < 0.75 < high and high - low < 0.02


@pytest.fixture
def papers(desk: Desk) -> Iterator[Papers]:
    """March 2026: four papers at the counter, one by post."""
    counting.forget()
    found = Papers(desk)
    days = {"statutory_days": 20, "promised_days": 5, "promised_visits": 1}
    found.granted("C1", "2026-03-02", **days)
    found.granted("C2", "2026-03-03", "paper_missing", **days)
    found.granted("C3", "2026-03-04", "paper_missing", "window_closed", **days)
    found.granted("C4", "2026-03-05", how="post", **days)
    number = found.granted("C5", "2026-03-06", statutory_days=10, promised_days=10, promised_visits=0)
    found.came(number, "2026-03-09 09:00", why_again="window_closed")
    yield found
    counting.forget()


def march() -> Month:
    found = figures("2026-03", "en", at("2026-04-02 09:00"), public=False)
    assert not isinstance(found, Refused)
    return found


def figure(name: str) -> Figure:
    return next(each for each in march().figures if each.id == name)


def test_average_visits_are_all_visits_over_all_cases(papers: Papers) -> None:
    visits = figure("visits")
    assert (visits.numerator, visits.denominator, visits.sample_size) == (1 + 2 + 3 + 0 + 2, 5, 5)
    assert (visits.kind, visits.rate) == ("average", "1.60")


def test_shares_of_cases_may_ask_for_visits(papers: Papers) -> None:
    none, more = figure("no_visit"), figure("more_than_promised")
    assert (none.numerator, none.denominator) == (1, 5)
    assert (more.numerator, more.denominator) == (3, 5)


def test_the_time_saved_is_one_sum_over_another_with_what_was_left_out(papers: Papers) -> None:
    saved = figure("compressed")
    assert (saved.numerator, saved.denominator, saved.sample_size) == (3 * 15 + 0, 3 * 20 + 10, 4)
    assert (saved.kind, saved.rate, saved.excluded) == ("ratio", "64.3 %", (("By post", 1),))


def test_why_people_came_again_is_told_by_reason_and_whose_word_it_is(papers: Papers) -> None:
    [again] = march().again
    assert (again.visits, again.again, again.told) == (8, 4, 1)
    assert [(each.title, each.visits, each.told) for each in again.reasons] == [
        ("a paper was missing", 2, 0), ("the counter was closed", 2, 1),
    ]  # fmt: skip
    [unit] = again.units
    assert (unit.visits, [n for _, n in unit.reasons]) == (4, [2, 2])


def test_the_public_reads_the_average_and_no_reason_of_a_few_visits(papers: Papers, desk: Desk) -> None:
    published(desk)
    page = Client().get("/open/figures/2026-03/", headers={"Accept-Language": "en"}).content.decode()
    assert "1.60" in page and "Why people came again" in page
    assert "fewer than 5 cases: not told" in page and "the counter was closed" not in page


def test_programs_read_what_people_read(papers: Papers, desk: Desk) -> None:
    published(desk)
    found = Client().get("/api/v1/public/figures?month=2026-03", headers={"Accept-Language": "en"}).json()
    [visits] = [each for each in found["figures"] if each["id"] == "visits"]
    assert (visits["kind"], visits["per_mille"], visits["sample_size"]) == ("average", 1600, 5)
    assert (found["month"], found["complete"], found["edition"]) == ("2026-03", True, 1)
    assert found["as_of"] and len(found["digest"]) == 64
    untold = next(each for each in found["figures"] if not each["denominator"])
    assert [untold[name] for name in ("rate", "per_mille", "low", "high")] == [None] * 4
    [again] = found["again"]
    assert (again["few"], again["again"], again["reasons"]) == (True, 0, [])


def test_reasons_that_a_sum_would_give_away_stand_together(desk: Desk) -> None:
    start, end = at("2026-03-01 00:00"), at("2026-04-01 00:00")
    trips = Trips(start, end)
    for unit, why, n in (
        ("housing", "paper_missing", 30), ("housing", "window_closed", 20), ("housing", "moved", 10),
        ("transport", "paper_missing", 25), ("transport", "window_closed", 15), ("transport", "moved", 2),
    ):  # fmt: skip
        trips.counts[Trip(unit, why, False)] = n
    here = office()
    adoption = here.adopted("hotline", at("2026-04-02 09:00"))
    assert adoption is not None
    told = came_again(trips, here.wording(adoption, "en"))
    assert [each.visits for each in told.reasons] == [55, 35, 12]
    housing, transport = told.units
    assert [n for _, n in housing.reasons] == [30, 30] and [n for _, n in transport.reasons] == [25, 17]
