"""What a decision asks of the cases directly below: counted in one query, where a step names it.

Read from the states themselves, in the transaction that decides: what ``store.below`` adds up follows the ledger by
seconds. The query reads the direct subcases once, by the index of their parent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import LiteralString, cast

from tongban.kernel.procedure.rows import Key
from tongban.kernel.procedure.tallies import HOLDERS
from tongban.kernel.value import Facts
from tongban.store.batch import read_value
from tongban.store.journal import Journal
from tongban.store.wire import array

_COUNTS: Mapping[str, LiteralString] = {
    "of": "count(*) FILTER (WHERE c.kind = %s)",
    "took": "count(*) FILTER (WHERE (c.state::json -> 'counts' -> %s) IS NOT NULL)",
    "said": "count(*) FILTER (WHERE (c.state::json -> 'facts' ->> %s) = 'true')",
}


def tallies(journal: Journal, case: str, names: Iterable[str]) -> Mapping[str, int]:
    """The tallies of the subcases of a case, without who holds them; nothing is asked where nothing is named."""
    wanted = sorted(set(names) - {HOLDERS})
    if not wanted:
        return {}
    areas = [each.partition(".") for each in wanted]
    sql: LiteralString = "SELECT " + ", ".join([_COUNTS[area] for area, _, _ in areas])
    sql += " FROM store_case c WHERE c.county = %s AND c.parent = %s::uuid"
    [row] = journal.query(sql, (*(what for *_, what in areas), journal.county, case))
    return dict(zip(wanted, cast("Sequence[int]", row), strict=True))


def holders_below(journal: Journal, case: str, names: Iterable[str]) -> tuple[str, ...] | None:
    """The units that hold the subcases of a case which are not settled, each once; None where nobody asks."""
    if HOLDERS not in names:
        return None
    sql = """SELECT DISTINCT holder FROM store_case WHERE county = %s AND parent = %s::uuid AND settled_at IS NULL ORDER BY holder"""
    return tuple(cast("str", each[0]) for each in journal.query(sql, (journal.county, case)))


def keys_below(journal: Journal, case: str, kind: str, key: Sequence[str]) -> frozenset[Key]:
    """The keys of the subcases of one kind: the answers to the fields of ``key``, in capitals as ``key_of`` has them."""
    if not key:
        return frozenset()
    cells: LiteralString = ", ".join(["upper(coalesce(c.state::json -> 'facts' ->> %s, ''))"] * len(key))
    sql: LiteralString = (
        f"SELECT {cells} FROM store_case c WHERE c.county = %s AND c.parent = %s::uuid AND c.kind = %s"  # noqa: S608 - places for values only
    )
    return frozenset(cast(Key, tuple(row)) for row in journal.query(sql, (*key, journal.county, case, kind)))


def saying(journal: Journal, practice: str, kind: str, outcomes: Iterable[str]) -> Mapping[str, Facts]:
    """What cases of a kind say that are in somebody's hands yet or settled with one of these outcomes, by number; of a number the facts
    of the ledger alone."""
    sql = """SELECT number, state::json ->> 'facts' FROM store_case
             WHERE county = %s AND practice = %s AND kind = %s AND (standing <> 'end' OR outcome = ANY (%s::text[])) ORDER BY number"""
    asked = (journal.county, practice, kind, array(sorted(outcomes)))
    rows = cast("list[tuple[str, str | None]]", journal.query(sql, asked))
    return {number: cast(Facts, read_value(json.loads(facts or "{}"))) for number, facts in rows}
