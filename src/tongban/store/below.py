"""How the cases below a case stand: counted by kind and phase, for every case that has any below it; and on which day.

A step of one case moves its place in the counts of the cases above it and nothing else, so the price of a step is the
depth of the tree, not its width; reading how a province stands costs one look. The counts follow the
ledger within seconds and can be made anew from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeAlias, cast

from django.db import transaction

from tongban.kernel.clock import local_date
from tongban.kernel.events import Event
from tongban.kernel.procedure.model import Procedure
from tongban.store.batch import STEP, Stored
from tongban.store.course import Moves, add_moves, forget_course
from tongban.store.journal import Journal
from tongban.store.stream import react

REACTOR = "below"
Procedures: TypeAlias = Callable[[str], Procedure]
"""The procedure of an adoption, by its id."""
Counts: TypeAlias = Mapping[tuple[str, str], int]
"""How many cases of a kind stand in a phase: by kind and phase, those that were dropped under ``DROPPED``."""

_ABOVE = """
    WITH RECURSIVE up AS (
        SELECT id, kind, adoption, parent FROM store_case
        WHERE county = %s AND id = ANY (%s::uuid[]) AND parent IS NOT NULL
        UNION ALL
        SELECT up.id, up.kind, up.adoption, c.parent
        FROM up JOIN store_case c ON c.county = %s AND c.id = up.parent WHERE c.parent IS NOT NULL
    )
    SELECT id::text, kind, adoption, parent::text FROM up
"""
_ADD = """
    INSERT INTO store_below AS b (county, "case", kind, phase, n)
    SELECT %s, u."case", u.kind, u.phase, u.n
    FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::int[]) AS u("case", kind, phase, n)
    ON CONFLICT (county, "case", kind, phase) DO UPDATE SET n = b.n + excluded.n RETURNING 1
"""


def count_below(journal: Journal, procedures: Procedures, limit: int = 1000) -> int:
    """Bring the counts up to the ledger; returns how many events were looked at."""

    def act(events: Sequence[Stored]) -> None:
        count_events(journal, procedures, [each.event() for each in events])

    return react(journal, REACTOR, act, limit, (STEP,))


def count_events(journal: Journal, procedures: Procedures, events: Sequence[Event]) -> None:
    """Move what these events moved. Each event must be counted once."""
    chains = list(dict.fromkeys(each.case for each in events))
    rows = cast(
        "list[tuple[str, str, str, str]]",
        journal.query(_ABOVE, (journal.county, chains, journal.county)),
    )
    above: dict[str, list[str]] = {}
    kinds: dict[str, tuple[str, str]] = {}
    for case, kind, adoption, parent in rows:
        above.setdefault(case, []).append(parent)
        kinds[case] = (kind, adoption)
    moved: Counter[tuple[str, str, str, date]] = Counter()
    for event in events:
        if event.case not in above:
            continue
        kind, adoption = kinds[event.case]
        stages = procedures(adoption).kinds[kind].stages
        was, now = (stages[stage].place if stage else "" for stage in (event.source, event.to))
        if was == now:
            continue
        day = local_date(event.at)
        for ancestor in above[event.case]:
            moved[ancestor, kind, now, day] += 1
            if was:
                moved[ancestor, kind, was, day] -= 1
    _add(journal, moved)
    add_moves(journal, moved)


def _add(journal: Journal, moves: Moves) -> None:
    stand: Counter[tuple[str, str, str]] = Counter()
    for (case, kind, phase, _), n in moves.items():
        stand[case, kind, phase] += n
    changed = sorted((key, n) for key, n in stand.items() if n)
    if changed:
        cases, names, phases = (list(column) for column in zip(*(key for key, _ in changed), strict=True))
        journal.query(_ADD, (journal.county, cases, names, phases, [n for _, n in changed]))


def below(journal: Journal, cases: Sequence[str]) -> dict[str, Counts]:
    """How what lies below each of these cases stands; cases with nothing below them are left out."""
    sql = """SELECT "case"::text, kind, phase, n FROM store_below
             WHERE county = %s AND "case" = ANY (%s::uuid[]) AND n > 0"""
    found: dict[str, dict[tuple[str, str], int]] = {}
    rows = cast("list[tuple[str, str, str, int]]", journal.query(sql, (journal.county, list(cases))))
    for case, kind, phase, n in rows:
        found.setdefault(case, {})[kind, phase] = n
    return dict(found)


def forget_below(journal: Journal) -> None:
    """Throw the counts away: they are made anew from the whole ledger when they are next brought up to it."""
    with transaction.atomic(using=journal.using):
        journal.query("DELETE FROM store_below WHERE county = %s RETURNING 1", (journal.county,))
        forget_course(journal)
        journal.query(
            "DELETE FROM store_bookmark WHERE county = %s AND reactor = %s RETURNING 1",
            (journal.county, REACTOR),
        )
