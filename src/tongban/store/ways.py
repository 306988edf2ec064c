"""The steps of several cases with their subcases, as much of each as a journey is drawn from: when, where, who, what was handed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

import msgspec

from tongban.kernel import shapes
from tongban.kernel.case import Case
from tongban.kernel.record import case_from
from tongban.store.batch import STEP
from tongban.store.journal import Journal

_WITH_SUBCASES = """
    SELECT id::text, COALESCE(root, id)::text, state FROM store_case
    WHERE county = %s AND (id = ANY (%s::uuid[]) OR root = ANY (%s::uuid[])) ORDER BY opened_at, id LIMIT %s
"""
_STEPS = """
    SELECT chain::text, '[' || string_agg(body, ',' ORDER BY seq) || ']' FROM store_event
    WHERE county = %s AND chain = ANY (%s::uuid[]) AND kind = %s GROUP BY chain
"""
_OF_KINDS = """
    SELECT state FROM store_case WHERE county = %s AND practice = %s AND kind = ANY (%s) AND parent IS NULL
    ORDER BY last_at DESC, id LIMIT %s
"""


class Who(msgspec.Struct):
    via: str = ""
    unit: str = ""


class Met(msgspec.Struct):
    """A consequence, as far as it is a visit."""

    what: str = msgspec.field(name="is")
    unit: str = ""
    why: str = ""
    told: bool = False


class Deed(msgspec.Struct):
    step: str
    by: Who
    facts: dict[str, object]
    follows: list[Met] = []


class Entry(msgspec.Struct):
    at: datetime


class Taken(msgspec.Struct):
    """One step as the ledger keeps it."""

    entry: Entry
    facts: Deed


_read = shapes.reader(list[Taken])


def with_subcases(journal: Journal, ids: Sequence[str], most: int) -> Mapping[str, list[Case]]:
    """These cases and all that lies below them, by the case at the top; at most ``most`` in all."""
    found: dict[str, list[Case]] = {}
    rows = journal.query(_WITH_SUBCASES, (journal.county, list(ids), list(ids), most))
    for _, root, state in rows:
        found.setdefault(cast(str, root), []).append(case_from(cast(str, state)))
    return found


def steps_taken(journal: Journal, ids: Iterable[str]) -> Mapping[str, list[Taken]]:
    """The steps of each of these cases in their order."""
    rows = journal.query(_STEPS, (journal.county, list(ids), STEP))
    return {cast(str, chain): _read(cast(str, bodies)) for chain, bodies in rows}


def of_kinds(journal: Journal, practice: str, kinds: Sequence[str], most: int) -> list[Case]:
    """The cases of some kinds that stand under no other, the latest first."""
    rows = journal.query(_OF_KINDS, (journal.county, practice, list(kinds), most))
    return [case_from(cast(str, state)) for (state,) in rows]


_ABOUT = """
    SELECT state FROM store_case WHERE county = %s AND practice = %s AND kind = ANY (%s) AND parent IS NULL
    AND strpos(state, %s) > 0 ORDER BY opened_at, id LIMIT %s
"""


def about_same(
    journal: Journal, practice: str, kinds: Sequence[str], field: str, value: str | int, most: int
) -> list[Case]:
    """Cases of some kinds in whose state ``field`` stands beside ``value``; whoever asks looks whether that is what it is about."""
    written = msgspec.json.encode({field: value}).decode()[2:-1]  # a seal stands under register and field
    rows = journal.query(_ABOUT, (journal.county, practice, list(kinds), written, most))
    return [case_from(cast(str, state)) for (state,) in rows]
