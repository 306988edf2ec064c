"""Files of arrays that cannot run anything: arrays and a record, never a pickle.

The record beside a file says which one is in force, its SHA-256 and what it was made from. Only a file with the
recorded digest is read, and numpy is told to refuse objects; so a changed or foreign file is refused before
anything in it counts. Who may write the folder may write the record too: its rights are those of the database
files.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from tongban.kernel.refusal import Refused

KEPT = 3
"""Files of one kind that stay: the one in force and the two before it."""


def put(folder: Path, record: str, name: str, arrays: Mapping[str, Any], facts: Mapping[str, object]) -> Path:
    """Write arrays as ``name`` and put them in force; either both files are written or nothing changes.

    ``name`` is ``<kind>-<data>.npz``; of its kind the newest few are kept. ``facts`` go into the record.
    """
    folder.mkdir(parents=True, exist_ok=True)
    import numpy as np  # only who saves one waits for it

    stream = io.BytesIO()
    np.savez(stream, **arrays)
    content = stream.getvalue()
    file = folder / name
    write(file, content)
    said = {**facts, "file": name, "sha256": sha256(content).hexdigest()}
    write(folder / record, json.dumps(said, indent=1).encode())
    kind = name.partition("-")[0]
    older = (each for each in folder.glob(f"{kind}-*.npz") if each != file)
    for old in sorted(older, key=lambda each: each.stat().st_mtime, reverse=True)[KEPT - 1 :]:
        old.unlink()
    return file


def get(folder: Path, record: str, version: int) -> tuple[bytes, Mapping[str, Any]] | Refused:
    """The file in force and its record.

    Refuses ``dispatch.model_missing`` (none was ever saved), ``dispatch.model_changed`` (the file is not
    the one that was recorded, or is gone) and ``dispatch.model_unreadable`` (the record is not of this version).
    """
    try:
        said = json.loads((folder / record).read_bytes())
    except FileNotFoundError:
        return Refused("dispatch.model_missing", str(folder))
    except (OSError, ValueError):
        return Refused("dispatch.model_unreadable", str(folder / record))
    if not isinstance(said, dict) or said.get("format") != version:
        return Refused("dispatch.model_unreadable", str(folder / record))
    name = str(said.get("file", ""))
    if Path(name).name != name or not name:
        return Refused("dispatch.model_unreadable", str(folder / record))
    try:
        content = (folder / name).read_bytes()
    except OSError:
        return Refused("dispatch.model_changed", str(folder / name))
    if sha256(content).hexdigest() != said.get("sha256"):
        return Refused("dispatch.model_changed", str(folder / name))
    return content, said


def write(file: Path, content: bytes) -> None:
    """Whole or not at all, also when the machine stops in the middle."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with beside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
