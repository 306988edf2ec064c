"""A case is proved by its number and telephone number; wrong ones are told in the same words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desk_ground import Desk, county, desk
from tongban.apps.numbers import check_digit, written
from tongban.apps.office import office
from tongban.apps.people.ownership import AT_A_NUMBER, TOGETHER, prove_ownership
from tongban.apps.people.proving import prove
from tongban.kernel.commands import Actor
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]
PHONE = "13812345678"
NOBODYS = "26" + "0" * 9
NOW = datetime.now(UTC)


def code(found: object) -> str:
    assert isinstance(found, Refused), found
    return found.code


@pytest.mark.parametrize("phone", [PHONE, "138 1234 5678", "+86 138-1234-5678", "１３８１２３４５６７８"])
def test_number_and_phone_prove_a_case_however_they_are_spaced(desk: Desk, phone: str) -> None:
    number = desk.register()
    loaded = office().load(number)
    assert loaded is not None
    assert prove(written(number), phone) == loaded.case.id


def test_a_wrong_phone_and_a_number_of_nobody_are_refused_in_the_same_words(desk: Desk) -> None:
    number = desk.register()
    wrong, unknown = prove(number, "13900139000"), prove(NOBODYS + check_digit(NOBODYS), PHONE)
    assert isinstance(wrong, Refused)
    assert wrong == unknown


def test_what_cannot_be_right_is_told_apart(desk: Desk) -> None:
    number = desk.register()
    mistyped = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert code(prove(mistyped, PHONE)) == "case.number_mistyped"
    assert code(prove("12", PHONE)) == "case.number_shape"
    assert code(prove(number, "12")) == "form.phone"
    assert code(prove(number, "")) == "form.required"


def test_who_guesses_has_to_wait_and_may_try_again_afterwards(desk: Desk) -> None:
    number = desk.register()
    tries = [prove_ownership(number, f"1390000000{n}", "10.0.0.1", NOW) for n in range(TOGETHER.most)]
    assert {code(each) for each in tries} == {"people.no_match"}
    assert code(prove_ownership(number, PHONE, "10.0.0.1", NOW)) == "people.wait"
    later = prove_ownership(number, PHONE, "10.0.0.1", NOW + timedelta(seconds=TOGETHER.seconds + 1))
    assert isinstance(later, Actor)


def test_a_stranger_who_guesses_does_not_shut_the_owner_out(desk: Desk) -> None:
    number = desk.register()
    for n in range(TOGETHER.most + 5):
        prove_ownership(number, f"139000000{n:02}", "10.0.0.1", NOW)
    assert code(prove_ownership(number, "13900139000", "10.0.0.1", NOW)) == "people.wait"
    assert isinstance(prove_ownership(number, PHONE, "10.0.0.2", NOW), Actor)


def test_guessing_from_many_addresses_closes_the_number_to_everybody(desk: Desk) -> None:
    number = desk.register()
    for n in range(AT_A_NUMBER.most):
        tried = prove_ownership(number, f"139000000{n:02}", f"10.0.{n}.1", NOW)
        assert code(tried) == "people.no_match"
    assert code(prove_ownership(number, PHONE, "10.1.0.1", NOW)) == "people.wait"
    later = NOW + timedelta(seconds=AT_A_NUMBER.seconds + 1)
    assert isinstance(prove_ownership(number, PHONE, "10.1.0.1", later), Actor)


def test_who_knows_the_phone_washes_away_only_their_own_wrong_tries(desk: Desk) -> None:
    number = desk.register()
    for n in range(AT_A_NUMBER.most - 1):
        prove_ownership(number, f"139000000{n:02}", f"10.0.{n}.1", NOW)
    assert isinstance(prove_ownership(number, PHONE, "10.1.0.1", NOW), Actor)
    prove_ownership(number, "13900139000", "10.1.0.2", NOW)
    assert code(prove_ownership(number, PHONE, "10.1.0.3", NOW)) == "people.wait"


def test_a_number_written_in_another_way_is_the_same_number(desk: Desk) -> None:
    number = desk.register()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in number)
    for n in range(AT_A_NUMBER.most):
        prove_ownership(wide if n % 2 else written(number), f"139000000{n:02}", f"10.0.{n}.1", NOW)
    assert code(prove_ownership(number, PHONE, "10.0.1.1", NOW)) == "people.wait"


def test_mistyping_does_not_count_as_guessing(desk: Desk) -> None:
    number = desk.register()
    for _ in range(TOGETHER.most + 3):
        assert code(prove_ownership(number[:-1], PHONE, "10.0.0.1", NOW)) == "case.number_shape"
    assert isinstance(prove_ownership(number, PHONE, "10.0.0.1", NOW), Actor)


def test_a_phone_that_was_not_given_with_this_case_does_not_open_it(desk: Desk) -> None:
    mine, other = desk.register(), desk.register(phone="13900139000")
    assert isinstance(prove(mine, PHONE), str)
    assert code(prove(other, PHONE)) == "people.no_match"
