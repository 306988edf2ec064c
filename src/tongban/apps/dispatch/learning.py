"""What a county learns from: its own dispatched cases, or a file of messages that somebody labelled.

A case whose category a clerk chose or corrected is an example like any other, so what was corrected today
is known to the training of tonight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import cast

from tongban.apps.dispatch.near import groups_of
from tongban.apps.dispatch.reading import joined
from tongban.apps.dispatch.scheme import Scheme
from tongban.apps.dispatch.train import Example
from tongban.apps.office import Office
from tongban.apps.registry.progress import Say, silent
from tongban.kernel.refusal import Refused
from tongban.store.values import contents

MOST_CASES = 50_000
"""The newest cases that are learnt from."""
_SET = 500


def examples_of(
    rows: Iterable[tuple[int, Mapping[str, str]]], scheme: Scheme
) -> tuple[tuple[Example, ...], tuple[Refused, ...]]:
    """Examples from numbered rows with ``title``, ``body``, ``category`` and perhaps ``group``.

    A category is a code of the scheme or its titles from the first level on. Rows that cannot be used
    come back as ``dispatch.unknown_category`` and ``dispatch.row_empty``, ``where`` being the row.
    """
    examples, faults = [], []
    for number, row in rows:
        category = scheme.named(row.get("category", ""))
        title, body = row.get("title", ""), row.get("body", "")
        if not category:
            facts = {"category": row.get("category", "")[:60]}
            faults.append(Refused("dispatch.unknown_category", f"{number}", facts))
        elif not title.strip() and not body.strip():
            faults.append(Refused("dispatch.row_empty", f"{number}"))
        else:
            examples.append(Example(joined(title, body), category, row.get("group", "")))
    return tuple(examples), tuple(faults)


def grouped(examples: Sequence[Example]) -> tuple[Example, ...]:
    """The examples with versions of one message in one group, also those that nobody had marked."""
    groups = groups_of([each.text for each in examples], [each.group for each in examples])
    return tuple(replace(each, group=str(n)) for each, n in zip(examples, groups, strict=True))


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
