"""What stands in the sheets of a county's workbook, and each cell judged by itself: all faults in one pass, each at its row and column.

Sheets and columns are called in Chinese or English, levels and kinds by their words or ids, units by their names or ids. What a
broken cell would make wrong elsewhere is not told as well.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.registry.columns import Column
from tongban.apps.registry.county_files import FALLBACK
from tongban.apps.registry.sheets import Row, Sheet, at_row
from tongban.apps.registry.times import instant_of
from tongban.kernel.clock import local_date
from tongban.kernel.form.answers import SEPARATORS
from tongban.kernel.form.characters import narrow, shown
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value

LEVELS = {"省": "province", "市": "city", "县": "county", "乡镇": "township", "村": "village", "网格": "grid"}
KINDS = {"主办": "own", "只配合": "assist", "上收": "taken_back"}
YES = {"是": "1", "1": "1", "yes": "1", "true": "1", "否": "", "0": "", "no": "", "false": ""}
_DIVISION = re.compile(r"[0-9]{2,12}")
_ID = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_CATEGORY = re.compile(r"[0-9]{2}(\.[0-9]{2}){0,3}")


class Cells(Struct, frozen=True):
    """A column: what it is called, and how a cell of it is judged. ``of`` is the sheet whose rows it names; ``words`` those that may stand
    there, by what they mean."""

    name: str
    headers: tuple[str, ...]
    required: bool = False
    spelt: re.Pattern[str] | None = None
    like: str = ""
    """an example of how it is spelt"""
    words: Mapping[str, str] | None = None
    day: bool = False
    of: str = ""
    several: bool = False


class Leaf(Struct, frozen=True):
    """A sheet: what it is called, its columns, and which of them together stand once."""

    titles: tuple[str, str]
    cells: tuple[Cells, ...]
    once: tuple[str, ...]

    @property
    def columns(self) -> list[Column]:
        return [Column(each.name, each.headers, present=True) for each in self.cells]


_NAME, _ENGLISH = Cells("name", ("名称",), required=True), Cells("name_en", ("英文名",))
LEAVES: Mapping[str, Leaf] = {
    "divisions": Leaf(("区划", "divisions"), (
        Cells("code", ("区划代码",), required=True, spelt=_DIVISION, like="330822001"), _NAME,
        Cells("level", ("层级",), required=True, words=LEVELS), Cells("parent", ("上级区划",), of="divisions"),
        Cells("valid_from", ("起始日",), required=True, day=True), Cells("valid_to", ("截止日",), day=True), _ENGLISH,
        Cells("short_name", ("简称",)), Cells("succeeded_by", ("并入",), of="divisions"),
    ), ("code",)),
    "units": Leaf(("单位", "units"), (
        Cells("id", ("编号",), required=True, spelt=_ID, like="agriculture"), _NAME, _ENGLISH,
        Cells("kind", ("类型",), required=True, spelt=_ID, like="department"), Cells("level", ("层级",), required=True, words=LEVELS),
        Cells("division", ("所在区划",), required=True, of="divisions"), Cells("parent", ("上级单位",), of="units"), Cells("phone", ("电话",)),
    ), ("id",)),
    "ended": Leaf(("撤并的单位", "ended"), (
        Cells("unit", ("单位",), required=True, spelt=_ID, like="agriculture"),
        Cells("succeeded_by", ("并入",), required=True, of="units"), Cells("because", ("依据",), required=True),
    ), ("unit",)),
    "duties": Leaf(("职责清单", "duties"), (
        Cells("unit", ("单位",), required=True, of="units"), Cells("code", ("编号",), required=True, spelt=_ID, like="agriculture-01"),
        Cells("kind", ("主办或配合",), required=True, words=KINDS), Cells("categories", ("类别",), required=True, of="categories", several=True),
        _NAME, _ENGLISH, Cells("basis", ("依据",)),
    ), ("unit", "code")),
    "categories": Leaf(("类别", "categories"), (
        Cells("code", ("编号",), required=True, spelt=_CATEGORY, like="09.01"), _NAME, _ENGLISH, Cells("shared", ("多人同事",), words=YES),
    ), ("code",)),
}  # fmt: skip


def judged(sheets: Mapping[str, Sheet], titles: Mapping[str, str]) -> dict[str, tuple[Row, ...]] | Refused:
    """The rows by sheet with what their cells mean. ``titles`` are the sheets as the file calls them.

    Refuses every cell that is empty and may not be (``sheet.cell_missing``), is spelt otherwise (``county_book.spelling``), is none of the words
    (``county_book.not_one_of``), no day (``sheet.not_a_time``), names what is not there (``county_book.unknown``), or stands twice (``county_book.twice``).
    """
    judge = _Judge(sheets, titles)
    rows = {name: tuple(judge.row(name, row) for row in _all(sheet)) for name, sheet in sheets.items()}
    return Refused.of(judge.faults) if judge.faults else rows


def _all(sheet: Sheet) -> list[Row]:
    return sorted((*sheet.rows, *sheet.broken), key=lambda row: row.number)


class _Judge:
    def __init__(self, sheets: Mapping[str, Sheet], titles: Mapping[str, str]) -> None:
        self._sheets, self._titles = sheets, titles
        self.faults = [
            Refused(fault.code, f"{titles[name]}, {fault.where}", fault.facts)
            for name, sheet in sheets.items()
            for fault in sheet.faults
        ]
        self._known = {name: self._called(name, sheet) for name, sheet in sheets.items()}
        self._stood: dict[tuple[str, ...], int] = {}
        self._told: dict[tuple[str, str, str], int] = {}
        """where a name that is not there was told first, among the faults"""

    def _called(self, name: str, sheet: Sheet) -> Mapping[str, str]:
        """The id of each row by what it is called: by that, and by its name where no other has it."""
        ids, names = dict[str, str](), defaultdict[str, set[str]](set)
        for row in _all(sheet):
            id = narrow(row.text(LEAVES[name].once[-1]))
            ids[id] = id
            names[row.text("name")].add(id)
        return {called: next(iter(found)) for called, found in names.items() if len(found) == 1} | ids

    def row(self, name: str, row: Row) -> Row:
        leaf = LEAVES[name]
        last = name == "duties" and row.text("code") == FALLBACK
        free = ("kind", "name") if last else ()
        meant = {each.name: self._cell(name, row, each, free) for each in leaf.cells}
        key = (name, *(meant[each] for each in leaf.once))
        first = self._stood.setdefault(key, row.number)
        if first != row.number and all(key):
            self._refuse("county_book.twice", name, row, leaf.once[-1], given=shown(key[-1]), first=first)
        return Row(row.number, dict(meant))

    def _cell(self, name: str, row: Row, cell: Cells, free: Sequence[str]) -> str:
        text = row.text(cell.name)
        if not text:
            wrong = cell.required and cell.name not in free and not self._broken(name, row, cell)
            if wrong:
                self._refuse("sheet.cell_missing", name, row, cell.name)
            return ""
        refuse: Callable[..., str] = lambda code, **facts: self._refuse(code, name, row, cell.name, **facts)  # noqa: E731
        if cell.words is not None:
            return _word(text, cell.words, refuse)
        if cell.day:
            found = instant_of(cast("str | datetime", row.values[cell.name]))
            return local_date(found).isoformat() if found else refuse("sheet.not_a_time", given=shown(text))
        if cell.of:
            parts = SEPARATORS.split(text.replace(" ", ",")) if cell.several else [text]
            return " ".join(self._named(name, row, cell, each.strip()) for each in parts if each.strip())
        if cell.spelt is not None:
            text = narrow(text)
            return (
                text
                if cell.spelt.fullmatch(text)
                else refuse("county_book.spelling", given=shown(text), like=cell.like)
            )
        return text

    def _broken(self, name: str, row: Row, cell: Cells) -> bool:
        """Whether what is wrong with a cell was told when the sheet was read."""
        place = at_row(row.number, self._sheets[name].headers.get(cell.name, ""))
        return any(fault.where == place for fault in self._sheets[name].faults)

    def _named(self, name: str, row: Row, cell: Cells, given: str) -> str:
        """The id of what a cell names. What is not there is told once for a column, with how many rows more name it."""
        known = self._known[cell.of]
        found = known.get(given) or known.get(narrow(given))
        if found:
            return found
        at = self._told.setdefault((name, cell.name, given), len(self.faults))
        if at < len(self.faults):
            first = self.faults[at]
            more = int(cast("int", first.facts.get("n", 0))) + 1
            self.faults[at] = replace(
                first, code="county_book.unknown_rows", facts={**first.facts, "n": more}
            )
            return ""
        near = get_close_matches(given, known, 1, 0.0)
        facts = {"given": shown(given), "sheet": self._titles[cell.of], "nearest": near[0] if near else ""}
        return self._refuse("county_book.unknown", name, row, cell.name, **facts)

    def _refuse(self, code: str, name: str, row: Row, column: str, **facts: Value) -> str:
        place = at_row(row.number, self._sheets[name].headers.get(column, column))
        self.faults.append(Refused(code, f"{self._titles[name]}, {place}", facts))
        return ""


def _word(text: str, words: Mapping[str, str], refuse: Callable[..., str]) -> str:
    said = narrow(text).lower()
    if said in words.values():
        return said
    found = words.get(said)
    return (
        found
        if found is not None
        else refuse("county_book.not_one_of", given=shown(text), known=tuple(words))
    )
