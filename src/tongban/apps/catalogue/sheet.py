"""The catalogue as a spreadsheet: a sheet for each register, in the columns in which it may be loaded again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO

from tongban.apps.catalogue.rows import Row, catalogue_of
from tongban.apps.office import office
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value


def catalogue_sheet(language: str, now: datetime) -> bytes | Refused:
    """An ``.xlsx`` file of all rows, the codes of columns in the first line and what they are called in the second.

    Texts are written as texts: none that begins with a sign of Excel's is ever a formula. Refuses where there is no catalogue.
    """
    from openpyxl import Workbook

    catalogue = catalogue_of(now)
    if isinstance(catalogue, Refused):
        return catalogue
    here, spec = office(), catalogue.spec
    registers = here.practice(catalogue.adoption).registers
    wording = catalogue.wording(here, language)
    columns = {each.id: each for each in registers[spec.register_].fields}
    linked = {columns[name].of[0]: key for key in catalogue.behind if (name := getattr(spec, key))}
    rows: dict[str, Mapping[str, Row]] = {spec.register_: catalogue.rows}
    rows |= {register: catalogue.behind[key] for register, key in linked.items()}
    if spec.exceptions is not None:
        rows[spec.exceptions] = catalogue.exceptions
    book = Workbook(write_only=True)
    for register, kept in rows.items():
        names = (*registers[register].key, *(each.id for each in registers[register].fields))
        sheet = book.create_sheet(register[:31])
        sheet.freeze_panes = "B3"
        _append(sheet, names)
        _append(sheet, [wording.of(f"fields.{name}.label", name) for name in names])
        key = registers[register].key[0]
        for row in kept.values():
            _append(sheet, [row.code if name == key else _cell(row.said.get(name)) for name in names])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _append(sheet: object, values: Sequence[str | int]) -> None:
    from openpyxl.cell import WriteOnlyCell

    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, value)
        if isinstance(value, str):
            cell.data_type = "s"
        cells.append(cell)
    sheet.append(cells)  # type: ignore[attr-defined]


def _cell(value: Value) -> str | int:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return value
        case tuple() | list():
            return ";".join(_texts(value))
        case _:
            return str(value)


def _texts(value: Iterable[object]) -> list[str]:
    return [str(each) for each in value]
