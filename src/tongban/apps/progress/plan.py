"""The plan of what lies below a case: the days that were planned, the days that came, and what is late, level by level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal, cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.whole import called, visible
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.progress.course import Days, days
from tongban.apps.progress.tabs import tabs
from tongban.apps.titles import TITLE
from tongban.apps.wording import counted, dated, say
from tongban.kernel.case import Case
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.library.shape.views import PlanSpec
from tongban.store.below import below
from tongban.store.courses import courses

PAGE = 100
LONGEST = 20 * 366
"""Days that an axis shows at most; what lies beyond is not drawn, only written."""
Tone = Literal["late", "kept", "rest", "soon"]


class Axis(Struct, frozen=True):
    """The days that are drawn, whole months."""

    first: date
    last: date
    today: date

    today_words: str

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1


class Bar(Struct, frozen=True):
    """One case of the plan, in days for its drawing and in words for its row."""

    number: str
    unit: str
    title: str
    kind: str
    days: Days
    planned: str
    moved: str
    actual: str
    tone: Tone
    says: str
    total: int
    deeper: bool


class Plan(Struct, frozen=True):
    number: str
    title: str
    unit: str
    axis: Axis
    bars: tuple[Bar, ...]
    count: int
    late: int
    """of those on this page"""
    page: int
    more: bool
    tabs: frozenset[str]
    """which other views the practice has of this case: ``plan``, ``table``"""


def plan(number: str, acting: Acting, page: int = 1, axis: tuple[date, date] | None = None) -> Plan | Refused:
    """The cases directly below with their days, for whoever may see the tree. Refused like its page, and where the
    practice says nothing of days. ``axis`` draws them on the days of the page they are put into. Six queries.
    """
    here = office()
    seen = visible(number, acting, here)
    if isinstance(seen, Refused):
        return seen
    case = seen[0].case
    view = here.practice(case.adoption).views.get(case.kind)
    if view is None or not view.plan:
        return Refused("case.unknown_view", "number", {"number": number})
    today = local_date(acting.now)
    rows = _rows(here, case, view.plan, page)
    found = _bars(here, acting, rows[:PAGE], view.plan, today)
    return Plan(
        number=written(case.number),
        title=called(case, seen[1], here.wording(case.adoption, acting.language)),
        unit=here.names.unit(case.holder, acting.language),
        axis=_axis((each.days for each in found), today, axis, acting.language),
        bars=found,
        count=seen[0].subcases.total,
        late=sum(each.days.late_since is not None for each in found),
        page=page,
        more=len(rows) > PAGE,
        tabs=tabs(here, case),
    )


def _rows(here: Office, case: Case, kinds: Mapping[str, PlanSpec], page: int) -> list[tuple[object, ...]]:
    sql = f"""SELECT id::text, number, {TITLE}, kind, holder, adoption FROM store_case
              WHERE county = %s AND parent = %s::uuid AND kind = ANY (%s)
              ORDER BY string_to_array(number, '-')::bigint[] LIMIT %s OFFSET %s"""  # noqa: S608 - constants only
    values = [here.county.code, case.id, list(kinds), PAGE + 1, PAGE * (max(1, page) - 1)]
    return here.rows(sql, values)


def _bars(
    here: Office,
    acting: Acting,
    rows: Sequence[tuple[object, ...]],
    plans: Mapping[str, PlanSpec],
    today: date,
) -> tuple[Bar, ...]:
    ids = [str(row[0]) for row in rows]
    told, counts = courses(here.journal, ids), below(here.journal, ids)
    found = []
    for id_, number, title, kind, holder, adoption in cast("Sequence[tuple[str, ...]]", rows):
        here_days = days(told.get(id_, ()), plans[kind], today)
        wording = here.wording(adoption, acting.language)
        tone, says = how(here_days, today, acting.language)
        view = here.practice(adoption).views.get(kind)
        total = sum(counts.get(id_, {}).values())
        found.append(
            Bar(
                number=written(number),
                unit=here.names.unit(holder, acting.language),
                title=title,
                kind=wording.of(f"kinds.{kind}", kind),
                days=here_days,
                planned=_span(here_days.start, here_days.end, acting.language),
                moved=_moved(here_days, acting.language),
                actual=_actual(here_days, acting.language),
                tone=tone,
                says=says,
                total=total,
                deeper=bool(total and view is not None and view.plan),
            )
        )
    return tuple(found)


def how(of: Days, today: date, language: str) -> tuple[Tone, str]:
    """How a case stands to its plan, in words; the tone is that of its colour and its shape."""
    if of.stopped:
        return "rest", say("plan.stopped", language)
    if of.late_since is not None and of.end is not None:
        late = ((of.ended or today) - of.end).days
        return "late", counted("plan.reached_late" if of.reached else "plan.late", late, language)
    if of.reached:
        return "kept", say("plan.reached", language)
    if of.end is None:
        return "rest", say("plan.no_day", language)
    left = (of.end - today).days
    return ("soon" if left <= 1 else "rest"), counted("plan.left", left, language)


def _span(start: date | None, end: date | None, language: str) -> str:
    return " – ".join(dated(each.isoformat(), language) for each in (start, end) if each is not None)


def _moved(of: Days, language: str) -> str:
    """What was planned before the days that hold now; "" where nothing was moved."""
    before = [*of.starts[:-1], *of.ends[:-1]]
    if not before:
        return ""
    joint = "、" if language == "zh-Hans" else ", "
    return say("plan.first", language, days=joint.join(dated(each.isoformat(), language) for each in before))


def _actual(of: Days, language: str) -> str:
    if of.ended is not None:
        return _span(of.began, of.ended, language)
    if of.began is not None:
        return say("plan.since", language, day=dated(of.began.isoformat(), language))
    return say("plan.not_begun", language)


def _axis(all_days: Iterable[Days], today: date, given: tuple[date, date] | None, language: str) -> Axis:
    said = dated(today.isoformat(), language)
    if given is not None:
        return Axis(given[0], given[1], today, said)
    every = list(all_days)
    all_over = all(of.ended is not None for of in every)
    named = [
        each
        for of in every
        for each in (*of.starts, *of.ends, of.began, of.ended)
        if each is not None and abs((each - today).days) <= LONGEST // 2
    ]
    if not named or not all_over:
        named.append(today)
    first, last = min(named), max(named)
    return Axis(first.replace(day=1), _end_of_month(last), today, said)


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
