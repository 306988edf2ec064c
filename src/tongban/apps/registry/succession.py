"""Units that end and divisions that are merged while cases are open there: whose they are from now on.

Nothing is ever held by nobody. What a folder no longer names has ended; open cases pass to the unit that the folder says
took over, each by one event in its ledger. Where it names none the folder is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import cast

from django.db import connection
from msgspec import Struct

from tongban.apps.registry.county_files import CountyFiles
from tongban.kernel.clock import local_date
from tongban.kernel.commands import Scene
from tongban.kernel.county import County
from tongban.kernel.procedure.ladder import succeed
from tongban.kernel.refusal import Refused
from tongban.store.batch import Append
from tongban.store.journal import Journal
from tongban.store.models import AdoptionRow, DivisionRow, UnitRow
from tongban.store.registers import adopted

SET = 200
"""Cases loaded and stored together."""
NOBODY = "00000000-0000-0000-0000-000000000000"
TRIES = 5
"""How often all of it is looked through while others act on the same cases."""
_TOUCHED = """county = %s AND standing <> 'end' AND (holder = ANY(%s) OR home = ANY(%s) OR EXISTS (
    SELECT 1 FROM json_array_elements(state::json -> 'mandates') AS m
    WHERE m ->> 'ended' IS NULL AND (m ->> 'unit' = ANY(%s) OR m ->> 'giver' = ANY(%s))))"""


class Passing(Struct, frozen=True):
    """A unit or division that ends by a folder, with its successor ("" for none) and the open cases there."""

    name: str
    successor: str
    cases: int


def end(found: CountyFiles) -> tuple[Passing, ...] | Refused:
    """Mark what the folder no longer names as ended. Refuses every one that has open cases, or receives them, and no
    successor. The caller's transaction undoes what was marked."""
    today = local_date(datetime.now(UTC))
    passing: list[Passing] = []
    faults: list[Refused] = []
    said = {each.unit: each for each in found.ended}
    there = {each.id for each in found.units}
    units = UnitRow.objects.filter(county=found.code)
    living = units.filter(until=None).values_list("id", flat=True)
    for unit in sorted(set(living) - there):
        line = said.get(unit)
        open_cases = _at_units(found.code, [unit])
        if line is None and open_cases:
            faults.append(
                Refused("registry.gone_with_cases", "units.yaml", {"name": unit, "cases": open_cases})
            )
        elif line is None and _receives(found.code, unit):
            faults.append(Refused("registry.gone_receives", "units.yaml", {"name": unit}))
        else:
            passing.append(Passing(unit, line.successor if line is not None else "", open_cases))
            units.filter(id=unit).update(until=today)
    for line in found.ended:
        units.filter(id=line.unit).update(successor=line.successor, because=line.because)
    passing += _divisions(found, today, faults)
    return Refused.of(faults) if faults else tuple(passing)


def _divisions(found: CountyFiles, today: date, faults: list[Refused]) -> list[Passing]:
    """Divisions that have ended: listed with their last day, or listed no more."""
    rows = DivisionRow.objects.filter(county=found.code)
    listed = {each.code for each in found.divisions}
    gone = {each.code: each.successor for each in found.divisions if each.until is not None}
    gone |= {
        code: "" for code in rows.filter(until=None).values_list("code", flat=True) if code not in listed
    }
    passing = []
    for code, successor in sorted(gone.items()):
        open_cases = _in_division(found.code, code)
        if open_cases and not successor:
            faults.append(
                Refused("registry.gone_with_cases", "divisions.csv", {"name": code, "cases": open_cases})
            )
        elif code not in listed:
            rows.filter(code=code).update(until=today)
        if open_cases and successor:
            passing.append(Passing(code, successor, open_cases))
    return passing


def pass_on(journal: Journal, county: County) -> int:
    """Give every open case in which a unit has a part that ended to the one that took over; how many cases moved.

    No deadline, number or history changes. Runs within the caller's transaction, or outside of one for what was stored
    at the same moment; to do it again does nothing.
    """
    gone = sorted(county.succeeded)
    because = dict(
        UnitRow.objects.filter(county=county.code, until__isnull=False).values_list("id", "because")
    )
    moved = 0
    for _ in range(TRIES if gone else 0):
        found = _pass(journal, county, gone, because)
        moved += found
        if not found:
            break
    return moved


def _pass(journal: Journal, county: County, gone: Sequence[str], because: dict[str, str]) -> int:
    last, moved = NOBODY, 0
    while True:
        sql = f"SELECT id::text FROM store_case WHERE {_TOUCHED} AND id > %s::uuid ORDER BY id LIMIT {SET}"  # noqa: S608
        ids = [str(row[0]) for row in _rows(sql, [county.code, *[list(gone)] * 4, last])]
        if not ids:
            return moved
        last = ids[-1]
        now = datetime.now(UTC)
        batch = []
        for loaded in journal.load(ids=ids):
            procedure = adopted(county.code, loaded.case.adoption).procedure
            at = max(now, loaded.case.last_at or now)
            decided = succeed(loaded.case, Scene(county, at), because)
            if decided is not None:
                batch.append(Append(procedure, decided, loaded))
        results = journal.append(batch, datetime.now(UTC)) if batch else ()
        moved += sum(1 for each in results if not isinstance(each, Refused))


def _at_units(county: str, units: Sequence[str]) -> int:
    """Open cases in which these units have a part."""
    sql = f"SELECT count(*) FROM store_case WHERE {_TOUCHED}"  # noqa: S608 - a constant
    return cast(int, _rows(sql, [county, *[list(units)] * 4])[0][0])


def _in_division(county: str, code: str) -> int:
    sql = "SELECT count(*) FROM store_case WHERE county = %s AND standing <> 'end' AND division = %s"
    return cast(int, _rows(sql, [county, code])[0][0])


def _receives(county: str, unit: str) -> bool:
    """Whether a practice in force has the unit among those that receive its cases."""
    return any(unit in row.homes for row in AdoptionRow.objects.filter(county=county, until=None))


def _rows(sql: str, values: Sequence[str | list[str]]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return list(cursor.fetchall())
