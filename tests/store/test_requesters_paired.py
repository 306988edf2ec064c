"""Who is back is told by the number they left, unless so many left it that it is nobody's."""

from __future__ import annotations

import pytest
from small_practice import COUNTY, MONDAY, PROCEDURE, opened

from tongban.store import signs
from tongban.store.batch import Append
from tongban.store.journal import Journal
from tongban.store.keys import Lookup
from tongban.store.signs import keep_own_numbers, same_requesters, with_own_number

pytestmark = [pytest.mark.database, pytest.mark.django_db]
HALL, ONE = "13900000000", "13900000001"


@pytest.fixture
def ledger() -> Journal:
    return Journal(COUNTY, Lookup(b"k" * 32))


def asked(ledger: Journal, phone: str) -> str:
    decided = opened(phone=phone)
    ledger.append([Append(PROCEDURE, decided)], MONDAY)
    return decided.cases[0].id


def test_each_case_stands_with_every_other_of_its_number(ledger: Journal) -> None:
    first, second, other = asked(ledger, ONE), asked(ledger, ONE), asked(ledger, HALL)
    assert set(same_requesters(ledger, [first, other])) == {(first, second)}
    assert set(same_requesters(ledger, [first, second])) == {(first, second), (second, first)}


def test_a_number_that_everybody_leaves_makes_no_pairs(
    ledger: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signs, "SHARED", 4)
    crowd = [asked(ledger, HALL) for _ in range(4)]
    assert len(same_requesters(ledger, crowd)) == 12
    crowd.append(asked(ledger, HALL))
    first, second = asked(ledger, ONE), asked(ledger, ONE)
    assert set(same_requesters(ledger, [*crowd, first])) == {(first, second)}


def test_how_many_left_a_number_of_an_office_is_counted_over_all_cases(ledger: Journal) -> None:
    cases = [asked(ledger, HALL) for _ in range(3)] + [asked(ledger, ONE)]
    keep_own_numbers(ledger, [("water", HALL)])
    assert set(with_own_number(ledger, [cases[0], cases[3]])) == {(cases[0], "water", 3)}
