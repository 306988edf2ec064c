"""Chance for one decision, where something in it is drawn."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from tongban.apps.draws import seeds
from tongban.apps.office import Office
from tongban.kernel.commands import Scene
from tongban.kernel.procedure.model import Draw, OpenSubcases, Procedure, Step


def drawing(here: Office, scene: Scene, procedure: Procedure, steps: Iterable[Step]) -> Scene:
    """The scene with chance in it, if one of the steps leaves anything to chance. Only for a decision that is to be stored."""
    return replace(scene, draws=seeds.draws_now(here)) if _draw(procedure, steps) else scene


def _draw(procedure: Procedure, steps: Iterable[Step]) -> bool:
    """Whether anything is drawn in one of the steps, or in those by which its subcases open."""
    waiting, seen = list(steps), set[str]()
    while waiting:
        for follow in waiting.pop().may_follow:
            if isinstance(follow, Draw) or (isinstance(follow, OpenSubcases) and follow.drawn):
                return True
            if isinstance(follow, OpenSubcases) and follow.kind not in seen:
                seen.add(follow.kind)
                waiting += procedure.kinds[follow.kind].openings()
    return False
