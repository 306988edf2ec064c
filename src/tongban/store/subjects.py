"""Rows of registers, read for a decision: by register and key, in one query."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

import msgspec

from tongban.kernel.procedure.handing import Listed
from tongban.kernel.procedure.subjects import Place
from tongban.kernel.value import Facts
from tongban.store.batch import read_value
from tongban.store.journal import Journal
from tongban.store.wire import array

_ROWS = """
    WITH listed AS (SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS l(register, key, field, target)),
    asked AS (
        SELECT * FROM unnest(%s::text[], %s::text[]) AS a(register, key)
        UNION SELECT l.target, code FROM listed l CROSS JOIN LATERAL (
            SELECT fields, until FROM store_entry
            WHERE county = %s AND register = l.register AND key = l.key AND since <= %s ORDER BY since DESC LIMIT 1
        ) e CROSS JOIN LATERAL jsonb_array_elements_text(e.fields::jsonb -> l.field) AS code
        WHERE e.until IS NULL OR e.until > %s
    )
    SELECT a.register, a.key, s.fields, s.at, NULL::timestamptz, false FROM asked a
    JOIN store_subject s ON s.county = %s AND s.register = a.register AND upper(s.key) = upper(a.key)
    UNION ALL
    SELECT a.register, a.key, e.fields, e.since, e.until, true FROM asked a CROSS JOIN LATERAL (
        SELECT fields, since, until FROM store_entry
        WHERE county = %s AND register = a.register AND key = a.key AND since <= %s ORDER BY since DESC LIMIT 1
    ) e
"""
_ALL = """
    SELECT register, key, fields, at, NULL::timestamptz, false FROM store_subject
    WHERE county = %s AND register = ANY (%s::text[])
    UNION ALL
    SELECT * FROM (
        SELECT DISTINCT ON (register, key) register, key, fields, since, until, true FROM store_entry
        WHERE county = %s AND register = ANY (%s::text[]) AND since <= %s ORDER BY register, key, since DESC
    ) brought
"""
_plain = msgspec.json.Decoder(dict[str, str | int | bool | tuple[str, ...] | None]).decode
Row = tuple[str, str, str, datetime, datetime | None, bool]


def rows_of(
    journal: Journal, places: Sequence[Place], now: datetime, listed: Sequence[Listed] = ()
) -> Mapping[Place, tuple[Facts, datetime]]:
    """What registers say at a moment of these keys, each with the moment of what was said last.

    A row that was brought says all of a thing; what a step wrote since then says the rest anew. A row that is brought no
    more says nothing, nor does what was written before it ended. ``listed`` are rows that brought rows name: found by the same
    query, as one cannot know them before. What steps wrote is found in whatever letters its key was written then: keys written
    today have their codes in capitals.
    """
    if not places:
        return {}
    county = journal.county
    through = (
        array(each.register for each in listed),
        array(each.key for each in listed),
        array(each.field for each in listed),
        array(each.target for each in listed),
    )
    given = (array(register for register, _ in places), array(key for _, key in places))
    asked = (*through, *given, county, now, now, county, county, now)
    rows = cast("list[Row]", journal.query(_ROWS, asked))
    return _together(rows, now)


def all_of(
    journal: Journal, registers: Iterable[str], now: datetime
) -> Mapping[Place, tuple[Facts, datetime]]:
    """Every row of these registers at a moment, by register and key; as ``rows_of`` says them."""
    named = array(registers)
    asked = (journal.county, named, journal.county, named, now)
    return _together(cast("list[Row]", journal.query(_ALL, asked)), now)


def written(journal: Journal, register: str) -> dict[Place, Facts]:
    """Every row that steps wrote of a register, for whoever lays all of them side by side: read as plainly as it goes."""
    sql = "SELECT key, fields FROM store_subject WHERE county = %s AND register = %s"
    rows = cast("list[tuple[str, str]]", journal.query(sql, (journal.county, register)))
    return {(register, key): _plain(fields) for key, fields in rows}


def written_last(journal: Journal, registers: Iterable[str]) -> tuple[datetime | None, int]:
    """When a step last wrote a row of these registers, and how many rows steps wrote: another answer, and they must be read anew."""
    sql = "SELECT max(at), count(*) FROM store_subject WHERE county = %s AND register = ANY (%s::text[])"
    [row] = journal.query(sql, (journal.county, array(registers)))
    return cast("tuple[datetime | None, int]", row)


def changes_next(journal: Journal, registers: Iterable[str], now: datetime) -> datetime | None:
    """The next moment from which a row that is brought already begins or ends; None for none."""
    sql = """SELECT least(min(since) FILTER (WHERE since > %s), min(until) FILTER (WHERE until > %s)) FROM store_entry
             WHERE county = %s AND register = ANY (%s::text[])"""
    [[found]] = journal.query(sql, (now, now, journal.county, array(registers)))
    return cast("datetime | None", found)


def _together(rows: list[Row], now: datetime) -> dict[Place, tuple[Facts, datetime]]:
    brought = {(row[0], row[1]): row for row in rows if row[5]}
    found: dict[Place, tuple[Facts, datetime]] = {}
    for register, key, fields, since, until, _ in brought.values():
        if until is None or until > now:
            found[register, key] = (_facts(fields), since)
    for register, key, fields, at, *_ in sorted((row for row in rows if not row[5]), key=lambda row: row[3]):
        place = (register, key)
        entry = brought.get(place)
        if entry is None:
            found[place] = (_facts(fields), at)
        elif (place in found and at >= entry[3]) or (place not in found and at >= (entry[4] or at)):
            found[place] = ({**found.get(place, ({}, at))[0], **_facts(fields)}, at)
    return found


def _facts(fields: str) -> Facts:
    value = read_value(json.loads(fields))
    assert isinstance(value, Mapping)
    return value
