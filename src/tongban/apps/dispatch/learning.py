"""What a county learns from: its own dispatched cases.

A case whose category a clerk chose or corrected is an example like any other, so what was corrected today
is known to the training of tonight.
"""

from __future__ import annotations

from typing import cast

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


def own_examples(here: Office, say: Say = silent) -> tuple[Example, ...]:
    """The county's own cases that have a category: their titles and what was written when they were opened."""
    rows = here.rows(
        """SELECT id::text, title, category FROM store_case
           WHERE county = %s AND category <> '' AND parent IS NULL AND joined IS NULL
           ORDER BY opened_at DESC, id LIMIT %s""",
        [here.county.code, MOST_CASES],
    )
    cases = cast(list[tuple[str, str, str]], rows)
    found: list[Example] = []
    for begin in range(0, len(cases), _SET):
        part = cases[begin : begin + _SET]
        given = contents(here.journal, [case for case, _, _ in part])
        for case, title, category in part:
            written = given.get(case, {})
            opening = written.get(min(written), {}) if written else {}
            texts = [each.value for each in opening.values() if isinstance(each.value, str)]
            body = max(texts, key=len, default="")
            if title.strip() or body.strip():
                found.append(Example(joined(title, body), category))
        say("dispatch.reading", begin + len(part), len(cases))
    return tuple(found)


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
