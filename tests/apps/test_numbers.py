"""Case numbers: read over a telephone, mistyped and caught."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tongban.apps.numbers import check_digit, new_number, read_number, written
from tongban.kernel.refusal import Refused

ELEVEN = st.from_regex(r"[0-9]{11}", fullmatch=True)
TAILS = st.sampled_from(["", "-01", "-02-11", "-120"])


def numbered(digits: str) -> str:
    return digits + check_digit(digits)


@given(ELEVEN, TAILS)
def test_a_number_is_read_as_it_was_written(digits: str, tail: str) -> None:
    number = numbered(digits) + tail
    assert read_number(written(number)) == number
    assert read_number(number) == number


@given(ELEVEN, st.integers(0, 11), st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(digits: str, place: int, more: int) -> None:
    number = numbered(digits)
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    found = read_number(wrong)
    assert isinstance(found, Refused)
    assert found.code == "case.number_mistyped"


@given(ELEVEN, st.integers(0, 10))
def test_every_swap_of_neighbours_is_caught(digits: str, place: int) -> None:
    number = numbered(digits)
    assume(number[place] != number[place + 1])
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert isinstance(read_number(wrong), Refused)


@given(ELEVEN, st.sampled_from([" ", "-", "　", ".", "‐", "－", "\t"]))
def test_separators_and_full_width_digits_are_forgiven(digits: str, between: str) -> None:
    number = numbered(digits)
    wide = number.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert read_number(f" {wide[:4]}{between}{wide[4:8]}{between}{wide[8:]} ") == number


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read_or_refused_and_never_raises(text: str) -> None:
    found = read_number(text)
    assert isinstance(found, Refused) or read_number(found) == found


@pytest.mark.parametrize(
    "text", ["", "12", "abc", "\0", "2648210734", "1" * 100_000, "264821073451x", "²" * 12]
)
def test_what_has_no_twelve_digits_is_told_so(text: str) -> None:
    found = read_number(text)
    assert isinstance(found, Refused)
    assert found.code.startswith("case.number_")


def test_a_number_says_the_year_of_the_county_and_nothing_else() -> None:
    """Half past midnight of New Year's Day in China is still last year in UTC."""
    at = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    drawn = {new_number(at) for _ in range(200)}
    assert len(drawn) == 200
    assert {number[:2] for number in drawn} == {"27"}
    assert all(read_number(number) == number for number in drawn)
