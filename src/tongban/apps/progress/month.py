"""The table of the monthly meeting: what was to be reached, what is, what is late and since when, and what it cost.

Nobody fills it in. Rows stand in the order of the tree, units in that of their codes; none is ranked and no person is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.whole import called, visible
from tongban.apps.measures import measure
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.progress.deriving import derivation
from tongban.apps.progress.gathering import gathered
from tongban.apps.progress.index import index, percent
from tongban.apps.progress.measuring import Figures, Matter, Measured, Month, measured
from tongban.apps.progress.tabs import tabs
from tongban.apps.wording import Wording, dated, moment, say
from tongban.kernel.clock import local_date, local_midnight_after
from tongban.kernel.form import HUNDREDTHS, FieldKind
from tongban.kernel.form.amounts import decimal, yuan
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.shape.views import TableSpec

_MONTH = re.compile(r"(2[0-9]{3})-(0[1-9]|1[0-2])")


class Cell(Struct, frozen=True):
    """A figure with both looks. ``now`` is "" where nothing was said of it since. Money is in yuan, also as a number."""

    then: str
    now: str = ""
    number: float | None = None
    number_now: float | None = None
    right: bool = False


class Line(Struct, frozen=True):
    """A row of the table, of a unit, or the sum of all."""

    number: str
    title: str
    unit: str
    columns: tuple[str, ...]
    planned: Cell
    reached: Cell
    here: str
    """of those planned for this month, how many were reached in it: "2 / 3" """
    late: Cell
    since: str
    over_limit: int
    """of how many a limit had run out, counted as the tree and the map count what is late"""
    said: int
    sums: tuple[Cell, ...]
    spent: Cell
    index: Cell


class Item(Struct, frozen=True):
    """One line of a list below the table."""

    number: str
    title: str
    unit: str
    day: str
    note: str


class MonthTable(Struct, frozen=True):
    number: str
    title: str
    unit: str
    month: str
    name: str
    before: str
    after: str
    """the months beside it as addresses name them; "" where there is none"""
    upto: str
    made: str
    over: bool
    columns: tuple[str, ...]
    sums: tuple[str, ...]
    weight: str
    spent: str
    """what the money that was spent is called, with its unit; "" where the practice says nothing of it"""
    rows: tuple[Line, ...]
    units: tuple[Line, ...]
    total: Line
    reached: tuple[Item, ...]
    late: tuple[Item, ...]
    said: tuple[Item, ...]
    derivation: tuple[str, ...]
    """how the index of all was made, row by row, as it stood when the month closed"""
    corrected: bool
    """whether anything of it was said otherwise since the month closed"""
    tabs: frozenset[str]


def month_table(number: str, acting: Acting, asked: str = "") -> MonthTable | Refused:
    """The table of a month (``2026-10``; the last one that closed where none is named) for whoever may see the tree.

    Refused like its page, for a month that is none or has not begun, and where the practice has no such table. Six queries.
    """
    here = office()
    seen = visible(number, acting, here)
    if isinstance(seen, Refused):
        return seen
    case = seen[0].case
    view = here.practice(case.adoption).views.get(case.kind)
    if view is None or view.table is None:
        return Refused("case.unknown_view", "number", {"number": number})
    month = _month(asked or _default(case.opened_at, acting.now), acting.now)
    if month is None:
        return Refused("case.unknown_month", "m", {"given": asked[:20]})
    found = gathered(here, case, view.table)
    if isinstance(found, Refused):
        return found
    each = [measured(row, found.parts[row.id], view, month) for row in found.rows]
    rows = [one for one in each if one is not None]
    wording = here.wording(case.adoption, acting.language)
    say_it = _Saying(here, wording, view.table, acting)
    opened = local_date(case.opened_at).replace(day=1)
    return MonthTable(
        number=written(case.number),
        title=called(case, seen[1], wording),
        unit=here.names.unit(case.holder, acting.language),
        month=f"{month.first:%Y-%m}",
        name=_name(month.first, acting.language),
        before=f"{month.first - timedelta(days=1):%Y-%m}" if month.first > opened else "",
        after=f"{month.last + timedelta(days=1):%Y-%m}" if month.over else "",
        upto=dated(month.upto.isoformat(), acting.language),
        made=moment(acting.now, acting.language),
        over=month.over,
        columns=tuple(say_it.label(name) for name in say_it.columns),
        sums=tuple(say_it.label(name) for name in view.table.sum),
        weight=say_it.label(view.table.weight) if view.table.weight else "",
        spent=say_it.spent(),
        rows=tuple(say_it.line(one) for one in rows),
        units=_units(say_it, rows),
        total=say_it.sum_of(rows, say("month.total", acting.language)),
        reached=tuple(say_it.item(m, m.days.ended) for one in rows for m in one.reached),
        late=tuple(
            say_it.item(m, m.days.end) for m in sorted((m for one in rows for m in one.late), key=_since)
        ),
        said=tuple(say_it.item(m, m.days.said[-1]) for one in rows for m in one.said),
        derivation=derivation(rows, acting.language),
        corrected=any(one.then != one.now for one in rows),
        tabs=tabs(here, case),
    )


def _since(matter: Matter) -> tuple[date, str]:
    return matter.days.late_since or date.max, matter.case.number


def _default(opened: datetime, now: datetime) -> str:
    """The last month that closed, unless the matter was opened since."""
    this = local_date(now).replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    return f"{max(last, min(local_date(opened).replace(day=1), this)):%Y-%m}"


def _month(asked: str, now: datetime) -> Month | None:
    """None for what is no month, and for one that has not begun."""
    found = _MONTH.fullmatch(asked)
    if found is None:
        return None
    first = date(int(found[1]), int(found[2]), 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    closed = local_midnight_after(last.isoformat())
    if first > local_date(now):
        return None
    return Month(first, last, min(closed, now), over=closed <= now)


def _name(first: date, language: str) -> str:
    return f"{first:%B %Y}" if language == "en" else f"{first.year}年{first.month}月"


def _units(say_it: _Saying, rows: Sequence[Measured]) -> tuple[Line, ...]:
    """The rows of each unit added up, in the order of the units' codes; nothing where no unit has more than one."""
    names = sorted({one.unit for one in rows})
    if len(names) == len(rows):
        return ()
    return tuple(say_it.sum_of([one for one in rows if one.unit == unit], unit=unit) for unit in names)


class _Saying:
    """Figures in words of one language."""

    def __init__(self, here: Office, wording: Wording, table: TableSpec, acting: Acting) -> None:
        self.here = here
        self.wording = wording
        self.table = table
        self.language = acting.language
        self.columns = tuple(name for name in table.columns if name not in table.sum)
        self.kinds = tuple(self._kind(name) for name in table.sum)

    def label(self, name: str) -> str:
        """What a field is called, with its unit."""
        forms = self.wording.practice.forms
        in_form = next((form for form, fields in forms.items() if any(f.id == name for f in fields)), "")
        return self._with_unit(self.wording.label(in_form, name), name)

    def _kind(self, name: str) -> FieldKind:
        field = self.wording.field(name)
        return field.kind if field is not None else FieldKind.whole

    def _with_unit(self, label: str, name: str) -> str:
        field = self.wording.field(name)
        if self._kind(name) is FieldKind.money:
            return say("month.with_unit", self.language, label=label, unit=say("month.yuan", self.language))
        unit = (
            measure(field.unit, self.language, self.wording.of(f"measures.{field.unit}"))
            if field is not None and field.unit
            else ""
        )
        said = not unit or label.endswith((f"（{unit}）", f"({unit})"))
        return label if said else say("month.with_unit", self.language, label=label, unit=unit)

    def spent(self) -> str:
        name = next((names[-1] for names in self.table.spent.values()), "")
        return self._with_unit(say("month.spent", self.language), name) if name else ""

    def line(self, one: Measured) -> Line:
        known = one.facts.facts
        columns = [
            self.wording.value(name, _plain(known[name])) if name in known else "" for name in self.columns
        ]
        return self._line([one.then], [one.now], one.unit, one.row.title, written(one.row.number), columns)

    def sum_of(self, rows: Sequence[Measured], title: str = "", unit: str = "") -> Line:
        blank = [""] * len(self.columns)
        return self._line([one.then for one in rows], [one.now for one in rows], unit, title, "", blank)

    def _line(
        self,
        then: Sequence[Figures],
        now: Sequence[Figures],
        unit: str,
        title: str,
        number: str,
        columns: Iterable[str],
    ) -> Line:
        late = [each.late_since for each in then if each.late_since is not None]
        here = (sum(each.reached_here for each in then), sum(each.planned_here for each in then))
        return Line(
            number=number,
            title=title,
            unit=self.here.names.unit(unit, self.language) if unit else "",
            columns=tuple(columns),
            planned=_cell(sum(each.planned for each in then), sum(each.planned for each in now)),
            reached=_cell(sum(each.reached for each in then), sum(each.reached for each in now)),
            here=f"{here[0]} / {here[1]}",
            late=_cell(sum(each.late for each in then), sum(each.late for each in now)),
            since=dated(min(late).isoformat(), self.language) if late else "",
            over_limit=sum(each.over_limit for each in then),
            said=sum(each.said for each in then),
            sums=tuple(
                _cell(_added([each.sums[n] for each in then]), _added([each.sums[n] for each in now]), kind)
                for n, kind in enumerate(self.kinds)
            ),
            spent=_cell(_added([each.spent for each in then]), _added([each.spent for each in now])),
            index=_share(index([each.share() for each in then]), index([each.share() for each in now])),
        )

    def item(self, matter: Matter, day: date | None) -> Item:
        of = matter.days
        first = of.ends[0] if len(of.ends) > 1 else None
        note = say("plan.first", self.language, days=dated(first.isoformat(), self.language)) if first else ""
        return Item(
            number=written(matter.case.number),
            title=matter.case.title,
            unit=self.here.names.unit(matter.case.holder, self.language),
            day=dated(day.isoformat(), self.language) if day is not None else "",
            note=note,
        )


def _added(found: Iterable[int | None]) -> int | None:
    said = [each for each in found if each is not None]
    return sum(said) if said else None


def _cell(then: int | None, now: int | None, kind: FieldKind = FieldKind.whole) -> Cell:
    """A count or a sum; what it is now stands beside it only where it differs. What is kept as hundredths is told with its point."""
    by = 100 if kind in HUNDREDTHS else 1
    number, number_now = (each / by if by > 1 and each is not None else each for each in (then, now))
    same = now == then
    return Cell(
        _written(then, kind), "" if same else _written(now, kind), number, None if same else number_now
    )


def _written(n: int | None, kind: FieldKind) -> str:
    if n is None:
        return "—"
    match kind:
        case FieldKind.money:
            return yuan(n, grouped=True)
        case FieldKind.decimal:
            return decimal(n, grouped=True)
        case _:
            return f"{n:,}"


def _share(then: int | None, now: int | None) -> Cell:
    return Cell(percent(then), percent(now) if now != then else "", then, now if now != then else None)


def _plain(value: object) -> Value:
    if isinstance(value, list):
        return tuple(str(each) for each in value)
    return value if isinstance(value, str | int | bool) else ""
