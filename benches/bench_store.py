"""Durable steps through the store, beside pgbench on the same server in the same minute.

    python benches/bench_store.py [--rounds 3] [--seconds 4] [--cases 4000]

A step is: load the case (one round trip), decide, seal, append (one round trip, fsync on). Batches load and
append 100 cases at a time; intake opens new cases by COPY in one transaction. Rounds are interleaved so
that a busy machine slows everything alike; the ratio of a round is what counts.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "store"), str(Path(__file__).parent)]
NOTE = {"note": "已电话联系来电人，约定明天上午到现场查看，结果将在两个工作日内答复。"}


def journal():
    from small_practice import COUNTY

    from tongban.store.journal import Journal
    from tongban.store.keys import Lookup

    return Journal(COUNTY, Lookup(b"k" * 32))


def single(numbers: list[str], seconds: float) -> int:
    """Steps one by one for a while; how many were stored."""
    from small_practice import PROCEDURE, take

    from tongban.store.batch import Append, Appended

    ledger, done, until = journal(), 0, perf_counter() + seconds
    while perf_counter() < until:
        [loaded] = ledger.load(numbers=[random.choice(numbers)])
        now = max(datetime.now(UTC), loaded.tip.recorded)
        decided = take(loaded.case, "note", now, NOTE)
        [result] = ledger.append([Append(PROCEDURE, decided, loaded)], now)
        done += isinstance(result, Appended)
    return done


def batches(numbers: list[str], seconds: float, size: int = 100) -> int:
    """Steps in sets of ``size``; how many were stored."""
    from small_practice import PROCEDURE, take

    from tongban.store.batch import Append, Appended

    ledger, done, until = journal(), 0, perf_counter() + seconds
    while perf_counter() < until:
        loaded = ledger.load(numbers=random.sample(numbers, size))
        now = max(datetime.now(UTC), *(each.tip.recorded for each in loaded))
        batch = [Append(PROCEDURE, take(each.case, "note", now, NOTE), each) for each in loaded]
        done += sum(isinstance(result, Appended) for result in ledger.append(batch, now))
    return done


def worker(kind: str, first: int, count: int, seconds: float) -> None:
    """A writer in a process of its own: waits for a line, works, prints how many."""
    import django

    django.setup()
    numbers = [f"BENCH-{n}" for n in range(first, first + count)]
    act = {"single": single, "batches": batches}[kind]
    act(numbers, 0.3)
    print("ready", flush=True)
    sys.stdin.readline()
    print(act(numbers, seconds), flush=True)


def writers(kind: str, count: int, cases: int, seconds: float) -> float:
    """Steps a second of so many processes, each on its own share of the cases."""
    share = cases // count
    arguments = [[kind, str(n * share), str(share), str(seconds)] for n in range(count)]
    command = [sys.executable, __file__, "--worker"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen([*command, *each], **pipes) for each in arguments]
    for process in processes:
        process.stdout.readline()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    return sum(int(process.communicate()[0]) for process in processes) / seconds


def intake_rate(count: int, prefix: str) -> float:
    """New cases a second by COPY."""
    from small_practice import PROCEDURE, opened

    from tongban.store.batch import Append
    from tongban.store.intake import intake

    now = datetime.now(UTC)
    began = perf_counter()
    made = intake(
        journal(), (Append(PROCEDURE, opened(now, number=f"{prefix}-{n}")) for n in range(count)), now
    )
    assert made == count, made
    return count / (perf_counter() - began)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=int, default=4)
    options.add_argument("--cases", type=int, default=8000)
    chosen = options.parse_args()
    home = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    home.chmod(0o755)
    from limits import Bench

    bench = Bench(home)
    try:
        os.environ["DATABASE_URL"] = bench.url
        os.environ["TONGBAN_HOME"] = str(home)
        os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.config.settings"
        from tongban.store.postgres import ensure_database

        ensure_database(bench.url)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)
        run(bench, chosen)
    finally:
        from django.db import connections

        connections.close_all()
        bench.server.stop()


def run(bench, chosen) -> None:
    print(f"PostgreSQL at {bench.url}")
    rate = intake_rate(chosen.cases, "BENCH")
    figures: dict[str, list[float]] = {}
    ratios: dict[str, list[float]] = {}
    for number in range(chosen.rounds):
        limit = bench.tpcb(8, chosen.seconds)
        measured = {
            "one-row insert, 8 clients": bench.insert(8, chosen.seconds),
            "steps, 1 writer": writers("single", 1, chosen.cases, chosen.seconds),
            "steps, 8 writers": writers("single", 8, chosen.cases, chosen.seconds),
            "steps in batches of 100, 1 writer": writers("batches", 1, chosen.cases, chosen.seconds),
            "steps in batches of 100, 2 writers": writers("batches", 2, chosen.cases, chosen.seconds),
        }
        limit = (limit + bench.tpcb(8, chosen.seconds)) / 2
        measured["intake by COPY (cases)"] = intake_rate(chosen.cases, f"R{number}")
        figures.setdefault("TPC-B-like, 8 clients (the limit)", []).append(limit)
        for name, value in measured.items():
            figures.setdefault(name, []).append(value)
            ratios.setdefault(name, []).append(value / limit)
    print(f"{'':44}{'a second':>10}{'of TPC-B':>10}")
    for name, values in figures.items():
        ratio = f"{median(ratios[name]):10.2f}" if name in ratios else ""
        print(f"{name:44}{median(values):10,.0f}{ratio}")
    print(f"first intake into empty tables: {rate:,.0f} cases a second")
    print(json.dumps({name: [round(value) for value in values] for name, values in figures.items()}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]))
    else:
        main()
