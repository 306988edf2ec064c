"""A spreadsheet of steps, as rows: the columns are the case or what tells it apart, the step, its moment, and fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.choices import listed
from tongban.apps.casework.many.cells import LANGUAGES
from tongban.apps.casework.many.rows import StepRow
from tongban.apps.casework.whole import visible
from tongban.apps.office import Office
from tongban.apps.registry.columns import Column
from tongban.apps.registry.headers import plain_header
from tongban.apps.registry.sheets import Row, Sheet, read_sheet
from tongban.kernel.form import Field, FieldKind, Held
from tongban.kernel.refusal import Refused

CASE = Column("case", ("办件编号", "编号", "子件编号", "户编号", "case number", "number"))
STEP = Column("step", ("步骤", "办理步骤", "step"), present=True)
AT = Column("at", ("办理时间", "实际时间", "发生时间", "when", "moment"), "instant")
TITLE = Column("title", ("名称", "title of the case"))
STAGE = Column("stage", ("现在环节", "stands at"))
HOLDER = Column("holder", ("承办单位", "held by"))
OWN = (CASE, STEP, AT, TITLE, STAGE, HOLDER)
"""The sheet's own columns; the last three are there to be read by people."""
_KEYS = (FieldKind.files, FieldKind.text, FieldKind.choices, FieldKind.units, FieldKind.entries)
"""Kinds of field by which no case is told apart."""


class Book(Struct, frozen=True):
    """``rows`` are those that ask for a step; ``faults`` are about the whole file (then there are no rows).

    ``ignored`` are headers that belong to no field: what a row has under one is refused with it.
    """

    rows: tuple[StepRow, ...] = ()
    faults: tuple[Refused, ...] = ()
    ignored: tuple[str, ...] = ()


def read_steps(content: bytes, acting: Acting, here: Office, under: str = "", name: str = "") -> Book:
    """The rows of a sheet. Those without a step and without anything entered are left out: a template may be half filled.

    A row that cannot be read is a row with a fault: it is refused in its place, so that what comes after it on its case waits.
    """
    kinds = _kinds_below(here, under, acting) if under else _kinds_at_all(here, acting)
    if isinstance(kinds, Refused):
        return Book(faults=(kinds,))
    keys = key_labels(here, kinds)
    labels = dict.fromkeys((*keys, *_labels(here, kinds)))
    columns = [*(Column(label, (label,)) for label in labels if label), *OWN]
    sheet = read_sheet(content, columns, name, strangers=True)
    if not sheet.headers and sheet.faults:
        return Book(faults=tuple(_own(each) for each in sheet.faults), ignored=sheet.ignored)
    said = _said_for(here, kinds)
    rows = [_row(row, keys, said, frozenset(sheet.ignored), None) for row in sheet.rows]
    rows += [_row(row, keys, said, frozenset(sheet.ignored), _fault(row, sheet)) for row in sheet.broken]
    asked = sorted((row for row in rows if row is not None), key=lambda each: each.number)
    faults = () if asked else (Refused("rows.nothing", name),)
    return Book(tuple(asked), faults, sheet.ignored)


def _own(fault: Refused) -> Refused:
    """Where no header was found, in the words of this sheet: not those of a sheet of messages."""
    return replace(fault, code="rows.no_header") if fault.code == "sheet.no_header" else fault


def _row(
    row: Row,
    keys: Mapping[str, str],
    said: Mapping[str, Mapping[str, str]],
    strange: frozenset[str],
    fault: Refused | None,
) -> StepRow | None:
    """``said``: what the values of a key are called. What stands under a ``strange`` header alone asks for nothing."""
    own = {each.name for each in OWN}
    typed = {field: row.text(label).strip() for label, field in keys.items() if row.text(label).strip()}
    key = {field: said.get(field, {}).get(text, text) for field, text in typed.items()}
    cells = {name: cell for name, cell in row.values.items() if name not in own and name not in keys}
    at = row.values.get("at")
    step = row.text("step").strip()
    if not step and not cells.keys() - strange and fault is None:
        return None
    if not step and fault is None:
        fault = Refused("rows.step_missing", "step")
    moment = at if isinstance(at, datetime) else None
    return StepRow(row.number, step, row.text("case").strip(), key, moment, {}, cells, fault)


def _fault(row: Row, sheet: Sheet) -> Refused:
    """What is wrong with a row that could not be read; beyond the first 500 only that something is."""
    places = (f"row {row.number},", f"row {row.number}")
    found = [each for each in sheet.faults if each.where == places[1] or each.where.startswith(places[0])]
    return Refused.of(found) if found else Refused("rows.unread", "")


Kinds = frozenset[tuple[str, str]]
"""Adoption and kind."""


def _kinds_below(here: Office, under: str, acting: Acting) -> Kinds | Refused:
    seen = visible(under, acting, here)
    if isinstance(seen, Refused):
        return seen
    county = here.county.code
    rows = here.rows(
        """WITH RECURSIVE down AS (
               SELECT id, adoption, kind FROM store_case WHERE county = %s AND parent = %s::uuid
               UNION ALL SELECT c.id, c.adoption, c.kind FROM store_case c JOIN down d ON c.county = %s AND c.parent = d.id
           ) SELECT DISTINCT adoption, kind FROM down""",
        [county, seen[0].case.id, county],
    )
    return frozenset(cast("list[tuple[str, str]]", rows))


def _kinds_at_all(here: Office, acting: Acting) -> Kinds:
    return frozenset(
        (adoption, kind)
        for _, adoption in here.practices(acting.now)
        for kind in here.procedure(adoption).kinds
    )


def _labels(here: Office, kinds: Kinds) -> Iterable[str]:
    """Every header that a field of a step may stand under: its id, and its label in either language."""
    for adoption, kind in sorted(kinds):
        procedure = here.procedure(adoption)
        wordings = [here.wording(adoption, language) for language in LANGUAGES]
        for form in {
            step.form for step in procedure.kinds[kind].steps.values() if step.form and not step.opens
        }:
            for field in procedure.forms[form].fields:
                yield plain_header(field.id)
                yield from (plain_header(wording.label(form, field.id)) for wording in wordings)


def key_labels(here: Office, kinds: Kinds) -> dict[str, str]:
    """The facts that cases are opened with and the ledger keeps, by every header that they may stand under."""
    found: dict[str, str] = {}
    for adoption, kind in sorted(kinds):
        wordings = [here.wording(adoption, language) for language in LANGUAGES]
        for form, field in opened_with(here, adoption, kind):
            found[plain_header(field.id)] = field.id
            found |= {plain_header(wording.label(form, field.id)): field.id for wording in wordings}
    return found


def _said_for(here: Office, kinds: Kinds) -> dict[str, dict[str, str]]:
    """By field of a key, the values by what they are called in either language: choices, units, divisions."""
    found: dict[str, dict[str, str]] = {}
    for adoption, kind in sorted(kinds):
        for _, field in opened_with(here, adoption, kind):
            known = found.setdefault(field.id, {})
            for language in LANGUAGES:
                wording = here.wording(adoption, language)
                known |= {wording.choice(field.id, each): each for each in field.choices}
                named = listed(field, here, language)
                known |= named.ids if named is not None else {}
    return found


def opened_with(here: Office, adoption: str, kind: str) -> list[tuple[str, Field]]:
    """The fields by which a case of a kind may be told apart, each with the form that asks it: what it was opened with and no later
    step asks anew."""
    procedure = here.procedure(adoption)
    rule = procedure.kinds[kind]
    asked = {step.form for step in rule.steps.values() if step.form and not step.opens}
    later = {field.id for form in asked for field in procedure.forms[form].fields}
    return [
        (step.form, field)
        for step in rule.openings()
        if step.form
        for field in procedure.forms[step.form].fields
        if field.place is Held.ledger and field.kind not in _KEYS and field.id not in later
    ]
