"""All that lies below a case, as far as a monthly table asks for it: the rows, and what belongs to each of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast

from msgspec import Struct

from tongban.apps.office import Office
from tongban.kernel.case import Case
from tongban.kernel.refusal import Refused
from tongban.library.shape.views import TableSpec
from tongban.store.courses import Course, courses

MOST = 20_000
"""Cases that one table is made of: more are a matter of the figures, not of a meeting."""

_BELOW = """
    WITH RECURSIVE down AS (
        SELECT id, parent, kind FROM store_case WHERE county = %s AND parent = %s::uuid
        UNION ALL SELECT c.id, c.parent, c.kind FROM store_case c JOIN down d ON c.county = %s AND c.parent = d.id
    )
    SELECT down.id::text, down.parent::text, down.kind, number, holder, title, adoption
    FROM down JOIN store_case ON county = %s AND store_case.id = down.id
    ORDER BY string_to_array(number, '-')::bigint[] LIMIT %s
"""


class Below(Struct, frozen=True):
    """One case below, with what the ledger says of it."""

    id: str
    parent: str
    kind: str
    number: str
    holder: str
    title: str
    adoption: str
    course: Course


class Gathered(Struct, frozen=True):
    """The rows of a table in the order of the tree, and by row all cases that belong to it, itself first."""

    rows: tuple[Below, ...]
    parts: Mapping[str, tuple[Below, ...]]


def gathered(here: Office, case: Case, table: TableSpec) -> Gathered | Refused:
    """Two queries. Refuses a tree of more cases than a table can be made of at once."""
    county = here.county.code
    found = here.rows(_BELOW, [county, case.id, county, county, MOST + 1])
    if len(found) > MOST:
        return Refused("case.too_wide", "number", {"most": MOST})
    wanted = {table.of, *table.counts, *table.spent}
    every = cast("list[tuple[str, str, str, str, str, str, str]]", found)
    told = courses(here.journal, [row[0] for row in every if row[2] in wanted])
    return _by_row(every, told, table.of)


def _by_row(
    every: Collection[tuple[str, str, str, str, str, str, str]], told: Mapping[str, Course], of: str
) -> Gathered:
    """What belongs to a row is what lies below it, down to the next row."""
    row_of: dict[str, str] = {}
    rows: list[Below] = []
    parts: dict[str, list[Below]] = {}
    for id_, parent, kind, number, holder, title, adoption in every:
        one = Below(id_, parent, kind, number, holder, title, adoption, told.get(id_, ()))
        row = id_ if kind == of else row_of.get(parent, "")
        row_of[id_] = row
        if kind == of:
            rows.append(one)
        if row:
            parts.setdefault(row, []).append(one)
    return Gathered(tuple(rows), {row: tuple(each) for row, each in parts.items()})
