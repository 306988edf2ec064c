"""The signed heads of a county's tree, wherever they are kept, held against one another.

A head is kept in three places: a row with its signature, a note in the ledger with its size and root, and a
file in the home that is only ever added to. Whoever takes heads away must take them from all three; and
whatever was printed or sent out can be brought along as well.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import cast

from msgspec import Struct

from tongban.kernel.ledger.checkpoint import Checkpoint, read_checkpoint, verify_checkpoint
from tongban.kernel.ledger.ed25519 import KEY_LENGTH
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.instant import EARLIEST, instant_read, instant_text
from tongban.kernel.ledger.merkle import HASH_LENGTH, Frontier
from tongban.kernel.ledger.note import Verifier, base64_bytes, base64_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.store.checkpoints import CHECKPOINT, notes
from tongban.store.journal import Journal
from tongban.store.notes import chain_id, readable

HEADS = "heads"
"""The folder of a home where they are kept."""
_BEGINS = re.compile(r"(?m)^(?=tongban\.ledger/)")


class Heads(Struct, frozen=True):
    """Every head that a known key signed, from old to new; the marks of those that have a row; what is wrong."""

    checkpoints: tuple[Checkpoint, ...]
    marks: tuple[tuple[int, int, int], ...]
    findings: tuple[Finding, ...]


def kept_file(folder: Path, county: str) -> Path:
    """Where a home keeps the heads that were signed there."""
    return folder / f"{county}.heads"


def keep(journal: Journal, folder: Path) -> None:
    """Add to the home's file the heads that are not in it yet."""
    path = kept_file(folder, journal.county)
    known = set(split(path.read_text(encoding="utf-8"))) if path.exists() else set()
    missing = [note for note in notes(journal) if note not in known]
    if not missing:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(f"{note}\n" for note in missing))
        file.flush()
        os.fsync(file.fileno())


def _keys_file(folder: Path, county: str) -> Path:
    return folder / f"{county}.heads-keys"


def keep_keys(folder: Path, county: str, keys: Iterable[tuple[str, str]]) -> None:
    """Add the public keys that sign now (id, base64) to those that ever did: a head is checked by the key of its day."""
    path = _keys_file(folder, county)
    known = set(path.read_text(encoding="utf-8").split("\n")) if path.exists() else set()
    missing = [line for line in (f"{id} {public}" for id, public in keys) if line not in known]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in missing))


def kept_keys(folder: Path, county: str) -> Mapping[str, bytes]:
    """The public keys by their ids that ever signed heads of this home. A key that does not fit its id believes nothing."""
    path = _keys_file(folder, county)
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    named = (line.partition(" ") for line in lines)
    return {id: read for id, _, public in named if (read := base64_bytes(public, KEY_LENGTH)) is not None}


def split(text: str) -> tuple[str, ...]:
    """The signed notes of a text that holds one after the other, however it ended up with its line ends."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return tuple(f"{part.strip()}\n" for part in _BEGINS.split(lines) if part.strip())


def heads(journal: Journal, verifiers: Sequence[Verifier], kept: str | None, against: str = "") -> Heads:
    """The heads in the rows, in the notes of the ledger, in the home and in what was brought along.

    ``kept`` is the home's file (None: there is none), ``against`` one or more signed notes from elsewhere. What
    was brought along is believed also when no known key signed it; that is a finding all the same.
    """
    findings: list[Finding] = []
    rows = list(_rows(journal, verifiers, findings))
    known = {(head.size, head.root, head.at) for head, _ in rows}
    noted = _noted(journal)
    findings += [_about("ledger.checkpoint_unnoted", *each) for each in sorted(known - noted)]
    findings += [_about("ledger.checkpoint_missing", *each) for each in sorted(noted - known)]
    if kept is None and rows:
        findings.append(Finding("ledger.heads_not_kept", "", 0, {"n": len(rows)}))
    found = {head: None for head, _ in rows}
    for note in split(kept or ""):
        head = verify_checkpoint(note, verifiers)
        if isinstance(head, Refused):
            findings.append(Finding.of(head))
        else:
            found[head] = None
    for note in split(against) if against.strip() else ():
        head = verify_checkpoint(note, verifiers)
        if isinstance(head, Refused):
            findings.append(Finding.of(head))
            head = read_checkpoint(note)
        if not isinstance(head, Refused):
            found[head] = None
    told = {cast(int, each.facts["size"]) for each in findings if each.code == "ledger.checkpoint_missing"}
    for head in found:
        if (head.size, head.root, head.at) not in known and head.size not in told:
            findings.append(_about("ledger.checkpoint_missing", head.size, head.root, head.at))
    ordered = tuple(sorted(found, key=lambda head: (head.size, head.at)))
    return Heads(ordered, tuple(mark for _, mark in rows), tuple(findings))


def _about(code: str, size: int, root: bytes, at: datetime) -> Finding:
    return Finding(code, "", 0, {"size": size, "root": base64_text(root), "at": instant_text(at)})


def _rows(
    journal: Journal, verifiers: Sequence[Verifier], findings: list[Finding]
) -> Iterator[tuple[Checkpoint, tuple[int, int, int]]]:
    """Heads whose row a known key signed, each with size and mark as the row says."""
    sql = """SELECT size, at, root, note, frontier, xid, position FROM store_checkpoint
             WHERE county = %s ORDER BY size, at"""
    for row in journal.query(sql, (journal.county,)):
        size, at, root, note, frontier, xid, position = cast(
            tuple[int, datetime, bytes, str, bytes, int, int], row
        )
        head = verify_checkpoint(note, verifiers)
        if isinstance(head, Refused):
            findings.append(Finding.of(head))
            continue
        nodes = Frontier.from_bytes(frontier)
        said: Facts = {
            "county": head.county,
            "size": head.size,
            "root": head.root.hex(),
            "at": instant_text(head.at),
        }
        whole = None if isinstance(nodes, Refused) or nodes.size != size else nodes.root().hex()
        column: Facts = {"county": journal.county, "size": size, "root": root.hex(), "at": instant_text(at)}
        wrong = [name for name in said if said[name] != column[name]]
        for name in [*wrong, *(["frontier"] if whole != head.root.hex() else [])]:
            findings.append(Finding("ledger.checkpoint_row", "", 0, {"size": head.size, "member": name}))
        yield head, (size, xid, position)


def _noted(journal: Journal) -> set[tuple[int, bytes, datetime]]:
    """Size, root and moment of every head that the ledger's own notes tell of."""
    found = set()
    for entry in journal.events(chain_id(journal.county, "checkpoints")):
        match readable(entry):
            case {"size": int(size), "root": str(root), "at": str(at)} if entry.kind == CHECKPOINT:
                found.add((size, base64_bytes(root, HASH_LENGTH) or b"", _read(at)))
            case _:
                pass  # changed by somebody: its seal says so
    return found


def _read(at: str) -> datetime:
    try:
        return instant_read(at)
    except RefusedError:
        return EARLIEST
