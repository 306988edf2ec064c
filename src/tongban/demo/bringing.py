"""Brings the rows of the county's registers along: ``catalogue/<register>.csv``, as a county would load a sheet."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from pathlib import Path

from tongban.apps.office import Office
from tongban.demo.script import Script
from tongban.kernel.county import County
from tongban.kernel.procedure.brought import Codes, Entry, keys_in, read_entries
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.procedure.register import Register
from tongban.kernel.procedure.subjects import Place
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.library.kept import kept_rows
from tongban.library.practice import Practice
from tongban.store.entries import difference, latest, load

Given = list[Mapping[str, object]]
Brought = Mapping[str, tuple[Entry, ...]]
"""Rows by register."""


def brought(told: Script, county: County, procedures: Iterable[Procedure]) -> Brought:
    """The rows of every brought register of these practices that the demo has a sheet of.

    Raises ``RefusedError`` with the first row that is wrong.
    """
    registers = _registers(procedures)
    sheets = {name: rows for name in registers if (rows := _sheet(told.folder / "catalogue" / f"{name}.csv"))}
    codes: Codes = {name: keys_in(registers[name], rows, told.begin) for name, rows in sheets.items()}
    found: dict[str, tuple[Entry, ...]] = {}
    for name, rows in sheets.items():
        read = read_entries(registers[name], rows, county, told.begin, codes)
        if isinstance(read, Refused):
            raise RefusedError(read)
        found[name] = read
    return found


def brought_rows(
    told: Script, county: County, procedures: Collection[Procedure], folders: Sequence[Practice]
) -> dict[Place, Facts]:
    """The same as decisions by these procedures read them, with what the system keeps of the ``folders``."""
    registers = [each for procedure in procedures for each in procedure.registers]
    rows = {**brought(told, county, procedures), **kept_rows(registers, folders)}
    return {(name, each.key): each.fields for name, entries in rows.items() for each in entries}


def load_registers(told: Script, here: Office, adoptions: Iterable[str], now: datetime) -> None:
    """Load them from the day on which the story begins. Rows that are there already change nothing."""
    since = datetime.combine(told.begin, time(), UTC)
    for name, entries in brought(told, here.county, map(here.procedure, adoptions)).items():
        if difference(latest(here.journal, name), entries).nothing:
            continue  # brought before; what steps wrote since then stays
        loaded = load(here.journal, name, entries, "system", since, now)
        if isinstance(loaded, Refused):
            raise RefusedError(loaded)


def _registers(procedures: Iterable[Procedure]) -> dict[str, Register]:
    """The brought registers; of one that several practices name, as the practice has it that says most of it."""
    found: dict[str, Register] = {}
    for each in (register for procedure in procedures for register in procedure.registers):
        known = found.get(each.id)
        if each.brought and not each.kept and (known is None or len(each.columns) > len(known.columns)):
            found[each.id] = each
    return found


def _sheet(path: Path) -> Given:
    """The rows of a sheet by its columns, without its empty cells; none where there is no such sheet."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as text:
        return [{name: cell for name, cell in row.items() if cell} for row in csv.DictReader(text)]
