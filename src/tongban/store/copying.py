"""Rows of new cases as COPY takes them: the quickest way into the tables, for many at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import itemgetter

import psycopg
from psycopg import sql

from tongban.store.projection import Row
from tongban.store.sealing import Rows

CASES = (
    "id", "number", "practice", "adoption", "kind", "stage", "standing", "phase", "holder", "home", "waiting",
    "division", "category", "channel", "outcome", "title", "parent", "root", "joined", "under",
    "opened_at", "stage_since", "last_at", "due_at", "next_due", "wake_at", "settled_at", "missed", "rating", "seq", "head",
    "recorded", "state",
)  # fmt: skip
_TABLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("case", CASES),
    ("event", ("chain", "seq", "at", "recorded", "kind", "body", "seal")),
    ("content", ("chain", "seq", "field", "salt", "value")),
    ("identity", ("chain", "seq", "field", "salt", "value", "lookup")),
    ("notice", ("chain", "seq", "n", "notice", "to", "rating", "at")),
    ("subject", ("register", "key", "fields", "chain", "seq", "at")),
)


REGISTERS, ASIDE = "subject", "written_aside"
_ASIDE = f"CREATE TEMPORARY TABLE IF NOT EXISTS {ASIDE} (LIKE store_subject) ON COMMIT DROP"
_TOGETHER = f"""
    WITH newest AS (DELETE FROM {ASIDE} RETURNING *)
    INSERT INTO store_subject AS s (county, register, key, fields, chain, seq, at)
    SELECT county, register, key, fields, chain, seq, at FROM newest
    ON CONFLICT (county, register, key) DO UPDATE SET
        fields = excluded.fields, chain = excluded.chain, seq = excluded.seq, at = excluded.at
    WHERE (s.at, s.chain, s.seq) <= (excluded.at, excluded.chain, excluded.seq)
"""  # noqa: S608 - constants only
"""Rows of registers may be there already, so they are copied aside and put together with those: what was written last holds."""


def texts_of(county: str, rows: Rows) -> list[str]:
    """The rows of each table written out. They are those of cases that begin with them; requests have no place here."""
    written = sorted(rows.subjects, key=lambda row: (row["at"], row["chain"], row["seq"]))
    subjects = {(row["register"], row["key"]): row for row in written}
    for row in rows.notices:
        row["n"] = row["i"]
    for row in rows.cases:
        row["title"] = row["title"] or ""
    for row in rows.identity:
        row.setdefault("lookup", None)
    lists = (rows.cases, rows.events, rows.content, rows.identity, rows.notices, list(subjects.values()))
    tables = zip(_TABLES, lists, strict=True)
    return ["".join(_lines(county, columns, lines)) for (_, columns), lines in tables]


def copy(connection: psycopg.Connection[object], texts: Sequence[str]) -> None:
    """Send the rows of a chunk, a table after the other, on the connection of the transaction."""
    for (table, columns), text in zip(_TABLES, texts, strict=True):
        if not text:
            continue
        into = sql.SQL(
            "COPY {} (county, {}) FROM STDIN (FORMAT csv, DELIMITER {}, QUOTE {}, NULL {})"
        ).format(
            sql.Identifier(ASIDE if table == REGISTERS else f"store_{table}"),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            *map(sql.Literal, (_APART, _QUOTE, _NULL)),
        )
        if table == REGISTERS:
            connection.execute(_ASIDE)
        with psycopg.Cursor(connection).copy(into) as copy:
            copy.write(text)
        if table == REGISTERS:
            connection.execute(_TOGETHER)


_APART, _QUOTE, _NULL = "\x1f", "\x1e", "\x1d"
"""Signs that no text of a form and no JSON contains: a row is its cells, joined, with nothing to escape."""
_SPECIAL = re.compile(f"[{_QUOTE}\n\r]")


def _lines(county: str, columns: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    """Rows in the CSV format of COPY, with the signs above."""
    cells = itemgetter(*columns)
    for row in rows:
        texts = [county, *(value if type(value) is str else _cell(value) for value in cells(row))]
        line = _APART.join(texts)
        if _SPECIAL.search(line) or line.count(_APART) >= len(texts):
            line = _APART.join(map(_quoted, texts))
        yield line + "\n"


def _cell(value: str | int | bool | None) -> str:
    return _NULL if value is None else str(value)


def _quoted(text: str) -> str:
    return text if text == _NULL else f"{_QUOTE}{text.replace(_QUOTE, _QUOTE * 2)}{_QUOTE}"
