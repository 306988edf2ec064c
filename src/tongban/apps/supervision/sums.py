"""Counts of cases by unit and by kind, each in one statement over the projection's columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from tongban.apps.office import Office
from tongban.apps.supervision.scope import Scope
from tongban.apps.supervision.views import AGES, Standing
from tongban.apps.supervision.watching import Watch, bounds
from tongban.apps.wording import SOON
from tongban.kernel.procedure.model import Kind, Procedure, Relation

LATEST = 4
WAITING = ("own", "other", "requester", "stopped")


@dataclass(slots=True)
class KindSum:
    """Cases of one kind; ``latest`` are the ids of those registered last."""

    practice: str
    kind: str
    adoption: str
    reported: bool
    open: int = 0
    late: int = 0
    settled: int = 0
    outcomes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    latest: list[str] = field(default_factory=list)


def standings(here: Office, where: str, values: list[object], now: datetime) -> Mapping[str, Standing]:
    """How the open cases of each holder stand."""
    columns = ", ".join(["%s"] * len(AGES))
    sql = f"""
        SELECT holder,
               CASE WHEN next_due IS NULL THEN 'stopped' WHEN waiting = '' THEN 'requester'
                    WHEN waiting = holder THEN 'own' ELSE 'other' END,
               width_bucket(extract(epoch FROM %s - opened_at)::float8, ARRAY[{columns}]::float8[]),
               count(*), count(*) FILTER (WHERE waiting <> '' AND next_due <= %s),
               count(*) FILTER (WHERE waiting <> '' AND next_due > %s AND next_due <= %s)
        FROM store_case WHERE {where} GROUP BY 1, 2, 3
    """  # noqa: S608 - constants and bound values only
    rows = here.rows(sql, [now, *(days * 86400 for days in AGES), now, now, now + SOON, *values])
    found: dict[str, Standing] = defaultdict(Standing)
    for holder, state, column, n, late, soon in cast("list[tuple[str, str, int, int, int, int]]", rows):
        ages = tuple(n if at == column else 0 for at in range(len(AGES) + 1))
        own, other, requester, stopped = (n if state == each else 0 for each in WAITING)
        found[holder] = found[holder].plus(Standing(n, late, soon, own, other, requester, stopped, ages))
    return found


def kind_sums(
    here: Office,
    scope: Scope,
    wanted: Watch,
    adopted: Mapping[str, tuple[str, Procedure]],
    now: datetime,
) -> tuple[KindSum, ...]:
    """Every kind of the adopted practices that is not the one residents open: open ones and those settled lately."""
    sums = {
        (practice, kind.id): KindSum(practice, kind.id, adoption, _reported(kind))
        for practice, (adoption, procedure) in adopted.items()
        if wanted.practice in ("", practice)
        for kind in procedure.kinds.values()
        if kind.id != here.practice(adoption).opens
    }
    if not sums:
        return ()
    where, values = bounds(here, scope, replace(wanted, state="", age=""), now)
    lately, lately_values = bounds(here, scope, replace(wanted, state="settled", age=""), now)
    pairs = "(practice, kind) IN (SELECT * FROM unnest(%s::text[], %s::text[]))"
    names = [[practice for practice, _ in sums], [kind for _, kind in sums]]
    sql = f"""
        SELECT practice, kind, standing = 'open', outcome, count(*),
               count(*) FILTER (WHERE standing = 'open' AND waiting <> '' AND next_due <= %s),
               (array_agg(id::text ORDER BY opened_at DESC))[1:{LATEST}],
               (array_agg(opened_at ORDER BY opened_at DESC))[1:{LATEST}]
        FROM (SELECT * FROM store_case WHERE {where} AND {pairs}
              UNION ALL SELECT * FROM store_case WHERE {lately} AND {pairs}) AS found
        GROUP BY 1, 2, 3, 4
    """  # noqa: S608 - constants and bound values only
    rows = here.rows(sql, [now, *values, *names, *lately_values, *names])
    latest: dict[tuple[str, str], list[tuple[datetime, str]]] = defaultdict(list)
    for practice, kind, is_open, outcome, n, late, ids, opened in cast(
        "list[tuple[str, str, bool, str, int, int, list[str], list[datetime]]]", rows
    ):
        found = sums[practice, kind]
        found.late += late
        if is_open:
            found.open += n
        else:
            found.settled += n
            found.outcomes[outcome] += n
        latest[practice, kind] += zip(opened, ids, strict=True)
    for key, pairs_found in latest.items():
        if sums[key].reported:
            sums[key].latest = [id_ for _, id_ in sorted(pairs_found, reverse=True)[:LATEST]]
    return tuple(
        sorted((each for each in sums.values() if each.open or each.settled), key=lambda s: not s.reported)
    )


def _reported(kind: Kind) -> bool:
    """Whether people open such cases themselves."""
    return any(who.relation is not Relation.SYSTEM for step in kind.openings() for who in step.by)
