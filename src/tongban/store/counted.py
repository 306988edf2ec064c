"""Kept counts: what months and weeks of a large county added up to, and up to where in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from secrets import token_hex
from typing import cast

from django.db import transaction
from msgspec import Struct

from tongban.store.batch import Mark
from tongban.store.journal import Journal


class Standing(Struct, frozen=True):
    """Up to where the counts go, and when that was."""

    mark: Mark
    at: datetime


def token(journal: Journal) -> str:
    """By what an extract knows that it follows these tables; whoever makes the cases anew takes it away."""
    for (found,) in journal.query("SELECT token FROM store_extract WHERE county = %s", (journal.county,)):
        return str(found)
    sql = """INSERT INTO store_extract (county, token) VALUES (%s, %s)
             ON CONFLICT (county) DO UPDATE SET token = store_extract.token RETURNING token"""
    [[made]] = journal.query(sql, (journal.county, token_hex(16)))
    return str(made)


def standing(journal: Journal) -> Standing | None:
    """None for a county that keeps no counts."""
    sql = "SELECT xid, position, at FROM store_extract WHERE county = %s AND at IS NOT NULL"
    for xid, position, at in journal.query(sql, (journal.county,)):
        return Standing(Mark(cast(int, xid), cast(int, position)), cast(datetime, at))
    return None


def counts(journal: Journal, practice: str, definitions: str, periods: Sequence[str]) -> dict[str, str]:
    """The counts of these periods, by period; those that are not kept for these definitions are not there."""
    sql = """SELECT period, counts FROM store_counted
             WHERE county = %s AND practice = %s AND definitions = %s AND period = ANY (%s)"""
    rows = journal.query(sql, (journal.county, practice, definitions, list(periods)))
    return {str(period): str(text) for period, text in rows}


def known(journal: Journal) -> dict[tuple[str, str], str]:
    """Which definitions are kept, by practice and period."""
    rows = journal.query(
        "SELECT practice, period, definitions FROM store_counted WHERE county = %s", (journal.county,)
    )
    return {(str(practice), str(period)): str(definitions) for practice, period, definitions in rows}


def keep(
    journal: Journal,
    standing: Standing,
    counted: Mapping[tuple[str, str], tuple[str, str]],
    gone: Sequence[tuple[str, str]] = (),
) -> None:
    """Put these in the place of what was kept of the same practice and period (definitions and counts), take the others away, and
    note up to where all of them go; at once."""
    with transaction.atomic(using=journal.using):
        journal.query(
            "UPDATE store_extract SET xid = %s, position = %s, at = %s WHERE county = %s RETURNING 1",
            (*standing.mark, standing.at, journal.county),
        )
        rows = [(practice, period, *said) for (practice, period), said in counted.items()]
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            journal.query(
                """INSERT INTO store_counted (county, practice, period, definitions, counts)
                   SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])
                   ON CONFLICT (county, practice, period) DO UPDATE
                   SET definitions = excluded.definitions, counts = excluded.counts RETURNING 1""",
                (journal.county, *columns),
            )
        if gone:
            practices, periods = (list(column) for column in zip(*gone, strict=True))
            journal.query(
                """DELETE FROM store_counted c USING unnest(%s::text[], %s::text[]) AS g (practice, period)
                   WHERE c.county = %s AND c.practice = g.practice AND c.period = g.period RETURNING 1""",
                (practices, periods, journal.county),
            )


def forget(journal: Journal) -> None:
    """Keep nothing any more: the cases were made anew, so the extract must be, too."""
    journal.query("DELETE FROM store_extract WHERE county = %s RETURNING 1", (journal.county,))
    journal.query("DELETE FROM store_counted WHERE county = %s RETURNING 1", (journal.county,))
