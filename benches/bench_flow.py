"""The event log: made from the ledger, brought up to date, given away, asked; each beside what the machine does at best.

    python -m benches.bench_flow --home HOME [--small 10000] [--large 100000] [--times 10]

Both counties are those of ``benches.county``: real decided cases. For the questions the log of the large one is multiplied in DuckDB
(``--times``: the same rows under other chains), as if a county had so many more cases; nothing else of it is changed.
Memory is the largest that a process of its own had, which includes Python and Django.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

from benches.county import county

T = TypeVar("T")
LATEST = 10_000
"""Events that have come since the log was last brought up to date."""
FORMATS = {"xes": "log.xes", "ocel": "log.json", "csv": "log.csv", "parquet": "log.parquet"}


def timed(act: Callable[[], T]) -> tuple[T, float]:
    began = perf_counter()
    return act(), perf_counter() - began


def ready(url: str) -> Any:
    """The office of one of the counties."""
    os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tongban.config.settings"}
    import django

    django.setup()
    from tongban.apps.office import office

    return office()


def peak() -> int:
    """The most memory that this process held, in MB; its parent's does not count."""
    line = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return int(line.split()[1]) // 1024


def bare(here: Any) -> int:
    """All bodies of the ledger, read as fast as the server gives them: the least that making a log costs."""
    total = 0
    with here.journal.connection().connection.cursor() as cursor:
        sql = "COPY (SELECT body FROM store_event WHERE kind = 'step') TO STDOUT"
        with cursor.copy(sql) as copy:
            for block in copy:
                total += len(block)
    return total


def logged(url: str, folder: Path) -> dict[str, float]:
    """The whole log, and the log brought up to date after ``LATEST`` events."""
    here = ready(url)
    from tongban.analytics import log
    from tongban.store.batch import Mark

    _, reading = timed(lambda: bare(here))
    made, whole = timed(lambda: log.refresh(here.journal, folder))
    assert made is not None
    [[xid, position]] = here.journal.query(
        """SELECT xid, position FROM store_event WHERE county = %s AND kind = 'step' ORDER BY xid DESC, position DESC
           OFFSET %s LIMIT 1""",
        (here.county.code, LATEST),
    )
    log._write(here.journal, folder, None, None, Mark(xid, position), log.silent)
    _, following = timed(lambda: log.refresh(here.journal, folder))
    size = made.path.stat().st_size
    return {
        "cases": made.cases, "events": made.events, "bare": reading, "whole": whole, "refresh": following, "bytes": size,
        "memory": peak(),
    }  # fmt: skip


def exported(url: str, what: str, path: Path) -> dict[str, float]:
    ready(url)
    from tongban.apps.flow.exporting import Exported, export_events

    done, seconds = timed(lambda: export_events(what, path, datetime.now(UTC)))
    assert isinstance(done, Exported), done
    return {"seconds": seconds, "events": done.events, "bytes": path.stat().st_size, "memory": peak()}


def asked(url: str, relation: str) -> dict[str, float]:
    """Every question of the page, of a year and of ninety days, and the scan of the same columns without counting."""
    here = ready(url)
    from tongban.analytics import flow
    from tongban.apps.flow.turns import turns_of

    made = flow.laid(relation, here.county.calendar, turns_of(here))
    practice, kind, _ = flow.kinds(made)[0]
    now = datetime.now(UTC)
    found: dict[str, float] = {}
    columns = "practice, kind, adoption, source, stage, home, held, holder, worker, since, moment, last"
    bare_scan = "SELECT " + ", ".join(f"max({name})" for name in columns.split(", ")) + " FROM log"
    found["scan"] = min(timed(lambda: made.execute(bare_scan).fetchall())[1] for _ in range(3))
    for days in (90, 365):
        ask = flow.Asked(practice, kind, now - timedelta(days), now, now)
        questions: dict[str, Callable[[], object]] = {
            "waits": lambda ask=ask: flow.waits(made, ask),
            "handings": lambda ask=ask: flow.handings(made, ask),
            "returns": lambda ask=ask: flow.returns(made, ask),
            "reached": lambda ask=ask: flow.reached(made, ask),
            "lasting": lambda ask=ask: flow.lasting(made, ask),
            "ways": lambda ask=ask: flow.ways(made, ask, 5),
            "sums": lambda ask=ask: flow.sums(made, ask),
        }
        for name, question in questions.items():
            question()
            found[f"{name} {days}"] = min(timed(question)[1] for _ in range(3))
        found[f"all {days}"] = sum(found[f"{name} {days}"] for name in questions)
    found["memory"] = peak()
    return found


def multiplied(path: Path, times: int) -> Path:
    """The same cases several times over, under other chains."""
    from tongban.analytics.log import connect

    made = path.with_name(f"{times}.parquet")
    if not made.exists():
        with connect("4GB") as writer:
            writer.execute(
                f"""COPY (SELECT log.* REPLACE (md5(log.chain::VARCHAR || n)::UUID AS chain) FROM read_parquet('{path}') log,
                    range({times}) AS copies(n)) TO '{made}' (FORMAT parquet, COMPRESSION zstd)"""
            )
    return made


def apart(home: Path, name: str, *arguments: str) -> dict[str, float]:
    """One measurement in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "benches.bench_flow", "--home", str(home), "--one", name, *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "TONGBAN_HOME": str(home)}
    )
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("--small", type=int, default=10_000)
    options.add_argument("--large", type=int, default=100_000)
    options.add_argument("--times", type=int, default=10)
    options.add_argument("--one", nargs="+", default=[])
    chosen = options.parse_args()
    if chosen.one:
        name, *rest = chosen.one
        acts: dict[str, Callable[..., dict[str, float]]] = {
            "logged": lambda url, folder: logged(url, Path(folder)),
            "exported": lambda url, what, path: exported(url, what, Path(path)),
            "asked": asked,
        }
        print(json.dumps(acts[name](*rest)))
        return
    made = county(chosen.home, chosen.small, chosen.large, search=False)
    out = chosen.home / "out"
    out.mkdir(exist_ok=True)
    for size in ("small", "large"):
        folder = chosen.home / "figures"
        tell(size, apart(chosen.home, "logged", made.urls[size], str(folder)))
        for what, name in FORMATS.items():
            tell(f"{size} {what}", apart(chosen.home, "exported", made.urls[size], what, str(out / name)))
        log = next(folder.glob("*.log.parquet"))
        tell(f"{size} asked", apart(chosen.home, "asked", made.urls[size], f"read_parquet('{log}')"))
    many = multiplied(log, chosen.times)
    relation = f"read_parquet('{many}')"
    tell(f"{chosen.times} times, asked", apart(chosen.home, "asked", made.urls["large"], relation))


def tell(what: str, found: dict[str, float]) -> None:
    print(f"{what}: {json.dumps({name: round(value, 3) for name, value in found.items()})}", flush=True)


if __name__ == "__main__":
    main()
