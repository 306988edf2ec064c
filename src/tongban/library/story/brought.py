"""The rows of brought registers that a story begins with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import NAMESPACE_OID, uuid5

from msgspec.structs import replace

from tongban.kernel.county import County
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.procedure.brought import Codes, Entry, keys_in, read_entries
from tongban.kernel.procedure.register import Register
from tongban.kernel.procedure.subjects import Place
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts

Given = Mapping[str, Sequence[Mapping[str, object]]]
Brought = Mapping[str, tuple[Entry, ...]]
"""Rows by register."""


def read_brought(
    registers: Sequence[Register], given: Given, county: County, today: date
) -> Brought | Refused:
    """The rows of each register; they may name each other. Refuses what a load of the county would: ``<register>/rows/<n>/…``."""
    known = {each.id: each for each in registers if each.brought}
    codes: Codes = {name: keys_in(known[name], rows, today) for name, rows in given.items() if name in known}
    found: dict[str, tuple[Entry, ...]] = {}
    faults: list[Refused] = []
    for name, rows in given.items():
        if name not in known:
            continue
        read = read_entries(known[name], rows, county, today, codes)
        if isinstance(read, Refused):
            faults += [replace(each, where=f"{name}/{each.where}", also=()) for each in read.all()]
        else:
            found[name] = read
    return Refused.of(faults) if faults else found


def places(brought: Brought) -> Iterator[tuple[Place, Facts]]:
    """The rows as a decision reads them."""
    for register, entries in brought.items():
        for each in entries:
            yield (register, each.key), each.fields


def seal(register: str, name: str, value: str) -> str:
    """Nobody lives in a story, so its seals need no secret: they only have to be as different as real ones."""
    return str(uuid5(NAMESPACE_OID, canonical((register, name, value))))
