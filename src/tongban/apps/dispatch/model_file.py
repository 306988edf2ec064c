"""Models as files that cannot run anything: arrays and a record, never a pickle.

``dispatch-<data>.npz`` holds the arrays; ``dispatch.json`` beside it says which file is in force, its
SHA-256, what it was made from and how it scored. Only a file with the recorded digest is read, and
numpy is told to refuse objects; so a changed or foreign file is refused before anything in it counts.
Who may write the folder may write the record too: its rights are those of the database files.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]

from tongban.apps.dispatch.classifier import RECORD as RECORD
from tongban.apps.dispatch.model import About, Model
from tongban.apps.dispatch.vocabulary import Vocabulary
from tongban.kernel.refusal import Refused

FORMAT = 2
KEPT = 3
"""Model files that stay: the one in force and the two before it."""


def save(model: Model, folder: Path) -> Path:
    """Writes the model and puts it in force; returns its file. Either both are written or nothing changes."""
    folder.mkdir(parents=True, exist_ok=True)
    content = _packed(model)
    file = folder / f"dispatch-{model.about.data[:12]}.npz"
    _write(file, content)
    record = {
        "format": FORMAT,
        "file": file.name,
        "sha256": sha256(content).hexdigest(),
        "made": model.about.made,
        "data": model.about.data,
        "examples": model.about.examples,
        "scores": dict(model.about.scores),
    }
    _write(folder / RECORD, json.dumps(record, indent=1).encode())
    older = (each for each in folder.glob("dispatch-*.npz") if each != file)
    for old in sorted(older, key=lambda each: each.stat().st_mtime, reverse=True)[KEPT - 1 :]:
        old.unlink()
    return file


def load(folder: Path) -> Model | Refused:
    """The model in force.

    Refuses ``dispatch.model_missing`` (none was ever saved), ``dispatch.model_changed`` (the file is not
    the one that was recorded, or is gone) and ``dispatch.model_unreadable`` (the record or the arrays are
    not of this version).
    """
    try:
        record = json.loads((folder / RECORD).read_bytes())
    except FileNotFoundError:
        return Refused("dispatch.model_missing", str(folder))
    except (OSError, ValueError):
        return Refused("dispatch.model_unreadable", str(folder / RECORD))
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        return Refused("dispatch.model_unreadable", str(folder / RECORD))
    name = str(record.get("file", ""))
    if Path(name).name != name or not name:
        return Refused("dispatch.model_unreadable", str(folder / RECORD))
    try:
        content = (folder / name).read_bytes()
    except OSError:
        return Refused("dispatch.model_changed", str(folder / name))
    if sha256(content).hexdigest() != record.get("sha256"):
        return Refused("dispatch.model_changed", str(folder / name))
    try:
        return _unpacked(content, record)
    except (KeyError, ValueError, TypeError, OSError, zipfile.BadZipFile):
        return Refused("dispatch.model_unreadable", str(folder / name))


def _packed(model: Model) -> bytes:
    stream = io.BytesIO()
    np.savez(
        stream,
        codes=model.vocabulary.codes,
        idf=model.vocabulary.idf,
        classes=np.array(model.classes),
        slopes=model.slopes,
        bias=model.bias,
        leaves=np.array(model.leaves),
        near_data=model.nearness.data,
        near_columns=model.nearness.indices,
        near_ends=model.nearness.indptr,
        sharpness=np.array([model.sharpness]),
        depth=np.array([model.depth]),
        said=np.array(model.said),
        codes_of_scheme=np.array(list(model.titles)),
        titles=np.array(list(model.titles.values())),
        learnt=model.learnt,
    )
    return stream.getvalue()


def _unpacked(content: bytes, record: Mapping[str, Any]) -> Model:
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        vocabulary = Vocabulary(arrays["codes"], arrays["idf"])
        leaves = tuple(map(str, arrays["leaves"]))
        nearness = sparse.csr_matrix(
            (arrays["near_data"], arrays["near_columns"], arrays["near_ends"]),
            shape=(len(leaves), len(vocabulary)),
        )
        return Model(
            vocabulary,
            tuple(map(str, arrays["classes"])),
            arrays["slopes"],
            arrays["bias"],
            leaves,
            nearness,
            float(arrays["sharpness"][0]),
            int(arrays["depth"][0]),
            tuple(map(str, arrays["said"])),
            dict(zip(map(str, arrays["codes_of_scheme"]), map(str, arrays["titles"]), strict=True)),
            arrays["learnt"],
            About(str(record["made"]), str(record["data"]), int(record["examples"]), dict(record["scores"])),
        )


def _write(file: Path, content: bytes) -> None:
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
