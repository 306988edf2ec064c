"""Looking for cases by their words, among all that a reader may see, open or not, the newest first.

The index says which cases may be meant; whether the reader may see one and whether it still fits is asked of
the case itself, because the index follows its steps by some seconds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.bounds import Filter, narrowed
from tongban.apps.numbers import read_number
from tongban.apps.office import Office
from tongban.apps.sight import sees_all, visible
from tongban.kernel.form.characters import narrow
from tongban.kernel.refusal import Refused
from tongban.store.search import Hit, Question, by_tail, found

TAIL = re.compile("[0-9]{4,11}")
"""Digits that may be the end of a case's number, as people say it over a telephone."""
TAILS = 10
"""Cases that are shown by the end of their number, the newest: whoever means an older one says one digit more."""
ROUNDS = 4
"""How often more is asked for where the first answers do not fit."""


def searched(
    here: Office, acting: Acting, wanted: Filter, columns: str, most: int
) -> list[tuple[str, tuple[object, ...]]]:
    """Rows of the first ``most`` cases with these words, ``id`` first among ``columns``; none without words or a category.

    First come those whose numbers end with the digits that are the words.

    Beside each row stands the cursor of a page that begins after it.
    """
    number = read_number(wanted.words)
    if not isinstance(number, Refused):
        loaded = here.load(number)
        return _fitting(
            here, acting, wanted, columns, [Hit(loaded.case.opened_at, loaded.case.id)] if loaded else []
        )
    question = _question(here, acting, wanted)
    rows = [] if wanted.after else _by_tail(here, acting, wanted, columns)
    tails = {row[0] for _, row in rows}
    for _ in range(ROUNDS):
        hits = found(here.journal, question, most)
        rows += [each for each in _fitting(here, acting, wanted, columns, hits) if each[1][0] not in tails]
        if len(rows) >= most or len(hits) < most:
            break
        question = replace(question, after=hits[-1])
    return rows[:most]


def _by_tail(
    here: Office, acting: Acting, wanted: Filter, columns: str
) -> list[tuple[str, tuple[object, ...]]]:
    """Rows of cases whose numbers end with the digits that were typed; none for other words."""
    digits = re.sub(r"[\s-]", "", narrow(wanted.words))
    if not TAIL.fullmatch(digits):
        return []
    return _fitting(here, acting, wanted, columns, by_tail(here.journal, digits, TAILS))


def _question(here: Office, acting: Acting, wanted: Filter) -> Question:
    own = {post.unit for post in acting.actor.posts}
    above = here.county.above
    units = tuple(sorted(each for each in above if each in own or not own.isdisjoint(above[each])))
    asked = Question(
        wanted.words,
        units,
        everywhere=sees_all(acting.actor, here.county) or len(units) == len(above),
        practice=wanted.practice,
        category=wanted.category,
        division=wanted.division,
    )
    at, _, last = wanted.after.partition("~")
    try:
        moment, case = datetime.fromisoformat(at), str(UUID(last))
    except ValueError:
        return asked
    return replace(asked, after=Hit(moment, case)) if moment.tzinfo is not None else asked


def _fitting(
    here: Office, acting: Acting, wanted: Filter, columns: str, hits: Sequence[Hit]
) -> list[tuple[str, tuple[object, ...]]]:
    """The rows of those among the cases that fit the filter and that the reader may see, in the same order."""
    if not hits:
        return []
    clauses, values = narrowed(wanted, here.county, acting.now)
    where = " AND ".join(["county = %s", "id = ANY(%s::uuid[])", *clauses])
    rows = here.rows(
        f"SELECT {columns} FROM store_case WHERE {where}",  # noqa: S608 - constants and bound values only
        [here.county.code, [hit.case for hit in hits], *values],
    )
    fitting = {cast(str, row[0]): row for row in rows}
    seen = visible(here, acting, list(fitting))
    return [
        (f"{hit.at.isoformat()}~{hit.case}", fitting[hit.case])
        for hit in hits
        if hit.case in fitting and hit.case in seen
    ]
