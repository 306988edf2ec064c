"""Borrowed authority on a case: to whom, for what, until when, and each time it was used."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.whole import visible
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.wording import Wording, due_moment, moment
from tongban.kernel.case import Case, Mandate
from tongban.kernel.refusal import Refused
from tongban.store.batch import Stored
from tongban.store.journal import COLUMNS, stored

MOST = 50
"""Uses of one mandate that are listed, the latest first."""


class Use(Struct, frozen=True):
    when: str
    number: str
    title: str
    unit: str
    """who had the case that was acted on"""
    what: str
    who: str


class Lent(Struct, frozen=True):
    unit: str
    giver: str
    powers: tuple[str, ...]
    since: str
    until: str
    """its last day; "" for one that ends with the case"""
    in_force: bool
    uses: tuple[Use, ...]
    more: bool


def mandates(number: str, acting: Acting) -> tuple[Lent, ...] | Refused:
    """The mandates given on a case, the latest first, for whoever may see the case."""
    here = office()
    seen = visible(number, acting, here)
    if isinstance(seen, Refused):
        return seen
    case = seen[0].case
    return tuple(_lent(each, case, here, acting) for each in reversed(case.mandates))


def _lent(mandate: Mandate, case: Case, here: Office, acting: Acting) -> Lent:
    language = acting.language
    wording = here.wording(case.adoption, language)
    uses = _uses(mandate, case, here)
    ends = min((each for each in (mandate.until, mandate.ended) if each is not None), default=None)
    return Lent(
        unit=here.names.unit(mandate.unit, language),
        giver=here.names.unit(mandate.giver, language),
        powers=tuple(wording.step(power) for power in mandate.powers),
        since=moment(mandate.since, language, acting.now),
        until=due_moment(ends, language, acting.now) if ends is not None else "",
        in_force=mandate.in_force(acting.now),
        uses=tuple(_use(row, event, here, acting) for row, event in uses[:MOST]),
        more=len(uses) > MOST,
    )


_BELOW = """
    WITH RECURSIVE down AS (
        SELECT id FROM store_case WHERE county = %s AND id = %s::uuid
        UNION
        SELECT c.id FROM store_case c JOIN down d ON c.county = %s AND (c.parent = d.id OR c.under = d.id)
    )
"""
Row = tuple[str, str, str, str]
"""number, title, holder and adoption of a case"""


def _uses(mandate: Mandate, case: Case, here: Office) -> list[tuple[Row, Stored]]:
    """Every step that was taken by it, on the case and on all that stands under it. Reads the events of these cases alone."""
    sql = f"""{_BELOW} SELECT c.number, c.title, c.holder, c.adoption, {", ".join("e." + name for name in COLUMNS.split(", "))}
        FROM down JOIN store_case c ON c.county = %s AND c.id = down.id
        JOIN store_event e ON e.county = c.county AND e.chain = c.id
        WHERE strpos(e.body, %s) > 0 ORDER BY e.at DESC, e.seq DESC LIMIT %s"""  # noqa: S608 - constants only
    county = here.county.code
    used = f'"mandate:{mandate.id}"'
    rows = here.rows(sql, [county, case.id, county, county, used, MOST + 1])
    return [(cast("Row", tuple(row[:4])), stored(row[4:])) for row in rows]


def _use(row: Row, entry: Stored, here: Office, acting: Acting) -> Use:
    number, title, holder, adoption = row
    event, language = entry.event(), acting.language
    wording: Wording = here.wording(adoption, language)
    at: datetime = event.at
    return Use(
        when=moment(at, language, acting.now),
        number=written(number),
        title=title,
        unit=here.names.unit(holder, language),
        what=wording.past(event.step),
        who=here.names.person(event.by.person, language) or here.names.unit(event.by.unit, language),
    )
