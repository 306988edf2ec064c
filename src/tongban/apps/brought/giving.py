"""What stands in brought registers, given out: as a workbook that can be loaded again, and listed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.brought.loading import spoken_of
from tongban.apps.brought.naming import Spoken, sheet_title
from tongban.apps.casework.choices import shown
from tongban.apps.marking import book_with, mark
from tongban.apps.office import Office, office
from tongban.apps.sheets import add_row, book_bytes, new_book, new_sheet
from tongban.apps.wording import say
from tongban.kernel.form import Field, FieldKind
from tongban.kernel.form.amounts import decimal, yuan
from tongban.kernel.procedure.register import Register
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts, Value
from tongban.store import entries
from tongban.store.notes import readable
from tongban.store.subjects import all_of

_WIDTH = 18
_BETWEEN = "、"


class Standing(Struct, frozen=True):
    """A register as it stands: how many rows, since when, and who loaded it last ("" for nobody)."""

    register: str
    title: str
    practice: str
    rows: int
    since: datetime | None
    by: str


def standing(practice: str, acting: Acting) -> tuple[Standing, ...] | Refused:
    """The brought registers of a practice. Refuses one that is not adopted or has none."""
    here = office()
    said = spoken_of(here, practice, acting)
    if isinstance(said, Refused):
        return said
    return tuple(_standing(here, said, each, acting) for each in said.registers)


def practices_with_registers(acting: Acting) -> tuple[tuple[str, str], ...]:
    """Id and title of every practice in force that has brought registers."""
    here = office()
    return tuple(
        (practice, here.wording(adoption, acting.language).title())
        for practice, adoption in here.all_practices(acting.now)
        if any(each.brought for each in here.procedure(adoption).registers)
    )


def _standing(here: Office, said: Spoken, register: Register, acting: Acting) -> Standing:
    rows = entries.at(here.journal, register.id, acting.now)
    notes = entries.notes(here.journal, register.id)
    last = readable(notes[-1]) if notes else {}
    since = max((each.since for each in rows), default=None)
    return Standing(
        register.id, said.title(register), said.practice, len(rows), since, str(last.get("by", ""))
    )


def history(register: str, key: str) -> tuple[entries.Kept, ...]:
    """All that a row ever said, the latest first."""
    return entries.history(office().journal, register, key)


def workbook(
    practice: str, acting: Acting, registers: Sequence[str] = (), *, public: bool = False
) -> bytes | Refused:
    """An ``.xlsx`` file with a sheet for each brought register of a practice (or for those named): its rows in force, under their
    labels, so that loading it again changes nothing; what the system keeps is there where it is named. Every cell is text. It says who
    took it, unless what it holds is ``public``. Refuses an unknown register."""
    here = office()
    said = spoken_of(here, practice, acting)
    if isinstance(said, Refused):
        return said
    known = {each.id: each for each in said.registers}
    unknown = next((name for name in registers if name not in known), "")
    if unknown:
        return Refused("register.unknown", unknown, {"register": unknown})
    usual = [each for each in said.registers if not each.kept] or [*said.registers]
    wanted = [known[name] for name in registers] or usual
    book = new_book()
    rows = sorted(all_of(here.journal, [each.id for each in wanted], acting.now).items())
    for each in wanted:
        sheet = new_sheet(book, sheet_title(said.title(each)), [_WIDTH] * len(each.asked))
        add_row(sheet, [said.label(each, field.id) for field in each.asked], bold=True)
        for (register, key), (fields, _) in rows:
            if register == each.id:
                add_row(sheet, [_text(here, said, each, field, key, fields) for field in each.asked])
    if public:
        return book_bytes(book)
    about = " ".join((practice, *(each.id for each in wanted)))
    return book_with(book, mark("register", about, acting), acting.language)


def _text(here: Office, said: Spoken, register: Register, field: Field, key: str, fields: Facts) -> str:
    if field.id in register.key:
        parts = [key] if len(register.key) == 1 else json.loads(key)
        return str(parts[register.key.index(field.id)])
    return as_written(here, said, field, fields.get(field.id))


def as_written(here: Office, said: Spoken, field: Field, value: Value | None) -> str:
    """A value as a sheet has it and as it is read again: names of units and choices, codes of entries; "" for none."""
    if value is None:
        return ""
    language, wording = said.wordings[0].language, said.wordings[0]
    match field.kind:
        case FieldKind.choice:
            return wording.choice(field.id, str(value))
        case FieldKind.choices:
            return _BETWEEN.join(wording.choice(field.id, each) for each in cast("tuple[str, ...]", value))
        case FieldKind.entries:
            return _BETWEEN.join(cast("tuple[str, ...]", value))
        case FieldKind.units:
            names = (shown(FieldKind.unit, each, here, language) for each in cast("tuple[str, ...]", value))
            return _BETWEEN.join(names)
        case FieldKind.unit | FieldKind.division | FieldKind.category:
            return shown(field.kind, str(value), here, language)
        case FieldKind.flag:
            return say("value.yes" if value else "value.no", language)
        case FieldKind.money:
            return yuan(cast("int", value))
        case FieldKind.decimal:
            return decimal(cast("int", value))
        case _:
            return str(value)
