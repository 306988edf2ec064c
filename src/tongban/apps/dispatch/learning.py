"""What a county learns from: its own cases whose category people confirmed.

A category that was only offered and left standing teaches nothing, or the machine would learn its own guesses. What
somebody corrected today is known to the training of tonight; what a unit took confirms the category that sent it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import cast

from msgspec import Struct

from tongban.apps.dispatch.confirmed import confirmed
from tongban.apps.dispatch.reading import joined
from tongban.apps.dispatch.scheme import Scheme
from tongban.apps.dispatch.suggest import matter_of
from tongban.apps.dispatch.train import Example
from tongban.apps.dispatch.units import Dispatched
from tongban.apps.office import Office
from tongban.apps.registry.progress import Say, silent
from tongban.kernel.clock import local_date
from tongban.store.values import contents

MOST_CASES = 50_000
"""The newest cases that are learnt from."""
_SET = 500
_FROM = date(2000, 1, 1)


class OwnCase(Struct, frozen=True):
    """A case as something to learn from. ``took`` is the unit that took it, "" while none has."""

    number: str
    example: Example
    opened: datetime
    division: str
    adoption: str
    took: str


def own_cases(
    here: Office, say: Say = silent, most: int = MOST_CASES, since: datetime | None = None
) -> tuple[OwnCase, ...]:
    """The county's own cases whose category people confirmed, the newest first: titles, what was written when they
    were opened, and what people decided in the end."""
    rows = here.rows(
        """SELECT id::text, adoption, kind, home, number, title, category, opened_at, division FROM store_case
           WHERE county = %s AND category <> '' AND parent IS NULL AND joined IS NULL
             AND practice <> ALL (%s::text[]) AND opened_at >= COALESCE(%s, '-infinity'::timestamptz)
           ORDER BY opened_at DESC, id LIMIT %s""",
        [here.county.code, sorted(here.county.guarded), since, most],
    )
    cases = cast(list[tuple[str, str, str, str, str, str, str, datetime, str]], rows)
    found: list[OwnCase] = []
    for begin in range(0, len(cases), _SET):
        part = cases[begin : begin + _SET]
        sure = confirmed(here, [each[:4] for each in part])
        part = [each for each in part if sure[each[0]]]
        texts = told(here, [(each[0], each[5]) for each in part])
        found += [
            OwnCase(number, Example(text, category), opened, division, adoption, sure[case].took)
            for text, (case, adoption, _, _, number, _, category, opened, division) in zip(
                texts, part, strict=True
            )
            if text.strip()
        ]
        say("dispatch.reading", min(begin + _SET, len(cases)), len(cases))
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


def own_dispatches(cases: Sequence[OwnCase], here: Office, scheme: Scheme) -> tuple[Dispatched, ...]:
    """Which units took these cases, by category and place."""
    return tuple(
        Dispatched(
            matter_of(each.example.category, each.division, scheme, here.county),
            each.took,
            (local_date(each.opened) - _FROM).days,
        )
        for each in cases
        if each.took
    )
