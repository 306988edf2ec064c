"""The demo county as it was left: what is in it, and whom to sign in as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from msgspec import Struct

from tongban.apps.office import journal_of, office
from tongban.demo.arrivals import phone_of
from tongban.demo.marker import FILLED, TOLD, marks
from tongban.demo.script import county_folder, script
from tongban.kernel.refusal import RefusedError
from tongban.kernel.value import Value
from tongban.store.models import Person, PostRow, UnitRow
from tongban.store.registers import only_county

COUNTY = "county"
"""Where the neighbour keeps the files of its own story, in its home."""
PASSWORD = "tongban-demo"  # noqa: S105 - printed at every start; the demo holds nothing real


class Account(Struct, frozen=True):
    login: str
    name: str
    role: str
    unit: str
    in_english: tuple[str, str]
    """name and unit once more, in English"""

    def named(self, language: str) -> tuple[str, str]:
        """Who it is and where they work."""
        return self.in_english if language == "en" else (self.name, self.unit)


class Ready(Struct, frozen=True):
    """The demo county stands. ``follow`` is the number and phone of an open case, to try following it."""

    county: str
    cases: int
    events: int
    accounts: tuple[Account, ...]
    follow: tuple[str, str]
    filled_now: bool


def whole() -> bool:
    """Whether the demo was set up to its end; without reading the county's registers."""
    county = only_county()
    return bool(county) and FILLED in marks(journal_of(county))


def found() -> Ready | None:
    """The demo, if it was set up to its end."""
    try:
        journal = office().journal
    except RefusedError:  # no county yet
        return None
    marked = marks(journal)
    return described(journal.county, marked[TOLD], filled_now=False) if FILLED in marked else None


def described(county: str, known: Mapping[str, Value], *, filled_now: bool) -> Ready:
    """What the notes of the demo say, with the accounts."""
    return Ready(
        county,
        int(str(known["cases"])),
        int(str(known["events"])),
        accounts(county),
        (str(known["number"]), phone_of(str(known["practice"]), int(str(known["matter"])))),
        filled_now,
    )


def accounts(county: str) -> tuple[Account, ...]:
    """The accounts of ``guide.yaml`` that still stand, each with the unit where it holds the role."""
    people = _names(Person.objects.filter(county=county).values_list("id", "name", "name_en"))
    units = _names(UnitRow.objects.filter(county=county).values_list("id", "name", "name_en"))
    posts = PostRow.objects.filter(county=county, until=None).order_by("unit")
    at = {(person, role): unit for person, role, unit in posts.values_list("person", "role", "unit")}
    guide = script(datetime.now(UTC).date(), told_from()).read("guide.yaml")
    return tuple(
        Account(login, people[login][0], role, unit[0], (people[login][1], unit[1]))
        for login, role in ((each["login"], each["role"]) for each in guide["accounts"])
        if (login, role) in at
        for unit in (units[at[login, role]],)
    )


def told_from() -> Path:
    """The files that this home is told from: its own, where it has some, else those of the demo county."""
    own: Path = settings.TONGBAN_HOME / COUNTY
    return own if own.is_dir() else county_folder()


def _names(rows: Iterable[tuple[str, str, str]]) -> dict[str, tuple[str, str]]:
    """Names in Chinese and, where there is one, in English."""
    return {key: (name, english or name) for key, name, english in rows}
