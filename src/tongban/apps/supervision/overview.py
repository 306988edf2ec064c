"""What a leader wants to know in ten seconds: what is late or about to be, where; what is stuck, since when."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import cast

from django.db.models import Q

from tongban.apps.acting import Acting
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.supervision.lines import Seen, readable, rows_of, watched
from tongban.apps.supervision.listing import practice_choices
from tongban.apps.supervision.picking import Old, Raised, look
from tongban.apps.supervision.scope import Scope, moves_on, procedures, scope_of
from tongban.apps.supervision.stranded import held_by, stranded
from tongban.apps.supervision.sums import KindSum, kind_sums, minor_kinds, standings
from tongban.apps.supervision.views import (
    Card,
    Escalation,
    KindLine,
    Overview,
    Standing,
    UnitLine,
    Watched,
)
from tongban.apps.supervision.watching import Watch, units_in
from tongban.apps.wording import Wording, moment, say
from tongban.kernel.form import FieldKind
from tongban.library.texts import fill
from tongban.store.models import PublicText

FOLLOWED = 30
"""Whose way through the units is read from the ledger."""
HOLDS = '"is":"held"'
"""How the body of an event, which is canonical text, says that a unit got the case. Few do, and only they are read."""
SHOWN = 5


def overview(acting: Acting, wanted: Watch) -> Overview:
    """The reader's units as they stand now; narrowed to one unit and those below it, or to a practice."""
    here = office()
    adopted = procedures(here, acting.now)
    scope = scope_of(here, acting, [procedure for _, procedure in adopted.values()])
    focus = wanted.unit if wanted.unit in scope.units else scope.tops[0] if len(scope.tops) == 1 else ""
    kinds = minor_kinds(here, wanted, adopted)
    found = look(
        here, scope, wanted, [(each.practice, each.kind) for each in kinds if each.reported], acting.now
    )
    by_unit = standings(found.groups)
    sums = kind_sums(here, scope, wanted, kinds, found.groups, acting.now)
    may = {row.id for row in readable(here, acting, found.rows())}
    units, idle = _units(here, acting, scope, focus, by_unit)
    return Overview(
        scope=here.names.unit(focus, acting.language) if focus else "",
        whole=scope.whole and not wanted.unit,
        units_overseen=len(scope.below(focus, here.county)) if focus else len(scope.units),
        now=moment(acting.now, acting.language),
        total=_sum(by_unit.values()),
        imported=found.imported,
        nobody=held_by(stranded(here, acting.now), units_in(here, scope, wanted), wanted.practice),
        units=units,
        idle=idle,
        up=_up(here, scope, wanted.unit),
        longest=tuple(
            watched(here, acting, row, counts=counts) for row, counts in found.longest if row.id in may
        ),
        handed_on=_handed_on(here, acting, found.oldest),
        escalations=_escalations(here, acting, [each for each in found.raised if each.case.id in may]),
        kinds=_kinds(here, acting, sums, found.latest, may),
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
    for unit in by_unit:
        for above in here.county.superiors(unit) if unit in units else ():
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


def _handed_on(here: Office, acting: Acting, oldest: Sequence[Old]) -> tuple[Watched, ...]:
    """Of the cases registered first, those that changed units most often; the receiving one is left out."""
    moving: dict[tuple[str, str], frozenset[str]] = {}

    def handed(old: Old) -> int:
        known = (old.adoption, old.kind)
        if known not in moving:
            steps = here.procedure(old.adoption).kinds[old.kind].steps.values()
            moving[known] = frozenset(step.id for step in steps if moves_on(step))
        return sum(n for step, n in (old.counts or {}).items() if step in moving[known])

    likely = sorted(oldest, key=handed, reverse=True)[:FOLLOWED]
    paths = {id_: path for id_, path in _paths(here, likely).items() if len(path) >= 2}
    furthest = sorted(paths, key=lambda id_: -len(paths[id_]))[:FOLLOWED]
    rows = sorted(
        readable(here, acting, rows_of(here, furthest)), key=lambda row: (-len(paths[row.id]), row.opened_at)
    )
    counts = {old.id: old.counts or {} for old in likely}
    return tuple(
        watched(here, acting, row, counts=counts[row.id], path=paths[row.id]) for row in rows[:SHOWN]
    )


def _paths(here: Office, cases: Sequence[Old]) -> Mapping[str, tuple[str, ...]]:
    """The units, other than the receiving one, that each case went to, in order."""
    if not cases:
        return {}
    homes = {case.id: case.home for case in cases}
    found: dict[str, list[str]] = defaultdict(list)
    events = here.rows(
        """SELECT chain::text, (body::json -> 'facts' -> 'follows')::text FROM store_event
           WHERE county = %s AND chain = ANY(%s::uuid[]) AND kind = 'step' AND strpos(body, %s) > 0
           ORDER BY chain, seq""",
        [here.county.code, list(homes), HOLDS],
    )
    for chain, text in events:
        for follow in json.loads(text) if isinstance(text, str) else ():
            unit = follow.get("unit", "")
            if follow["is"] != "held" or unit == homes[str(chain)]:
                continue
            if not found[str(chain)] or found[str(chain)][-1] != unit:
                found[str(chain)].append(unit)
    return {chain: tuple(path) for chain, path in found.items()}


def _escalations(here: Office, acting: Acting, found: Iterable[Raised]) -> tuple[Escalation, ...]:
    """The latest notices to a superior, of the open cases that are due first."""
    return tuple(
        Escalation(
            number=written(each.case.number),
            title=each.case.title or say("case.untitled", acting.language),
            unit=here.names.unit(each.case.holder, acting.language),
            when=moment(each.at, acting.language, acting.now),
            what=_subject(wording, each.notice, written(each.case.number)),
            clock=wording.clock(each.clock) if each.clock else "",
        )
        for each in found
        for wording in [here.wording(each.case.adoption, acting.language)]
    )


def _subject(wording: Wording, notice: str, number: str) -> str:
    """What a notice is about, in the words of its practice."""
    subject = wording.of(f"notices.{notice}.subject", notice)
    return fill(subject, wording.language, {"number": number, "title": "…"})


def _kinds(
    here: Office,
    acting: Acting,
    sums: tuple[KindSum, ...],
    latest: Mapping[tuple[str, str], Seen],
    may: Collection[str],
) -> tuple[KindLine, ...]:
    """What is late stands first, then what there is most of."""
    found = []
    for each in sorted(sums, key=lambda each: (-each.late, -each.open)):
        newest = latest.get((each.practice, each.kind))
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
                latest=watched(here, acting, newest) if newest and newest.id in may else None,
            )
        )
    return tuple(found)


def _cards(here: Office, acting: Acting) -> tuple[Card, ...]:
    """The latest case cards: what closed cases taught."""
    rows = PublicText.objects.filter(
        Q(until=None) | Q(until__gt=acting.now), county=here.county.code, what="card"
    )
    return tuple(_card(here, acting, row) for row in rows.order_by("-since", "-chain")[:SHOWN])


def _card(here: Office, acting: Acting, row: PublicText) -> Card:
    """Its chosen answers as short marks, its texts as one; what the title says already is not said again."""
    text = cast("Mapping[str, object]", row.text)
    wording = here.wording(str(text["adoption"]), acting.language)
    marks: list[str] = []
    words: list[str] = []
    for name, part in cast("list[list[str]]", text["parts"]):
        field = wording.field(name)
        chosen = field is not None and field.kind is FieldKind.choice
        (marks if chosen else words).append(wording.value(name, part) if chosen else part)
    return Card(
        id=str(row.chain),
        title=row.title,
        marks=tuple(marks),
        words=" ".join(words).removeprefix(row.title).lstrip("。！？；!?; "),
        unit=here.names.unit(str(text["unit"]), acting.language),
        when=moment(row.since, acting.language, acting.now),
    )
