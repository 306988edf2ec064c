"""What the county took on and when: the adoptions of a practice, the latest first, and what still runs on each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import Office, office
from tongban.apps.wording import moment
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.value import Value
from tongban.library.practice import Practice
from tongban.store.adoptions import ADOPTED, RETIRED, Adoption, adoptions, noted


class AdoptionLine(Struct, frozen=True):
    """One adoption. ``settings`` are those the county chose itself; ``running`` counts its open cases.

    ``until`` is "" for the one in force.
    """

    id: str
    version: str
    digest: str
    settings: Mapping[str, Value]
    homes: tuple[str, ...]
    since: str
    until: str
    by: str
    running: int
    second: str = ""
    """Who confirmed it, where that takes two."""
    alone: bool = False
    """Whether it should have taken two, and nobody else could confirm."""
    ended_by: str = ""
    """Who retired it; "" where the next one followed."""
    ended_second: str = ""
    ended_alone: bool = False


def adoption_lines(practice: str, acting: Acting) -> tuple[AdoptionLine, ...]:
    """All adoptions of a practice, the latest first."""
    here = office()
    running, notes = _running(here, practice), noted(here.journal, practice)
    said = {
        kind: {str(facts.get("id")): facts for each, facts in notes if each == kind}
        for kind in (ADOPTED, RETIRED)
    }

    def person(kind: str, adoption: str, role: str) -> str:
        login = str(said[kind].get(adoption, {}).get(role, ""))
        return here.names.person(login, acting.language) or login

    return tuple(
        AdoptionLine(
            id=each.id,
            version=each.version,
            digest=each.digest,
            settings=each.settings,
            homes=tuple(here.names.unit(unit, acting.language) for unit in each.homes),
            since=moment(each.since, acting.language),
            until=moment(each.until, acting.language) if each.until is not None else "",
            by=here.names.person(each.by, acting.language),
            running=running.get(each.id, 0),
            second=person(ADOPTED, each.id, "second"),
            alone=said[ADOPTED].get(each.id, {}).get("alone") is True,
            ended_by=person(RETIRED, each.id, "by"),
            ended_second=person(RETIRED, each.id, "second"),
            ended_alone=said[RETIRED].get(each.id, {}).get("alone") is True,
        )
        for each in reversed(adoptions(here.journal))
        if each.practice == practice
    )


def _running(here: Office, practice: str) -> Mapping[str, int]:
    """How many cases go by each adoption; of a guarded practice that is nobody's to read."""
    if practice in here.county.guarded:
        return {}
    rows = here.rows(
        """SELECT adoption, count(*) FROM store_case
           WHERE county = %s AND standing = 'open' AND practice = %s GROUP BY 1""",
        [here.county.code, practice],
    )
    return dict(cast("list[tuple[str, int]]", rows))


class Held(Struct, frozen=True):
    """An adoption with the practice as it was adopted. ``until`` is None for the one in force."""

    id: str
    practice: Practice
    procedure: Procedure
    homes: tuple[str, ...]
    own: Mapping[str, Value]
    """Settings that the county chose itself; the others are the practice's defaults."""
    since: datetime
    until: datetime | None = None


def latest_adoptions() -> Mapping[str, Held]:
    """The adoption in force of each practice; of one that was retired, the last that was."""
    here = office()
    latest: dict[str, Adoption] = {}
    for each in adoptions(here.journal):
        before = latest.get(each.practice)
        if before is None or before.until is not None:
            latest[each.practice] = each
    return {name: _held(here, each) for name, each in latest.items()}


def adoption_of(practice: str, adoption: str) -> Held | None:
    """One adoption of a practice by its id, whether or not it is over; None where there is none."""
    here = office()
    found = next(
        (each for each in adoptions(here.journal) if (each.practice, each.id) == (practice, adoption)), None
    )
    return _held(here, found) if found is not None else None


def _held(here: Office, found: Adoption) -> Held:
    return Held(
        found.id,
        here.practice(found.id),
        here.procedure(found.id),
        found.homes,
        found.settings,
        found.since,
        found.until,
    )


class UnitChoice(Struct, frozen=True):
    """A unit that could receive cases of a practice."""

    id: str
    name: str


def receivers(language: str) -> tuple[UnitChoice, ...]:
    """The units at which a practice could be received: all above the villages."""
    here = office()
    low = {"village", "grid"}
    return tuple(
        UnitChoice(unit.id, here.names.unit(unit.id, language))
        for unit in here.county.units.values()
        if unit.level.value not in low
    )


def kinds_of_units() -> Mapping[str, tuple[str, ...]]:
    """The units of each kind: the homes that a practice gets when none are named."""
    here = office()
    kinds = {unit.kind for unit in here.county.units.values()}
    return {kind: tuple(unit.id for unit in here.county.units_of_kind(kind)) for kind in kinds}


def unit_names(language: str) -> Mapping[str, str]:
    """The names of all units by id."""
    here = office()
    return {unit: here.names.unit(unit, language) for unit in here.county.units}
