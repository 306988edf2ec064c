"""One row of the monthly table, measured: as it stood when the month closed, and as it stands now.

The same month is measured twice. *Then* knows what had happened when the month closed. *Now* knows of the same things what was
said of them since: a corrected figure, a day that was moved, a matter that was opened again. What came new after the month
belongs to a later month and is in neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.progress.course import Days, Stand, days, over_limit, stand, upto
from tongban.apps.progress.gathering import Below
from tongban.apps.progress.index import Share
from tongban.kernel.clock import local_date
from tongban.library.shape.views import TableSpec, ViewSpec
from tongban.store.courses import Course


class Month(Struct, frozen=True):
    """A month by its first and last day, and the moment at which it closed, or now where it has not yet."""

    first: date
    last: date
    closed: datetime
    over: bool

    @property
    def upto(self) -> date:
        """The last day that is measured: of a month that runs, the day of the looking."""
        return self.last if self.over else local_date(self.closed)


class Figures(Struct, frozen=True):
    """What is known of a row at one look. ``spent`` is None where nothing was said of it."""

    planned: int = 0
    reached: int = 0
    late: int = 0
    late_since: date | None = None
    planned_here: int = 0
    """those whose planned day lies in the month"""
    reached_here: int = 0
    said: int = 0
    over_limit: int = 0
    """those of which a limit had run out when the month closed, whatever day was planned for them"""
    sums: tuple[int | None, ...] = ()
    spent: int | None = None
    weight: int = 1

    def share(self) -> Share:
        return Share(self.weight, self.planned, self.reached)


class Matter(Struct, frozen=True):
    """One case that is to be reached, as the lists below the table name it."""

    case: Below
    days: Days


Look = tuple[Below, Course]
"""A case and its steps until the month closed."""


class Measured(Struct, frozen=True):
    """A row with both looks, and what of it is listed."""

    row: Below
    unit: str
    facts: Stand
    then: Figures
    now: Figures
    reached: tuple[Matter, ...]
    late: tuple[Matter, ...]
    said: tuple[Matter, ...]


def measured(row: Below, parts: Sequence[Below], view: ViewSpec, month: Month) -> Measured | None:
    """None for a row that was opened after the month had closed."""
    table = view.table
    assert table is not None
    known = [each for each in parts if each.course and each.course[0].known < month.closed]
    if row not in known:
        return None
    looks = [(each, upto(each.course, month.closed)) for each in known]
    counted = [
        (
            each,
            days(before, view.plan[each.kind], month.upto),
            days(each.course, view.plan[each.kind], month.upto),
        )
        for each, before in looks
        if each.kind in (table.counts or (table.of,))
    ]
    over = sum(over_limit(before, month.closed) for _, before in looks)
    at_close = stand(upto(row.course, month.closed))
    then = [Matter(each, of) for each, of, _ in counted]
    now = [Matter(each, _as_of(of, later, month)) for each, of, later in counted]
    return Measured(
        row=row,
        unit=at_close.holder or row.holder,
        facts=at_close,
        then=replace(_figures(then, month, at_close, table, _spent(looks, table)), over_limit=over),
        now=replace(
            _figures(now, month, _corrected(at_close, row), table, _spent_now(looks, table)), over_limit=over
        ),
        reached=tuple(each for each in then if _in(each.days.ended, month) and each.days.reached),
        late=tuple(each for each in then if _late(each.days)),
        said=tuple(each for each in then if any(_in(day, month) for day in each.days.said)),
    )


def _as_of(then: Days, now: Days, month: Month) -> Days:
    """The days as they are known now, of what had happened when the month closed: what was reached since is left out, and what
    was opened again is open."""
    if then.ended is not None and then.ended == now.ended:
        return replace(now, said=then.said)
    late = now.end is not None and now.end < month.upto
    since = date.fromordinal(now.end.toordinal() + 1) if late and now.end is not None else None
    return replace(now, began=then.began, ended=None, reached=False, said=then.said, late_since=since)


def _corrected(at_close: Stand, row: Below) -> Stand:
    """The answers of a row as they stand now, as far as they had been given when the month closed."""
    later = stand(row.course)
    return Stand(
        {name: later.facts[name] for name in at_close.facts},
        at_close.holder,
        at_close.outcome,
        at_close.settled,
    )


def _figures(
    matters: Sequence[Matter], month: Month, row: Stand, table: TableSpec, spent: int | None
) -> Figures:
    due = [each.days for each in matters if each.days.end is not None and not each.days.stopped]
    late = [
        of.late_since for each in matters if (of := each.days).late_since is not None and of.ended is None
    ]
    return Figures(
        planned=sum(of.end is not None and of.end <= month.upto for of in due),
        reached=sum(each.days.reached for each in matters),
        late=len(late),
        late_since=min(late, default=None),
        planned_here=sum(_in(of.end, month) for of in due),
        reached_here=sum(each.days.reached and _in(each.days.ended, month) for each in matters),
        said=sum(_in(day, month) for each in matters for day in each.days.said),
        sums=tuple(row.whole(name) for name in table.sum),
        spent=spent,
        weight=(row.whole(table.weight) or 0) if table.weight is not None else 1,
    )


def _spent(looks: Sequence[Look], table: TableSpec) -> int | None:
    """What was said to be spent when the month closed."""
    return _sum([_first(before, table, each.kind) for each, before in looks])


def _spent_now(looks: Sequence[Look], table: TableSpec) -> int | None:
    """The same, with what it was corrected to since."""
    return _sum(
        [
            _first(each.course, table, each.kind)
            for each, before in looks
            if _first(before, table, each.kind) is not None
        ]
    )


def _first(course: Course, table: TableSpec, kind: str) -> int | None:
    names = table.spent.get(kind, ())
    return stand(course).whole(*names) if names else None


def _sum(found: Sequence[int | None]) -> int | None:
    said = [each for each in found if each is not None]
    return sum(said) if said else None


def _in(day: date | None, month: Month) -> bool:
    return day is not None and month.first <= day <= month.upto


def _late(of: Days) -> bool:
    return of.late_since is not None and of.ended is None
