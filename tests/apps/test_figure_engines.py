"""One definition, four ways to count it: case by case, DuckDB, PostgreSQL and Spark give the same to the last digit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from random import Random
from shutil import which

import pytest
from msgspec.structs import replace

from figures_ground import SHELF, Counted, counted, drawn_cases
from tongban.analytics.columns import arrays, collected, tables_of
from tongban.analytics.engines import Engine, engine
from tongban.analytics.extract import Extract, opened
from tongban.analytics.question import Question
from tongban.apps.disclosure.counting import tallied
from tongban.kernel.case import Case
from tongban.kernel.clock import Calendar
from tongban.kernel.county import County
from tongban.kernel.expression.spelled import micros
from tongban.kernel.indicator import Definition, Tally
from tongban.kernel.indicator.parts import UNIT
from tongban.kernel.procedure.seen import Seen
from tongban.kernel.refusal import Refused
from tongban.library.indicators import definition_of
from tongban.store.batch import BEGINNING
from tongban.store.journal import Journal

OCTOBER = datetime(2026, 9, 30, 16, tzinfo=UTC), datetime(2026, 10, 31, 16, tzinfo=UTC)
CASES = 400


@contextmanager
def filled(home: Path, cases: Mapping[str, list[Case]]) -> Iterator[Extract]:
    """An extract of cases of several practices."""
    with opened(home, "330822") as extract:
        assert extract is not None
        for folder in SHELF:
            of = counted(folder)
            tables = tables_of(of.id, of.indicators)
            extract.begin(tables, 0, BEGINNING, 1)
            rows = collected(cases[of.id], tables, lambda case, of=of: Seen(of.procedure, of.county, case))
            extract.fill(tables, 0, {each.name: arrays(rows[each.name], each.columns) for each in tables})
            extract.finish(tables)
        yield extract


def definitions(of: Counted) -> list[Definition]:
    made = [definition_of(each, of.id, "1") for each in of.indicators.values()]
    assert not [each for each in made if isinstance(each, Refused)]
    return [each for each in made if isinstance(each, Definition)]


def questions(of: Counted) -> list[Question]:
    tables = {each.kind: each.name for each in tables_of(of.id, of.indicators)}
    groups: dict[tuple[str, str, str], list[Definition]] = {}
    for each in definitions(of):
        groups.setdefault((each.of, each.counted, each.unit), []).append(each)
    start, end = map(micros, OCTOBER)
    return [
        Question(tables[kind], at, unit, tuple(each for each in group if by in each.by), start, end, by)
        for (kind, at, unit), group in groups.items()
        for by in dict.fromkeys(by for each in group for by in each.by)
    ]


def drawn(seed: int) -> dict[str, list[Case]]:
    return {of.id: list(drawn_cases(of, Random(f"{seed}{of.id}"), CASES)) for of in map(counted, SHELF)}


Answers = dict[tuple[str, str], dict[str, Tally]]
"""By key and by what it is broken down by."""


def by_case(cases: Mapping[str, list[Case]]) -> Answers:
    """Counted case by case, as pages of small counties do; parts without the whole, which is that of the units."""
    found: Answers = {}
    for of in map(counted, SHELF):
        parts: dict[str, dict[str, dict[str, Tally]]] = {}
        mine = tallied(cases[of.id], lambda _, of=of: of.procedure, of.county, of.indicators, *OCTOBER, parts)
        found |= {(f"{of.id}/{id}", UNIT): dict(tallies) for id, tallies in mine.items()}
        for id, ways in parts.items():
            for by, tallies in ways.items():
                found[f"{of.id}/{id}", by] = {"": mine[id][""], **tallies}
    return found


def answers(made: Engine) -> Answers:
    return {
        (key, question.by): dict(tallies)
        for of in map(counted, SHELF)
        for question in questions(of)
        for key, tallies in made.answer(question).items()
    }


def all_questions() -> list[Question]:
    return [question for of in map(counted, SHELF) for question in questions(of)]


@pytest.mark.parametrize("seed", range(3))
def test_duckdb_counts_as_case_by_case(tmp_path: Path, seed: int) -> None:
    cases = drawn(seed)
    with filled(tmp_path, cases) as extract, engine("duckdb", extract, None, tmp_path, []) as made:
        assert answers(made) == by_case(cases)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_postgresql_counts_as_case_by_case(tmp_path: Path) -> None:
    cases = drawn(3)
    journal = Journal("330822", lambda *_: b"")
    with (
        filled(tmp_path, cases) as extract,
        engine("postgres", extract, journal, tmp_path, all_questions()) as made,
    ):
        assert answers(made) == by_case(cases)


@pytest.mark.skipif(not find_spec("pyspark") or not which("java"), reason="Spark is an extra")
def test_spark_counts_as_case_by_case(tmp_path: Path) -> None:
    cases = drawn(4)
    with (
        filled(tmp_path, cases) as extract,
        engine("spark", extract, None, tmp_path, all_questions()) as made,
    ):
        assert answers(made) == by_case(cases)


def test_a_calendar_corrected_afterwards_moves_a_figure_only_by_the_ledger() -> None:
    """The register of days alone changes nothing: a case counts by the due moment that its last step said, and in one month only."""
    of = next(each for each in map(counted, SHELF) if each.id == "hotline")
    name = next(name for name, each in of.indicators.items() if each.counted == "due:handle")
    one = {name: of.indicators[name]}
    cases = [each for each in drawn_cases(of, Random("calendar"), 200) if each.kind == one[name].of]

    def within(cases: list[Case], county: County, moved: timedelta = timedelta()) -> int:
        start, end = (at + moved for at in OCTOBER)
        whole = tallied(cases, lambda _: of.procedure, county, one, start, end)[name][""]
        return whole.denominator + sum(whole.excluded.values())

    before, later = within(cases, of.county), timedelta(days=40)
    assert before > 0
    assert within(cases, replace(of.county, calendar=Calendar(()))) == before
    anew = [
        replace(
            each,
            clocks=tuple(
                replace(lap, due=lap.due and lap.due + later, ended=lap.ended and lap.ended + later)
                for lap in each.clocks
            ),
        )
        for each in cases
    ]
    assert within(anew, of.county, later) == before, "what a step counted anew stands where it fell due then"
