"""What a county learns from: its own dispatched cases.

A case whose category a clerk chose or corrected is an example like any other, so what was corrected today
is known to the training of tonight.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from msgspec import Struct

from tongban.apps.dispatch.reading import joined
from tongban.apps.dispatch.scheme import Scheme
from tongban.apps.dispatch.suggest import matter_of
from tongban.apps.dispatch.train import Example
from tongban.apps.dispatch.units import Dispatched
from tongban.apps.office import Office
from tongban.apps.registry.progress import Say, silent
from tongban.store.values import contents

MOST_CASES = 50_000
"""The newest cases that are learnt from."""
_SET = 500


class OwnCase(Struct, frozen=True):
    """A case as something to learn from. ``took`` is the unit that holds or settled it, "" while nobody else does."""

    number: str
    example: Example
    opened: datetime
    division: str
    adoption: str
    took: str


def own_cases(
    here: Office, say: Say = silent, most: int = MOST_CASES, since: datetime | None = None
) -> tuple[OwnCase, ...]:
    """The county's own cases that have a category, the newest first: titles, what was written when they were opened,
    and what people decided in the end."""
    rows = here.rows(
        """SELECT id::text, number, title, category, opened_at, division, adoption,
                  CASE WHEN holder <> home THEN holder ELSE '' END FROM store_case
           WHERE county = %s AND category <> '' AND parent IS NULL AND joined IS NULL
             AND opened_at >= COALESCE(%s, '-infinity'::timestamptz)
           ORDER BY opened_at DESC, id LIMIT %s""",
        [here.county.code, since, most],
    )
    cases = cast(list[tuple[str, str, str, str, datetime, str, str, str]], rows)
    found: list[OwnCase] = []
    for begin in range(0, len(cases), _SET):
        part = cases[begin : begin + _SET]
        texts = told(here, [(case, title) for case, _, title, *_ in part])
        found += [
            OwnCase(number, Example(text, category), opened, division, adoption, took)
            for text, (_, number, _, category, opened, division, adoption, took) in zip(
                texts, part, strict=True
            )
            if text.strip()
        ]
        say("dispatch.reading", begin + len(part), len(cases))
    return tuple(found)


def told(here: Office, cases: Sequence[tuple[str, str]]) -> list[str]:
    """For ids with titles the messages as they are read: with what was written when the case was opened."""
    given = contents(here.journal, [case for case, _ in cases])
    found = []
    for case, title in cases:
        written = given.get(case, {})
        opening = written.get(min(written), {}) if written else {}
        texts = [each.value for each in opening.values() if isinstance(each.value, str)]
        found.append(joined(title, max(texts, key=len, default="")))
    return found


def own_dispatches(here: Office, scheme: Scheme) -> tuple[Dispatched, ...]:
    """Who took the county's own cases in the end: those that were answered or settled, by category and place."""
    rows = here.rows(
        """SELECT category, division, holder, opened_at::date - DATE '2000-01-01' FROM store_case
           WHERE county = %s AND category <> '' AND parent IS NULL AND holder <> home AND settled_at IS NOT NULL
           ORDER BY opened_at DESC, id LIMIT %s""",
        [here.county.code, MOST_CASES],
    )
    found = cast(list[tuple[str, str, str, int]], rows)
    return tuple(
        Dispatched(matter_of(category, division, scheme, here.county), unit, day)
        for category, division, unit, day in found
    )
