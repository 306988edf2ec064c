"""Durable steps through the store, beside pgbench on the same server in the same minute.

    python benches/bench_store.py [--rounds 3] [--seconds 4] [--cases 4000]

A step is: load the case (one round trip), decide, seal, append (one round trip, fsync on). Batches load and
append 100 cases at a time; intake opens new cases by COPY in one transaction. Rounds are interleaved so
that a busy machine slows everything alike; the ratio of a round is what counts.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "store"), str(Path(__file__).parent)]
from limits import Bench, Rate  # noqa: E402 - beside this file

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


def worker(kind: str, threads: int, first: int, count: int, seconds: float) -> None:
    """Writers in a process of their own: wait for a line, work, print how many steps and processor seconds."""
    import django

    django.setup()
    act = {"single": single, "batches": batches}[kind]
    share = count // threads
    shares = [
        [f"BENCH-{n}" for n in range(first + thread * share, first + (thread + 1) * share)]
        for thread in range(threads)
    ]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(act, shares, [0.3] * threads))
        gc.collect()
        gc.freeze()  # as a server does once it has started
        print("ready", flush=True)
        sys.stdin.readline()
        began = process_time()
        done = sum(pool.map(act, shares, [seconds] * threads))
        print(done, process_time() - began, flush=True)


def writers(bench, kind: str, processes: int, threads: int, cases: int, seconds: float):
    """Steps of so many processes with so many threads each, every writer on its own share of the cases."""
    share = cases // processes
    command = [sys.executable, __file__, "--worker", kind, str(threads)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [
        subprocess.Popen([*command, str(n * share), str(share), str(seconds)], **pipes)
        for n in range(processes)
    ]
    for process in started:
        process.stdout.readline()
    server = bench.server_cpu()
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate()[0].split() for process in started]
    server = bench.server_cpu() - server
    done = sum(int(each[0]) for each in said)
    return Rate(done / seconds, 1e6 * sum(float(each[1]) for each in said) / done, 1e6 * server / done)


def intake_rate(bench, count: int, prefix: str, *, together: bool = False):
    """New cases by COPY, decided by this process alone or by all processors."""
    from small_practice import PROCEDURE, opened

    from tongban.store.batch import Append
    from tongban.store.intake import intake, intake_all

    now = datetime.now(UTC)

    def decide(n: int):
        return Append(PROCEDURE, opened(now, number=f"{prefix}-{n}"))

    began, spent, server = perf_counter(), cpu(), bench.server_cpu()
    if together:
        made = intake_all(journal(), range(count), decide, now)
    else:
        made = intake(journal(), map(decide, range(count)), now)
    assert made == count, made
    seconds = perf_counter() - began
    return Rate(count / seconds, 1e6 * (cpu() - spent) / count, 1e6 * (bench.server_cpu() - server) / count)


def cpu() -> float:
    """Processor seconds of this process and of its copies that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=int, default=4)
    options.add_argument("--cases", type=int, default=8000)
    chosen = options.parse_args()
    home = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    home.chmod(0o755)
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
        shutil.rmtree(home, ignore_errors=True)


def run(bench, chosen) -> None:
    print(f"PostgreSQL at {bench.url}")
    first = intake_rate(bench, chosen.cases, "BENCH")
    print(f"first intake into empty tables: {first.a_second:,.0f} cases a second")
    limit = "TPC-B-like, 8 clients (the limit)"
    rounds: list[dict[str, Rate]] = []
    for number in range(chosen.rounds):
        before = bench.tpcb(8, chosen.seconds)
        each = {
            "one-row insert, 8 clients": bench.insert(8, chosen.seconds),
            "steps, 1 writer": writers(bench, "single", 1, 1, chosen.cases, chosen.seconds),
            "steps, 8 writers, 8 processes": writers(bench, "single", 8, 1, chosen.cases, chosen.seconds),
            "steps, 8 writers, 2 processes": writers(bench, "single", 2, 4, chosen.cases, chosen.seconds),
            "batches of 100, 1 writer (steps)": writers(bench, "batches", 1, 1, chosen.cases, chosen.seconds),
            "batches of 100, 2 writers (steps)": writers(
                bench, "batches", 2, 1, chosen.cases, chosen.seconds
            ),
            "intake by COPY, 1 process (cases)": intake_rate(bench, chosen.cases, f"R{number}"),
            "intake by COPY, all processors": intake_rate(bench, chosen.cases, f"S{number}", together=True),
        }
        after = bench.tpcb(8, chosen.seconds)
        rounds.append({limit: Rate(*(sum(pair) / 2 for pair in zip(before, after, strict=True))), **each})
    print(f"{'':36}{'a second':>10}{'of TPC-B':>10}{'client µs':>11}{'server µs':>11}{'of its cost':>13}")
    for name in rounds[0]:
        rate = Rate(*(median(each[name][part] for each in rounds) for part in range(3)))
        ratio = median(each[name].a_second / each[limit].a_second for each in rounds)
        cost = median(sum(each[name][1:]) / sum(each[limit][1:]) for each in rounds)
        print(
            f"{name:36}{rate.a_second:10,.0f}{ratio:10.2f}{rate.client:11.0f}{rate.server:11.0f}{cost:13.2f}"
        )
    print(json.dumps([{name: round(rate.a_second) for name, rate in each.items()} for each in rounds]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        _, _, what, *sizes, length = sys.argv
        worker(what, *(int(each) for each in sizes[:3]), seconds=float(length))
    else:
        main()
