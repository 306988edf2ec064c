"""Figures of any period by whichever engine: what ``tongban figure compute`` does, and what keeps the counts of large counties.

The extract is brought up to the ledger first; then each population is asked one question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from msgspec import Struct

from tongban.analytics.columns import Rows, Visits, table_name, tables_of
from tongban.analytics.engines import engine
from tongban.analytics.extract import Extract, opened
from tongban.analytics.filling import Source, refresh
from tongban.analytics.question import Question
from tongban.apps.disclosure.counting import seeing
from tongban.apps.disclosure.defined import definitions_of, indicators_of
from tongban.apps.disclosure.periods import Days, days_of, kind_of, offered
from tongban.apps.office import Office, office
from tongban.apps.registry.progress import Say, silent
from tongban.kernel.expression.spelled import micros
from tongban.kernel.indicator import Definition, Tally
from tongban.kernel.indicator.parts import UNIT
from tongban.kernel.refusal import Refused


class Value(Struct, frozen=True):
    """A value with the counts that it follows from. ``unit`` is "" for the whole county; of a breakdown it is the part. ``low`` and ``high`` are its 95 % interval."""

    unit: str
    numerator: int
    denominator: int
    sample: int
    excluded: Mapping[str, int]
    low: float
    high: float

    @staticmethod
    def of(unit: str, tally: Tally) -> Value:
        low, high = tally.interval
        return Value(
            unit,
            tally.numerator,
            tally.denominator,
            tally.sample,
            dict(sorted(tally.excluded.items())),
            low,
            high,
        )


class Computed(Struct, frozen=True):
    """An indicator's value for the county and for each unit, with the hash of its definition."""

    key: str
    title: str
    kind: str
    definition: str
    smallest_sample: int
    whole: Value
    units: tuple[Value, ...]
    parts: Mapping[str, tuple[Value, ...]]
    """by what else its definition breaks it down by"""


class Computation(Struct, frozen=True):
    """All figures of a period by one engine. ``xid`` and ``position`` say up to where in the ledger they go; ``complete`` that the period is over."""

    period: str
    since: str
    until: str
    complete: bool
    engine: str
    xid: int
    position: int
    cases_read: int
    figures: tuple[Computed, ...]


def source_of(here: Office, now: datetime) -> Source:
    """The cases of everything in force, as an extract takes them."""
    tables: dict[str, list[Rows]] = {}
    for practice, adoption in here.practices(now):
        tables[practice] = [*tables_of(practice, indicators_of(here, adoption))]
        kinds = here.procedure(adoption).kinds.values()
        if any(step.visit is not None for kind in kinds for step in kind.steps.values()):
            tables[practice].append(Visits(practice))
    for adoption in here.adoptions():  # read before copies of this process are made
        here.procedure(adoption)
    return Source(here.journal, tables, seeing(here), here.stamp)


def questions(definitions: Sequence[Definition], days: Days) -> list[Question]:
    """The questions that give all of these definitions their values over some days: one for each population and each way to break it down."""
    start, end = map(micros, days.bounds)
    groups: dict[tuple[str, str, str, str], list[Definition]] = {}
    for each in definitions:
        practice = each.key.partition("/")[0]
        groups.setdefault((practice, each.of, each.counted, each.unit), []).append(each)
    return [
        Question(
            table_name(practice, kind),
            counted,
            unit,
            tuple(each for each in group if by in each.by),
            start,
            end,
            by,
        )
        for (practice, kind, counted, unit), group in groups.items()
        for by in dict.fromkeys(by for each in group for by in each.by)
    ]


def compute(period: str, by: str, language: str, now: datetime, say: Say = silent) -> Computation | Refused:
    """All indicators of all adopted practices that are made for such a period ("2026-10", "2026-W40", "2026-Q3", "2026"; "" is the last whole month).

    Refuses what is no period (``disclosure.period_form``), one that has not begun, and Spark where it is not installed.
    """
    period = period or offered("month", now)[0]
    days = days_of(kind_of(period), period)
    if isinstance(days, Refused):
        return Refused("disclosure.period_form", "period", {"period": period[:20]})
    if days.bounds[0] > now:
        return Refused("disclosure.not_begun", "period", {"period": period})
    here, home = office(), Path(settings.TONGBAN_HOME)
    with opened(home, here.county.code) as extract:
        assert extract is not None
        fresh = refresh(extract, source_of(here, now), say)
        found = _figures(here, extract, by, home, days, kind_of(period), language, now, say)
    return Computation(
        period=period,
        since=days.since.isoformat(),
        until=days.until.isoformat(),
        complete=days.bounds[1] <= now,
        engine=by,
        xid=fresh.mark.xid,
        position=fresh.mark.position,
        cases_read=fresh.read,
        figures=found,
    )


def _figures(
    here: Office,
    extract: Extract,
    by: str,
    home: Path,
    days: Days,
    kind: str,
    language: str,
    now: datetime,
    say: Say,
) -> tuple[Computed, ...]:
    defined = {
        (adoption, name): each
        for practice, adoption in here.practices(now)
        for name, each in definitions_of(here, practice, adoption).items()
        if kind in each.periods
    }
    asked = questions(list(defined.values()), days)
    answers: dict[tuple[str, str], Mapping[str, Tally]] = {}
    with engine(by, extract, here.journal, home, asked, settings.TONGBAN_SPARK) as made:
        for n, question in enumerate(asked):
            say("figure.counting", n, len(asked))
            answers |= {(key, question.by): by for key, by in made.answer(question).items()}
        say("figure.counting", len(asked), len(asked))
    found = []
    for (adoption, name), each in defined.items():
        title = here.wording(adoption, language).of(f"indicators.{name}.title", name)
        parts = {by: _values(answers[each.key, by]) for by in each.by}
        whole, units = Value.of("", answers[each.key, UNIT][""]), parts.pop(UNIT)
        found.append(
            Computed(each.key, title, each.kind, each.hash, each.smallest_sample, whole, units, parts)
        )
    return tuple(found)


def _values(counts: Mapping[str, Tally]) -> tuple[Value, ...]:
    return tuple(Value.of(part, tally) for part, tally in sorted(counts.items()) if part)
