"""Bounds hold for everybody at once, forget in time, and cannot be washed away."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tongban.apps import patience
from tongban.apps.patience import Bound, place
from tongban.store.models import Count

pytestmark = [pytest.mark.database, pytest.mark.django_db]

FEW = Bound("few", 3, 60)
NOW = 1_800_000_000.0


def test_what_is_over_the_bound_waits_until_the_time_of_the_first_is_over() -> None:
    assert [patience.count(FEW, "a", NOW + n) for n in range(4)] == [0, 0, 0, 57]
    assert patience.count(FEW, "b", NOW + 3) == 0
    assert patience.count(FEW, "a", NOW + 60) == 0


def test_a_bound_that_begins_anew_waits_from_the_last_one() -> None:
    bound = Bound("wrong", 2, 60, anew=True)
    for n in range(2):
        patience.count(bound, "a", NOW + 30 * n)
    assert patience.waiting(bound, "a", NOW + 31) == 59
    assert patience.waiting(bound, "a", NOW + 90) == 0
    patience.count(bound, "a", NOW + 31)
    patience.forget(bound, "a")
    assert patience.waiting(bound, "a", NOW + 32) == 0


def test_tries_that_begin_together_are_no_more_than_the_bound_allows() -> None:
    tried = ((FEW, "a"), (Bound("more", 5, 60), "b"))
    assert [patience.trying(tried, NOW) for _ in range(5)] == [0, 0, 0, 60, 60]
    assert patience.waiting(Bound("more", 4, 60), "b", NOW) == 0  # whoever has to wait is not counted


def test_a_try_that_was_right_counts_no_more_and_one_that_was_none_neither() -> None:
    tried = ((FEW, "a"), (Bound("more", 3, 60), "b"))
    for _ in range(10):
        assert patience.trying(tried, NOW) == 0
        patience.right(tried)
        assert patience.trying(tried, NOW) == 0
        patience.untried(tried)
    assert not Count.objects.exists()


def test_a_wrong_try_begins_the_wait_anew_and_one_while_waiting_does_not() -> None:
    tried = ((Bound("wrong", 2, 60, anew=True), "a"),)
    for at in (NOW, NOW + 30):
        assert patience.trying(tried, at) == 0
        patience.wrong(tried, at)
    assert [patience.trying(tried, NOW + n) for n in (31, 80, 90)] == [59, 10, 0]


def test_thousands_of_others_do_not_wash_a_count_away() -> None:
    for _ in range(3):
        patience.count(FEW, "guesser", NOW)
    for n in range(2000):
        patience.count(FEW, f"other {n}", NOW)
    assert patience.waiting(FEW, "guesser", NOW) == 60


def test_what_nobody_asks_for_any_more_is_removed_and_no_key_says_who_it_was() -> None:
    patience.count(FEW, "10.1.2.3", NOW)
    patience.count(Bound("long", 3, 600), "10.1.2.3", NOW)
    assert not Count.objects.filter(key__contains="10.1.2.3").exists()
    patience.tidy(datetime.fromtimestamp(NOW + 61, UTC))
    assert [each.key.partition(":")[0] for each in Count.objects.all()] == ["long"]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:0db8:0001:0002"),
        ("2001:db8:1:2:bbbb::2", "2001:0db8:0001:0002"),
        ("", ""),
    ],
)
def test_a_household_is_one_place_however_many_addresses_it_has(address: str, counted: str) -> None:
    assert place(address) == counted


def test_what_is_counted_together_lets_no_more_through_and_says_each_time_what_is_left() -> None:
    together = Bound("together", 10, 60, at_once=4)
    spent = [patience.spend(together, "a", NOW) for _ in range(12)]
    assert [each.left for each in spent] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0]
    assert [each.wait for each in spent] == [0] * 10 + [60, 60]
    later = patience.spend(together, "a", NOW + 61)
    assert (later.left, later.wait) == (9, 0), "what was not spent in time is nobody's"


def test_what_one_process_took_and_did_not_spend_another_does_not_let_through_either() -> None:
    together = Bound("together", 10, 60, at_once=4)
    patience.spend(together, "b", NOW)
    patience._purses.clear()  # another process knows nothing of it
    assert sum(not patience.spend(together, "b", NOW).wait for _ in range(12)) == 6
