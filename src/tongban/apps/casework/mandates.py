"""Borrowed authority on a case: to whom, for what, until when, and each time it was used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.lending import powers, reach
from tongban.apps.casework.story import LENT
from tongban.apps.casework.whole import visible
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.sight import visible as visible_among
from tongban.apps.titles import TITLE
from tongban.apps.wording import Wording, due_moment, moment, say
from tongban.kernel.case import Case, Mandate
from tongban.kernel.events import Event
from tongban.kernel.refusal import Refused
from tongban.store.batch import Loaded, Stored
from tongban.store.journal import COLUMNS, stored

MOST = 50
"""Uses of one mandate that are listed, the latest first."""


class Use(Struct, frozen=True):
    when: str
    number: str
    """"" where the reader may not see that case, or not any more"""
    title: str
    unit: str
    """who had the case that was acted on"""
    what: str
    who: str


class Lent(Struct, frozen=True):
    unit: str
    giver: str
    powers: tuple[str, ...]
    """each step with the kinds of case in which it may be taken, in words"""
    since: str
    until: str
    """its last day; "" for one that ends with the case"""
    in_force: bool
    reach: str
    """whose cases it reaches, in words"""
    uses: tuple[Use, ...]
    more: bool


def by_whose(here: Office, loaded: Loaded, events: Iterable[Event], acting: Acting) -> Mapping[str, str]:
    """For each right by which something was done here by mandate, the case it was given on: title and number.

    Of cases that the reader may not see nothing is said. Costs nothing where nobody acted by a mandate, else three queries.
    """
    used = {event.by.via for event in events if event.by.via.startswith(LENT)}
    if not used:
        return {}
    language = acting.language
    rows = here.rows(
        f"SELECT id::text, number, {TITLE}, state FROM store_case WHERE county = %s AND id = ANY(%s::uuid[])",  # noqa: S608
        [here.county.code, [loaded.case.id, *loaded.above]],
    )
    open_to = visible_among(here, acting, [str(row[0]) for row in rows])
    return {
        via: say("story.mandate_of", language, title=str(title), number=written(str(number)))
        for via in used
        for id_, number, title, state in rows
        if id_ in open_to and f'"{via.removeprefix(LENT)}"' in str(state)
    }


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
    open_to = visible_among(here, acting, [entry.chain for _, entry in uses]) if uses else set()
    ends = min((each for each in (mandate.until, mandate.ended) if each is not None), default=None)
    return Lent(
        unit=here.names.unit(mandate.unit, language),
        giver=here.names.unit(mandate.giver, language),
        powers=powers(mandate.powers, wording),
        since=moment(mandate.since, language, acting.now),
        until=due_moment(ends, language, acting.now) if ends is not None else "",
        in_force=mandate.in_force(acting.now),
        reach=reach(mandate, case, wording),
        uses=tuple(_use(row, entry, here, acting, seen=entry.chain in open_to) for row, entry in uses[:MOST]),
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


def _use(row: Row, entry: Stored, here: Office, acting: Acting, *, seen: bool) -> Use:
    number, title, holder, adoption = row
    event, language = entry.event(), acting.language
    wording: Wording = here.wording(adoption, language)
    at: datetime = event.at
    return Use(
        when=moment(at, language, acting.now),
        number=written(number) if seen else "",
        title=title if seen else "",
        unit=here.names.unit(holder, language),
        what=wording.past(event.step),
        who=here.names.person(event.by.person, language) or here.names.unit(event.by.unit, language),
    )
