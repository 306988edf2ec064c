"""The telephone numbers of the offices' own, from a sheet: unit and number. Kept as keyed digests, in the place of those before.

Whose number it is is not asked, and not kept: what is found with it is told of the unit.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from msgspec import Struct

from tongban.apps.office import Office, office
from tongban.apps.registry.columns import Column
from tongban.apps.registry.sheets import at_row, read_sheet
from tongban.kernel.form import Field, FieldKind, Form, read
from tongban.kernel.refusal import Refused
from tongban.library.file import content_of
from tongban.store.signs import keep_own_numbers

_PHONE = Form("number", (Field("phone", FieldKind.phone, required=True),))
COLUMNS = (
    Column("unit", ("单位", "部门", "office"), required=True, present=True),
    Column(
        "number", ("电话", "电话号码", "手机", "手机号", "phone", "telephone"), required=True, present=True
    ),
)


class NumbersKept(Struct, frozen=True):
    numbers: int
    units: int


def keep_numbers(path: Path) -> NumbersKept | Refused:
    """Keep the numbers of a sheet. Refuses a sheet that cannot be read, a unit that is not the county's and what is no telephone
    number; then nothing is kept and what was there stays."""
    content = content_of(path)
    if isinstance(content, Refused):
        return content
    here = office()
    sheet = read_sheet(content, COLUMNS, path.name)
    found: list[tuple[str, str]] = []
    faults = [*sheet.faults]
    names = {name: unit for unit, both in here.names.units.items() for name in both if name}
    for row in sheet.rows:
        pair = _pair(here, names, str(row.values["unit"]).strip(), row.values["number"], at_row(row.number))
        if isinstance(pair, Refused):
            faults.append(pair)
        else:
            found.append(pair)
    if faults:
        return Refused.of(faults)
    return NumbersKept(keep_own_numbers(here.journal, found), len({unit for unit, _ in found}))


def _pair(
    here: Office, names: dict[str, str], unit: str, number: object, where: str
) -> tuple[str, str] | Refused:
    code = unit if unit in here.county.units else names.get(unit, "")
    if not code:
        return Refused("signs.unknown_unit", where, {"unit": unit})
    answers = read(_PHONE, {"phone": str(number).strip()}, known={}, today=date.min)
    return answers if isinstance(answers, Refused) else (code, str(answers.values["phone"]))
