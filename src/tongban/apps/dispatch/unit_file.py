"""The learnt units as a file, sealed like the categories' model."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np

from tongban.apps.dispatch import sealed
from tongban.apps.dispatch.units import UnitModel
from tongban.kernel.refusal import Refused

RECORD = "units.json"
_FORMAT = 1


def save(model: UnitModel, folder: Path, made: str) -> Path:
    """Write the model and put it in force; returns its file."""
    arrays = {
        "units": np.array(model.units),
        "features": np.array(model.features),
        "slopes": model.slopes,
        "bias": model.bias,
    }
    facts = {"format": _FORMAT, "made": made, "units": len(model.units)}
    return sealed.put(folder, RECORD, f"units-{made.replace(':', '')}.npz", arrays, facts)


def load(folder: Path) -> UnitModel | Refused:
    """The model in force. Refuses what :func:`tongban.apps.dispatch.sealed.get` refuses."""
    found = sealed.get(folder, RECORD, _FORMAT)
    if isinstance(found, Refused):
        return found
    try:
        with np.load(io.BytesIO(found[0]), allow_pickle=False) as arrays:
            units, features = (tuple(map(str, arrays[name])) for name in ("units", "features"))
            return UnitModel(units, features, arrays["slopes"], arrays["bias"])
    except (KeyError, ValueError, TypeError, OSError, zipfile.BadZipFile):
        return Refused("dispatch.model_unreadable", str(folder / RECORD))
