"""A month's lots as a text that anybody can check: each is drawn again from the seed, the seed was committed to before.

Lines of canonical JSON. The first says what the sheet is, each further one is a lot or a choice, in the order of their marks; the
last proves the ones before it::

    {"commitment": hex, "county": …, "format": "tongban.draws.1", "month": "2026-11", "rows": n, "seed": hex}
    {"drawn": true, "lot": 7, "mark": hex, "of_hundred": 20, "sample": "called"}
    {"among": [units], "mark": hex, "picked": [units]}
    {"digest": SHA-256 of all lines before, "entry": {"body", "prev", "seal"}, "leaf": n, "note": …, "path": [hex, …]}

``entry`` is the note by which the ledger holds the commitment, ``note`` the first signed checkpoint over it: where that is older than
the month, nobody chose the seed knowing what it would be used for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import TypeAlias

from msgspec import Struct

from tongban.kernel.clock.day import opening
from tongban.kernel.draws import commitment_of, lot_in, picked_by, seeded
from tongban.kernel.ledger.canonical import canonical, parse
from tongban.kernel.ledger.checkpoint import Checkpoint, verify_checkpoint
from tongban.kernel.ledger.ed25519 import trusted
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.merkle import verify_inclusion
from tongban.kernel.ledger.note import Verifier
from tongban.kernel.ledger.receipt import Included
from tongban.kernel.ledger.seal import Entry, link
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts, Value

FORMAT = "tongban.draws.1"
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
    commitment before the month began, at ``covered``."""

    county: str
    month: str
    rows: int
    shares: Mapping[tuple[str, int], tuple[int, int]]
    covered: datetime
    ahead: bool


def write_sheet(
    county: str, month: str, seed: bytes, lines: Iterable[Line], entry: Entry, proof: Included
) -> tuple[str, int]:
    """The text, and how many lots and choices it has."""
    rows = sorted(
        {canonical(_row(each)): each.mark for each in lines}.items(), key=lambda row: (row[1], row[0])
    )
    head: Facts = {
        "commitment": commitment_of(seed), "county": county, "format": FORMAT, "month": month, "rows": len(rows),
        "seed": seed.hex(),
    }  # fmt: skip
    text = "".join(f"{line}\n" for line in (canonical(head), *(row for row, _ in rows)))
    last: Facts = {
        "digest": sha256(text.encode()).hexdigest(),
        "entry": {"body": entry.body, "prev": entry.prev.hex(), "seal": entry.seal.hex()},
        "leaf": proof.leaf,
        "note": proof.note,
        "path": tuple(each.hex() for each in proof.path),
    }
    return f"{text}{canonical(last)}\n", len(rows)


def verify_sheet(text: str, trusted_keys: Mapping[str, bytes]) -> Checked | tuple[Finding, ...]:
    """What a sheet proves, or what is wrong with it; works offline and never raises."""
    return check_sheet(text, trusted(trusted_keys))


def check_sheet(text: str, verifiers: Sequence[Verifier]) -> Checked | tuple[Finding, ...]:
    """``verify_sheet`` with keys of any algorithm.

    Codes: ``draws.format`` (no sheet), ``draws.digest`` (a line was changed), ``draws.rows``, ``draws.order`` (a line doubled or
    moved), ``draws.seed`` (it does not give its commitment), ``draws.lot``, ``draws.drawn``, ``draws.picked``, ``draws.entry`` (the
    ledger's note says something else), ``ledger.changed``, ``ledger.not_included`` and the refusals of checkpoints.
    """
    try:
        return _checked(text, verifiers)
    except RefusedError as error:
        return (Finding("draws.format", "", 0, {"because": error.refusal.code}),)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        return (Finding("draws.format", "", 0, {"because": "ledger.body"}),)


def _row(line: Line) -> Value:
    if isinstance(line, Choice):
        return {"among": line.among, "mark": line.mark, "picked": line.picked}
    return {
        "drawn": line.drawn, "lot": line.lot, "mark": line.mark, "of_hundred": line.of_hundred, "sample": line.sample,
    }  # fmt: skip


def _line(value: Value) -> Line:
    match value:
        case {
            "drawn": bool(drawn), "lot": int(lot), "mark": str(mark), "of_hundred": int(share), "sample": str(sample), **rest
        } if not rest:  # fmt: skip
            return Lot(mark, sample, share, lot, drawn)
        case {"among": tuple() as among, "mark": str(mark), "picked": tuple() as picked, **rest} if not rest:
            return Choice(mark, tuple(map(str, among)), tuple(map(str, picked)))
    raise ValueError("no line of a sheet")


def _checked(text: str, verifiers: Sequence[Verifier]) -> Checked | tuple[Finding, ...]:
    texts = text.removesuffix("\n").split("\n")
    head, last = _mapping(parse(texts[0])), _mapping(parse(texts[-1]))
    if head["format"] != FORMAT or len(texts) < 2:
        return (Finding("draws.format", "", 0, {"because": "ledger.body"}),)
    lines = [_line(parse(each)) for each in texts[1:-1]]
    seed, month = bytes.fromhex(str(head["seed"])), str(head["month"])
    findings: list[Finding] = []
    digest = sha256("".join(f"{each}\n" for each in texts[:-1]).encode()).hexdigest()
    if digest != last["digest"]:
        findings.append(Finding("draws.digest", "", 0, {"stated": str(last["digest"]), "computed": digest}))
    if head["rows"] != len(lines):
        findings.append(Finding("draws.rows", "", 0, {"stated": str(head["rows"]), "computed": len(lines)}))
    if commitment_of(seed) != head["commitment"]:
        findings.append(Finding("draws.seed", "", 0, {"computed": commitment_of(seed)}))
    findings += _lines(seed, lines)
    covered = _covered(head, last, verifiers)
    if isinstance(covered, Checkpoint) and not findings:
        began = opening(date.fromisoformat(f"{month}-01").toordinal())
        return Checked(
            str(head["county"]), month, len(lines), _shares(lines), covered.at, covered.at <= began
        )
    findings += () if isinstance(covered, Checkpoint) else covered
    return tuple(findings[:MOST])


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


def _covered(
    head: Mapping[str, Value], last: Mapping[str, Value], verifiers: Sequence[Verifier]
) -> Checkpoint | tuple[Finding, ...]:
    """The signed checkpoint over the commitment, or why it is not proved."""
    entry = _mapping(last["entry"])
    body, seal = str(entry["body"]), bytes.fromhex(str(entry["seal"]))
    said = _mapping(parse(body))
    if said["facts"] != {"month": head["month"], "commitment": head["commitment"]}:
        return (Finding("draws.entry", "", 0, {}),)
    if link(bytes.fromhex(str(entry["prev"])), body) != seal:
        return (Finding("ledger.changed", "", 0, {"part": "entry", "seal": seal.hex()}),)
    checkpoint = verify_checkpoint(str(last["note"]), verifiers)
    if isinstance(checkpoint, Refused):
        return (Finding.of(checkpoint),)
    leaf, path = last["leaf"], last["path"]
    if not isinstance(leaf, int) or not isinstance(path, tuple) or checkpoint.county != head["county"]:
        return (Finding("draws.entry", "", 0, {}),)
    proof = [bytes.fromhex(str(each)) for each in path]
    if not verify_inclusion(seal, leaf, checkpoint.size, proof, checkpoint.root):
        return (Finding("ledger.not_included", "", 0, {"leaf": leaf, "size": checkpoint.size}),)
    return checkpoint


def _shares(lines: Sequence[Line]) -> Mapping[tuple[str, int], tuple[int, int]]:
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for line in lines:
        if isinstance(line, Lot):
            drawn, all_ = found.get((line.sample, line.of_hundred), (0, 0))
            found[line.sample, line.of_hundred] = (drawn + line.drawn, all_ + 1)
    return found


def _mapping(value: Value) -> Mapping[str, Value]:
    if not isinstance(value, Mapping):
        raise ValueError("no object")
    return value
