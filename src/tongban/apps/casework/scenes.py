"""What a decision about a stored case may look at: itself, what is above and below it, and what its step names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from tongban.apps.office import Office
from tongban.kernel.commands import Scene, Subcases
from tongban.kernel.procedure.model import Step
from tongban.kernel.procedure.rows import keyed_of
from tongban.kernel.procedure.tallies import named, named_at, named_by_time
from tongban.store.batch import Loaded
from tongban.store.tallies import keys_below, tallies


def looking(here: Office, loaded: Loaded, now: datetime) -> Scene:
    """For whoever asks which steps can be taken where the case stands."""
    case = loaded.case
    return _scene(here, loaded, now, named_at(here.procedure(case.adoption).kinds[case.kind], case.stage))


def climbing(here: Office, loaded: Loaded, now: datetime) -> Scene:
    """For time itself, which may take several steps at once."""
    case = loaded.case
    return _scene(here, loaded, now, named_by_time(here.procedure(case.adoption).kinds[case.kind]))


def taking(here: Office, loaded: Loaded, now: datetime, step: Step | None) -> Scene:
    """For one step; a step that opens subcases with a key also meets the keys that are there."""
    if step is None:
        return climbing(here, loaded, now)
    scene, opens = _scene(here, loaded, now, named(step)), keyed_of(step)
    if opens is None:
        return scene
    return replace(scene, keyed=keys_below(here.journal, loaded.case.id, opens.kind, opens.key))


def _scene(here: Office, loaded: Loaded, now: datetime, names: Iterable[str]) -> Scene:
    counts = loaded.subcases
    if names and counts.total:
        counts = Subcases(counts.total, counts.open, tallies(here.journal, loaded.case.id, names))
    return Scene(here.county, now, counts, loaded.parent, mandates=loaded.mandates)
