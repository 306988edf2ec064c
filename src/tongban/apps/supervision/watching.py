"""Which open cases a leader looks at: one filter for the overview and for the lists behind its numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from msgspec import Struct

from tongban.apps.office import Office
from tongban.apps.supervision.scope import Scope
from tongban.apps.supervision.stranded import OF_PLACES, stranded
from tongban.apps.supervision.views import AGES
from tongban.apps.wording import SOON

NOBODY = "nobody"
STATES = ("open", "late", "soon", "own", "other", "requester", "stopped", NOBODY)
"""open; of these late, due within a day; waiting for the holder, another unit, the requester; no clock of its own running; standing where nobody
could go on with them."""
SETTLED = "settled"
LATELY = timedelta(days=30)
"""How far back the settled cases of a list go."""

_STATE_SQL = {
    "own": "waiting = holder AND next_due IS NOT NULL",
    "other": "waiting <> holder AND waiting <> '' AND next_due IS NOT NULL",
    "requester": "waiting = '' AND next_due IS NOT NULL",
    "stopped": "next_due IS NULL",
}


class Watch(Struct, frozen=True):
    """What is looked at; all of it stands in the address. ``unit`` means the unit and all below it.

    ``itself`` "1" leaves out what is below. ``age`` is a column of the distribution, counted from 0.
    """

    unit: str = ""
    itself: str = ""
    practice: str = ""
    kind: str = ""
    state: str = ""
    age: str = ""
    after: str = ""


def units_in(here: Office, scope: Scope, wanted: Watch) -> list[str]:
    """The units whose cases are looked at."""
    if wanted.unit and wanted.itself:
        return [wanted.unit] if wanted.unit in scope.units else []
    return sorted(scope.below(wanted.unit, here.county) if wanted.unit else scope.units)


def bounds(here: Office, scope: Scope, wanted: Watch, now: datetime) -> tuple[str, list[object]]:
    """Conditions on ``store_case`` as fixed SQL with the values beside it."""
    if wanted.state == SETTLED:
        # Whatever has this moment is settled: a case that goes on loses it.
        clauses, values = ["county = %s", "settled_at > %s"], [here.county.code, now - LATELY]
    else:
        clauses, values = ["county = %s", "standing = 'open'"], cast("list[object]", [here.county.code])
    if here.county.guarded:
        clauses.append("practice <> ALL(%s)")
        values.append(sorted(here.county.guarded))
    if not scope.whole or wanted.unit:
        clauses.append("holder = ANY(%s)")
        values.append(units_in(here, scope, wanted))
    for column, value in (("practice", wanted.practice), ("kind", wanted.kind)):
        if value:
            clauses.append(f"{column} = %s")
            values.append(value)
    if wanted.state in ("late", "soon"):
        clauses += ["waiting <> ''", "next_due <= %s"]
        values.append(now if wanted.state == "late" else now + SOON)
        if wanted.state == "soon":
            clauses.append("next_due > %s")
            values.append(now)
    elif wanted.state == NOBODY:
        places = [each.columns for each in stranded(here, now)]
        clauses.append(OF_PLACES if places else "false")
        values += [list(column) for column in zip(*places, strict=True)]
    elif wanted.state in _STATE_SQL:
        clauses.append(_STATE_SQL[wanted.state])
    since, until = _opened(wanted.age, now)
    if until is not None:
        clauses.append("opened_at <= %s")
        values.append(until)
    if since is not None:
        clauses.append("opened_at > %s")
        values.append(since)
    return " AND ".join(clauses), values


def _opened(age: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Between which moments a case of a column was registered: after the first, up to the second."""
    if not age.isdecimal() or int(age) > len(AGES):
        return None, None
    column = int(age)
    until = now - timedelta(days=AGES[column - 1]) if column else None
    since = now - timedelta(days=AGES[column]) if column < len(AGES) else None
    return since, until


def cursor_bounds(cursor: str, *, settled: bool) -> tuple[str, list[object]]:
    """The rows after a cursor; one that is not ours shows the first page."""
    at, _, last = cursor.partition("~")
    try:
        UUID(last)
        known = (not at and not settled) or datetime.fromisoformat(at).tzinfo is not None
    except ValueError:
        known = False
    if not known:
        return "", []
    if settled:
        return " AND (settled_at, id) < (%s::timestamptz, %s::uuid)", [at, last]
    if not at:
        return " AND next_due IS NULL AND id > %s::uuid", [last]
    return " AND (next_due IS NULL OR (next_due, id) > (%s::timestamptz, %s::uuid))", [at, last]
