"""A table that comes with a step, as offices have it: a spreadsheet read into rows, and an empty one to fill in.

The columns are the fields of the subcases' opening form, under their labels in either language. Choices are written as
they are called, registered things by their names. What is wrong is told by the row that the spreadsheet program shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import BytesIO

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.choices import cell_of
from tongban.apps.casework.views import ColumnView
from tongban.apps.casework.whole import visible
from tongban.apps.office import Office, office
from tongban.apps.registry.columns import Column
from tongban.apps.wording import Wording, say, say_or
from tongban.kernel.case import Case
from tongban.kernel.form import Field, FieldKind, Form
from tongban.kernel.form.characters import shown
from tongban.kernel.procedure.model import Step
from tongban.kernel.procedure.rows import columns, opening_form, rows_of
from tongban.kernel.refusal import Refused
from tongban.library.folder import LANGUAGES
from tongban.library.texts import Words

_AT = re.compile(r"row ([0-9]+)(?:, (.*))?")
_MIDNIGHT = " 00:00:00"
_SEVERAL = re.compile(r"[、,，;；]")
_CHOICES = (FieldKind.choice, FieldKind.choices)
WIDTH = 14


class Filled(Struct, frozen=True):
    """What a spreadsheet says: rows of answers by field, and the number of each as its program shows it.

    ``ignored`` are headers of columns that the step does not ask for.
    """

    rows: tuple[Mapping[str, object], ...] = ()
    numbers: tuple[int, ...] = ()
    ignored: tuple[str, ...] = ()

    def placed(self, refused: Refused) -> Refused:
        """A refusal with the rows called as the spreadsheet program calls them."""
        return Refused.of([self._called(each) for each in refused.all()])

    def _called(self, refused: Refused) -> Refused:
        """One refusal in the spreadsheet's numbers, also that of the other row where two are the same."""
        other = refused.facts.get("other")
        facts = refused.facts
        if refused.code == "table.twice" and isinstance(other, int) and other <= len(self.numbers):
            facts = {**facts, "other": self.numbers[other - 1]}
        return replace(refused, where=self._place(refused.where), facts=facts, also=())

    def _place(self, where: str) -> str:
        match where.split("/"):
            case ["rows", n, *field] if n.isdigit() and int(n) < len(self.numbers):
                return "/".join(("rows", str(self.numbers[int(n)]), *field))
            case _:
                return where


def table_of(step: Step, wording: Wording) -> tuple[ColumnView, ...]:
    """The columns of the table that a step comes with; none for a step without one."""
    opens = rows_of(step)
    if opens is None:
        return ()
    form = opening_form(wording.procedure, opens)
    name = form.id if form is not None else ""
    return tuple(
        ColumnView(each.id, wording.label(name, each.id), each.required and each.when is None)
        for each in columns(wording.procedure, opens)
    )


def read_table(number: str, step: str, content: bytes, name: str, acting: Acting) -> Filled | Refused:
    """The rows of a spreadsheet that somebody sends with a step. Refuses what cannot be read, by row and column."""
    from tongban.apps.registry.sheets import read_sheet

    found = _asked(number, step, acting)
    if isinstance(found, Refused):
        return found
    here, case, rule = found
    spoken = [here.wording(case.adoption, language) for language in LANGUAGES]
    opens = rows_of(rule)
    if opens is None:
        return Refused("table.not_asked", "rows", {"step": step})
    form = opening_form(spoken[0].procedure, opens)
    asked = columns(spoken[0].procedure, opens)
    known = [_column(each, form, spoken) for each in asked]
    sheet = read_sheet(content, known, name)
    if sheet.faults:
        return Refused.of([replace(each, where=_at(each.where), also=()) for each in sheet.faults])
    fields = {each.id: each for each in asked}
    rows = tuple(
        {column: _said(fields[column], str(cell), spoken) for column, cell in row.values.items()}
        for row in sheet.rows
    )
    ignored = tuple(shown(header) for header in sheet.ignored)
    return Filled(rows, tuple(row.number for row in sheet.rows), ignored)


def _asked(number: str, step: str, acting: Acting) -> tuple[Office, Case, Step] | Refused:
    """The step of a case that the reader may see."""
    here = office()
    seen = visible(number, acting, here)
    if isinstance(seen, Refused):
        return seen
    case = seen[0].case
    rule = here.procedure(case.adoption).kinds[case.kind].steps.get(step)
    return (here, case, rule) if rule is not None else Refused("step.unknown", step, {"step": step})


def _column(field: Field, form: Form | None, spoken: Sequence[Wording]) -> Column:
    name = form.id if form is not None else ""
    labels = tuple(dict.fromkeys(wording.label(name, field.id) for wording in spoken))
    return Column(field.id, labels, present=field.required and field.when is None)


def _said(field: Field, text: str, spoken: Sequence[Wording]) -> object:
    """A cell as the form takes it: choices by what they are called, a day without the hour that Excel puts to it."""
    if field.kind is FieldKind.date:
        return text.removesuffix(_MIDNIGHT)
    if field.kind in (FieldKind.units, FieldKind.entries):
        return [each.strip() for each in _SEVERAL.split(text) if each.strip()]
    if field.kind not in _CHOICES:
        return text
    called = {wording.choice(field.id, each): each for each in field.choices for wording in spoken}
    if field.kind is FieldKind.choice:
        return called.get(text.strip(), text)
    return [called.get(each.strip(), each.strip()) for each in _SEVERAL.split(text) if each.strip()]


def _at(where: str) -> str:
    """``row 12, 室号`` as ``rows/12/室号``; the place of the whole file stays the table's."""
    found = _AT.fullmatch(where)
    if found is None:
        return "rows"
    return f"rows/{found[1]}/{found[2]}" if found[2] else f"rows/{found[1]}"


def row_words(refused: Refused, wording: Wording) -> Words:
    """A refusal in words; one in a row with its number and column before it."""
    place = refused.where.split("/")
    if place[0] != "rows" or len(place) < 2:
        return wording.refusal(refused)
    words = wording.refusal(replace(refused, where=cell_of(refused.where)))
    column = wording.label("", place[2]) if len(place) > 2 else ""
    at = say("desk.rows.at" if column else "desk.rows.row", wording.language, row=place[1], column=column)
    return replace(words, says=f"{at}{words.says}")


def template(number: str, step: str, acting: Acting) -> bytes | Refused:
    """An ``.xlsx`` file with the columns of a step's table and how each is filled in. All cells are texts: a program
    would make 7 of a flat called 007."""
    found = _asked(number, step, acting)
    if isinstance(found, Refused):
        return found
    here, case, rule = found
    wording = here.wording(case.adoption, acting.language)
    opens = rows_of(rule)
    if opens is None:
        return Refused("table.not_asked", "rows", {"step": step})
    form = opening_form(wording.procedure, opens)
    return _written(form, columns(wording.procedure, opens), wording)


def _written(form: Form | None, asked: Sequence[Field], wording: Wording) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    name = form.id if form is not None else ""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = say("desk.rows.sheet", wording.language)
    sheet.freeze_panes = "A2"
    for n, field in enumerate(asked, 1):
        column = sheet.column_dimensions[get_column_letter(n)]
        column.width, column.number_format = WIDTH, "@"
        cell = sheet.cell(1, n, wording.label(name, field.id))
        cell.font = Font(bold=True)
    notes = book.create_sheet(say("desk.rows.notes", wording.language))
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 20, 80
    for n, field in enumerate(asked, 1):
        notes.cell(n, 1, wording.label(name, field.id))
        notes.cell(n, 2, _takes(name, field, wording))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _takes(form: str, field: Field, wording: Wording) -> str:
    """How a column is filled in, in words."""
    language = wording.language
    said = [say("desk.rows.required", language)] if field.required and field.when is None else []
    if field.kind in _CHOICES:
        listed = say("desk.rows.or", language).join(wording.choice(field.id, each) for each in field.choices)
        said.append(say("desk.rows.one_of", language, choices=listed))
    elif kind := say_or(f"desk.rows.kind.{field.kind.value}", language, ""):
        said.append(kind)
    if field.unit:
        said.append(field.unit)
    if help_ := wording.help(form, field.id):
        said.append(help_)
    return say("desk.rows.stop", language).join(said)
