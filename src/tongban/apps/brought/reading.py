"""Sheets with the rows of brought registers, as a county keeps them: which sheet is which register, and what each cell means.

A workbook has a sheet for each register, called by its title or id; a text file has one register. Columns stand under their labels
in either language, units and choices by their names, entries of other registers by their code or title.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import PurePath

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.brought.naming import Spoken
from tongban.apps.casework.choices import meant
from tongban.apps.office import Office
from tongban.apps.registry.columns import Column
from tongban.apps.registry.sheets import LARGEST, Sheet, at_row, read_sheet
from tongban.apps.registry.workbooks import is_workbook, open_book
from tongban.kernel.form import ENTRIES, Field, FieldKind, Form
from tongban.kernel.form.answers import SEPARATORS
from tongban.kernel.form.characters import shown
from tongban.kernel.procedure.register import Register
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts

_MIDNIGHT = " 00:00:00"
_LISTS = (FieldKind.choices, FieldKind.units, FieldKind.entries)


class Filled(Struct, frozen=True):
    """What one sheet says of one register: rows by column, the number of each as the spreadsheet shows it, its headers, and of each column
    with choices what these are called; what is said of a row that breaks a rule, by the rule."""

    register: Register
    sheet: str
    rows: tuple[Mapping[str, object], ...]
    numbers: tuple[int, ...]
    headers: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    rules: Mapping[str, str] = msgspec.field(default_factory=dict)
    faults: tuple[Refused, ...] = ()

    def placed(self, refused: Refused) -> Iterator[Refused]:
        """Faults at ``rows/<n>/<column>``, in the sheet's own numbers and headers."""
        for each in refused.all():
            _, n, column = (*each.where.split("/"), "", "")[:3]
            facts: Facts = each.facts
            other = facts.get("other")
            if each.code in ("table.twice", "register.at_odds") and isinstance(other, int):
                facts = {**facts, "other": self.numbers[other - 1]}
            if n.isdecimal():
                header = self.headers.get(column, column)
                place = self._at(at_row(self.numbers[int(n)], header))
                yield self._in_words(replace(each, where=place, facts=facts, also=()), column)
            else:
                yield replace(each, where=self.sheet or self.register.id, facts=facts, also=())

    def _in_words(self, fault: Refused, column: str) -> Refused:
        """As it is said of a cell: one that is empty, choices by what they are called, and a rule in the words of the practice."""
        match fault.code:
            case "register.rule":
                rule = str(fault.facts["condition"])
                return replace(fault, facts={"condition": self.rules.get(rule, rule)})
            case "form.required":
                return Refused("register.cell_empty", fault.where)
            case "form.not_a_choice" if self.choices.get(column):
                words = self.choices[column]
                near = get_close_matches(str(fault.facts.get("given", "")), words, 1, 0.0)
                return replace(
                    fault, facts={**fault.facts, "choices": words, "nearest": near[0] if near else words[0]}
                )
            case _:
                return fault

    def _at(self, place: str) -> str:
        return f"{self.sheet}, {place}" if self.sheet else place


def read_book(
    content: bytes, name: str, said: Spoken, here: Office, only: str = ""
) -> tuple[Filled, ...] | Refused:
    """The sheets of a file. ``only`` names the register of a file that has one. Refuses a file that cannot be read, a sheet that is
    no register's and a register that stands in two; what is wrong in the rows is left to be told with all the rest."""
    book = open_book(content, name, LARGEST) if is_workbook(content) else None
    if isinstance(book, Refused):
        return book
    named = _named(book.names if book is not None else (), name, said, only)
    if isinstance(named, Refused):
        return named
    return tuple(
        _filled(
            read_sheet(content, columns, name, strangers=True, book=book, sheet=sheet),
            name,
            said,
            register,
            sheet,
            here,
        )
        for register, sheet in named
        for columns in [_columns(said, register)]
    )


def _columns(said: Spoken, register: Register) -> list[Column]:
    return [Column(each.id, said.labels(register, each.id), present=each.required) for each in register.asked]


def _named(sheets: Sequence[str], name: str, said: Spoken, only: str) -> list[tuple[Register, str]] | Refused:
    if only or len(sheets) <= 1:
        wanted = only or next((each for each in (*sheets, PurePath(name).stem) if said.named(each)), "")
        register = said.named(wanted) if wanted else said.registers[0] if len(said.registers) == 1 else None
        if register is None:
            return _unknown(only or PurePath(name).stem, said, name)
        own = next((each for each in sheets if said.named(each) == register), sheets[0] if sheets else "")
        return [(register, own)]
    found: list[tuple[Register, str]] = []
    faults: list[Refused] = []
    for sheet in sheets:
        register = said.named(sheet)
        if register is None:
            faults.append(_unknown(sheet, said, sheet))
        elif any(each == register for each, _ in found):
            faults.append(Refused("register.sheet_twice", sheet, {"register": said.title(register)}))
        else:
            found.append((register, sheet))
    return Refused.of(faults) if faults else found


def _unknown(given: str, said: Spoken, where: str) -> Refused:
    titles = [said.title(each) for each in said.registers]
    near = get_close_matches(given, titles, 1, 0.0)
    facts: Facts = {"given": shown(given), "nearest": near[0] if near else "", "known": tuple(titles)}
    return Refused("register.unknown_sheet", where, facts)


def _filled(read: Sheet, name: str, said: Spoken, register: Register, sheet: str, here: Office) -> Filled:
    asked = {each.id: (each, said.choices(each)) for each in register.asked}
    faults = [_in_sheet(each, sheet, name) for each in read.faults]
    faults += [_stranger(header, sheet or name) for header in read.ignored]
    form = Form(register.id, register.asked)
    rows = tuple(
        meant(form, {each: _cell(*asked[each], row.text(each)) for each in row.values if each in asked}, here)
        for row in read.rows
    )
    numbers = tuple(row.number for row in read.rows)
    words = {each.id: said.words(each) for each in register.asked if each.choices}
    return Filled(register, sheet, rows, numbers, read.headers, words, said.rules(register), tuple(faults))


def _in_sheet(fault: Refused, sheet: str, name: str) -> Refused:
    if fault.where in ("", name):
        return replace(fault, where=sheet or name, also=())
    return replace(fault, where=f"{sheet}, {fault.where}" if sheet else fault.where, also=())


def _stranger(header: str, where: str) -> Refused:
    return Refused("register.unknown_column", where, {"header": shown(header)})


def _cell(field: Field, called: Mapping[str, str], text: str) -> object:
    """A cell as the column takes it: choices by what they are called, several set off by commas, a day without Excel's midnight."""
    if field.kind is FieldKind.date:
        return text.removesuffix(_MIDNIGHT)
    parts = [each.strip() for each in SEPARATORS.split(text)] if field.kind in _LISTS else []
    if called:
        parts = [called.get(each, each) for each in parts]
        return [each for each in parts if each] or called.get(text.strip(), text.strip())
    return [each for each in parts if each] if field.kind in _LISTS else text


def entered_titles(books: Sequence[Filled]) -> Mapping[str, Mapping[str, str]]:
    """By register the codes of rows that come with the same file, by their titles; one that two rows bear names neither."""
    found: dict[str, dict[str, str]] = {}
    for book in books:
        titles: dict[str, str] = {}
        if len(book.register.key) == 1 and book.register.title:
            for row in book.rows:
                title = str(row.get(book.register.title, ""))
                code = str(row.get(book.register.key[0], ""))
                titles[title] = "" if title in titles and titles[title] != code else code
        found[book.register.id] = {title: code for title, code in titles.items() if code}
    return found


def with_codes(
    book: Filled, titles: Mapping[str, Mapping[str, str]], codes: Mapping[str, frozenset[str]]
) -> Filled:
    """The rows with codes where the titles of rows of the same file were given."""
    naming = [each for each in book.register.asked if each.kind in ENTRIES and titles.get(each.of[0])]
    if not naming:
        return book
    return replace(book, rows=tuple(_coded(row, naming, titles, codes) for row in book.rows))


def _coded(
    row: Mapping[str, object],
    naming: Sequence[Field],
    titles: Mapping[str, Mapping[str, str]],
    codes: Mapping[str, frozenset[str]],
) -> Mapping[str, object]:
    found = dict(row)
    for field in naming:
        known, held = titles[field.of[0]], codes.get(field.of[0], frozenset())
        given = found.get(field.id)
        if isinstance(given, list):
            found[field.id] = [each if each in held else known.get(each, each) for each in given]
        elif isinstance(given, str) and given not in held:
            found[field.id] = known.get(given, given)
    return found
