"""What an expression says of a row, its SQL says of the row in every engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from shutil import which

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from expression_ground import NAMES, plain, sources, values
from tongban.analytics.columns import Table, arrays
from tongban.analytics.dialect import DUCKDB, POSTGRES, SPARK, Dialect, column, written
from tongban.analytics.engines.postgres import copied
from tongban.analytics.engines.spark import session
from tongban.analytics.extract import Extract
from tongban.kernel.expression import Expression, Kind, compile_expression
from tongban.kernel.expression.spelled import SORTS, said, spelled
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.store.journal import Journal

SORTED = {name: SORTS[kind] for name, kind in NAMES.items()}
TABLE = Table("any", "thing", (), (), SORTED)
Row = dict[str, Value]


def extract_of(rows: Sequence[Row]) -> Extract:
    """A table that holds these rows and nothing else."""
    extract = Extract(duckdb.connect())
    extract.connection.execute(TABLE.create(DUCKDB))
    columns: dict[str, list[Value]] = {name: [] for name in TABLE.columns}
    for n, row in enumerate(rows):
        columns["chain"].append(f"00000000-0000-0000-0000-{n:012d}")
        for name in ("division", "category", "channel"):
            columns[name].append("")
        for name, value in row.items():
            columns[column(name)].append(value)
    extract._insert(TABLE, arrays(columns, TABLE.columns))
    return extract


def trees(written_down: Sequence[tuple[str, Kind]]) -> list[Value]:
    found: list[Value] = []
    for source, kind in written_down:
        expression = compile_expression(source, NAMES, kind)
        if isinstance(expression, Expression):
            tree = spelled(expression)
            assert not isinstance(tree, Refused)
            found.append(tree)
    return found


def statement(asked: Sequence[Value], dialect: Dialect) -> str:
    said_in_sql = ", ".join(f"{written(tree, SORTED, dialect)} AS e{n}" for n, tree in enumerate(asked))
    return f"SELECT {said_in_sql} FROM {TABLE.name}"


def agree(
    rows: Sequence[Row], asked: Sequence[Value], ask: Callable[[str], object], dialect: Dialect
) -> None:
    """Rows come back in any order."""
    if asked:
        expected = sorted(tuple(said(tree, row) for tree in asked) for row in rows)  # type: ignore[arg-type]
        assert sorted(map(tuple, ask(statement(asked, dialect)))) == expected  # type: ignore[call-overload]


VALUES = st.lists(values.map(plain), min_size=1, max_size=6)
SOURCES = st.lists(sources, min_size=1, max_size=8)
FEW = settings(deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(VALUES, SOURCES)
def test_duckdb_says_the_same(rows: list[Row], asked: list[tuple[str, Kind]]) -> None:
    agree(rows, trees(asked), extract_of(rows).rows, DUCKDB)


@pytest.mark.database
@pytest.mark.django_db
def test_postgresql_says_the_same(tmp_path: Path) -> None:
    journal = Journal("330822", lambda *_: b"")

    @settings(FEW, max_examples=40)
    @given(VALUES, st.lists(sources, min_size=5, max_size=20))
    def holds(rows: list[Row], asked: list[tuple[str, Kind]]) -> None:
        with copied(extract_of(rows), journal, {TABLE.name: frozenset(map(column, NAMES))}) as made:
            agree(rows, trees(asked), made.ask, POSTGRES)

    holds()


@pytest.mark.skipif(not find_spec("pyspark") or not which("java"), reason="Spark is an extra")
def test_spark_says_the_same(tmp_path: Path) -> None:
    with session(tmp_path) as spark:

        @settings(FEW, max_examples=3, phases=[Phase.generate])
        @given(VALUES, st.lists(sources, min_size=30, max_size=60))
        def holds(rows: list[Row], asked: list[tuple[str, Kind]]) -> None:
            file = tmp_path / "rows.parquet"
            extract_of(rows).rows(
                f"COPY (SELECT {', '.join(map(column, NAMES))} FROM {TABLE.name}) TO '{file}' (FORMAT parquet)"
            )
            spark.read.parquet(str(file)).createOrReplaceTempView(TABLE.name)
            agree(rows, trees(asked), lambda sql: spark.sql(sql).collect(), SPARK)

        holds()
