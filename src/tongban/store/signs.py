"""What several cases together show, as far as only the database can tell: who else was settled lately, whose requester is the same,
whose number is an office's own. No digest comes out, and no number goes in but one that is to be kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast

from django.db import transaction

from tongban.kernel.case import Case
from tongban.kernel.form import FieldKind
from tongban.kernel.record import case_from
from tongban.store.journal import Journal
from tongban.store.models import OwnNumber


def settled_lately(
    journal: Journal, practice: str, kind: str, until: datetime, limit: int
) -> dict[str, tuple[Case, str]]:
    """The cases of a kind that were settled last, up to a moment, with their titles, by id."""
    sql = """
        SELECT id::text, state, title FROM store_case
        WHERE county = %s AND practice = %s AND kind = %s AND settled_at <= %s
        ORDER BY settled_at DESC, id DESC LIMIT %s
    """
    return _cases(journal.query(sql, (journal.county, practice, kind, until, limit)))


def cases_in(journal: Journal, ids: Sequence[str]) -> dict[str, tuple[Case, str]]:
    """These cases with their titles, by id."""
    sql = "SELECT id::text, state, title FROM store_case WHERE county = %s AND id = ANY (%s::uuid[]) ORDER BY id"
    return _cases(journal.query(sql, (journal.county, list(ids))))


def _cases(rows: Sequence[tuple[object, ...]]) -> dict[str, tuple[Case, str]]:
    found = cast("Sequence[tuple[str, str, str]]", rows)
    return {id_: (case_from(state), title) for id_, state, title in found}


SHARED = 50
"""Rows of identity up to which one number stands for one requester. What more have is a placeholder, a number of a hall, a reporter
by trade: it tells nothing of who is back, and pairs of all its cases would be as many as its square."""


def same_requesters(journal: Journal, cases: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Of these cases, each with every other case that carries a phone or identity number of its own, without opening either. A number
    that more than :data:`SHARED` have is nobody's."""
    sql = """
        WITH own AS MATERIALIZED (
            SELECT DISTINCT chain, lookup FROM store_identity
            WHERE county = %s AND chain = ANY (%s::uuid[]) AND lookup IS NOT NULL
        ), alike AS MATERIALIZED (
            SELECT each.lookup, o.chain FROM (SELECT DISTINCT lookup FROM own) each CROSS JOIN LATERAL (
                SELECT chain FROM store_identity
                WHERE county = %s AND lookup = each.lookup LIMIT %s
            ) o
        ), few AS (SELECT lookup FROM alike GROUP BY lookup HAVING count(*) <= %s)
        SELECT DISTINCT own.chain::text, alike.chain::text
        FROM own JOIN few USING (lookup) JOIN alike USING (lookup)
        WHERE alike.chain <> own.chain ORDER BY 1, 2
    """
    values = (journal.county, list(cases), journal.county, SHARED + 1, SHARED)
    return cast("tuple[tuple[str, str], ...]", tuple(journal.query(sql, values)))


def with_own_number(journal: Journal, cases: Sequence[str]) -> tuple[tuple[str, str, int], ...]:
    """Of these cases, those whose requester left a number of an office: the case, the office, and in how many cases in all that
    very number was left. A case that is about another one carries that one's number."""
    sql = """
        WITH found AS MATERIALIZED (
            SELECT DISTINCT c.id, n.unit, n.lookup
            FROM store_case c
            JOIN store_identity i ON i.county = c.county AND i.chain = coalesce(nullif(c.state::jsonb ->> 'about', '')::uuid, c.id)
            JOIN store_own_number n ON n.county = i.county AND n.lookup = i.lookup
            WHERE c.county = %s AND c.id = ANY (%s::uuid[])
        ), times AS MATERIALIZED (
            SELECT lookup, count(DISTINCT chain) AS n FROM store_identity
            WHERE county = %s AND lookup IN (SELECT lookup FROM found) GROUP BY lookup
        )
        SELECT DISTINCT found.id::text, found.unit, times.n FROM found JOIN times USING (lookup) ORDER BY 1, 2
    """
    values = (journal.county, list(cases), journal.county)
    return cast("tuple[tuple[str, str, int], ...]", tuple(journal.query(sql, values)))


def keep_own_numbers(journal: Journal, numbers: Iterable[tuple[str, str]]) -> int:
    """Keep these units and numbers, as digests, in the place of all that were kept; how many there are."""
    rows = {(journal.lookup.digest(FieldKind.phone, number), unit) for unit, number in numbers}
    every = OwnNumber.objects.using(journal.using)
    with transaction.atomic(using=journal.using):
        every.filter(county=journal.county).delete()
        every.bulk_create(
            OwnNumber(county=journal.county, lookup=lookup, unit=unit) for lookup, unit in sorted(rows)
        )
    return len(rows)
