"""Three engines for one question: DuckDB over the extract itself, PostgreSQL over a copy of it, Spark over Parquet written from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from tongban.analytics.dialect import DUCKDB, Dialect
from tongban.analytics.extract import Extract
from tongban.analytics.question import Question, tables_named
from tongban.kernel.indicator import Tally
from tongban.store.journal import Journal

NAMES = ("duckdb", "postgres", "spark")
Answers: TypeAlias = "Mapping[str, Mapping[str, Tally]]"
"""Tallies by the key of a definition and the unit; "" is the whole county."""


class Engine:
    """What answers questions: ``ask`` gives the rows of a statement in its dialect."""

    def __init__(self, dialect: Dialect, ask: Callable[[str], Sequence[Sequence[object]]]) -> None:
        self.dialect = dialect
        self.ask = ask

    def answer(self, question: Question) -> Answers:
        return question.told(self.ask(question.sql(self.dialect)))


@contextmanager
def engine(
    name: str,
    extract: Extract,
    journal: Journal,
    home: Path,
    questions: Sequence[Question],
    cluster: str = "",
) -> Iterator[Engine]:
    """The engine ``name``, ready for these questions; ``cluster``: the address of Spark's master, "" for this machine alone. Raises ``RefusedError`` (``figure.no_spark``) where Spark is not installed."""
    match name:
        case "postgres":
            from tongban.analytics.engines.postgres import copied

            with copied(extract, journal, tables_named(questions)) as made:
                yield made
        case "spark":
            from tongban.analytics.engines.spark import started

            with started(extract, home, tables_named(questions), cluster) as made:
                yield made
        case _:
            yield Engine(DUCKDB, extract.rows)
