"""Lots that anybody can draw again, and every way to exchange one that is found out (domain rules 1.5)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.draws import Draws, commitment_of, mark_of, seeded
from tongban.kernel.ledger.checkpoint import Checkpoint, sign_checkpoint
from tongban.kernel.ledger.draw_sheet import Checked, Choice, Line, Lot, proved, verify_sheet, write_lines
from tongban.kernel.ledger.ed25519 import Ed25519Signer
from tongban.kernel.ledger.merkle import inclusion_proof, root, subtree_of
from tongban.kernel.ledger.receipt import Included
from tongban.kernel.ledger.seal import START, Entry, chain_id, next_entry
from tongban.kernel.value import Value

SEED = bytes(range(32))
DRAWS = Draws("seed", lambda mark: seeded(SEED, mark))
SIGNER = Ed25519Signer("tongban.330822", bytes(32))
KEYS = {SIGNER.key_id: SIGNER.public}
NOTED = datetime(2026, 10, 20, tzinfo=UTC)
PUBLISHED = datetime(2026, 12, 16, tzinfo=UTC)


def lot(case: str, seq: int = 3, of_hundred: int = 20) -> Lot:
    mark = mark_of(case, seq)
    drawn = DRAWS.lot(mark)
    return Lot(mark, "called", of_hundred, drawn, drawn < of_hundred)


def choice(case: str) -> Choice:
    units, mark = ("a", "b", "c", "d"), mark_of(case, 1)
    picked = DRAWS.picked(mark, units, 2)
    return Choice(mark, units, tuple(each for each in units if each in picked))


Told: TypeAlias = "tuple[str, dict[str, Value]]"
LINES: tuple[Line, ...] = (*(lot(f"case {n}") for n in range(40)), choice("review"))


COMMITTED: Told = ("seed_committed", {"month": "2026-11", "commitment": commitment_of(SEED)})


REMARK: Told = ("remark", {})


def chain(*told: Told, name: str = "draws", county: str = "330822") -> list[Entry]:
    entries: list[Entry] = []
    for kind, facts in told:
        tip = entries[-1].tip() if entries else START
        entry = next_entry(tip, chain_id(county, name), kind, NOTED, NOTED, facts, {})
        assert isinstance(entry, Entry)
        entries.append(entry)
    return entries


def covered_by(
    leaves: list[bytes], leaf: int, at: datetime, county: str = "330822", signer: Ed25519Signer = SIGNER
) -> Included:
    note = sign_checkpoint(Checkpoint(county, len(leaves), root(leaves), at, 0), [signer])
    path = inclusion_proof(leaf, len(leaves), subtree_of(leaves))
    assert isinstance(note, str) and isinstance(path, tuple)
    return Included(note, leaf, path)


def published(text: str, month: str = "2026-11") -> Told:
    head = json.loads(text.splitlines()[0])
    facts: dict[str, Value] = {
        "commitment": head["commitment"],
        "month": month,
        "rows": head["rows"],
        "seed": head["seed"],
    }
    return "seed_published", {**facts, "digest": sha256(text.encode()).hexdigest()}


def sheet(
    lines: tuple[Line, ...] = LINES,
    covered: datetime = NOTED,
    seed: bytes = SEED,
    before: tuple[Told, ...] = (COMMITTED,),
    name: str = "draws",
    signer: Ed25519Signer = SIGNER,
) -> str:
    text, _ = write_lines("330822", "2026-11", seed, lines)
    notes = chain(*before, published(text), name=name)
    leaves = [b"\1" * 32, *(each.seal for each in notes)]
    committed = covered_by([*leaves[:2], b"\2" * 32], 1, covered, signer=signer)
    whole = covered_by(leaves, len(notes), PUBLISHED, signer=signer)
    return proved(text, [each.body for each in notes], committed, whole)


def again(text: str) -> str:
    """Digest and number of rows made to fit the lines, as whoever holds a file can make them."""
    *lines, last = text.splitlines()
    head = {**json.loads(lines[0]), "rows": len(lines) - 1}
    lines[0] = json.dumps(head, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    whole = "".join(f"{each}\n" for each in lines)
    return whole + changed(last + "\n", 0, digest=sha256(whole.encode()).hexdigest())


def codes(text: str) -> set[str]:
    found = verify_sheet(text, KEYS)
    return set() if isinstance(found, Checked) else {each.code for each in found}


def changed(text: str, line: int, **fields: object) -> str:
    lines = text.splitlines()
    told = {**json.loads(lines[line]), **fields}
    lines[line] = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "\n".join(lines) + "\n"


def test_a_sheet_is_sound_and_says_how_many_were_drawn_of_how_many() -> None:
    found = verify_sheet(sheet(), KEYS)
    assert isinstance(found, Checked)
    drawn = sum(each.drawn for each in LINES if isinstance(each, Lot))
    assert (found.rows, found.shares, found.ahead) == (41, {("called", 20): (drawn, 40)}, True)


def test_a_commitment_that_no_checkpoint_covered_before_the_month_began_is_said_to_be_late() -> None:
    found = verify_sheet(sheet(covered=datetime(2026, 11, 2, tzinfo=UTC)), KEYS)
    assert isinstance(found, Checked)
    assert not found.ahead


@pytest.mark.parametrize(
    ("what", "text", "code"),
    [
        ("a lot", lambda: changed(sheet(), 5, lot=(json.loads(sheet().splitlines()[5])["lot"] + 1) % 100), "draws.lot"),
        ("who was chosen", lambda: sheet((Lot(LINES[0].mark, "called", 20, lot("case 0").lot, not lot("case 0").drawn),)), "draws.drawn"),
        ("a place", lambda: sheet((Choice(choice("review").mark, ("a", "b", "c", "d"), tuple(sorted({"a", "b", "c", "d"} - set(choice("review").picked)))),)), "draws.picked"),
        ("a line left out", lambda: "\n".join(sheet().splitlines()[:7] + sheet().splitlines()[8:]) + "\n", "draws.rows"),
        ("a line doubled", lambda: "\n".join(sheet().splitlines()[:8] + sheet().splitlines()[7:]) + "\n", "draws.order"),
        ("the seed", lambda: changed(sheet(), 0, seed="00" * 32), "draws.seed"),
        ("seed and commitment", lambda: sheet(seed=bytes(32)), "draws.entry"),
        ("the month", lambda: changed(sheet(), 0, month="2026-12"), "draws.entry"),
        ("the county", lambda: changed(sheet(), 0, county="330106"), "draws.entry"),
        ("anything at all", lambda: changed(sheet(), 3, sample="other"), "draws.digest"),
        ("whoever was chosen, all of it made to fit", lambda: again("".join(each for each in sheet().splitlines(keepends=True) if '"drawn":true' not in each)), "draws.published"),
        ("the share in a hundred, all of it made to fit", lambda: again(sheet().replace('"of_hundred":20', '"of_hundred":1').replace('"drawn":true', '"drawn":false')), "draws.published"),
        ("the publication, by a later one of other lines", lambda: sheet(LINES[:9], before=(COMMITTED, published(write_lines("330822", "2026-11", SEED, LINES)[0]))), "draws.published"),
        ("what the note is", lambda: sheet(before=(("remark", COMMITTED[1]),)), "draws.entry"),
        ("the chain of notes", lambda: sheet(name="other"), "draws.entry"),
        ("the first note, left out", lambda: changed(sheet(before=(REMARK, COMMITTED)), -1, notes=json.loads(sheet(before=(REMARK, COMMITTED)).splitlines()[-1])["notes"][1:]), "draws.entry"),
        ("the last note, left out", lambda: changed(sheet(), -1, notes=json.loads(sheet().splitlines()[-1])["notes"][:1]), "draws.published"),
        ("the place in the tree", lambda: changed(sheet(), -1, published={**json.loads(sheet().splitlines()[-1])["published"], "leaf": 0}), "ledger.not_included"),
        ("the place of the commitment", lambda: changed(sheet(), -1, committed={**json.loads(sheet().splitlines()[-1])["committed"], "leaf": 0}), "ledger.not_included"),
        ("everything", lambda: "no sheet", "draws.format"),
    ],
)  # fmt: skip
def test_whoever_exchanges_something_is_found_out(what: str, text: object, code: str) -> None:
    assert callable(text), what
    assert code in codes(text())


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
