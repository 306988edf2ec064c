"""What a leader wants to know in ten seconds: what is late or about to be, where; what is stuck, since when."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import Q

from tongban.apps.acting import Acting
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.supervision.lines import COLUMNS, Seen, counts_of, seen, watched
from tongban.apps.supervision.listing import practice_choices
from tongban.apps.supervision.scope import SUPERIOR, Scope, moves_on, procedures, scope_of
from tongban.apps.supervision.sums import KindSum, kind_sums, standings
from tongban.apps.supervision.views import (
    Card,
    Escalation,
    KindLine,
    Overview,
    Standing,
    UnitLine,
    Watched,
)
from tongban.apps.supervision.watching import Watch, bounds
from tongban.apps.wording import Wording, moment, say
from tongban.library.texts import fill
from tongban.store.models import PublicText

LONGEST = 6
OLDEST = 300
"""Of the cases registered first, among how many the most handed on are looked for."""
URGENT = 1000
"""Of the cases due first, among how many those raised to a superior are looked for."""
FOLLOWED = 30
"""Whose way through the units is read from the ledger."""
SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Picked:
    """Rows that one query brought, each under the reason for which it was picked."""

    longest: tuple[tuple[Seen, Mapping[str, int]], ...]
    oldest: tuple[tuple[Seen, Mapping[str, int]], ...]
    latest: Mapping[str, Seen]
    raised: tuple[tuple[Seen, str, datetime], ...]


def overview(acting: Acting, wanted: Watch) -> Overview:
    """The reader's units as they stand now; narrowed to one unit and those below it, or to a practice."""
    here = office()
    adopted = procedures(here, acting.now)
    scope = scope_of(here, acting, [procedure for _, procedure in adopted.values()])
    focus = wanted.unit if wanted.unit in scope.units else scope.tops[0] if len(scope.tops) == 1 else ""
    where, values = bounds(here, scope, wanted, acting.now)
    by_unit = standings(here, where, values, acting.now)
    sums = kind_sums(here, scope, wanted, adopted, acting.now)
    picked = _picked(here, where, values, [each for found in sums for each in found.latest])
    units, idle = _units(here, acting, scope, focus, by_unit)
    return Overview(
        scope=here.names.unit(focus, acting.language) if focus else "",
        whole=scope.whole and not wanted.unit,
        units_overseen=len(scope.below(focus, here.county)) if focus else len(scope.units),
        now=moment(acting.now, acting.language),
        total=_sum(by_unit.values()),
        units=units,
        idle=idle,
        up=_up(here, scope, wanted.unit),
        longest=tuple(watched(here, acting, row, counts=counts) for row, counts in picked.longest),
        handed_on=_handed_on(here, acting, picked),
        escalations=_escalations(here, acting, picked),
        kinds=_kinds(here, acting, sums, picked.latest),
        cards=_cards(here, acting),
        practices=practice_choices(here, acting, [adoption for adoption, _ in adopted.values()]),
        focus=focus,
    )


def _sum(standings: Iterable[Standing]) -> Standing:
    total = Standing()
    for each in standings:
        total = total.plus(each)
    return total


def _up(here: Office, scope: Scope, unit: str) -> str:
    parent = here.county.units[unit].parent if unit in scope.units else ""
    return parent if parent in scope.units else ""


def _units(
    here: Office, acting: Acting, scope: Scope, focus: str, by_unit: Mapping[str, Standing]
) -> tuple[tuple[UnitLine, ...], int]:
    """The unit in focus without those below it, then each unit right below it with all of its own.

    Without a focus the topmost units of the scope. Late ones first; how many have nothing open is counted.
    """
    units = here.county.units
    heads = [each for each in units if units[each].parent == focus] if focus else list(scope.tops)
    head_of = {head: head for head in heads}
    for unit in units:
        for above in here.county.superiors(unit):
            if above.id in head_of and unit not in head_of:
                head_of[unit] = above.id
    sums: dict[str, Standing] = defaultdict(Standing)
    for unit, standing in by_unit.items():
        head = unit if unit == focus else head_of.get(unit, "")
        if head:
            sums[head] = sums[head].plus(standing)
    parents = {each.parent for each in units.values()}
    lines = [
        UnitLine(
            unit=head,
            name=here.names.unit(head, acting.language),
            standing=sums[head],
            itself=head == focus,
            below=head != focus and head in parents,
        )
        for head in ([focus] if focus else []) + heads
        if sums[head].open
    ]
    lines.sort(key=lambda line: (-line.standing.late, -line.standing.soon, -line.standing.open))
    return tuple(lines), len([head for head in heads if not sums[head].open])


def _picked(here: Office, where: str, values: list[object], latest: list[str]) -> _Picked:
    """Longest at their stage, registered first, raised to a superior, and the named cases: four lists, one query."""
    counts = "(state::jsonb -> 'counts')::text"
    sql = f"""
        (SELECT 'longest', {counts}, {COLUMNS} FROM store_case WHERE {where} AND waiting <> ''
         ORDER BY stage_since, id LIMIT {LONGEST})
        UNION ALL
        (SELECT 'oldest', {counts}, {COLUMNS} FROM store_case WHERE {where} AND waiting <> ''
         ORDER BY opened_at, id LIMIT {OLDEST})
        UNION ALL
        (SELECT 'raised', json_build_array(told.notice, told.at)::text, {COLUMNS}
         FROM (SELECT * FROM store_case WHERE {where} ORDER BY next_due LIMIT {URGENT}) AS cases
         JOIN LATERAL (SELECT notice, at FROM store_notice
                       WHERE county = %s AND chain = cases.id AND "to" = %s ORDER BY at DESC LIMIT 1) AS told ON true
         ORDER BY told.at DESC LIMIT {SHOWN})
        UNION ALL
        (SELECT 'latest', NULL, {COLUMNS} FROM store_case WHERE county = %s AND id = ANY(%s::uuid[]))
    """  # noqa: S608 - constants and bound values only
    county = here.county.code
    rows = here.rows(sql, [*values, *values, *values, county, SUPERIOR, county, latest])
    raised: list[tuple[Seen, str, datetime]] = []
    found: dict[str, list[tuple[Seen, Mapping[str, int]]]] = defaultdict(list)
    for reason, text, *columns in rows:
        row = seen(tuple(columns))
        if reason == "raised":
            notice, at = json.loads(str(text))
            raised.append((row, notice, datetime.fromisoformat(at)))
        else:
            found[str(reason)].append((row, counts_of(text)))
    return _Picked(
        tuple(sorted(found["longest"], key=lambda pair: pair[0].stage_since)),
        tuple(found["oldest"]),
        {row.id: row for row, _ in found["latest"]},
        tuple(sorted(raised, key=lambda each: each[2], reverse=True)),
    )


def _handed_on(here: Office, acting: Acting, picked: _Picked) -> tuple[Watched, ...]:
    """The cases that changed units most often, the receiving one left out."""

    def handed(pair: tuple[Seen, Mapping[str, int]]) -> int:
        row, counts = pair
        kind = here.procedure(row.adoption).kinds[row.kind]
        return sum(n for step, n in counts.items() if step in kind.steps and moves_on(kind.steps[step]))

    likely = sorted(picked.oldest, key=handed, reverse=True)[:FOLLOWED]
    paths = _paths(here, [row for row, _ in likely])
    far = [(row, counts, path) for row, counts in likely if len(path := paths.get(row.id, ())) >= 2]
    far.sort(key=lambda each: (-len(each[2]), each[0].opened_at))
    return tuple(watched(here, acting, row, counts=counts, path=path) for row, counts, path in far[:SHOWN])


def _paths(here: Office, rows: list[Seen]) -> Mapping[str, tuple[str, ...]]:
    """The units, other than the receiving one, that each case went to, in order."""
    if not rows:
        return {}
    homes = {row.id: row.home for row in rows}
    found: dict[str, list[str]] = defaultdict(list)
    events = here.rows(
        """SELECT chain::text, (body::jsonb -> 'facts' -> 'follows')::text FROM store_event
           WHERE county = %s AND chain = ANY(%s::uuid[]) AND kind = 'step' ORDER BY chain, seq""",
        [here.county.code, list(homes)],
    )
    for chain, text in events:
        for follow in json.loads(text) if isinstance(text, str) else ():
            unit = follow.get("unit", "")
            if follow["is"] != "held" or unit == homes[str(chain)]:
                continue
            if not found[str(chain)] or found[str(chain)][-1] != unit:
                found[str(chain)].append(unit)
    return {chain: tuple(path) for chain, path in found.items()}


def _escalations(here: Office, acting: Acting, picked: _Picked) -> tuple[Escalation, ...]:
    """The latest notices to a superior, of the open cases that are due first."""
    return tuple(
        Escalation(
            number=written(row.number),
            title=row.title or say("case.untitled", acting.language),
            unit=here.names.unit(row.holder, acting.language),
            when=moment(at, acting.language, acting.now),
            what=_subject(here.wording(row.adoption, acting.language), notice, written(row.number)),
        )
        for row, notice, at in picked.raised
    )


def _subject(wording: Wording, notice: str, number: str) -> str:
    """What a notice is about, in the words of its practice."""
    subject = wording.of(f"notices.{notice}.subject", notice)
    return fill(subject, wording.language, {"number": number, "title": "…"})


def _kinds(
    here: Office, acting: Acting, sums: tuple[KindSum, ...], latest: Mapping[str, Seen]
) -> tuple[KindLine, ...]:
    found = []
    for each in sums:
        wording = here.wording(each.adoption, acting.language)
        found.append(
            KindLine(
                practice=each.practice,
                kind=each.kind,
                title=wording.of(f"kinds.{each.kind}", each.kind),
                of=wording.title(),
                open=each.open,
                late=each.late,
                settled=each.settled,
                reported=each.reported,
                outcomes=tuple((wording.outcome(outcome), n) for outcome, n in sorted(each.outcomes.items())),
                latest=tuple(watched(here, acting, latest[id_]) for id_ in each.latest if id_ in latest),
            )
        )
    return tuple(found)


def _cards(here: Office, acting: Acting) -> tuple[Card, ...]:
    """The latest case cards: what closed cases taught."""
    rows = PublicText.objects.filter(
        Q(until=None) | Q(until__gt=acting.now), county=here.county.code, what="card"
    )
    shown = rows.order_by("-since", "-chain")[:SHOWN]
    return tuple(
        Card(
            id=str(row.chain),
            title=row.title,
            words=" ".join(words for _, words in cast("dict[str, list[list[str]]]", row.text)["parts"]),
            unit=here.names.unit(str(cast("dict[str, object]", row.text)["unit"]), acting.language),
            when=moment(row.since, acting.language, acting.now),
        )
        for row in shown
    )
