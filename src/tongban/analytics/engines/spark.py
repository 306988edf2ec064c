"""Spark as an engine: Parquet written from the extract, read by as many cores as there are, here or in a cluster that shares the home.

An optional extra, for what no single machine holds.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tongban.analytics.dialect import SPARK
from tongban.analytics.engines import Engine
from tongban.analytics.extract import Extract
from tongban.kernel.refusal import Refused, RefusedError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@contextmanager
def started(
    extract: Extract, home: Path, tables: Mapping[str, frozenset[str]], cluster: str = ""
) -> Iterator[Engine]:
    """An engine over Parquet of these columns, by table; raises ``RefusedError`` (``figure.no_spark``) without PySpark or Java."""
    with TemporaryDirectory(prefix="spark-", dir=home) as folder, session(Path(folder), cluster) as spark:
        for table, columns in tables.items():
            file = Path(folder) / f"{table}.parquet"
            extract.rows(
                f"COPY (SELECT {', '.join(sorted(columns))} FROM {table}) TO '{file}' (FORMAT parquet)"  # noqa: S608
            )
            spark.read.parquet(str(file)).createOrReplaceTempView(table)
        yield Engine(SPARK, lambda sql: [tuple(row) for row in spark.sql(sql).collect()])


@contextmanager
def session(folder: Path, cluster: str = "") -> Iterator[SparkSession]:
    """Spark on this machine alone, where nothing of it stays and nothing listens; or as the driver of a cluster."""
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as fault:
        raise RefusedError(Refused("figure.no_spark", "engine", {"said": "pyspark"})) from fault
    wanted = {
        "spark.ui.enabled": "false",
        "spark.driver.memory": "1g",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
        "spark.sql.ansi.enabled": "true",
        "spark.log.level": "ERROR",
    }
    if not cluster:
        wanted |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    builder = SparkSession.builder.master(cluster or "local[*]").appName("tongban")
    for key, value in wanted.items():
        builder = builder.config(key, value)
    try:
        spark = builder.getOrCreate()
    except PySparkRuntimeError as fault:  # no Java
        said = str(fault).splitlines()[0][:200]
        raise RefusedError(Refused("figure.no_spark", "engine", {"said": said})) from fault
    try:
        yield spark
    finally:
        spark.stop()
