"""What still names a row that a load or a step ends: cases that have not ended, by their answers, and rows of other brought registers.

Nothing is refused by it: what a case took over stays with it, and a county may end what nobody should choose any more. But whoever ends it is
told, for a row that names a code which is none reads as an error to everybody after.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from tongban.apps.office import Office
from tongban.kernel.events import Written
from tongban.kernel.form import ENTRIES, Field, FieldKind, Held
from tongban.kernel.procedure.decide import Decided
from tongban.kernel.procedure.subjects import codes_given
from tongban.kernel.refusal import Refused
from tongban.store.subjects import all_of

_OPEN = """SELECT state::json -> 'facts' ->> %s, count(*) FROM store_case
           WHERE county = %s AND standing <> 'end' AND practice = %s AND id <> ALL(%s::uuid[])
             AND state::json -> 'facts' ->> %s IS NOT NULL GROUP BY 1"""


class Still(Struct, frozen=True):
    """How many cases that have not ended name a code, and how many rows of other brought registers."""

    cases: int = 0
    rows: int = 0


def still_named(
    here: Office,
    register: str,
    codes: Iterable[str],
    now: datetime,
    *,
    since: datetime | None = None,
    loaded: Container[str] = (),
    case: str = "",
) -> Mapping[str, Still]:
    """Of codes that end in one register those that are named then, ``since`` when they end (now, where nothing is said). Registers that are
    ``loaded`` with it are read anew by it, and the ``case`` that ends them does not count."""
    wanted = frozenset(codes)
    if not wanted:
        return {}
    cases, rows, columns = Counter[str](), Counter[str](), dict[str, set[str]]()
    for practice, adoption in here.all_practices(now):
        procedure = here.procedure(adoption)
        keys = {each.key[0] for each in procedure.registers if each.id == register and len(each.key) == 1}
        fields = [each for form in procedure.forms.values() for each in form.fields]
        asked = {each.id for each in fields if _of(each, register) or _is(each, keys)}
        for field in sorted(asked):
            for said, n in here.rows(
                _OPEN, [field, here.county.code, practice, [case] if case else [], field]
            ):
                cases.update({code: int(str(n)) for code in set(_codes(str(said))) & wanted})
        for each in procedure.registers:
            named = {column.id for column in each.asked if column.kind in ENTRIES and register in column.of}
            if each.brought and named:
                columns.setdefault(each.id, set()).update(named)
    kept = [each for each in columns if each not in loaded]
    there = all_of(here.journal, kept, since or now)
    for (name, key), (said, _) in there.items():
        own = next(e for _, a in here.all_practices(now) for e in here.procedure(a).registers if e.id == name)
        row = own.said(key, said)
        rows.update(
            {code for column in columns[name] for code in codes_given(row.get(column) or ())} & wanted
        )
    return {code: Still(cases[code], rows[code]) for code in sorted(wanted) if cases[code] or rows[code]}


def ends_named(here: Office, decided: Decided, now: datetime) -> tuple[Refused, ...]:
    """``register.ends_named`` where a step writes the day from which an entry of the catalogue is offered no longer, and something else
    names it still."""
    case = decided.cases[0]
    catalogue = here.practice(case.adoption).catalogue
    if catalogue is None or catalogue.withdrawn is None:
        return ()
    ended = [
        each.key
        for each in decided.events[0].follows
        if isinstance(each, Written)
        and each.register == catalogue.register_
        and catalogue.withdrawn in each.fields
        and case.facts.get(catalogue.withdrawn)
    ]
    still = still_named(here, catalogue.register_, ended, now, case=case.id)
    return tuple(
        Refused("register.ends_named", "", {"given": code, "cases": each.cases, "rows": each.rows})
        for code, each in still.items()
    )


def _is(field: Field, keys: Container[str]) -> bool:
    """Whether a case is about a row by this field: a code under which the register knows it."""
    return field.kind is FieldKind.code and field.id in keys and field.place is Held.ledger


def _of(field: Field, register: str) -> bool:
    return field.kind in ENTRIES and register in field.of and field.place is Held.ledger


def _codes(said: str) -> tuple[str, ...]:
    """The codes of one answer as the case keeps it: one, or a list."""
    return codes_given(json.loads(said)) if said.startswith("[") else (said,)
