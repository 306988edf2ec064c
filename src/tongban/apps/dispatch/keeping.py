"""The models of a county: every one in a folder of its own, one of them in force.

``dispatch/models/<day>-<data>/`` holds a model, what was learnt of units, and its trial. What is in force lies in
``dispatch`` itself: putting a model in force copies its files there, the records last, so that a reader has either the
old one or the new one. Nothing that is in force is ever written over by training.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct, field

from tongban.apps.dispatch import sealed
from tongban.apps.dispatch.classifier import RECORD
from tongban.apps.dispatch.trial import Trial
from tongban.kernel import shapes
from tongban.kernel.refusal import Refused

MODELS, TRIAL, UNITS, ANSWERS = "models", "trial.json", "units.json", "answers.json"
KEPT = 6
"""Models that stay besides the one in force."""


class Kept(Struct, frozen=True):
    """A model as its record tells of it. ``scores`` are per mille, on messages left out in turn.

    ``trial`` is None for one whose trial was not kept; ``units`` how many units were learnt with it.
    """

    id: str
    made: str
    data: str
    examples: int
    scores: Mapping[str, int] = field(default_factory=dict)
    in_force: bool = False
    units: int = 0
    trial: Trial | None = None

    @property
    def right(self) -> int:
        """Per mille of the messages left out in turn that it put right; 0 where nothing was measured."""
        return self.scores.get("accuracy", 0)


def id_of(record: Mapping[str, object]) -> str:
    """``2026-03-02-a2b43e67``: the day a model was made, and what it was made from."""
    return f"{str(record.get('made', ''))[:10]}-{str(record.get('data', ''))[:8]}"


def place_of(folder: Path, id: str) -> Path:
    """The folder of a model; of one that is nobody's when the id is no name of a folder."""
    return folder / MODELS / (id if Path(id).name == id and not id.startswith(".") else "-")


def kept(folder: Path) -> tuple[Kept, ...]:
    """The models that are there, the newest first; the one in force is among them."""
    held = _record(folder / RECORD)
    found = {each.name: each for each in (folder / MODELS).glob("*-*") if (each / RECORD).is_file()}
    models = [_told(_record(each / RECORD), each, held) for each in found.values()]
    if held and id_of(held) not in found:
        models.append(_told(held, folder, held))
    return tuple(sorted(models, key=lambda each: (each.made, each.id), reverse=True))


def in_force(folder: Path) -> Kept | None:
    return next((each for each in kept(folder) if each.in_force), None)


def write_trial(place: Path, trial: Trial) -> None:
    """Keep beside a model how it was tried."""
    sealed.write(place / TRIAL, msgspec.json.encode(trial))


def write_answers(place: Path, answers: Sequence[str]) -> None:
    """Keep beside a model what it answered for each message that it learnt while that was left out: the category that
    would have been offered, "" for none, in the order in which they were learnt."""
    sealed.write(place / ANSWERS, msgspec.json.encode(list(answers)))


def answers_of(folder: Path, id: str) -> Sequence[str]:
    """Those answers; () for a model with which none were kept."""
    try:
        return shapes.read((place_of(folder, id) / ANSWERS).read_bytes(), list[str])
    except (OSError, msgspec.MsgspecError):
        return ()


def put_in_force(folder: Path, id: str) -> None:
    """Copy a model's files to where they are read from. The one in force before stays among the models."""
    place = place_of(folder, id)
    _set_aside(folder)
    for record in (UNITS, RECORD):
        said = _record(place / record)
        if said:
            name = str(said["file"])
            sealed.write(folder / name, (place / name).read_bytes())
            sealed.write(folder / record, (place / record).read_bytes())
        else:
            (folder / record).unlink(missing_ok=True)
    if (place / TRIAL).exists():
        sealed.write(folder / TRIAL, (place / TRIAL).read_bytes())
    else:
        (folder / TRIAL).unlink(missing_ok=True)
    named = {str(_record(folder / record).get("file", "")) for record in (RECORD, UNITS)}
    for each in folder.glob("*.npz"):
        if each.name not in named:
            each.unlink()
    _thin_out(folder)


def _set_aside(folder: Path) -> None:
    """The model in force as one among the models, where it is not yet: one that was put in force by itself."""
    held = _record(folder / RECORD)
    place = place_of(folder, id_of(held))
    if not held or (place / RECORD).exists():
        return
    place.mkdir(parents=True, exist_ok=True)
    names = [str(_record(folder / record).get("file", "")) for record in (RECORD, UNITS)]
    for name in (*names, UNITS, TRIAL, RECORD):
        if name and (folder / name).is_file():
            shutil.copyfile(folder / name, place / name)


def _thin_out(folder: Path) -> None:
    for each in [each for each in kept(folder) if not each.in_force][KEPT:]:
        shutil.rmtree(place_of(folder, each.id), ignore_errors=True)


def _told(record: Mapping[str, object], place: Path, held: Mapping[str, object]) -> Kept:
    scores = record.get("scores")
    return Kept(
        id=id_of(record),
        made=str(record.get("made", "")),
        data=str(record.get("data", "")),
        examples=int(str(record.get("examples", 0))),
        scores={str(name): int(value) for name, value in scores.items()} if isinstance(scores, dict) else {},
        in_force=bool(held) and record.get("sha256") == held.get("sha256"),
        units=int(str(_record(place / UNITS).get("units", 0))),
        trial=_trial(place / TRIAL),
    )


def _record(file: Path) -> Mapping[str, object]:
    """A record; {} where there is none that can be read. Whether its file can be trusted is asked when it is loaded."""
    try:
        said = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _trial(file: Path) -> Trial | None:
    try:
        return shapes.read(file.read_bytes(), Trial)
    except (OSError, msgspec.MsgspecError):
        return None


def known(folder: Path, id: str) -> Kept | Refused:
    """A model by its id. Refuses ``dispatch.model_unknown``."""
    found = next((each for each in kept(folder) if each.id == id), None)
    return found or Refused("dispatch.model_unknown", id[:40])
