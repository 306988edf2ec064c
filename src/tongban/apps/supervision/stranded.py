"""Open cases that stand where nobody could go on with them: found by where they stand, not one by one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TypeAlias, cast

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.casework.untaken import nobody_at
from tongban.apps.holding import GIVER
from tongban.apps.office import Office
from tongban.apps.rights.staffed import staff_of
from tongban.kernel.case import Case
from tongban.kernel.commands import Related, Scene
from tongban.kernel.events import Opened
from tongban.kernel.procedure.available import pressing
from tongban.kernel.procedure.evolve import unborn
from tongban.kernel.procedure.model import Relation
from tongban.store.projection import PARENT

_FROM = f"CASE WHEN waiting = '{PARENT}' THEN coalesce({GIVER}, '') ELSE '' END"
_OPEN = "FROM store_case WHERE county = %s AND standing = 'open' AND waiting <> ''"
_TURNS = f"SELECT adoption, kind, stage, waiting {_OPEN} AND practice <> ALL(%s) GROUP BY 1, 2, 3, 4"
"""Read from an index alone, however many cases there are."""
_PLACES = f"""
    SELECT practice, adoption, kind, stage, holder, home, waiting, {_FROM} AS giver, count(*) {_OPEN}
    AND (adoption, kind, stage, waiting) IN (SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]))
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""  # noqa: S608 - constants only
OF_PLACES = f"""(adoption, kind, stage, holder, home, waiting, {_FROM}) IN (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[]))"""  # noqa: S608 - constants only
"""The condition on ``store_case`` that a case is of one of these places, whose columns stand for its places."""


Turn: TypeAlias = tuple[str, str, str, str]
"""Adoption, kind and stage of cases, and the unit whose turn it is."""


class Place(Struct, frozen=True):
    """Where alike cases stand, and how many: ``giver`` holds the case above, where it is that unit's turn."""

    practice: str
    adoption: str
    kind: str
    stage: str
    holder: str
    home: str
    waiting: str
    giver: str
    n: int

    @property
    def unit(self) -> str:
        """The unit whose turn it is."""
        return self.giver if self.waiting == PARENT else self.waiting

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.adoption, self.kind, self.stage, self.holder, self.home, self.waiting, self.giver)


def stranded(here: Office, now: datetime) -> tuple[Place, ...]:
    """Those of the county, without guarded practices. A case on which somebody may have a mandate is not among them, nor one of
    which only its own past says that whoever is there may not judge it: its page says so."""
    if not staff_of(here, now).posts:
        return ()
    turns = cast("list[Turn]", here.rows(_TURNS, [here.county.code, sorted(here.county.guarded)]))
    doubted = [turn for turn in turns if not _manned(here, turn, now)]
    if not doubted:
        return ()
    columns = [list(column) for column in zip(*doubted, strict=True)]
    rows = here.rows(_PLACES, [here.county.code, *columns])
    places = (Place(*cast("tuple[str, str, str, str, str, str, str, str, int]", row)) for row in rows)
    return tuple(each for each in places if _nobody(here, each, now))


def held_by(places: Iterable[Place], units: Collection[str], practice: str = "") -> int:
    """How many cases of these places these units hold; of a practice alone, where one is named."""
    return sum(each.n for each in places if each.holder in units and practice in ("", each.practice))


def _manned(here: Office, turn: Turn, now: datetime) -> bool:
    """Whether somebody could whoever else has a part in such a case: by a mandate, or at the unit itself, be it the holder or the home by
    whose clock it is that unit's turn. Of what is not, each place is looked at."""
    adoption, name, stage, unit = turn
    kind = here.procedure(adoption).kinds[name]
    if any(who.relation is Relation.MANDATE for step in pressing(kind, stage) for who in step.by):
        return True
    if unit == PARENT:
        return False
    owners = {clock.owner for clock in kind.clocks.values() if stage in clock.runs_in} or {"holder"}
    ways = [("", unit) if owner == "home" else (unit, "") for owner in owners]
    practice = here.practice(adoption).id
    cases = (_standing(here, Place(practice, adoption, name, stage, *way, unit, "", 0), now) for way in ways)
    return all(nobody_at(here, unit, case, Scene(here.county, now)) is None for case in cases)


def _nobody(here: Office, place: Place, now: datetime) -> bool:
    above = Related("", "", place.practice, place.giver, settled=False) if place.giver else None
    case = _standing(here, place, now)
    return nobody_at(here, place.unit, case, Scene(here.county, now, parent=above)) is not None


def _standing(here: Office, place: Place, now: datetime) -> Case:
    """A case as far as its place says it."""
    opened = Opened("", here.county.code, place.practice, place.adoption, place.kind, place.home, "", "")
    return replace(unborn("", opened, now), seq=1, stage=place.stage, holder=place.holder)
