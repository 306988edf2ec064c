"""All monthly indicators of a county with a million cases, beside the bare scan of the same columns.

    TONGBAN_HOME=HOME python -m benches.bench_figures [--cases 1000000] [--large 0] [--spark]

HOME is that of a county at work (a demo will do). Its extract is filled and refreshed for real; then its rows, which are those of real decided
cases, are multiplied inside DuckDB, each copy some hours off its original, and lie in the order of their moments as the extract's do.
``--large`` cases (ten million are about a hundred million events) are written as Parquet and asked by DuckDB, and with ``--spark`` by
local Spark beside it. What is not like life: copies differ from their originals in nothing but their moments.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from tongban.analytics.question import Question, moment_column, tables_named, unit_column

ROUNDS = 5


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=1_000_000)
    options.add_argument("--large", type=int, default=0)
    options.add_argument("--spark", action="store_true")
    options.add_argument("--count", default="", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    from tongban.cli.machine import open_up

    open_up()
    if chosen.count:
        counting(Path(chosen.count))
        return
    with tempfile.TemporaryDirectory() as folder:
        county = Path(folder) / "county.duckdb"
        real(Path(os.environ["TONGBAN_HOME"]))
        made = multiplied(Path(os.environ["TONGBAN_HOME"]), county, chosen.cases)
        print(f"\n{made:,} cases in rows of {county.stat().st_size / 1e6:,.0f} MB")
        subprocess.run([sys.executable, "-m", "benches.bench_figures", "--count", str(county)], check=True)
        if chosen.large:
            large(county, Path(folder), chosen.large, made, spark=chosen.spark)


def asked(month: str = "") -> list:
    """The questions of a month, of every practice in force."""
    from tongban.apps.disclosure.computing import questions
    from tongban.apps.disclosure.defined import definitions_of
    from tongban.apps.disclosure.periods import days_of, offered
    from tongban.apps.office import office

    now, here = datetime.now(UTC), office()
    defined = [each for p, a in here.practices(now) for each in definitions_of(here, p, a).values()]
    return questions(defined, days_of("month", month or offered("month", now)[1]))


def real(home: Path) -> None:
    """The real county: filling its extract, and a refresh after its last ten thousand events."""
    from tongban.analytics.extract import opened
    from tongban.analytics.filling import refresh
    from tongban.apps.disclosure.computing import source_of
    from tongban.apps.office import office

    here = office()
    source = source_of(here, datetime.now(UTC))
    with opened(home, here.county.code) as extract:
        extract.forget()
        began = perf_counter()
        read = refresh(extract, source, lambda *_: None).read
        took = perf_counter() - began
        print(f"filled from {read:,} real cases in {took:.1f} s: {read / took:,.0f} a second")
        for back in (1_000, 10_000):
            [(xid, position)] = here.rows(
                "SELECT xid, position FROM store_event WHERE county = %s ORDER BY xid DESC, position DESC OFFSET %s LIMIT 1",
                [here.county.code, back],
            )
            extract.connection.execute("UPDATE extract_table SET xid = ?, position = ?", [xid, position])
            began = perf_counter()
            read = refresh(extract, source, lambda *_: None).read
            print(f"refreshed after {back:,} real events of {read:,} cases in {perf_counter() - began:.2f} s")


def multiplied(home: Path, file: Path, cases: int) -> int:
    """The rows of the real county's cases, as often as it takes."""
    import duckdb

    from tongban.apps.office import office

    source = home / "figures" / f"{office().county.code}.duckdb"
    connection = duckdb.connect(str(file))
    connection.execute(f"ATTACH '{source}' AS real (READ_ONLY)")
    tables = [name for (name,) in connection.execute("SELECT name FROM real.extract_table").fetchall()]
    rows = [name for name in tables if name.startswith("rows_")]
    total = sum(connection.execute(f"SELECT count(*) FROM real.{name}").fetchone()[0] for name in rows)
    times = -(-cases // total)
    for name in tables:
        columns = [column for column, *_ in connection.execute(f"DESCRIBE real.{name}").fetchall()]
        moved = [
            f"{c} + hours * 3600000000 AS {c}" if c.startswith("at__") else c for c in columns if c != "chain"
        ]
        first = [c for c in columns if c.startswith("at__")]
        connection.execute(
            f"""CREATE TABLE {name} AS SELECT uuid() AS chain, {", ".join(moved)}
                FROM (SELECT *, (random() * 48 - 24)::BIGINT AS hours FROM real.{name}, range({times}))
                ORDER BY {", ".join(first)}"""
        )
    connection.close()
    return total * times


def counting(file: Path) -> None:
    """All indicators of a month and of two years, beside bare scans; in a process that does nothing else."""
    import duckdb

    from tongban.analytics.dialect import DUCKDB

    connection = duckdb.connect(str(file), read_only=True, config={"threads": 2, "memory_limit": "1500MB"})
    month = asked()
    definitions = sum(len(each.definitions) for each in month)
    print(f"{definitions} indicators in {len(month)} questions; wall and processor seconds, medians:")
    for name, questions, rounds in (("one month", month, ROUNDS), ("all two years", everything(month), 3)):
        engine, bare = [], []
        for _ in range(rounds):  # in turn, so that a busy machine slows both alike
            with Timed(engine):
                for each in questions:
                    each.told(connection.execute(each.sql(DUCKDB)).fetchall())
            with Timed(bare):
                for each in questions:
                    connection.execute(scan(each)).fetchall()
        mine, scans = ([median(column) for column in zip(*taken, strict=True)] for taken in (engine, bare))
        print(
            f"  {name}: {mine[0]:.3f} and {mine[1]:.3f}, bare scans {scans[0]:.3f} and {scans[1]:.3f}: {mine[1] / scans[1]:.2f} times"
        )
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:,.0f} MB")


class Timed:
    """Adds what passed: wall seconds, and those of the processor, which a busy machine does not stretch."""

    def __init__(self, into: list[tuple[float, float]]) -> None:
        self.into = into

    def __enter__(self) -> None:
        self.began = perf_counter(), process_time()

    def __exit__(self, *_: object) -> None:
        self.into.append((perf_counter() - self.began[0], process_time() - self.began[1]))


def everything(month: list) -> list:
    from msgspec.structs import replace

    return [replace(each, start=0, end=2**62) for each in month]


def scan(question: Question) -> str:
    """The bare scan of the columns that a question reads, between the same moments: the greatest value of each, by unit."""
    [columns] = tables_named([question]).values()
    at, unit = moment_column(question.counted), unit_column(question.unit)
    greatest = ", ".join(f"max({column})" for column in sorted(columns))
    return f"SELECT {unit}, {greatest} FROM {question.table} WHERE {at} >= {question.start} AND {at} < {question.end} GROUP BY {unit}"


def large(county: Path, folder: Path, cases: int, have: int, *, spark: bool) -> None:
    """A tenth of it, the same and ten times as many, as Parquet; each copy some hours off, so that moments do not pack away."""
    import duckdb

    from tongban.analytics.dialect import DUCKDB
    from tongban.analytics.engines.spark import SPARK, session

    month = asked()
    needed = tables_named(month)
    connection = duckdb.connect(str(county), read_only=True, config={"threads": 2, "memory_limit": "1500MB"})
    asked_of = {"one month": month, "two years": everything(month)}
    times = {"tenth": 1, "one": 1, "large": -(-cases // have)}
    for name, n in times.items():
        (folder / name).mkdir()
        some = " USING SAMPLE 10 PERCENT (bernoulli, 1)" if name == "tenth" else ""
        rows = 0
        for table, columns in needed.items():
            moved = [
                f"{c} + hours * 3600000000 AS {c}" if c.startswith("at__") else c for c in sorted(columns)
            ]
            rows += connection.execute(
                f"""COPY (SELECT {", ".join(moved)} FROM (SELECT *, (random() * 48 - 24)::BIGINT AS hours FROM {table}, range({n}){some}))
                    TO '{folder / name / table}.parquet' (FORMAT parquet)"""
            ).fetchall()[0][0]
        size = sum(file.stat().st_size for file in (folder / name).iterdir())
        print(f"{name}: {rows:,} rows, {size / 1e6:,.0f} MB of Parquet", flush=True)
    connection.close()
    found = {}
    for name in times:
        over = duckdb.connect(config={"threads": 2, "memory_limit": "1500MB"})
        for table in needed:
            over.execute(
                f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{folder / name / table}.parquet')"
            )
        for span, questions in asked_of.items():
            took = []
            for _ in range(3):
                began = process_time()
                answers = [each.told(over.execute(each.sql(DUCKDB)).fetchall()) for each in questions]
                took.append(process_time() - began)
            found[name, span] = answers
            print(
                f"DuckDB over Parquet, {name}, {span}: {median(took):.2f} s of the processor, load {os.getloadavg()[0]:.0f}",
                flush=True,
            )
    if not spark:
        return
    with session(folder) as running:
        for name in times:
            for table in needed:
                running.read.parquet(f"{folder / name / table}.parquet").createOrReplaceTempView(table)
            for span, questions in asked_of.items():
                began = perf_counter()
                answers = [
                    each.told([tuple(row) for row in running.sql(each.sql(SPARK)).collect()])
                    for each in questions
                ]
                print(
                    f"Spark over the same, {name}, {span}: {perf_counter() - began:.1f} s; same answers: {answers == found[name, span]}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
