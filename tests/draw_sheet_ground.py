"""A month's sheet of lots, proved in a ledger of its own, and ways to forge it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeAlias

from msgspec.structs import replace

from tongban.kernel.draws import Draws, commitment_of, mark_of, seeded
from tongban.kernel.ledger.checkpoint import Checkpoint, sign_checkpoint
from tongban.kernel.ledger.draw_sheet import Choice, Line, Lot, proved, write_lines
from tongban.kernel.ledger.ed25519 import Ed25519Signer
from tongban.kernel.ledger.merkle import inclusion_proof, root, subtree_of
from tongban.kernel.ledger.receipt import Included
from tongban.kernel.ledger.seal import START, Entry, chain_id, next_entry
from tongban.kernel.value import Value

SEED = bytes(range(32))
DRAWS = Draws("seed", lambda mark: seeded(SEED, mark))
SIGNER = Ed25519Signer("tongban.330822", bytes(32))
OTHER = Ed25519Signer("tongban.330824", bytes([7]) * 32)
"""The key of a neighbour."""
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


def changed(text: str, line: int, **fields: object) -> str:
    lines = text.splitlines()
    told = {**json.loads(lines[line]), **fields}
    lines[line] = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "\n".join(lines) + "\n"


def forged() -> dict[str, tuple[str, str]]:
    """Sheets in which something was exchanged, and what must be found in each."""
    true = sheet()
    last = json.loads(true.splitlines()[-1])
    first, place = LINES[0], choice("review")
    assert isinstance(first, Lot)
    others = tuple(sorted({"a", "b", "c", "d"} - set(place.picked)))
    rows = true.splitlines()
    remarked = sheet(before=(REMARK, COMMITTED))
    later = sheet(LINES[:9], before=(COMMITTED, published(write_lines("330822", "2026-11", SEED, LINES)[0])))
    undrawn = "".join(each for each in true.splitlines(keepends=True) if '"drawn":true' not in each)
    fewer = true.replace('"of_hundred":20', '"of_hundred":1').replace('"drawn":true', '"drawn":false')
    return {
        "a lot": (changed(true, 5, lot=(json.loads(rows[5])["lot"] + 1) % 100), "draws.lot"),
        "who was chosen": (sheet((replace(first, drawn=not first.drawn),)), "draws.drawn"),
        "a place": (sheet((replace(place, picked=others),)), "draws.picked"),
        "a line left out": ("\n".join(rows[:7] + rows[8:]) + "\n", "draws.rows"),
        "a line doubled": ("\n".join(rows[:8] + rows[7:]) + "\n", "draws.order"),
        "the seed": (changed(true, 0, seed="00" * 32), "draws.seed"),
        "seed and commitment": (sheet(seed=bytes(32)), "draws.entry"),
        "the month": (changed(true, 0, month="2026-12"), "draws.entry"),
        "the county": (changed(true, 0, county="330106"), "draws.entry"),
        "anything at all": (changed(true, 3, sample="other"), "draws.digest"),
        "whoever was chosen, all of it made to fit": (again(undrawn), "draws.published"),
        "the share in a hundred, all of it made to fit": (again(fewer), "draws.published"),
        "the publication, by a later one of other lines": (later, "draws.published"),
        "what the note is": (sheet(before=(("remark", COMMITTED[1]),)), "draws.entry"),
        "the chain of notes": (sheet(name="other"), "draws.entry"),
        "the first note, left out": (
            changed(remarked, -1, notes=json.loads(remarked.splitlines()[-1])["notes"][1:]), "draws.entry",
        ),
        "the last note, left out": (changed(true, -1, notes=last["notes"][:1]), "draws.published"),
        "the place in the tree": (changed(true, -1, published={**last["published"], "leaf": 0}), "ledger.not_included"),
        "the place of the commitment": (
            changed(true, -1, committed={**last["committed"], "leaf": 0}), "ledger.not_included",
        ),
        "the signature": (
            changed(true, -1, published={**last["published"], "note": last["published"]["note"].replace("previous 0", "previous 1")}),
            "ledger.signature_wrong",
        ),
        "the signed head": (changed(true, -1, committed={**last["committed"], "note": "whatever"}), "ledger.checkpoint"),
        "who signed": (sheet(signer=OTHER), "ledger.signature_unknown"),
        "a hash in capitals": (changed(true, 0, seed=json.loads(rows[0])["seed"].upper()), "draws.format"),
        "a lot as text": (changed(true, 5, lot=str(json.loads(rows[5])["lot"])), "draws.format"),
        "a lot that is a flag": (changed(true, 5, lot=True), "draws.format"),
        "a member that nobody knows": (changed(true, 5, why="so"), "draws.format"),
        "another writing": (true.replace('"lot":', '"lot": ', 1), "draws.format"),
        "a month that is none": (changed(true, 0, month="2026-13"), "draws.format"),
        "everything": ("no sheet", "draws.format"),
    }  # fmt: skip
