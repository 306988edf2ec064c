"""Whose turn it is in each stage, and where the stage stands in the order of counting: for every adoption, also those of old."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.analytics.flow import Turn
from tongban.apps.office import Office
from tongban.kernel.procedure.model import Kind
from tongban.kernel.procedure.stage import StageKind


def turns_of(here: Office) -> Iterator[Turn]:
    for adoption in dict.fromkeys(here.adoptions()):
        for name, kind in here.procedure(adoption).kinds.items():
            places = {place: n for n, place in enumerate(kind.places)}
            for id_, stage in kind.stages.items():
                open_ = stage.kind is StageKind.OPEN
                yield Turn(adoption, name, id_, owner_of(kind, id_), open_, places.get(stage.place, -1))


def owner_of(kind: Kind, stage: str) -> str:
    """Who is waited for, as the list of cases says it: the owner of the clock that belongs most closely to the stage; without a
    clock the holder."""
    rules = (rule for rule in kind.clocks.values() if stage in rule.runs_in)
    closest = min(rules, key=lambda rule: (len(rule.runs_in), rule.owner), default=None)
    return "holder" if closest is None else closest.owner
