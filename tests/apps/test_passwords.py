"""Of what no password may be made: what was in breaches, and numbers that others know."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import get_default_password_validators

from desk_ground import Desk, county, desk
from tongban.apps.people.known_numbers import made_of_known_numbers
from tongban.apps.people.passwords import SHORTEST, fault_of

__all__ = ["county", "desk"]
LIST = Path(__file__).parents[2] / "src" / "tongban" / "apps" / "people" / "breached.txt.gz"
BREACHED = gzip.decompress(LIST.read_bytes()).decode().splitlines()


def test_more_than_three_thousand_of_the_commonest_that_are_long_enough_are_known() -> None:
    assert len(BREACHED) > 12_000 and min(map(len, BREACHED)) >= SHORTEST
    assert len(set(BREACHED)) == len(BREACHED)


@pytest.mark.database
@pytest.mark.parametrize("password", [BREACHED[0], BREACHED[2999], BREACHED[-1], BREACHED[11].upper()])
def test_a_password_that_was_in_a_breach_is_refused(desk: Desk, password: str) -> None:
    refused = fault_of(password, User(username="somebody"))
    assert refused is not None and "people.password_common" in {each.code for each in refused.all()}


@pytest.mark.parametrize(
    "password",
    [
        "201208311647",
        "138123456780",
        "13812345678001",
        "330822198506121234",
        "33082219850612123413812345678",
        "123456789012",
        "098765432109",
        "111111112222",
        "121212121212",
        "1985061219850612",
        "１３８１２３４５６７８０",
    ],
)
def test_numbers_that_others_know_or_try_first_are_refused(password: str) -> None:
    assert made_of_known_numbers(password)


@pytest.mark.parametrize(
    "password", ["857392640175", "29405718363958", "4071 8839 5526", "路灯修好了138123456780"]
)
def test_digits_that_nobody_would_think_of_are_a_password_like_any_other(password: str) -> None:
    assert not made_of_known_numbers(password)


@pytest.mark.database
def test_no_rule_asks_for_kinds_of_characters(desk: Desk) -> None:
    for password in (
        "857392640175",
        "wenfangshuishan",
        "一二三四五六七八九十百千",
        "        ~        ",
        "QQXVZKWPLMRT",
    ):
        assert fault_of(password, User(username="somebody")) is None, password
    assert not [each for each in get_default_password_validators() if "Numeric" in type(each).__name__]
