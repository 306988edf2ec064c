"""The cases anew from the ledger, a batch of chains at a time, while the office goes on working.

Each batch is one transaction that holds its cases: a step on one of them waits for milliseconds, all
others go on. What was erased stays erased: a title taken from an erased text disappears.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TypeAlias, cast

from django.db import transaction

from tongban.kernel.case import Case
from tongban.kernel.events import Event, Written
from tongban.kernel.ledger.seal import Tip
from tongban.kernel.procedure.evolve import evolve
from tongban.kernel.procedure.model import Procedure
from tongban.store.batch import STEP, Stored
from tongban.store.journal import COLUMNS, Journal, encode, stored
from tongban.store.projection import Row, case_row, form_of, title_of
from tongban.store.sealing import subject_row
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
    """Write every case row and register row anew; returns the number of cases.

    Rows of cases that the ledger does not know are removed.
    """
    [[total]] = journal.query(
        "SELECT count(*) FROM store_event WHERE county = %s AND seq = 1 AND kind = %s", (journal.county, STEP)
    )
    done, last = 0, ZERO
    while rows := journal.query(_NEXT, (journal.county, last, STEP, SIZE)):
        chains = [cast(str, row[0]) for row in rows]
        rebuild_chains(journal, procedures, chains)
        done, last = done + len(chains), chains[-1]
        progress(done, max(done, cast(int, total)))
    journal.query(
        """DELETE FROM store_case c WHERE county = %s AND NOT EXISTS (
             SELECT FROM store_event e WHERE e.county = c.county AND e.chain = c.id) RETURNING 1""",
        (journal.county,),
    )
    return done


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
        if values:
            found = title_of(form_of(procedure, event, case.kind), values, opening=event.seq == 1)
            title = title if found is None else found
        for follow in event.follows:
            if isinstance(follow, Written):
                fields = {name: case.facts.get(name) for name in follow.fields}
                written.append(subject_row(0, event, follow, fields))
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
