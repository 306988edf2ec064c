"""Lots that anybody can draw again, and every way to exchange one that is found out (domain rules 1.5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from draw_sheet_ground import COMMITTED, DRAWS, KEYS, LINES, forged, lot, sheet
from tongban.kernel.draws import commitment_of, mark_of
from tongban.kernel.ledger.draw_sheet import Checked, Lot, verify_sheet
from tongban.kernel.ledger.ed25519 import Ed25519Signer


def codes(text: str) -> set[str]:
    found = verify_sheet(text, KEYS)
    return set() if isinstance(found, Checked) else {each.code for each in found}


def test_a_sheet_is_sound_and_says_how_many_were_drawn_of_how_many() -> None:
    found = verify_sheet(sheet(), KEYS)
    assert isinstance(found, Checked)
    drawn = sum(each.drawn for each in LINES if isinstance(each, Lot))
    assert (found.rows, found.shares, found.ahead) == (41, {("called", 20): (drawn, 40)}, True)


def test_a_commitment_that_no_checkpoint_covered_before_the_month_began_is_said_to_be_late() -> None:
    found = verify_sheet(sheet(covered=datetime(2026, 11, 2, tzinfo=UTC)), KEYS)
    assert isinstance(found, Checked)
    assert not found.ahead


FORGED = forged()


@pytest.mark.parametrize("what", FORGED)
def test_whoever_exchanges_something_is_found_out(what: str) -> None:
    text, code = FORGED[what]
    assert code in codes(text)


def test_the_key_of_another_county_is_no_proof_however_well_it_is_trusted() -> None:
    other = Ed25519Signer("tongban.330824", bytes([7]) * 32)
    found = verify_sheet(sheet(signer=other), {**KEYS, other.key_id: other.public})
    assert not isinstance(found, Checked)
    assert {each.code for each in found} == {"ledger.signature_unknown"}


def test_who_committed_to_several_seeds_for_a_month_is_seen() -> None:
    second = ("seed_committed", {"month": "2026-11", "commitment": commitment_of(bytes(32))})
    next_month = ("seed_committed", {"month": "2026-12", "commitment": commitment_of(bytes(31) + b"1")})
    found = verify_sheet(sheet(before=(COMMITTED, second, next_month)), KEYS)
    assert isinstance(found, Checked), found
    assert found.others == 1


def test_a_sheet_that_somebody_else_signed_is_no_proof() -> None:
    other = Ed25519Signer("tongban.330822", bytes([9]) * 32)
    found = verify_sheet(sheet(), {other.key_id: other.public})
    assert not isinstance(found, Checked)
    assert {each.code for each in found} == {"ledger.signature_unknown"}


@given(st.text(max_size=200), st.integers(0, 45))
def test_no_text_makes_the_verifier_fail(noise: str, line: int) -> None:
    lines = sheet(LINES[:5]).splitlines()
    lines[line % len(lines)] = noise
    assert codes("\n".join(lines))


def test_one_decision_has_one_lot_and_the_next_decision_of_the_case_another_chance() -> None:
    again = {lot("case", seq).lot for seq in range(1, 30)}
    assert lot("case", 3) == lot("case", 3)
    assert len(again) > 10


def test_a_known_seed_gives_a_known_lot() -> None:
    mark = mark_of("0191e0c0-0000-7000-8000-000000000001", 7)
    assert mark == "17d8c0507a9e5def4d2aa4643d6266ef544c43407e9481c597d34b049fe545c6"
    assert DRAWS.lot(mark) == 70
