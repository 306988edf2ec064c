"""The cases anew from the ledger, a batch of chains at a time, while the office goes on working.

Each batch is one transaction that holds its cases: a step on one of them waits for milliseconds, all
others go on. What was erased stays erased: a title taken from an erased text disappears.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import LiteralString, TypeAlias, cast

import msgspec
from django.db import transaction

from tongban.kernel.case import Case
from tongban.kernel.events import Event
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.ledger.seal import Tip
from tongban.kernel.procedure.evolve import evolve
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.record import case_from
from tongban.kernel.refusal import RefusedError
from tongban.kernel.value import Facts
from tongban.store.batch import STEP, Stored
from tongban.store.below import count_below, forget_below
from tongban.store.counted import forget as forget_counts
from tongban.store.journal import COLUMNS, Journal, encode, stored
from tongban.store.precedents import marks_of
from tongban.store.projection import Row, case_row, title_of
from tongban.store.sealing import subject_row
from tongban.store.search import index
from tongban.store.values import Given, contents

Procedures: TypeAlias = Callable[[str], Procedure]
"""The procedure of an adoption, by its id."""
Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of chains done and their total."""

SIZE = 500
ZERO = "00000000-0000-0000-0000-000000000000"

_NEXT = """
    SELECT chain::text FROM store_event
    WHERE county = %s AND chain > %s::uuid AND seq = 1 AND kind = %s ORDER BY chain LIMIT %s
"""
_EVENTS = f"""
    SELECT {COLUMNS} FROM store_event
    WHERE county = %s AND chain = ANY (%s::uuid[]) AND kind = %s ORDER BY store_event.chain, seq
"""  # noqa: S608 - constants only


def silent(_done: int, _total: int) -> None:
    """Tell nobody."""


def rebuild(journal: Journal, procedures: Procedures, progress: Progress = silent) -> int:
    """Write every case row, register row and search row anew; returns the number of cases.

    Rows of cases that the ledger does not know are removed. Search comes after all cases, because a case is also
    found by the units that hold its subcases.
    """
    [[total]] = journal.query(
        "SELECT count(*) FROM store_event WHERE county = %s AND seq = 1 AND kind = %s", (journal.county, STEP)
    )
    done = 0
    for chains in _batches(journal):
        rebuild_chains(journal, procedures, chains)
        done += len(chains)
        progress(done, 2 * max(done, cast(int, total)))
    journal.query(
        """DELETE FROM store_case c WHERE county = %s AND NOT EXISTS (
             SELECT FROM store_event e WHERE e.county = c.county AND e.chain = c.id) RETURNING 1""",
        (journal.county,),
    )
    found = 0
    for chains in _batches(journal):
        index(journal, chains)
        found += len(chains)
        progress(done + found, done + max(done, found))
    journal.query(
        """DELETE FROM store_search s WHERE county = %s AND NOT EXISTS (
             SELECT FROM store_case c WHERE c.county = s.county AND c.id = s.chain) RETURNING 1""",
        (journal.county,),
    )
    forget_counts(journal)
    forget_below(journal)
    while count_below(journal, procedures):
        pass
    return done


def _batches(journal: Journal) -> Iterator[list[str]]:
    """The chains of all cases, a batch at a time."""
    last = ZERO
    while rows := journal.query(_NEXT, (journal.county, last, STEP, SIZE)):
        chains = [cast(str, row[0]) for row in rows]
        yield chains
        last = chains[-1]


def rebuild_chains(journal: Journal, procedures: Procedures, chains: Sequence[str]) -> None:
    """Write the rows of these cases anew, in one transaction."""
    with transaction.atomic(using=journal.using):
        journal.query(
            """SELECT 1 FROM store_case WHERE county = %s AND id = ANY (%s::uuid[]) ORDER BY id FOR UPDATE""",
            (journal.county, list(chains)),
        )
        given = contents(journal, chains)
        events = (stored(row) for row in journal.query(_EVENTS, (journal.county, list(chains), STEP)))
        cases: list[Row] = []
        subjects: dict[tuple[str, str], Row] = {}
        for chain, group in groupby(events, lambda each: each.chain):
            row, written = _folded(group, procedures, given.get(chain, {}))
            cases.append(row)
            for each in written:
                _keep_latest(subjects, each)
        journal.query(
            "SELECT store_rewrite(%s, %s, %s)",
            (journal.county, encode(cases), encode(list(subjects.values()))),
        )


def differences(journal: Journal, procedures: Procedures, progress: Progress = silent) -> Iterator[Finding]:
    """Case and register rows that the ledger does not give, a batch of chains at a time; changes nothing.

    For verification: an entry from which no case can be made is named too (``ledger.case_unreadable``).
    """
    [[total]] = journal.query(
        "SELECT count(*) FROM store_event WHERE county = %s AND seq = 1 AND kind = %s", (journal.county, STEP)
    )
    done = 0
    for chains in _batches(journal):
        yield from _different(journal, procedures, chains)
        done += len(chains)
        progress(done, max(done, cast(int, total)))
    for table, column in (("case", "id"), ("subject", "chain")):
        for row in journal.query(_UNKNOWN[table], (journal.county,)):
            yield Finding("ledger.row_unknown", cast(str, row[0]), 0, {"table": table, "column": column})


_UNKNOWN: Mapping[str, LiteralString] = {
    "case": """SELECT id::text FROM store_case c WHERE county = %s AND NOT EXISTS (
                 SELECT FROM store_event e WHERE e.county = c.county AND e.chain = c.id AND e.seq = 1)""",
    "subject": """SELECT chain::text FROM store_subject s WHERE county = %s AND NOT EXISTS (
                    SELECT FROM store_event e WHERE e.county = s.county AND e.chain = s.chain AND e.seq = s.seq)""",
}
_CASES = (
    """SELECT id::text, to_jsonb(c)::text FROM store_case c WHERE county = %s AND id = ANY (%s::uuid[])"""
)
_SUBJECTS = """
    SELECT s.register, s.key, s.fields, s.chain::text, s.seq, s.at FROM store_subject s
    WHERE s.county = %s AND (s.chain = ANY (%s::uuid[]) OR (s.register, s.key) IN (
        SELECT register, key FROM unnest(%s::text[], %s::text[]) AS u(register, key)
    ))
"""


def _different(journal: Journal, procedures: Procedures, chains: Sequence[str]) -> Iterator[Finding]:
    """What is different about these cases and the register rows that they wrote."""
    given = contents(journal, chains)
    kept = dict(cast(list[tuple[str, str]], journal.query(_CASES, (journal.county, list(chains)))))
    written: list[Row] = []
    events = (stored(row) for row in journal.query(_EVENTS, (journal.county, list(chains), STEP)))
    for chain, group in groupby(events, lambda each: each.chain):
        try:
            row, wrote = _folded(group, procedures, given.get(chain, {}))
        except _UNREADABLE as fault:
            yield Finding("ledger.case_unreadable", chain, 0, {"because": type(fault).__name__})
            continue
        written += wrote
        if chain not in kept:
            yield Finding("ledger.row_missing", chain, 0, {"table": "case"})
            continue
        found = json.loads(kept[chain])
        for name, value in row.items():
            if not _is(name, found[name], value):
                for member, column, ledger in _apart(name, found[name], value):
                    facts: Facts = {"table": "case", "member": member, "column": column, "ledger": ledger}
                    yield Finding("ledger.row_differs", chain, 0, facts)
    yield from _different_subjects(journal, chains, written)


_UNREADABLE = (RefusedError, msgspec.ValidationError, LookupError, ValueError, TypeError, AssertionError)
"""What a case that somebody tampered with may raise; what was done to it the seals say."""


def _apart(name: str, column: object, value: object) -> Iterator[tuple[str, str, str]]:
    """What differs, short enough to read: of a state that can be read, the parts of it that do."""
    if name == "state":
        try:
            there, given = json.loads(str(column)), json.loads(str(value))
        except ValueError:
            there = given = None
        if isinstance(there, dict) and isinstance(given, dict):
            for part in sorted(there.keys() | given.keys()):
                if there.get(part) != given.get(part):
                    yield f"state.{part}", _short(there.get(part)), _short(given.get(part))
            return
    yield name, _short(column), _short(value)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


_LONGEST_SHOWN = 120


def _is(name: str, column: object, value: str | int | bool | None) -> bool:
    """Whether a column as JSON has it is the value of a row; moments may be written in several ways."""
    if column == value:
        return True
    if not isinstance(column, str) or not isinstance(value, str):
        return False
    try:
        if name == "state":
            return case_from(column) == case_from(value)
        return name in _MOMENTS and datetime.fromisoformat(column) == datetime.fromisoformat(value)
    except (ValueError, TypeError):
        return False


_MOMENTS = frozenset(
    ("opened_at", "stage_since", "last_at", "due_at", "next_due", "wake_at", "settled_at", "recorded")
)


def _different_subjects(journal: Journal, chains: Sequence[str], written: Sequence[Row]) -> Iterator[Finding]:
    """Rows of registers: each must be what the entry it names wrote, and no older than any that wrote it."""
    latest: dict[tuple[str, str], Row] = {}
    by_entry: dict[tuple[str, str, str, int], str] = {}
    for row in written:
        _keep_latest(latest, row)
        place = (
            cast(str, row["register"]),
            cast(str, row["key"]),
            cast(str, row["chain"]),
            cast(int, row["seq"]),
        )
        by_entry[place] = cast(str, row["fields"])
    keys = list(latest)
    arguments = (journal.county, list(chains), [key[0] for key in keys], [key[1] for key in keys])
    rows = cast(list[tuple[str, str, str, str, int, datetime]], journal.query(_SUBJECTS, arguments))
    there = {(row[0], row[1]): row for row in rows}
    for register, key, fields, chain, seq, _ in rows:
        if chain in chains and by_entry.get((register, key, chain, seq)) != fields:
            yield Finding("ledger.row_differs", chain, seq, _of_register(register, key, "fields"))
    for (register, key), row in latest.items():
        found = there.get((register, key))
        wrote = (cast(str, row["chain"]), cast(int, row["seq"]))
        if found is None:
            yield Finding(
                "ledger.row_missing", *wrote, {"table": "subject", "register": register, "key": key}
            )
        elif (instant_text(found[5]), found[3], found[4]) < _order(row):
            yield Finding("ledger.row_differs", *wrote, _of_register(register, key, "at"))


def _of_register(register: str, key: str, member: str) -> Facts:
    return {"table": "subject", "member": member, "column": register, "ledger": key}


def _folded(group: Iterable[Stored], procedures: Procedures, given: Given) -> tuple[Row, list[Row]]:
    """The row of one case from its entries, and the register rows that it wrote."""
    case: Case | None = None
    title: str | None = None
    written: list[Row] = []
    for each in group:
        event: Event = each.event()
        case = evolve(case, event)
        procedure = procedures(case.adoption)
        values = {name: value.value for name, value in given.get(event.seq, {}).items()}
        found = title_of(procedure, case.kind, event, values)
        title = title if found is None else found
        for follow in event.follows:
            mark = marks_of(event, case, follow)
            if mark is not None:
                written.append(subject_row(0, event, mark))
    assert case is not None
    tip = Tip(each.seq, each.seal, each.recorded)
    return case_row(procedures(case.adoption), case, tip, title or ""), written


def _keep_latest(subjects: dict[tuple[str, str], Row], row: Row) -> None:
    """Of several events that set a row, the last one counts: by its moment, then its place."""
    key = (cast(str, row["register"]), cast(str, row["key"]))
    before = subjects.get(key)
    if before is None or _order(before) <= _order(row):
        subjects[key] = row


def _order(row: Row) -> tuple[str, str, int]:
    return cast(str, row["at"]), cast(str, row["chain"]), cast(int, row["seq"])
