"""Cells under the labels of a form, as answers to its fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

from tongban.apps.casework.many.rows import StepRow
from tongban.apps.registry.headers import plain_header
from tongban.apps.registry.sheets import Cell
from tongban.apps.registry.times import instant_of
from tongban.apps.wording import Wording, say
from tongban.kernel.clock import local_date
from tongban.kernel.form import Field, FieldKind, Form
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.refusal import Refused

LANGUAGES = ("zh-Hans", "en")


def answers_in(
    row: StepRow, form: Form | None, wordings: tuple[Wording, ...]
) -> Mapping[str, object] | Refused:
    """Answers by field: those that came by field, and what the cells say, by id or label in either language.

    Choices may be called by their titles, a date may be one of the spreadsheet's own. Refuses a cell that the step does not ask
    for (``rows.not_asked``): it would be lost.
    """
    if not row.cells:
        return row.answers
    fields = headed(form.id, wordings) if form is not None else {}
    found = dict(row.answers)
    lost = [header for header in row.cells if header not in fields]
    if lost:
        return Refused.of([Refused("rows.not_asked", header, {"header": header}) for header in lost])
    for header, cell in row.cells.items():
        asked = fields[header]
        found[asked.id] = _answer(asked, cell, wordings)
    return found


@lru_cache(maxsize=64)
def headed(form: str, wordings: tuple[Wording, ...]) -> Mapping[str, Field]:
    """The fields of a form that a sheet can have, by every header that one may stand under."""
    fields = [each for each in wordings[0].procedure.forms[form].fields if each.kind is not FieldKind.files]
    labels = {plain_header(wording.label(form, each.id)): each for wording in wordings for each in fields}
    return {**labels, **{plain_header(each.id): each for each in fields}}


def _answer(asked: Field, cell: Cell, wordings: tuple[Wording, ...]) -> object:
    text = str(cell).strip()
    match asked.kind:
        case FieldKind.choice | FieldKind.choices:
            titles = _titles(asked, wordings)
            parts = [text] if asked.kind is FieldKind.choice else _parts(text)
            chosen = [titles.get(part, part) for part in parts]
            return chosen[0] if asked.kind is FieldKind.choice else chosen
        case FieldKind.flag:
            return {
                say(f"value.{word}", language): word == "yes"
                for word in ("yes", "no")
                for language in LANGUAGES
            }.get(text, text)
        case FieldKind.date | FieldKind.moment:
            at = instant_of(text)
            if at is None:
                return text
            return local_date(at).isoformat() if asked.kind is FieldKind.date else instant_text(at)
        case _:
            return text if not isinstance(cell, datetime) else cell.isoformat()


def _titles(asked: Field, wordings: tuple[Wording, ...]) -> Mapping[str, str]:
    return {wording.choice(asked.id, each): each for wording in wordings for each in asked.choices}


def _parts(text: str) -> list[str]:
    for sign in "；;，,、|\n":
        text = text.replace(sign, "\x1f")
    return [part.strip() for part in text.split("\x1f") if part.strip()]
