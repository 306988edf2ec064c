"""Puts a county's folder into the registers. Repeating it changes nothing; a changed row is changed alone.

What a folder would change can be asked before: it is loaded, looked at and taken back again, in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.db.models import F
from msgspec import Struct

from tongban.apps.naming import Registered, registered
from tongban.apps.office import journal_of, office, title_column
from tongban.apps.registry.bounds import set_bounds
from tongban.apps.registry.county_files import CountyFiles, read_county
from tongban.apps.registry.progress import Say, silent
from tongban.apps.registry.succession import Passing, end, pass_on
from tongban.kernel.county import County, Duty
from tongban.kernel.refusal import Refused
from tongban.store.models import Category, DivisionRow, DutyRow, Stamp, UnitRow
from tongban.store.registers import adoptions_of, county_read, only_county

SET = 1_000
"""Rows written by one statement."""


class CountyLoaded(Struct, frozen=True):
    """What the folder holds, and how many rows of the registers it changed."""

    county: str
    divisions: int
    units: int
    duties: int
    categories: int
    changed: int
    passing: tuple[Passing, ...] = ()


class CountyPlan(Struct, frozen=True):
    """What loading a folder would do. ``county`` and ``names`` are as they would then be; ``first``: there is no county yet.

    ``added``, ``changed`` and ``gone`` are entries of duty lists.
    """

    loaded: CountyLoaded
    first: bool
    county: County
    names: Registered
    added: tuple[Duty, ...]
    changed: tuple[Duty, ...]
    gone: tuple[Duty, ...]


def load_county(folder: Path, say: Say = silent) -> CountyLoaded | Refused:
    """Load divisions, units, duty lists and categories from ``folder``: all of it or, with a fault, nothing.

    Rows that a later folder no longer names stay (old cases still speak of them) and have ended: nobody gets a case there
    any more. Open cases pass to whoever took over, in the same transaction; refused where nobody did. Of duty-list
    entries none stays: a duty that is not listed is no duty.
    """
    found = read_county(folder)
    if isinstance(found, Refused):
        return found
    journal = office().journal if only_county() else None
    with transaction.atomic():
        changed = _load(found, say)
        passing = end(found)
        if isinstance(passing, Refused):
            transaction.set_rollback(True)
            return passing
        if journal is not None:
            pass_on(journal, county_read(found.code))
    if journal is not None:  # what was being stored meanwhile, by the registers as they were
        pass_on(journal, county_read(found.code))
    return _loaded(found, changed, passing)


def plan_county(folder: Path, say: Say = silent) -> CountyPlan | Refused:
    """What :func:`load_county` would do with a folder. Nothing stays written; refuses what loading refuses."""
    found = read_county(folder)
    if isinstance(found, Refused):
        return found
    with transaction.atomic():
        first = not only_county()
        before = {(each.unit, each.code): each for each in county_read(found.code).duties}
        changed = _load(found, say)
        passing = end(found)
        if isinstance(passing, Refused):
            transaction.set_rollback(True)
            return passing
        loaded = _loaded(found, changed, passing)
        county, names = county_read(found.code), _names(found.code)
        transaction.set_rollback(True)
    after = {(each.unit, each.code): each for each in county.duties}
    return CountyPlan(
        loaded,
        first,
        county,
        names,
        added=tuple(each for key, each in after.items() if key not in before),
        changed=tuple(each for key, each in after.items() if key in before and before[key] != each),
        gone=tuple(each for key, each in before.items() if key not in after),
    )


def _names(county: str) -> Registered:
    return registered(journal_of(county), partial(title_column, county, adoptions_of(county)))


def _loaded(found: CountyFiles, changed: int, passing: tuple[Passing, ...]) -> CountyLoaded:
    return CountyLoaded(
        found.code,
        len(found.divisions),
        len(found.units),
        len(found.duties),
        len(found.categories),
        changed,
        passing,
    )


def _load(found: CountyFiles, say: Say) -> int:
    tables: tuple[tuple[type[models.Model], Sequence[str], list[dict[str, object]]], ...] = (
        (
            DivisionRow,
            ("code",),
            [
                {
                    "code": each.code,
                    "level": each.level,
                    "parent": each.parent,
                    "name": each.name,
                    "name_en": each.name_en,
                    "short": each.short,
                    "since": each.since,
                    "until": each.until,
                    "successor": each.successor,
                }
                for each in found.divisions
            ],
        ),
        (
            UnitRow,
            ("id",),
            [
                {
                    "id": each.id,
                    "kind": each.kind,
                    "level": each.level,
                    "division": each.division,
                    "parent": each.parent,
                    "name": each.name,
                    "name_en": each.name_en,
                    "phone": each.phone,
                    "until": None,
                    "successor": "",
                    "because": "",
                }
                for each in found.units
            ],
        ),
        (
            DutyRow,
            ("unit", "code"),
            [
                {
                    "unit": each.unit,
                    "code": each.code,
                    "kind": each.kind,
                    "categories": list(each.categories),
                    "name": each.name,
                    "name_en": each.name_en,
                    "source": each.source,
                }
                for each in found.duties
            ],
        ),
        (
            Category,
            ("code",),
            [
                {"code": each.code, "name": each.name, "name_en": each.name_en, "shared": each.shared}
                for each in found.categories
            ],
        ),
    )
    total = sum(len(rows) for _, _, rows in tables)
    done = changed = 0
    for model, keys, rows in tables:
        named = write_changed(model, found.code, keys, rows)
        if model is DutyRow:
            named += _drop_duties(found)
        if model is Category and named:  # no trigger counts these
            Stamp.objects.filter(county=found.code).update(n=F("n") + 1)
        done, changed = done + len(rows), changed + named
        say("registry.loading", done, total)
    set_bounds(found.code, found.bounds)
    return changed


def write_changed(
    model: type[models.Model], county: str, keys: Sequence[str], rows: Iterable[Mapping[str, object]]
) -> int:
    """Insert or update exactly the rows that differ from what the table holds; returns how many."""
    rows = [dict(row) for row in rows]
    if not rows:
        return 0
    names = [*rows[0]]
    manager: models.Manager[Any] = model._default_manager
    held = {tuple(row[key] for key in keys): row for row in manager.filter(county=county).values(*names)}
    new = [row for row in rows if held.get(tuple(row[key] for key in keys)) != row]
    manager.bulk_create(
        [model(county=county, **row) for row in new],
        batch_size=SET,
        update_conflicts=True,
        update_fields=[name for name in names if name not in keys] or None,
        unique_fields=["county", *keys],
    )
    return len(new)


def _drop_duties(found: CountyFiles) -> int:
    listed = {(each.unit, each.code) for each in found.duties}
    held = DutyRow.objects.filter(county=found.code).values_list("unit", "code")
    gone = [each for each in held if each not in listed]
    for unit, code in gone:
        DutyRow.objects.filter(county=found.code, unit=unit, code=code).delete()
    return len(gone)
