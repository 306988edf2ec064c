"""What a step would cost those who must carry out what it opens: how many, how long, and what else they have that week.

Shown before the step is taken (整治形式主义为基层减负若干规定, 2024: fewer documents and fewer forms, asked for less often).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from tongban.apps.office import Office, office
from tongban.apps.wording import LOCAL, Wording, dated, say
from tongban.kernel.case import Case
from tongban.kernel.procedure.decide import Decided

FEW = 2
"""So few new cases are a burden that everybody sees."""
MINUTES = "minutes"
"""The unit of a field that says how long one of them takes."""


def burden(decided: Decided, wording: Wording) -> tuple[str, ...]:
    """In words; () where hardly anything would be opened."""
    opened = decided.cases[1:]
    if len(opened) < FEW:
        return ()
    language = wording.language
    told = [say("foresee.in_all", language, n=len(opened))]
    each = _minutes(decided.cases[0], wording)
    if each:
        total = each * len(opened)
        told.append(
            say("foresee.minutes", language, each=each, total=f"{total:,}", hours=f"{-(-total // 60):,}")
        )
    dues = [clock.due for case in opened for clock in case.running() if clock.due is not None]
    last = max(dues, default=None)
    if last is not None:
        monday, n = _that_week(office(), opened, last)
        if n:
            told.append(say("foresee.that_week", language, n=n, **{"from": dated(monday, language)}))
    return tuple(told)


def _minutes(case: Case, wording: Wording) -> int:
    """What the case says that one of them takes; 0 where it says nothing."""
    named = (f.id for form in wording.procedure.forms.values() for f in form.fields if f.unit == MINUTES)
    return next((value for name in named if isinstance(value := case.facts.get(name), int)), 0)


def _that_week(here: Office, opened: Sequence[Case], last: datetime) -> tuple[str, int]:
    """The Monday of the week in which it is due, and how many open cases its units have that run out then."""
    day = (last - timedelta(microseconds=1)).astimezone(LOCAL)
    monday = (day - timedelta(days=day.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    sql = """SELECT count(*) FROM store_case WHERE county = %s AND holder = ANY (%s::text[]) AND standing = 'open'
             AND next_due > %s AND next_due <= %s"""
    units = sorted({case.holder for case in opened})
    rows = here.rows(sql, [here.county.code, units, monday, monday + timedelta(days=7)])
    return monday.date().isoformat(), cast("int", rows[0][0])
