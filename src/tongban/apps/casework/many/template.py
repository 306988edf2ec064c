"""A sheet to fill in: the open cases below another one, and the steps that the reader may take on them now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.choices import shown
from tongban.apps.casework.many.reading import opened_with
from tongban.apps.casework.scenes import looking
from tongban.apps.casework.whole import visible
from tongban.apps.marking import book_with, mark
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.sheets import add_row, new_book, new_sheet
from tongban.apps.titles import TITLE
from tongban.apps.wording import Wording, say
from tongban.kernel.case import Case
from tongban.kernel.form import Field, FieldKind, Form
from tongban.kernel.procedure.available import available
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST = 20_000
"""Open cases in one sheet."""

_OPEN = f"""
    WITH RECURSIVE down AS (
        SELECT id FROM store_case WHERE county = %s AND parent = %s::uuid
        UNION ALL SELECT c.id FROM store_case c JOIN down d ON c.county = %s AND c.parent = d.id
    )
    SELECT number, {TITLE}, adoption, kind, stage, outcome, holder, state::json -> 'facts'
    FROM down JOIN store_case ON county = %s AND store_case.id = down.id WHERE standing = 'open'
    ORDER BY string_to_array(number, '-')::bigint[] LIMIT %s
"""  # noqa: S608 - constants only


class Way(Struct, frozen=True):
    """A step that somebody may take, with what it asks."""

    id: str
    title: str
    wording: Wording
    form: Form | None

    def fields(self) -> tuple[Field, ...]:
        """Those that a sheet can have."""
        return tuple(
            each for each in (self.form.fields if self.form else ()) if each.kind is not FieldKind.files
        )

    def label(self, field: Field) -> str:
        return self.wording.label(self.form.id if self.form is not None else "", field.id)


def template(number: str, acting: Acting) -> bytes | Refused:
    """An ``.xlsx`` file: first the open cases below, then the steps. Refused like the page of the case."""
    here = office()
    seen = visible(number, acting, here)
    if isinstance(seen, Refused):
        return seen
    rows = _open(here, seen[0].case)
    book = _written(here, rows, ways(here, rows, acting), acting)
    return book_with(book, mark("steps", seen[0].case.number, acting), acting.language)


def _open(here: Office, case: Case) -> list[tuple[object, ...]]:
    county = here.county.code
    return here.rows(_OPEN, [county, case.id, county, county, MOST])


def ways(here: Office, rows: Sequence[Sequence[object]], acting: Acting) -> tuple[Way, ...]:
    """The steps that are this reader's on any of these cases, by one case of each kind, stage and holder."""
    like: dict[tuple[object, ...], str] = {}
    for number, _, adoption, kind, stage, _, holder, _ in rows:
        like.setdefault((adoption, kind, stage, holder), str(number))
    found: dict[tuple[str, str], Way] = {}
    for loaded in here.journal.load(numbers=list(like.values())):
        case = loaded.case
        wording = here.wording(case.adoption, acting.language)
        scene = looking(here, loaded, acting.now)
        kind = wording.procedure.kinds[case.kind]
        for each in available(wording.procedure, case, acting.actor, scene):
            form = wording.procedure.forms.get(kind.steps[each.step_id].form)
            found.setdefault(
                (case.kind, each.step_id), Way(each.step_id, wording.step(each.step_id), wording, form)
            )
    return tuple(found.values())


def _written(
    here: Office, rows: Sequence[Sequence[object]], steps: Sequence[Way], acting: Acting
) -> Workbook:
    book = new_book()
    kinds = {(str(row[2]), str(row[3])) for row in rows}
    keys = {
        field.id: (form, a, field) for a, kind in sorted(kinds) for form, field in opened_with(here, a, kind)
    }
    fields = dict.fromkeys(way.label(field) for way in steps for field in way.fields())
    names = [
        here.wording(adoption, acting.language).label(form, key) for key, (form, adoption, _) in keys.items()
    ]
    own = [
        say(f"desk.many.column.{name}", acting.language) for name in ("case", "title", "stage", "step", "at")
    ]
    case, title, stage, step, at = own
    head = [case, *names, title, stage, step, at, *(label for label in fields if label not in names)]
    lines = [_line(here, row, [field for *_, field in keys.values()], acting) for row in rows]
    _sheet(
        book,
        say("desk.many.sheet.cases", acting.language),
        [head, *lines],
        (22, *[12] * len(names), 28, 14, 18, 18),
    )
    listed = [[say(f"desk.many.{name}", acting.language) for name in ("step", "field", "takes")]]
    for way in steps:
        listed += [
            [way.title, way.label(field), _takes(way, field, acting.language)] for field in way.fields()
        ]
        if not way.fields():
            listed.append([way.title, "", say("desk.many.asks_nothing", acting.language)])
    _sheet(book, say("desk.many.sheet.steps", acting.language), listed, (24, 28, 60))
    return book


def _line(here: Office, row: Sequence[object], keys: Sequence[Field], acting: Acting) -> list[str]:
    number, title, adoption, _, stage, outcome, _, facts = row
    wording = here.wording(str(adoption), acting.language)
    known = cast("Mapping[str, Value]", facts or {})
    values = [_key(here, wording, key, known[key.id]) if key.id in known else "" for key in keys]
    return [written(str(number)), *values, str(title), wording.stage(str(stage), str(outcome))]


def _key(here: Office, wording: Wording, field: Field, value: Value) -> str:
    """What tells a case apart, as people call it and as it is understood when the sheet comes back."""
    text = str(value)
    if field.kind is FieldKind.choice:
        return wording.choice(field.id, text)
    if field.kind is FieldKind.entry:
        return here.names.entry(field.of[0], text, wording.language)
    return shown(field.kind, text, here, wording.language)


def _takes(way: Way, field: Field, language: str) -> str:
    """What may stand in a cell, in a few words."""
    said = [say("desk.many.required", language)] if field.required else []
    if field.choices:
        said.append(" / ".join(way.wording.choice(field.id, each) for each in field.choices))
    return "; ".join((*said, way.wording.help(way.form.id if way.form else "", field.id))).strip("; ")


def _sheet(book: Workbook, title: str, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    sheet = new_sheet(book, title, widths)
    for n, row in enumerate(rows):
        add_row(sheet, row, bold=n == 0)
