"""A month's lots as a text that anybody can check: each is drawn again from the seed, the seed was committed to before, and the ledger
says which lines there are.

Lines of canonical JSON. The first says what the sheet is, each further one is a lot or a choice, in the order of their marks; the
last proves the ones before it::

    {"commitment": hex, "county": …, "format": "tongban.draws.1", "month": "2026-11", "rows": n, "seed": hex}
    {"drawn": true, "lot": 7, "mark": hex, "of_hundred": 20, "sample": "called"}
    {"among": [units], "mark": hex, "picked": [units]}
    {"committed": {"leaf": n, "note": …, "path": [hex, …]}, "digest": SHA-256 of all lines before, "notes": [body, …], "published": {…}}

``notes`` are the bodies of the ledger's chain of notes about lots, from its first to the one by which this sheet was published; each
seal follows from the one before, so none can be left out. The last holds the digest: who takes a line away has another digest than the
ledger. ``committed`` proves the note of the commitment under the first signed checkpoint over it: where that is older than the
month, nobody chose the seed knowing what it would be used for. ``published`` proves the last note, and with it all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import TypeAlias

from msgspec import Struct

from tongban.kernel.clock.day import opening
from tongban.kernel.draws import commitment_of, lot_in, picked_by, seeded
from tongban.kernel.ledger.canonical import canonical, parse
from tongban.kernel.ledger.checkpoint import Checkpoint, read_checkpoint, verify_checkpoint
from tongban.kernel.ledger.ed25519 import trusted
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.merkle import verify_inclusion
from tongban.kernel.ledger.note import Verifier
from tongban.kernel.ledger.receipt import Included
from tongban.kernel.ledger.seal import START, chain_id, link
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts, Value

FORMAT = "tongban.draws.1"
CHAIN = "draws"
COMMITTED, PUBLISHED = "seed_committed", "seed_published"
"""The notes of the chain: the digest of a month's seed before it is used; the seed with the digest of its sheet afterwards."""
MOST = 100
"""Findings of one sheet; what is wrong in more lines is wrong in the same way."""


class Lot(Struct, frozen=True):
    """Whether a decision put its case into a sample: the lot is below ``of_hundred``, or it is not."""

    mark: str
    sample: str
    of_hundred: int
    lot: int
    drawn: bool


class Choice(Struct, frozen=True):
    """Which of several units chance chose."""

    mark: str
    among: tuple[str, ...]
    picked: tuple[str, ...]


Line: TypeAlias = Lot | Choice


class Checked(Struct, frozen=True):
    """A sheet in which nothing is wrong. ``shares`` are the drawn and all by sample; ``ahead``: a checkpoint covered the
    commitment before the month began, at ``covered``. ``others`` are further commitments to seeds of the same month: whoever holds
    several may have chosen among them."""

    county: str
    month: str
    rows: int
    shares: Mapping[tuple[str, int], tuple[int, int]]
    covered: datetime
    ahead: bool
    others: int


class Note(Struct, frozen=True):
    """A note of the chain; ``seal`` follows from all before it."""

    kind: str
    facts: Mapping[str, Value]
    seal: bytes


def write_lines(county: str, month: str, seed: bytes, lines: Iterable[Line]) -> tuple[str, int]:
    """All lines but the last, and how many lots and choices they hold. Their SHA-256 is noted in the ledger."""
    rows = sorted(
        {canonical(_row(each)): each.mark for each in lines}.items(), key=lambda row: (row[1], row[0])
    )
    head: Facts = {
        "commitment": commitment_of(seed), "county": county, "format": FORMAT, "month": month, "rows": len(rows),
        "seed": seed.hex(),
    }  # fmt: skip
    return "".join(f"{line}\n" for line in (canonical(head), *(row for row, _ in rows))), len(rows)


def proved(text: str, notes: Sequence[str], committed: Included, published: Included) -> str:
    """The whole sheet: the lines, and their proof. ``notes`` are the bodies of the chain up to the note that holds their digest."""
    last: Facts = {
        "committed": _place(committed),
        "digest": sha256(text.encode()).hexdigest(),
        "notes": tuple(notes),
        "published": _place(published),
    }
    return f"{text}{canonical(last)}\n"


def _place(proof: Included) -> Facts:
    return {"leaf": proof.leaf, "note": proof.note, "path": tuple(each.hex() for each in proof.path)}


def verify_sheet(text: str, trusted_keys: Mapping[str, bytes]) -> Checked | tuple[Finding, ...]:
    """What a sheet proves, or what is wrong with it; works offline and never raises."""
    return check_sheet(text, trusted(trusted_keys))


def check_sheet(text: str, verifiers: Sequence[Verifier]) -> Checked | tuple[Finding, ...]:
    """``verify_sheet`` with keys of any algorithm.

    Codes: ``draws.format`` (no sheet), ``draws.digest`` (a line was changed), ``draws.rows``, ``draws.order`` (a line doubled or
    moved), ``draws.seed`` (it does not give its commitment), ``draws.lot``, ``draws.drawn``, ``draws.picked``, ``draws.entry`` (the
    ledger's notes are of another county, month or seed), ``draws.published`` (the ledger published other lines),
    ``ledger.not_included`` and the refusals of checkpoints. A key speaks for the county alone whose name it bears.
    """
    try:
        return _checked(text, verifiers)
    except (RefusedError, KeyError, ValueError):
        return (Finding("draws.format"),)


def _row(line: Line) -> Value:
    if isinstance(line, Choice):
        return {"among": line.among, "mark": line.mark, "picked": line.picked}
    return {
        "drawn": line.drawn, "lot": line.lot, "mark": line.mark, "of_hundred": line.of_hundred, "sample": line.sample,
    }  # fmt: skip


def _line(value: Value) -> Line:
    match value:
        case {
            "drawn": bool(drawn), "lot": lot, "mark": str(mark), "of_hundred": share, "sample": str(sample), **rest
        } if not rest:  # fmt: skip
            return Lot(mark, sample, _whole(share), _whole(lot), drawn)
        case {"among": among, "mark": str(mark), "picked": picked, **rest} if not rest:
            return Choice(mark, _texts(among), _texts(picked))
    raise ValueError("no line of a sheet")


def _checked(text: str, verifiers: Sequence[Verifier]) -> Checked | tuple[Finding, ...]:
    texts = text.removesuffix("\n").split("\n")
    head, last = _mapping(parse(texts[0])), _mapping(parse(texts[-1]))
    if head["format"] != FORMAT or len(texts) < 2:
        raise ValueError("no sheet")
    county, month, commitment = (_text(head[name]) for name in ("county", "month", "commitment"))
    rows, seed = _whole(head["rows"]), _hash(head["seed"])
    if not _MONTH.fullmatch(month):
        raise ValueError("no month")
    lines = [_line(parse(each)) for each in texts[1:-1]]
    findings: list[Finding] = []
    digest = sha256("".join(f"{each}\n" for each in texts[:-1]).encode()).hexdigest()
    stated = _text(last["digest"])
    if digest != stated:
        findings.append(Finding("draws.digest", "", 0, {"stated": stated, "computed": digest}))
    if rows != len(lines):
        findings.append(Finding("draws.rows", "", 0, {"stated": rows, "computed": len(lines)}))
    if commitment_of(seed) != commitment:
        findings.append(Finding("draws.seed", "", 0, {"computed": commitment_of(seed)}))
    findings += _lines(seed, lines)
    notes = _notes(_texts(last["notes"]), county)
    committed = [each for each in notes if each.kind == COMMITTED and each.facts.get("month") == month]
    own = next((each for each in committed if each.facts.get("commitment") == commitment), None)
    if own is None:
        return (*findings[: MOST - 1], Finding("draws.entry"))
    findings += _published({**head, "digest": digest}, notes)
    named = [each for each in verifiers if each.key_id.rpartition("+")[0] == f"tongban.{county}"]
    covered = _covered(county, last["committed"], own.seal, named)
    whole = _covered(county, last["published"], notes[-1].seal, named)
    for each in (covered, whole):
        findings += (each,) if isinstance(each, Finding) and each not in findings else ()
    if findings or isinstance(covered, Finding):
        return tuple(findings[:MOST])
    began = opening(date.fromisoformat(f"{month}-01").toordinal())
    others = len(committed) - 1
    return Checked(county, month, len(lines), _shares(lines), covered.at, covered.at <= began, others)


def _notes(bodies: Sequence[str], county: str) -> Sequence[Note]:
    """The chain from its first note on, sealed anew; none where it is not this county's."""
    found, seal = list[Note](), START.seal
    chain = chain_id(county, CHAIN)
    for n, body in enumerate(bodies, start=1):
        said = _mapping(parse(body))
        entry = _mapping(said["entry"])
        if (entry["chain"], entry["seq"]) != (chain, n):
            return ()
        seal = link(seal, body)
        found.append(Note(_text(said["kind"]), _mapping(said["facts"]), seal))
    return found


def _published(stated: Mapping[str, Value], notes: Sequence[Note]) -> Iterable[Finding]:
    """The last note published these very lines, and none before it published others under the same commitment."""
    told = ("commitment", "digest", "month", "rows", "seed")
    for n, note in enumerate(notes, start=1):
        last = n == len(notes)
        if not last and (note.kind, note.facts.get("commitment")) != (PUBLISHED, stated["commitment"]):
            continue
        if note.kind != PUBLISHED or any(note.facts.get(each) != stated[each] for each in told):
            said = str(note.facts.get("digest", ""))
            yield Finding("draws.published", "", 0, {"sealed": said, "computed": str(stated["digest"])})


def _lines(seed: bytes, lines: Sequence[Line]) -> Iterable[Finding]:
    """Every lot and choice, drawn again."""
    before = ("", "")
    for n, line in enumerate(lines, start=2):
        place = (line.mark, canonical(_row(line)))
        if place <= before:
            yield Finding("draws.order", "", n, {"line": n})
        before = place
        chance = seeded(seed, line.mark)
        if isinstance(line, Choice):
            if picked_by(chance, line.among, len(line.picked)) != frozenset(line.picked):
                yield Finding("draws.picked", "", n, {"line": n})
            continue
        lot = lot_in(chance)
        if lot != line.lot:
            yield Finding("draws.lot", "", n, {"line": n, "stated": line.lot, "computed": lot})
        elif line.drawn != (lot < line.of_hundred):
            yield Finding("draws.drawn", "", n, {"line": n, "lot": lot, "of_hundred": line.of_hundred})


def _covered(county: str, place: Value, seal: bytes, verifiers: Sequence[Verifier]) -> Checkpoint | Finding:
    """The signed checkpoint over a note, or why it is not proved."""
    told = _mapping(place)
    note, leaf = _text(told["note"]), _whole(told["leaf"])
    proof = [_hash(each) for each in _texts(told["path"])]
    if isinstance(read_checkpoint(note), Refused):
        return Finding("ledger.checkpoint")
    checkpoint = verify_checkpoint(note, verifiers)
    if isinstance(checkpoint, Refused):
        return Finding.of(checkpoint)
    if checkpoint.county != county:
        return Finding("draws.entry")
    if not verify_inclusion(seal, leaf, checkpoint.size, proof, checkpoint.root):
        return Finding("ledger.not_included", "", 0, {"leaf": leaf, "size": checkpoint.size})
    return checkpoint


def _shares(lines: Sequence[Line]) -> Mapping[tuple[str, int], tuple[int, int]]:
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for line in lines:
        if isinstance(line, Lot):
            drawn, all_ = found.get((line.sample, line.of_hundred), (0, 0))
            found[line.sample, line.of_hundred] = (drawn + line.drawn, all_ + 1)
    return found


_MONTH = re.compile("(?!0000)[0-9]{4}-(0[1-9]|1[0-2])")
_HASH = re.compile("[0-9a-f]{64}")


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _texts(value: Value) -> tuple[str, ...]:
    if not isinstance(value, tuple):
        raise ValueError("no list")
    return tuple(_text(each) for each in value)


def _whole(value: Value) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("no whole number")
    return value


def _hash(value: Value) -> bytes:
    """One hash has one writing."""
    if not _HASH.fullmatch(_text(value)):
        raise ValueError("no hash")
    return bytes.fromhex(_text(value))


def _mapping(value: Value) -> Mapping[str, Value]:
    if not isinstance(value, Mapping):
        raise ValueError("no object")
    return value
