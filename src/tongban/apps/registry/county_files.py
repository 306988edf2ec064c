"""Reads a folder of county data: divisions, units, duty lists, categories. Every fault with its row.

``divisions.csv``   code, name, level, parent, valid_from, valid_to, name_en, short_name (and others)
``units.yaml``      ``units``: one a line; ``village``: how the committee of every village is derived
``duties.yaml``     ``units``: duty lists by unit; ``township_template``: one list for many; ``fallback``
``categories.yaml`` ``categories``: code, title and whether it is ``shared``; a code lies within the code before its last dot
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from msgspec import Struct, field
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tongban.kernel.county import DutyKind, Level
from tongban.kernel.refusal import Refused
from tongban.library.document import Document, read_document
from tongban.library.shape.fitting import Shaped
from tongban.library.shape.written import Many

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


class UnitLine(Struct, frozen=True):
    id: str
    kind: str
    level: str
    division: str
    parent: str
    name: str
    name_en: str
    phone: str


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


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


_Text = Annotated[str, StringConstraints(min_length=1, max_length=300)]
_Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}(\.[0-9]{2}){0,3}$")]
_Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
_Level = Literal["province", "city", "county", "township", "village", "grid"]


class _Title(_Shape):
    zh: _Text
    en: _Text


class _Unit(_Shape):
    id: _Id
    zh: _Text
    en: _Text
    level: _Level
    division: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,12}$")]
    parent: str
    kind: _Id
    phone: str = ""


class _VillageUnits(_Shape):
    id: _Text
    level: _Level
    kind: _Id
    parent: _Text
    zh: _Text
    en: _Text


class _Units(_Shape):
    village: _VillageUnits | None = None
    units: Many[_Unit] = Field(min_length=1)


class _Duty(_Shape):
    code: _Id
    kind: Literal["own", "assist", "taken_back"]
    categories: Many[_Code] = Field(min_length=1)
    title: _Title
    basis: str = ""


class _Fallback(_Shape):
    unit: _Id
    categories: Many[_Code] = Field(min_length=1)
    basis: str = ""


class _Template(_Shape):
    units: Many[_Id] = Field(min_length=1)
    duties: Many[_Duty] = Field(min_length=1)


class _Duties(_Shape):
    fallback: _Fallback | None = None
    township_template: _Template | None = None
    units: dict[_Id, Many[_Duty]] = {}


class _Category(_Shape):
    code: _Code
    title: _Title
    about: _Title | None = None
    words: Many[str] = ()
    shared: bool | None = None
    """whether many meet such matters alike; unsaid: as what it lies within"""


class _Categories(_Shape):
    categories: Many[_Category] = Field(min_length=1)


UNITS: Shaped[_Units] = Shaped(_Units)
DUTIES: Shaped[_Duties] = Shaped(_Duties)
CATEGORIES: Shaped[_Categories] = Shaped(_Categories)


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
    reader.units_stand(units, divisions)
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
    )


def _category_lines(written: _Categories) -> Iterator[CategoryLine]:
    """The categories; what is not said of one is taken from what it lies within."""
    said = {each.code: each.shared for each in written.categories if each.shared is not None}
    for each in written.categories:
        parts = each.code.split(".")
        around = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
        shared = next((said[code] for code in around if code in said), False)
        yield CategoryLine(each.code, each.title.zh, each.title.en, shared)


def _written_units(written: _Units) -> Iterator[UnitLine]:
    for each in written.units:
        yield UnitLine(
            each.id, each.kind, each.level, each.division, each.parent, each.zh, each.en, each.phone
        )


def _villages(written: _Units, divisions: Iterable[DivisionLine]) -> Iterator[UnitLine]:
    """One committee for every village, directed by the unit of its township."""
    if written.village is None:
        return
    above = {unit.division: unit.id for unit in written.units if unit.level == "township"}
    for each in divisions:
        if each.level == Level.VILLAGE and each.parent in above:
            facts = {
                "code": each.code,
                "short_name": each.short or each.name,
                "name": each.name,
                "name_en": each.name_en or each.name,
            }
            yield UnitLine(
                written.village.id.format(**facts),
                written.village.kind,
                written.village.level,
                each.code,
                above[each.parent],
                written.village.zh.format(**facts),
                written.village.en.format(**facts),
                "",
            )


def _duty_lines(duties: _Duties) -> Iterator[DutyLine]:
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


def _duty_line(unit: str, duty: _Duty) -> DutyLine:
    return DutyLine(unit, duty.code, duty.kind, duty.categories, duty.title.zh, duty.title.en, duty.basis)


class _Reader(Struct):
    """Reads file after file and keeps every fault."""

    folder: Path
    faults: list[Refused] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)

    def refuse(self, code: str, where: str, **facts: str | int) -> None:
        self.faults.append(Refused(code, where, facts))

    def text(self, name: str) -> str | None:
        path = self.folder / name
        try:
            if path.stat().st_size > LARGEST:
                self.refuse("registry.file_too_large", name, most=LARGEST)
                return None
            return path.read_text(encoding="utf-8-sig")
        except OSError as fault:
            self.refuse("registry.file_unreadable", name, reason=fault.strerror or "")
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
            self.refuse("registry.csv", f"divisions.csv:{rows.line_num}", reason=str(fault))
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
            row["short_name"] or "", since, until,
        )  # fmt: skip

    def units_stand(self, units: Iterable[UnitLine], divisions: Iterable[DivisionLine]) -> None:
        """Ids once, divisions and parents that exist, and no circle of superiors."""
        units = tuple(units)
        codes = {each.code for each in divisions}
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
