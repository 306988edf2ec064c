"""Counts of cases by unit and by kind: of the open ones from one look at them, of the settled ones lately."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast

from msgspec import Struct, field
from msgspec.structs import replace

from tongban.apps.office import Office
from tongban.apps.supervision.picking import Group
from tongban.apps.supervision.scope import Scope
from tongban.apps.supervision.views import Standing
from tongban.apps.supervision.watching import SETTLED, Watch, bounds
from tongban.kernel.procedure.model import Kind, Procedure, Relation


def standings(counted: Iterable[Group]) -> Mapping[str, Standing]:
    """How the open cases of each holder stand."""
    found: dict[str, Standing] = defaultdict(Standing)
    for group in counted:
        found[group.holder] = found[group.holder].plus(group.standing())
    return found


class KindSum(Struct):
    """Cases of one kind."""

    practice: str
    kind: str
    adoption: str
    reported: bool
    """whether people open such cases themselves"""
    open: int = 0
    late: int = 0
    settled: int = 0
    outcomes: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def minor_kinds(
    here: Office, wanted: Watch, adopted: Mapping[str, tuple[str, Procedure]]
) -> tuple[KindSum, ...]:
    """Every kind of the adopted practices that is not the one residents open, nothing counted yet."""
    return tuple(
        KindSum(practice, kind.id, adoption, _reported(kind))
        for practice, (adoption, procedure) in adopted.items()
        if wanted.practice in ("", practice)
        for kind in procedure.kinds.values()
        if kind.id != here.practice(adoption).opens
    )


def kind_sums(
    here: Office,
    scope: Scope,
    wanted: Watch,
    kinds: Iterable[KindSum],
    counted: Iterable[Group],
    now: datetime,
) -> tuple[KindSum, ...]:
    """These kinds with what is open of them and what was settled lately; those with neither are left out."""
    sums = {(each.practice, each.kind): each for each in kinds}
    for group in counted:
        found = sums.get((group.practice, group.kind))
        if found is not None:
            found.open += group.n
            found.late += group.late
    for practice, name, outcome, n in _settled(here, scope, wanted, list(sums), now) if sums else ():
        sums[practice, name].settled += n
        sums[practice, name].outcomes[outcome] += n
    return tuple(
        sorted((each for each in sums.values() if each.open or each.settled), key=lambda s: not s.reported)
    )


def _settled(
    here: Office, scope: Scope, wanted: Watch, kinds: list[tuple[str, str]], now: datetime
) -> list[tuple[str, str, str, int]]:
    """Practice, kind, outcome and number of what was settled lately."""
    where, values = bounds(here, scope, replace(wanted, state=SETTLED, age=""), now)
    sql = f"""
        SELECT practice, kind, outcome, count(*) FROM store_case
        WHERE {where} AND (practice, kind) IN (SELECT * FROM unnest(%s::text[], %s::text[])) GROUP BY 1, 2, 3
    """  # noqa: S608 - constants and bound values only
    practices, names = map(list, zip(*kinds, strict=True))
    return cast("list[tuple[str, str, str, int]]", here.rows(sql, [*values, practices, names]))


def _reported(kind: Kind) -> bool:
    """Whether people open such cases themselves."""
    return any(who.relation is not Relation.SYSTEM for step in kind.openings() for who in step.by)
