"""What a hotspot's cases were placed under already: the efforts that took it on, so that nobody begins a second one unawares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.holding import held_by
from tongban.apps.numbers import written
from tongban.apps.office import Office
from tongban.apps.sight import visible
from tongban.apps.supervision.lines import Seen, rows_of
from tongban.apps.titles import untitled
from tongban.store.nearby import Nearby


class Effort(Struct, frozen=True):
    """A case that cases of a hotspot stand under, by their ``numbers``, and the unit that leads it.

    A reader who may not see it is not told.
    """

    number: str
    title: str
    lead: str
    stage: str
    open: bool
    numbers: tuple[str, ...]


def efforts_of(
    here: Office, acting: Acting, hotspots: Sequence[Sequence[Nearby]]
) -> tuple[tuple[Effort, ...], ...]:
    """For each of these hotspots, by its cases, what took it on: open ones first, then what has most of its cases."""
    under = _under(here, [case.id for cases in hotspots for case in cases])
    above = sorted(set(under.values()))
    mine = visible(here, acting, above) if above else set()
    rows = {row.id: row for row in rows_of(here, sorted(mine))}
    return tuple(tuple(_efforts(here, acting, cases, under, rows)) for cases in hotspots)


def _efforts(
    here: Office, acting: Acting, cases: Sequence[Nearby], under: Mapping[str, str], rows: Mapping[str, Seen]
) -> list[Effort]:
    numbers: dict[str, list[str]] = {}
    for case in cases:
        if under.get(case.id) in rows:
            numbers.setdefault(under[case.id], []).append(case.number)
    found = [_effort(here, rows[each], own, acting.language) for each, own in numbers.items()]
    return sorted(found, key=lambda effort: (not effort.open, -len(effort.numbers), effort.number))


def _under(here: Office, cases: Sequence[str]) -> Mapping[str, str]:
    """The case that each was placed under, of those that were."""
    sql = "SELECT id::text, under::text FROM store_case WHERE county = %s AND id = ANY(%s::uuid[]) AND under IS NOT NULL"
    rows = here.rows(sql, [here.county.code, list(cases)]) if cases else ()
    return {str(case): str(above) for case, above in rows}


def _effort(here: Office, row: Seen, numbers: Sequence[str], language: str) -> Effort:
    wording = here.wording(row.adoption, language)
    return Effort(
        number=written(row.number),
        title=row.title or untitled(wording, row.stage, row.kind),
        lead=held_by(here.names, row.unit, row.lead, language),
        stage=wording.stage(row.stage, row.outcome),
        open=row.standing == "open",
        numbers=tuple(numbers),
    )
