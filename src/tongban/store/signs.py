"""What several cases together show, as far as only the database can tell: who else was settled lately, whose requester is the same,
whose number is an office's own. No digest comes out, and no number goes in but one that is to be kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def same_requesters(journal: Journal, cases: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Of these cases, each with every other case that carries a phone or identity number of its own, without opening either."""
    sql = """
        SELECT DISTINCT m.chain::text, o.chain::text FROM store_identity m
        JOIN store_identity o ON o.county = m.county AND o.lookup = m.lookup AND o.chain <> m.chain
        WHERE m.county = %s AND m.chain = ANY (%s::uuid[]) AND m.lookup IS NOT NULL ORDER BY 1, 2
    """
    return cast("tuple[tuple[str, str], ...]", tuple(journal.query(sql, (journal.county, list(cases)))))


def with_own_number(journal: Journal, cases: Sequence[str]) -> tuple[tuple[str, str, int], ...]:
    """Of these cases, those whose requester left a number of an office: the case, the office, and in how many cases in all that
    very number was left. A case that is about another one carries that one's number."""
    sql = """
        SELECT DISTINCT c.id::text, n.unit, (
            SELECT count(DISTINCT a.chain) FROM store_identity a WHERE a.county = i.county AND a.lookup = i.lookup
        )
        FROM store_case c
        JOIN store_identity i ON i.county = c.county AND i.chain = coalesce(nullif(c.state::jsonb ->> 'about', '')::uuid, c.id)
        JOIN store_own_number n ON n.county = i.county AND n.lookup = i.lookup
        WHERE c.county = %s AND c.id = ANY (%s::uuid[]) ORDER BY 1, 2
    """
    return cast("tuple[tuple[str, str, int], ...]", tuple(journal.query(sql, (journal.county, list(cases)))))


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


def own_numbers(journal: Journal) -> Mapping[str, int]:
    """How many numbers are kept, by unit."""
    sql = "SELECT unit, count(*) FROM store_own_number WHERE county = %s GROUP BY unit ORDER BY unit"
    return dict(cast("list[tuple[str, int]]", journal.query(sql, (journal.county,))))
