"""The categories' model as a file: ``dispatch-<data>.npz``, sealed by ``dispatch.json`` beside it.

The record says what the model was made from, when, from how many examples and with which scores. How files
are kept and trusted is in :mod:`tongban.apps.dispatch.sealed`.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse  # type: ignore[import-untyped]

from tongban.apps.dispatch import sealed
from tongban.apps.dispatch.classifier import RECORD as RECORD
from tongban.apps.dispatch.model import About, Model
from tongban.apps.dispatch.neighbours import Neighbours
from tongban.apps.dispatch.vocabulary import Vocabulary
from tongban.kernel.refusal import Refused

FORMAT = 2


def save(model: Model, folder: Path) -> Path:
    """Write the model and put it in force; returns its file."""
    facts = {
        "format": FORMAT,
        "made": model.about.made,
        "data": model.about.data,
        "examples": model.about.examples,
        "scores": dict(model.about.scores),
    }
    return sealed.put(folder, RECORD, f"dispatch-{model.about.data[:12]}.npz", _packed(model), facts)


def load(folder: Path) -> Model | Refused:
    """The model in force. Refuses what :func:`tongban.apps.dispatch.sealed.get` refuses."""
    found = sealed.get(folder, RECORD, FORMAT)
    if isinstance(found, Refused):
        return found
    try:
        return _unpacked(*found)
    except (KeyError, ValueError, TypeError, OSError, zipfile.BadZipFile):
        return Refused("dispatch.model_unreadable", str(folder / RECORD))


def _packed(model: Model) -> Mapping[str, Any]:
    return {
        "codes": model.vocabulary.codes,
        "idf": model.vocabulary.idf,
        "classes": np.array(model.classes),
        "slopes": model.slopes,
        "bias": model.bias,
        "neighbours_data": model.neighbours.pieces.data,
        "neighbours_columns": model.neighbours.pieces.indices.astype(np.int32),
        "neighbours_ends": model.neighbours.pieces.indptr,
        "neighbours_classes": model.neighbours.classes,
        "neighbours_count": np.array([model.neighbours_count]),
        "leaves": np.array(model.leaves),
        "near_data": model.nearness.data,
        "near_columns": model.nearness.indices,
        "near_ends": model.nearness.indptr,
        "sharpness": np.array([model.sharpness]),
        "depth": np.array([model.depth]),
        "said": np.array(model.said),
        "codes_of_scheme": np.array(list(model.titles)),
        "titles": np.array(list(model.titles.values())),
        "learnt": model.learnt,
    }


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
            _neighbours(arrays, len(vocabulary)),
            float(arrays["neighbours_count"][0]),
            leaves,
            nearness,
            float(arrays["sharpness"][0]),
            int(arrays["depth"][0]),
            tuple(map(str, arrays["said"])),
            dict(zip(map(str, arrays["codes_of_scheme"]), map(str, arrays["titles"]), strict=True)),
            arrays["learnt"],
            About(str(record["made"]), str(record["data"]), int(record["examples"]), dict(record["scores"])),
        )


def _neighbours(arrays: Mapping[str, Any], pieces: int) -> Neighbours:
    classes = arrays["neighbours_classes"]
    found = sparse.csr_matrix(
        (arrays["neighbours_data"], arrays["neighbours_columns"], arrays["neighbours_ends"]),
        shape=(pieces, len(classes)),
    )
    return Neighbours(found, classes, len(arrays["classes"]))
