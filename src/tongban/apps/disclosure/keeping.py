"""Counts kept for the pages of all but the smallest counties.

A county with fewer than ``LARGE`` cases counts whenever somebody looks: nothing is kept, every page is of this moment. From there on the office's own
work keeps what each month and each of the last weeks added up to, brings it up to the ledger every minute, and pages say as of when they are. Nothing in
between: a period that is not made of months or weeks that are kept is counted when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from tongban.analytics.columns import VISITED, Rows, Visits
from tongban.analytics.engines import Engine, engine
from tongban.analytics.extract import Extract, opened
from tongban.analytics.filling import Refreshed, Source, refresh
from tongban.apps.disclosure.computing import questions, source_of
from tongban.apps.disclosure.defined import definitions_of
from tongban.apps.disclosure.kept import Counts, digest, written
from tongban.apps.disclosure.periods import Days, days_of, offered, period_of
from tongban.apps.office import Office, office
from tongban.apps.registry.progress import Say, silent
from tongban.kernel.clock import LOCAL
from tongban.kernel.expression.spelled import micros
from tongban.kernel.indicator import Tally
from tongban.kernel.indicator.parts import UNIT
from tongban.store import counted as store

LARGE = 1_000
"""Cases from which on counts are kept: so many are counted in a few tenths of a second."""
FRESH = timedelta(minutes=1)
"""How old they may be before they are brought up to the ledger."""
FIRST = date(1970, 1, 1)
MONTHS = 36
"""Months that are kept, this one among them."""


def keep(now: datetime, say: Say = silent) -> int:
    """Bring the kept counts of a large county up to the ledger; how many periods were counted. 0 where nothing is kept, or another process is at it."""
    here = office()
    if not _large(here):
        return 0
    standing = store.standing(here.journal)
    if standing is not None and now - standing.at < FRESH:
        return 0
    with opened(Path(settings.TONGBAN_HOME), here.county.code, wait=False) as extract:
        if extract is None:
            return 0
        source = source_of(here, now)
        fresh = refresh(extract, source, say)
        return _count(here, extract, source, fresh, now, say)


def _large(here: Office) -> bool:
    """Looks at no more cases than the answer needs."""
    rows = here.rows(
        "SELECT 1 FROM store_case WHERE county = %s OFFSET %s LIMIT 1", [here.county.code, LARGE - 1]
    )
    return bool(rows)


def _count(here: Office, extract: Extract, source: Source, fresh: Refreshed, now: datetime, say: Say) -> int:
    wanted = _periods(now)
    digests = {practice: digest(here, practice, adoption) for practice, adoption in here.practices(now)}
    known = store.known(here.journal)
    days = extract.touched()
    touched = {
        (practice, period_of(kind, FIRST + timedelta(days=day)))
        for practice, some in (days or {}).items()
        for day in some
        for kind in ("month", "week")
    }
    due = [
        (practice, adoption, period)
        for practice, adoption in here.practices(now)
        for period in wanted
        if days is None or known.get((practice, period)) != digests[practice] or (practice, period) in touched
    ]
    found: dict[tuple[str, str], tuple[str, str]] = {}
    with engine("duckdb", extract, here.journal, Path(settings.TONGBAN_HOME), ()) as made:
        for n, (practice, adoption, period) in enumerate(due):
            say("figure.counting", n, len(due))
            counts = _counts(here, made, extract, source.tables[practice], practice, adoption, wanted[period])
            found[(practice, period)] = digests[practice], written(counts)
        say("figure.counting", len(due), len(due))
    gone = [each for each in known if each[1] not in wanted or each[0] not in digests]
    store.keep(here.journal, store.Standing(fresh.mark, now), found, gone)
    extract.counted()
    return len(due)


def _periods(now: datetime) -> dict[str, Days]:
    """The months and weeks that are kept, these included."""
    today = now.astimezone(LOCAL).date()
    this = today.year * 12 + today.month - 1
    names = [("month", f"{n // 12}-{n % 12 + 1:02d}") for n in range(this, this - MONTHS, -1)]
    names += [("week", period) for period in (period_of("week", today), *offered("week", now))]
    found = {period: days_of(kind, period) for kind, period in names}
    return {period: days for period, days in found.items() if isinstance(days, Days)}


def _counts(
    here: Office,
    made: Engine,
    extract: Extract,
    tables: Sequence[Rows],
    practice: str,
    adoption: str,
    days: Days,
) -> Counts:
    defined = definitions_of(here, practice, adoption)
    names = {each.key: name for name, each in defined.items()}
    tallies: dict[str, dict[str, Tally]] = {}
    parts: dict[str, dict[str, dict[str, Tally]]] = {}
    for question in questions(list(defined.values()), days):
        for key, by in made.answer(question).items():
            if question.by == UNIT:
                tallies[names[key]] = dict(by)
            else:
                parts.setdefault(names[key], {})[question.by] = {
                    part: each for part, each in by.items() if part
                }
    visits: list[tuple[str, str, bool, int]] = []
    for table in tables:
        if isinstance(table, Visits):
            start, end = map(micros, days.bounds)
            rows = extract.rows(
                f"SELECT unit, why, told, count(*) FROM {table.name} WHERE {VISITED} >= ? AND {VISITED} < ? GROUP BY ALL ORDER BY ALL",  # noqa: S608
                [start, end],
            )
            visits = [(str(unit), str(why), bool(told), int(str(n))) for unit, why, told, n in rows]
    return Counts(tallies, visits, parts)
