"""Rows of registers, read for a decision: by register and key, in one query."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.kernel import shapes
from tongban.kernel.form.characters import capitals
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
            WHERE county = %s AND register = l.register AND upper(key) = upper(l.key) AND since <= %s ORDER BY since DESC LIMIT 1
        ) e CROSS JOIN LATERAL jsonb_array_elements_text(e.fields::jsonb -> l.field) AS code
        WHERE e.until IS NULL OR e.until > %s
    )
    SELECT a.register, a.key, s.key, s.fields, s.at, NULL::timestamptz, false, s.chain::text FROM asked a
    JOIN store_subject s ON s.county = %s AND s.register = a.register AND upper(s.key) = upper(a.key)
    UNION ALL
    SELECT a.register, a.key, e.key, e.fields, e.since, e.until, true, '' FROM asked a CROSS JOIN LATERAL (
        SELECT key, fields, since, until FROM store_entry
        WHERE county = %s AND register = a.register AND upper(key) = upper(a.key) AND since <= %s ORDER BY since DESC LIMIT 1
    ) e
"""
_ALL = """
    SELECT register, key, key, fields, at, NULL::timestamptz, false, chain::text FROM store_subject
    WHERE county = %s AND register = ANY (%s::text[])
    UNION ALL
    SELECT * FROM (
        SELECT DISTINCT ON (register, key) register, key, key AS own, fields, since, until, true, '' FROM store_entry
        WHERE county = %s AND register = ANY (%s::text[]) AND since <= %s ORDER BY register, key, since DESC
    ) brought
"""
_ALIKE = r"""
    WITH asked AS (SELECT * FROM unnest(%s::text[], %s::int[]) AS a(register, place)),
    known AS (
        SELECT a.place, s.key FROM asked a JOIN store_subject s ON s.county = %s AND s.register = a.register
        UNION ALL
        SELECT a.place, e.key FROM asked a JOIN store_entry e ON e.county = %s AND e.register = a.register
        WHERE e.since <= %s AND (e.until IS NULL OR e.until > %s)
    ),
    parts AS (SELECT CASE WHEN place < 0 THEN key ELSE key::json ->> place END AS part FROM known)
    SELECT DISTINCT part FROM parts, (SELECT %s::text AS code) given
    WHERE regexp_replace(regexp_replace(translate(upper(part), 'OIL', '011'), '(^|[^0-9])0+([0-9])', '\1\2', 'g'), '[-_./\\s]', '', 'g')
        = regexp_replace(regexp_replace(translate(upper(code), 'OIL', '011'), '(^|[^0-9])0+([0-9])', '\1\2', 'g'), '[-_./\\s]', '', 'g')
    LIMIT 50
"""
_plain = shapes.reader(dict[str, str | int | bool | tuple[str, ...] | None])
Row = tuple[str, str, str, str, datetime, datetime | None, bool, str]
"""Register, the key as it was asked for and as it stands there, what it says, since when and until when, whether a sheet brought it, and the
case that wrote it ("" for a sheet)."""


class Found(Struct, frozen=True):
    """A row as a register has it: its key in its own letters, what it says, the moment of what was said last, and the case that said it
    ("" for a sheet)."""

    key: str
    fields: Facts
    at: datetime
    by: str = ""


def rows_of(
    journal: Journal, places: Sequence[Place], now: datetime, listed: Sequence[Listed] = ()
) -> Mapping[Place, tuple[Facts, datetime]]:
    """What registers say at a moment of these keys, each with the moment of what was said last: ``found_of`` without the letters of the rows."""
    found = found_of(journal, places, now, listed)
    return {place: (each.fields, each.at) for place, each in found.items()}


def found_of(
    journal: Journal, places: Sequence[Place], now: datetime, listed: Sequence[Listed] = ()
) -> Mapping[Place, Found]:
    """The rows of these keys at a moment, each under the key that it was asked for by.

    A row that was brought says all of a thing; what a step wrote since then says the rest anew. A row that is brought no
    more says nothing, nor does what was written before it ended. ``listed`` are rows that brought rows name: found by the same
    query, as one cannot know them before. Rows are found in whatever letters their key is written.
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
    return _together(cast("list[Row]", journal.query(_ROWS, asked)), now)


def all_of(
    journal: Journal, registers: Iterable[str], now: datetime
) -> Mapping[Place, tuple[Facts, datetime]]:
    """Every row of these registers at a moment, by register and key; as ``rows_of`` says them. Rows whose keys differ in nothing but
    small letters and capitals are one, under the key of the sheet, else under the one that was written last."""
    named = array(registers)
    asked = (journal.county, named, journal.county, named, now)
    rows = cast("list[Row]", journal.query(_ALL, asked))
    found = _together(_in_one_spelling(rows), now)
    return {place: (each.fields, each.at) for place, each in found.items()}


def written(journal: Journal, register: str) -> dict[Place, Facts]:
    """Every row that steps wrote of a register, for whoever lays all of them side by side: read as plainly as it goes."""
    sql = "SELECT key, fields FROM store_subject WHERE county = %s AND register = %s"
    rows = cast("list[tuple[str, str]]", journal.query(sql, (journal.county, register)))
    return {(register, key): _plain(fields) for key, fields in rows}


def looking_like(journal: Journal, places: Iterable[tuple[str, int]], code: str, now: datetime) -> list[str]:
    """The codes that stand in these registers at the place of their key (-1: all of it) and may look like this one, itself among them.
    Read only where somebody answers a code by which things are known; row by row, for no index knows what looks alike."""
    asked = tuple(places)
    given = (array(register for register, _ in asked), [place for _, place in asked])
    rows = journal.query(_ALIKE, (*given, journal.county, journal.county, now, now, code))
    return [cast(str, part) for (part,) in rows]


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


def _in_one_spelling(rows: list[Row]) -> list[Row]:
    """As if each had been asked for by the key under which it is told."""
    names = {(row[0], capitals(row[2])): row[2] for row in sorted(rows, key=lambda row: (row[6], row[4]))}
    return [(row[0], names[row[0], capitals(row[2])], *row[2:]) for row in rows]


def _together(rows: list[Row], now: datetime) -> dict[Place, Found]:
    """What a sheet said last, and what steps wrote since then."""
    brought = {(row[0], row[1]): row for row in sorted(rows, key=lambda row: row[4]) if row[6]}
    found: dict[Place, Found] = {}
    for place, (_, _, key, fields, since, until, *_) in brought.items():
        if until is None or until > now:
            found[place] = Found(key, _facts(fields), since)
    for register, asked, own, fields, at, *_, by in sorted((r for r in rows if not r[6]), key=lambda r: r[4]):
        place = (register, asked)
        entry, before = brought.get(place), found.get(place)
        if entry is None:
            exact = before is not None and before.key == asked
            found[place] = Found(asked if exact else own, _facts(fields), at, by)
        elif at >= (entry[4] if before is not None else entry[5] or at):
            said = before.fields if before is not None else {}
            found[place] = Found(entry[2], {**said, **_facts(fields)}, at, by)
    return found


def _facts(fields: str) -> Facts:
    value = read_value(json.loads(fields))
    assert isinstance(value, Mapping)
    return value
