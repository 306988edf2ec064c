"""What the ledger says of many cases in their order, as far as a plan and a monthly table ask for it.

Read from the sealed steps and not from the rows of cases: a row knows how a case stands now, and a meeting also asks how it
stood when the month closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

import msgspec

from tongban.kernel import shapes
from tongban.store.batch import STEP
from tongban.store.journal import Journal

_STEPS = """
    SELECT chain::text, '[' || string_agg(body, ',' ORDER BY seq) || ']', array_agg(recorded ORDER BY seq) FROM store_event
    WHERE county = %s AND chain = ANY (%s::uuid[]) AND kind = %s GROUP BY chain
"""


class Turn(msgspec.Struct, frozen=True):
    """A consequence, as far as it ends the case, gives it away or sets the day on which a clock runs out."""

    what: str = msgspec.field(name="is")
    clock: str = ""
    unit: str = ""
    outcome: str = ""
    due: datetime | None = None


class Deed(msgspec.Struct, frozen=True):
    """A step with the answers that the ledger holds in plain."""

    step: str
    facts: dict[str, object]
    follows: tuple[Turn, ...] = ()


class _Entry(msgspec.Struct, frozen=True):
    at: datetime


class _Body(msgspec.Struct, frozen=True):
    entry: _Entry
    facts: Deed


class Step(msgspec.Struct, frozen=True):
    """A deed, the moment at which it was done and the one from which the office could know of it.

    The two differ where somebody writes down later what happened before. Of a case that came from an old list, what lies before
    its coming is taken to have been known when it happened: the list says so, and nobody can say more.
    """

    at: datetime
    known: datetime
    deed: Deed


Course = tuple[Step, ...]
_read = shapes.reader(tuple[_Body, ...])


def courses(journal: Journal, ids: Sequence[str]) -> Mapping[str, Course]:
    """The steps of each of these cases in their order, in one query."""
    if not ids:
        return {}
    rows = journal.query(_STEPS, (journal.county, list(ids), STEP))
    found = cast("list[tuple[str, str, list[datetime]]]", rows)
    return {chain: tuple(_steps(_read(bodies), recorded)) for chain, bodies, recorded in found}


def _steps(bodies: Sequence[_Body], recorded: Sequence[datetime]) -> Iterator[Step]:
    came = recorded[0]
    for body, written in zip(bodies, recorded, strict=True):
        at = body.entry.at
        yield Step(at, at if at < came else written, body.facts)
