"""Reads a folder of county data: divisions, units, duty lists, categories. Every fault with its row.

``divisions.csv``   code, name, level, parent, valid_from, valid_to, name_en, short_name (and others); may have ``succeeded_by``
``units.yaml``      ``bounds``: where the county lies, in degrees; ``units``: one a line; ``village``: how the committee of every village is derived; ``ended``: those that are
                    no more, each with who took over
``duties.yaml``     ``units``: duty lists by unit; ``township_template``: one list for many; ``fallback``
``categories.yaml`` ``categories``: code, title and whether it is ``shared``; a code lies within the code before its last dot
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, field

from tongban.apps.registry.county_shapes import (
    CATEGORIES,
    DUTIES,
    UNITS,
    CategoriesSpec,
    DutiesSpec,
    DutySpec,
    UnitsSpec,
)
from tongban.kernel.county import DutyKind, Level
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.causes import because
from tongban.library.document import Document, read_document
from tongban.library.shape.fitting import Shaped
from tongban.library.texts import fill

T = TypeVar("T")

LARGEST = 50_000_000
"""Bytes in the largest file that is read; the division table of a whole province has two million."""
DIVISION_COLUMNS = ("code", "name", "level", "parent", "valid_from", "valid_to", "name_en", "short_name")
FALLBACK = "fallback"
"""The code of the entry that gives the last resort what nobody else owns."""


class DivisionLine(Struct, frozen=True):
    code: str
    level: str
    parent: str
    name: str
    name_en: str
    short: str
    since: date
    until: date | None
    successor: str = ""


class UnitLine(Struct, frozen=True):
    id: str
    kind: str
    level: str
    division: str
    parent: str
    name: str
    name_en: str
    phone: str


class EndedLine(Struct, frozen=True):
    """A unit that is no more: who took over, and by what decision."""

    unit: str
    successor: str
    because: str


class DutyLine(Struct, frozen=True):
    unit: str
    code: str
    kind: str
    categories: tuple[str, ...]
    name: str
    name_en: str
    source: str


class CategoryLine(Struct, frozen=True):
    code: str
    name: str
    name_en: str
    shared: bool = False
    """whether many meet it alike, so that others may be told of an open case"""


class CountyFiles(Struct, frozen=True):
    """All that a county's folder says. ``code`` is the county's own division code."""

    code: str
    divisions: tuple[DivisionLine, ...]
    units: tuple[UnitLine, ...]
    duties: tuple[DutyLine, ...]
    categories: tuple[CategoryLine, ...]
    ended: tuple[EndedLine, ...] = ()
    bounds: tuple[float, ...] = ()
    """west, south, east and north of the county in degrees; () where it is not said"""


def read_county(folder: Path) -> CountyFiles | Refused:
    """Read a folder of county data; refuses every fault of all files at once, with file and line."""
    reader = _Reader(folder)
    divisions = reader.divisions()
    written = reader.shaped("units.yaml", UNITS)
    duties = reader.shaped("duties.yaml", DUTIES)
    categories = reader.shaped("categories.yaml", CATEGORIES)
    if reader.faults or written is None or duties is None or categories is None:
        return Refused.of(reader.faults)
    units = (*_written_units(written), *_villages(written, divisions))
    ended = (*_written_ends(written), *_villages_ended(written, divisions))
    reader.units_stand(units, divisions)
    reader.ends_stand(ended, {unit.id for unit in units}, divisions)
    lines = tuple(_duty_lines(duties))
    reader.duties_stand(lines, {unit.id for unit in units}, {each.code for each in categories.categories})
    counties = [each.code for each in divisions if each.level == Level.COUNTY]
    if len(counties) != 1:
        reader.refuse("registry.one_county", "divisions.csv", found=len(counties))
    if reader.faults:
        return Refused.of(reader.faults)
    return CountyFiles(
        counties[0],
        divisions,
        units,
        lines,
        tuple(_category_lines(categories)),
        ended,
        _bounds(written),
    )


def _bounds(written: UnitsSpec) -> tuple[float, ...]:
    said = written.bounds
    return tuple(map(float, (said.west, said.south, said.east, said.north))) if said is not None else ()


def _category_lines(written: CategoriesSpec) -> Iterator[CategoryLine]:
    """The categories; what is not said of one is taken from what it lies within."""
    said = {each.code: each.shared for each in written.categories if each.shared is not None}
    for each in written.categories:
        parts = each.code.split(".")
        around = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
        shared = next((said[code] for code in around if code in said), False)
        yield CategoryLine(each.code, each.title.zh, each.title.en, shared)


def _written_units(written: UnitsSpec) -> Iterator[UnitLine]:
    for each in written.units:
        yield UnitLine(
            each.id, each.kind, each.level, each.division, each.parent, each.zh, each.en, each.phone
        )


def _villages(written: UnitsSpec, divisions: Iterable[DivisionLine]) -> Iterator[UnitLine]:
    """One committee for every village, directed by the unit of its township: by the one there above which none of the township stands."""
    if written.village is None:
        return
    at = {unit.id: unit.division for unit in written.units if unit.level == "township"}
    above = {
        unit.division: unit.id
        for unit in written.units
        if unit.id in at and at.get(unit.parent) != unit.division
    }
    for each in divisions:
        if each.level == Level.VILLAGE and each.parent in above and each.until is None:
            facts = _of_village(each)
            yield UnitLine(
                fill(written.village.id, "zh-Hans", facts),
                written.village.kind,
                written.village.level,
                each.code,
                above[each.parent],
                fill(written.village.zh, "zh-Hans", facts),
                fill(written.village.en, "en", facts),
                "",
            )


def _of_village(each: DivisionLine) -> dict[str, str]:
    return {
        "code": each.code,
        "short_name": each.short or each.name,
        "name": each.name,
        "name_en": each.name_en or each.name,
    }


def _written_ends(written: UnitsSpec) -> Iterator[EndedLine]:
    for each in written.ended:
        yield EndedLine(each.unit, each.succeeded_by, each.because)


def _villages_ended(written: UnitsSpec, divisions: Iterable[DivisionLine]) -> Iterator[EndedLine]:
    """The committee of a village that was merged is succeeded by that of the village it was merged into."""
    if written.village is None:
        return
    villages = {each.code: each for each in divisions if each.level == Level.VILLAGE}
    listed = {each.unit for each in written.ended}
    for each in villages.values():
        into = villages.get(each.successor)
        old = fill(written.village.id, "zh-Hans", _of_village(each))
        if each.until is not None and into is not None and old not in listed:
            because = f"{each.code} {each.name} → {into.code} {into.name}"
            yield EndedLine(old, fill(written.village.id, "zh-Hans", _of_village(into)), because)


def _duty_lines(duties: DutiesSpec) -> Iterator[DutyLine]:
    if duties.fallback is not None:
        last = duties.fallback
        yield DutyLine(last.unit, FALLBACK, DutyKind.OWN.value, last.categories, "", "", last.basis)
    if duties.township_template is not None:
        for unit in duties.township_template.units:
            for duty in duties.township_template.duties:
                yield _duty_line(unit, duty)
    for unit, listed in duties.units.items():
        for duty in listed:
            yield _duty_line(unit, duty)


def _duty_line(unit: str, duty: DutySpec) -> DutyLine:
    return DutyLine(unit, duty.code, duty.kind, duty.categories, duty.title.zh, duty.title.en, duty.basis)


class _Reader(Struct):
    """Reads file after file and keeps every fault."""

    folder: Path
    faults: list[Refused] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)

    def refuse(self, code: str, where: str, **facts: Value) -> None:
        self.faults.append(Refused(code, where, facts))

    def text(self, name: str) -> str | None:
        path = self.folder / name
        try:
            if path.stat().st_size > LARGEST:
                self.refuse("registry.file_too_large", name, most=LARGEST)
                return None
            return path.read_text(encoding="utf-8-sig")
        except OSError as fault:
            self.refuse("registry.file_unreadable", name, **because(fault))
        except UnicodeDecodeError as fault:
            self.refuse("registry.encoding", name, byte=fault.start)
        return None

    def shaped(self, name: str, shape: Shaped[T]) -> T | None:
        text = self.text(name)
        document = None if text is None else read_document(name, text)
        found = shape.fit(document) if isinstance(document, Document) else document
        if isinstance(found, Refused):
            self.faults += found.all()
            return None
        if isinstance(document, Document):
            self.documents[name] = document
        return found

    def divisions(self) -> tuple[DivisionLine, ...]:
        text = self.text("divisions.csv")
        if text is None:
            return ()
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        missing = [name for name in DIVISION_COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            self.refuse("registry.columns_missing", "divisions.csv:1", columns=", ".join(missing))
            return ()
        found: dict[str, DivisionLine] = {}
        try:
            for row in rows:
                self.division(row, f"divisions.csv:{rows.line_num}", found)
        except csv.Error as fault:
            self.refuse("registry.csv", f"divisions.csv:{rows.line_num}", **because(fault))
        for each in found.values():
            if each.parent and each.parent not in found:
                self.refuse("registry.unknown_division", f"divisions.csv: {each.code}", division=each.parent)
        return tuple(found.values())

    def division(self, row: Mapping[str, str], where: str, found: dict[str, DivisionLine]) -> None:
        code = row["code"] or ""
        if not (code.isascii() and code.isdecimal() and 2 <= len(code) <= 12):
            self.refuse("registry.division_code", where, given=code[:20])
            return
        if code in found:
            self.refuse("registry.twice", where, name=code)
            return
        if row["level"] not in Level._value2member_map_ or not row["name"]:
            self.refuse("registry.division_row", where, level=row["level"] or "", name=row["name"] or "")
            return
        try:
            since = date.fromisoformat(row["valid_from"] or "")
            until = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
        except ValueError:
            self.refuse("registry.day", where, given=f"{row['valid_from']} {row['valid_to']}"[:40])
            return
        found[code] = DivisionLine(
            code, row["level"], row["parent"] or "", row["name"], row["name_en"] or "",
            row["short_name"] or "", since, until, row.get("succeeded_by") or "",
        )  # fmt: skip

    def units_stand(self, units: Iterable[UnitLine], divisions: Iterable[DivisionLine]) -> None:
        """Ids once, divisions and parents that exist, and no circle of superiors."""
        units = tuple(units)
        codes = {each.code for each in divisions if each.until is None}
        parents = {unit.id: unit.parent for unit in units}
        seen: set[str] = set()
        for n, unit in enumerate(units):
            where = self.documents["units.yaml"].where("units", n)
            if unit.id in seen:
                self.refuse("registry.twice", where, name=unit.id)
            seen.add(unit.id)
            if unit.division not in codes:
                self.refuse("registry.unknown_division", where, division=unit.division)
            if unit.parent and unit.parent not in parents:
                self.refuse("registry.unknown_unit", where, unit=unit.parent)
            if _circles(unit.id, parents):
                self.refuse("registry.circle", where, unit=unit.id)

    def ends_stand(
        self, ended: Iterable[EndedLine], units: set[str], divisions: Iterable[DivisionLine]
    ) -> None:
        """Who ended is listed as ended alone, once; who took over is there."""
        seen: set[str] = set()
        for each in ended:
            where = f"units.yaml: {each.unit}"
            if each.unit in units or each.unit in seen:
                self.refuse("registry.ended_and_there", where, name=each.unit)
            if each.successor not in units:
                self.refuse("registry.unknown_unit", where, unit=each.successor)
            seen.add(each.unit)
        there = {each.code for each in divisions if each.until is None}
        for line in divisions:
            where = f"divisions.csv: {line.code}"
            if line.successor and line.until is None:
                self.refuse("registry.ended_and_there", where, name=line.code)
            if line.successor and line.successor not in there:
                self.refuse("registry.unknown_division", where, division=line.successor)

    def duties_stand(self, duties: Iterable[DutyLine], units: set[str], categories: set[str]) -> None:
        """Units and categories that exist, and one entry of a code a unit."""
        seen: set[tuple[str, str]] = set()
        for duty in duties:
            where = f"duties.yaml: {duty.unit} {duty.code}"
            if duty.unit not in units:
                self.refuse("registry.unknown_unit", where, unit=duty.unit)
            if (duty.unit, duty.code) in seen:
                self.refuse("registry.twice", where, name=duty.code)
            seen.add((duty.unit, duty.code))
            for category in duty.categories:
                if category not in categories:
                    self.refuse("registry.unknown_category", where, category=category)


def _circles(unit: str, parents: Mapping[str, str]) -> bool:
    here = parents.get(unit, "")
    for _ in range(len(parents)):
        if not here or here == unit:
            break
        here = parents.get(here, "")
    return bool(here)
