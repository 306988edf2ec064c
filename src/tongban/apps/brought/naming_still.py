"""What still names a row that a load ends: cases that have not ended, by their answers, and rows of other brought registers.

Nothing is refused by it: what a case took over stays with it, and a county may end what nobody should choose any more. But whoever ends it is
told, for a row that names a code which is none reads as an error to everybody after.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from tongban.apps.brought.loading import Load
from tongban.apps.office import Office
from tongban.kernel.form import ENTRIES, Field, Held
from tongban.kernel.procedure.subjects import codes_given
from tongban.store.subjects import all_of

_OPEN = """SELECT state::json -> 'facts' ->> %s, count(*) FROM store_case
           WHERE county = %s AND standing <> 'end' AND practice = %s AND state::json -> 'facts' ->> %s IS NOT NULL GROUP BY 1"""


class Still(Struct, frozen=True):
    """How many cases that have not ended name a code, and how many rows of other brought registers."""

    cases: int = 0
    rows: int = 0


def still_named(
    here: Office, load: Load, register: str, codes: Iterable[str], now: datetime
) -> Mapping[str, Still]:
    """Of codes that a load ends in one register those that are named once it is done."""
    wanted = frozenset(codes)
    if not wanted:
        return {}
    cases, rows, columns = Counter[str](), Counter[str](), dict[str, set[str]]()
    for practice, adoption in here.all_practices(now):
        procedure = here.procedure(adoption)
        asked = {each.id for form in procedure.forms.values() for each in form.fields if _of(each, register)}
        for field in sorted(asked):
            for said, n in here.rows(_OPEN, [field, here.county.code, practice, field]):
                cases.update({code: int(str(n)) for code in set(_codes(str(said))) & wanted})
        for each in procedure.registers:
            named = {column.id for column in each.asked if column.kind in ENTRIES and register in column.of}
            if each.brought and named:
                columns.setdefault(each.id, set()).update(named)
    kept = [each for each in columns if each not in load.rows]
    there = all_of(here.journal, kept, load.since)
    for (name, key), (said, _) in there.items():
        own = next(e for _, a in here.all_practices(now) for e in here.procedure(a).registers if e.id == name)
        row = own.said(key, said)
        rows.update(
            {code for column in columns[name] for code in codes_given(row.get(column) or ())} & wanted
        )
    return {code: Still(cases[code], rows[code]) for code in sorted(wanted) if cases[code] or rows[code]}


def _of(field: Field, register: str) -> bool:
    return field.kind in ENTRIES and register in field.of and field.place is Held.ledger


def _codes(said: str) -> tuple[str, ...]:
    """The codes of one answer as the case keeps it: one, or a list."""
    return codes_given(json.loads(said)) if said.startswith("[") else (said,)
