"""What a copy says of itself: when, of what, by which version, and the newest signed head of the ledger in it."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from tongban.kernel import shapes
from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.causes import because

NAME = "manifest.json"
FILES, DUMP, NAMES, HEADS = "base", "database.dump", "attachments.txt", "heads"
"""Within a copy: the data directory, or the dump; the names of all attachments; the signed heads that the home kept."""
LOG, SHELF = "wal", "attachments"
"""Beside the copies, shared by all of them: the log of the server, and the attachments by the digest of their bytes."""
STAMP = "%Y%m%dT%H%M%SZ"


class Manifest(Struct, frozen=True):
    """``began`` and ``ended``: the copy is of a moment between them. ``kind`` is ``files`` or ``dump``. ``digests`` are SHA-256 of
    the files of the copy (of the files of a data directory: of the list with their digests). ``entries`` of the ledger and its
    newest signed head (``checkpoint``, "" for none) stood in it when it began. ``keys`` are the public keys of the office."""

    tongban: str
    county: str
    kind: str
    postgres: int
    began: datetime
    ended: datetime
    entries: int
    checkpoint: str
    keys: dict[str, str]
    attachments: int
    digests: dict[str, str]


def write(folder: Path, manifest: Manifest) -> None:
    """The last file of a copy: what has none is no copy."""
    made = folder / f".{NAME}"
    made.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
    made.replace(folder / NAME)


def read(folder: Path) -> Manifest:
    """Refuses (``RefusedError``) a folder that is no finished copy, and one whose parts are not those it was made of."""
    try:
        found = shapes.read((folder / NAME).read_bytes(), Manifest)
    except (OSError, msgspec.DecodeError) as fault:
        raise RefusedError(Refused("backup.no_copy", str(folder), because(fault, "said"))) from fault
    for name, digest in found.digests.items():
        if not (folder / name).is_file() or digest_of(folder / name) != digest:
            raise RefusedError(Refused("backup.damaged", str(folder / name)))
    return found


def copies(folder: Path) -> tuple[Path, ...]:
    """The finished copies in a folder, the oldest first."""
    return tuple(sorted(path.parent for path in folder.glob(f"[0-9]*Z/{NAME}")))


def chosen(folder: Path, until: datetime | None) -> Path:
    """The copy to begin from: ``folder`` itself if it is one, else the newest in it that was ready by ``until``.

    Refuses a folder without one.
    """
    if (folder / NAME).is_file():
        return folder
    for copy in reversed(copies(folder)):
        if until is None or read(copy).ended <= until:
            return copy
    raise RefusedError(Refused("backup.none_before" if copies(folder) else "backup.no_copy", str(folder)))


def digest_of(path: Path) -> str:
    """SHA-256, hexadecimal."""
    digest = sha256()
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime(STAMP)
