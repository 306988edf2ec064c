"""Worklists and case pages over ten thousand and over a million cases.

    python -m benches.bench_pages [--home DIR] [--small N] [--large N] [--rounds 15] [--families 40]

Each page goes through the application's WSGI handler in a process that holds nothing else: the time is what
the server spends, from the first middleware to the last byte of compressed HTML. Both databases lie in one
PostgreSQL and are asked in turn, page by page, so that a busy machine slows both alike; the case pages
compared are copies of the same case. The last block asks over the loopback from granian. ``--home`` keeps
the filled databases for the next run.
"""

from __future__ import annotations

import argparse
import http.client
import json
import random
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import psycopg
from benches.county import County, county
from benches.doors import HOST, Seen, Worker, environment, quantile, serving

from tongban.store.postgres import Server

SIZES = ("small", "large")
DUE = 400
GOAL_QUERIES, GOAL_MS, GOAL_RATIO = 12, 30.0, 1.3
LISTS = {
    "waiting": "/desk/",
    "waiting, page 2": "",
    "late only": "/desk/?late=1",
    "held": "/desk/?view=held",
    "received": "/desk/?view=home",
    "watched": "/desk/?view=watched",
    "settled lately": "/desk/?view=settled",
    "words in title": "/desk/?words=%E9%81%93%E8%B7%AF",
    "words, all cases": "/desk/?view=all&words=%E9%81%93%E8%B7%AF",
}
WORDS = ("我们", "的", "道路", "拖欠工资", "路灯不亮", "自来水浑浊发黄", "輶辂村", "天马街道", "没有这个词")
OTHERS = {
    "first page": ("/", False),
    "public cases": ("/cases/", False),
    "public figures": ("/figures/", False),
    "lead": ("/lead/", True),
    "figures, one practice": ("/lead/figures/?practice=hotline", True),
    "one figure, a year": ("/lead/figures/hotline.handled_on_time/?span=12", True),
    "three colours": ("/lead/figures/colours/", True),
    "durations": ("/lead/figures/durations/?of=hotline.appeal", True),
    "effect": ("/lead/figures/effect/?on=hotline.handled_on_time", True),
    "wall of figures": ("/lead/figures/wall/", True),
}

Seens = dict[str, dict[str, list[Seen]]]
"""By what was asked, then by size."""


@contextmanager
def filled(options: argparse.Namespace) -> Iterator[County]:
    """The county of a home that stays, or of one that is removed at the end. Its server is stopped."""
    home = Path(options.home).absolute() if options.home else Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    try:
        yield county(home, options.small, options.large, search=not options.no_search)
    finally:
        Server(home).stop()
        if not options.home:
            shutil.rmtree(home, ignore_errors=True)


def sizes(options: argparse.ArgumentParser) -> None:
    options.add_argument("--home", default="")
    options.add_argument("--small", type=int, default=10_000)
    options.add_argument("--large", type=int, default=1_000_000)
    options.add_argument("--no-search", action="store_true")


def people(made: County) -> list[tuple[str, str]]:
    """Login and role of the people whose lists are read: one for each role."""
    return [(login, role) for login, role, _ in made.accounts]


def lists(workers: dict[str, Worker], made: County, rounds: int) -> Seens:
    seen: Seens = defaultdict(lambda: defaultdict(list))
    for login, _ in people(made):
        second = {size: "/desk/" + workers[size].get("/desk/", login).next for size in SIZES}
        for name, address in LISTS.items():
            for size in SIZES:
                first = workers[size].get(address or second[size], login)
                if first.status != 200:
                    break
            else:
                for _ in range(max(3, rounds // 3)):
                    for size in SIZES:
                        seen[name][size].append(workers[size].get(address or second[size], login))
    return seen


FAMILIES = """
SELECT f.f, c.standing, count(*) FROM bench_family f JOIN bench_case c ON c.f = f.f AND c.id = f.root
JOIN bench_copy k ON k.f = f.f GROUP BY 1, 2 ORDER BY 1
"""
COPY = """
SELECT c.number, c.holder, c.home FROM bench_copy k JOIN store_case c ON c.number = k.number WHERE k.f = %s
ORDER BY k.k OFFSET %s LIMIT 1
"""
READER = "SELECT person FROM store_post WHERE unit = %s AND until IS NULL ORDER BY role <> 'handler', role, person LIMIT 1"


def cases(workers: dict[str, Worker], made: County, rounds: int, families: int) -> Seens:
    """The same cases on both sides: open ones read by somebody at the holder, others at the receiving unit."""
    seen: Seens = defaultdict(lambda: defaultdict(list))
    chance = random.Random(3)
    with psycopg.connect(made.urls["small"]) as small, psycopg.connect(made.urls["large"]) as large:
        by_standing: dict[str, list[int]] = defaultdict(list)
        for f, standing, _ in small.execute(FAMILIES).fetchall():
            by_standing[standing].append(f)
        for standing, members in by_standing.items():
            for f in chance.sample(members, min(families, len(members))):
                asked = {}
                for size, connection in (("small", small), ("large", large)):
                    copies = connection.execute(
                        "SELECT count(*) FROM bench_copy WHERE f = %s", (f,)
                    ).fetchone()[0]
                    number, holder, home = connection.execute(COPY, (f, chance.randrange(copies))).fetchone()
                    unit = holder if standing == "open" else home
                    reader = connection.execute(READER, (unit,)).fetchone()
                    asked[size] = (f"/desk/{number}/", reader[0] if reader else "")
                if not all(who for _, who in asked.values()):
                    continue
                for n in range(max(2, rounds // 5)):
                    for size in SIZES:
                        answer = workers[size].get(*asked[size])
                        if n and answer.status == 200:
                            seen[f"case, {standing}"][size].append(answer)
    return seen


def others(workers: dict[str, Worker], made: County, rounds: int) -> Seens:
    seen: Seens = defaultdict(lambda: defaultdict(list))
    leaders = [login for login, role in people(made) if role in ("supervisor", "leader")] or [
        people(made)[0][0]
    ]
    for name, (address, staff) in OTHERS.items():
        for n in range(max(3, rounds // 3)):
            for size in SIZES:
                answer = workers[size].get(address, leaders[0] if staff else "")
                if n and answer.status == 200:
                    seen[name][size].append(answer)
    return seen


def table(seen: Seens) -> dict[str, dict[str, float]]:
    """Print one block; returns its figures."""
    figures = {}
    print(
        f"{'':24}{'10k ms':>9}{'p95':>7}{'1M ms':>9}{'p95':>7}{'ratio':>7}{'SQL ms':>8}{'CPU ms':>8}{'queries':>9}{'kB':>6}"
    )
    for name, by_size in seen.items():
        small, large = by_size["small"], by_size["large"]
        if not small or not large:
            continue
        row = {
            "small": median(each.ms for each in small),
            "small_p95": quantile([each.ms for each in small], 0.95),
            "large": median(each.ms for each in large),
            "large_p95": quantile([each.ms for each in large], 0.95),
            "sql_ms": median(each.sql_ms for each in large),
            "cpu_ms": median(each.cpu_ms for each in large),
            "queries": max(each.sql for each in large),
            "kB": median(each.size for each in large) / 1000,
        }
        row["ratio"] = row["large"] / row["small"]
        figures[name] = {key: round(value, 2) for key, value in row.items()}
        good = row["queries"] <= GOAL_QUERIES and row["large"] < GOAL_MS and row["ratio"] <= GOAL_RATIO
        print(
            f"{name:24}{row['small']:9.1f}{row['small_p95']:7.1f}{row['large']:9.1f}{row['large_p95']:7.1f}"
            f"{row['ratio']:7.2f}{row['sql_ms']:8.1f}{row['cpu_ms']:8.1f}{row['queries']:9.0f}{row['kB']:6.1f}"
            f"{'' if good else '  over'}"
        )
    return figures


def search(workers: dict[str, Worker]) -> dict[str, dict[str, float]]:
    print(f"\nsearch of the store: {'10k ms':>10}{'found':>7}{'1M ms':>9}{'found':>7}")
    figures = {}
    for words in WORDS:
        rounds = {
            size: [workers[size].ask(act="search", **{"with": [words]}) for _ in range(4)][1:]
            for size in SIZES
        }
        ms = {size: median(float(str(each["ms"])) for each in rounds[size]) for size in SIZES}
        hits = {size: int(str(rounds[size][0]["found"])) for size in SIZES}
        print(f"  {words:16}{ms['small']:13.1f}{hits['small']:7}{ms['large']:9.1f}{hits['large']:7}")
        figures[words] = {"small": ms["small"], "large": ms["large"], "found": hits["large"]}
    return figures


def sweeps(workers: dict[str, Worker], made: County) -> dict[str, dict[str, float]]:
    """A sweep that finds nothing, then one that finds about ``DUE`` cases, on both sides."""
    print(f"\nsweep: {'nothing due ms':>16}{'due':>7}{'ms':>9}{'ms a case':>11}")
    figures = {}
    for size in SIZES:
        with psycopg.connect(made.urls[size]) as connection:
            before, until = connection.execute(
                """SELECT min(wake_at) - interval '1 second', max(wake_at) FROM
                   (SELECT wake_at FROM store_case WHERE wake_at < now() ORDER BY wake_at LIMIT %s) AS d""",
                (DUE,),
            ).fetchone()
        if before is None:
            continue
        idle = median(_swept(workers[size], before)["ms"] for _ in range(5))
        done = _swept(workers[size], until)
        figures[size] = {
            "idle_ms": idle,
            "due": done["cases"],
            "ms": done["ms"],
            "ms_a_case": done["ms"] / max(1, done["cases"]),
        }
        print(
            f"  {size:6}{idle:14.1f}{done['cases']:7.0f}{done['ms']:9.0f}{figures[size]['ms_a_case']:11.2f}"
        )
        assert not done["left"], done
    return figures


def _swept(worker: Worker, at: datetime) -> dict[str, float]:
    return {
        key: float(str(value)) for key, value in worker.ask(act="sweep", **{"with": [at.isoformat()]}).items()
    }


def over_loopback(made: County, seconds: float) -> dict[str, float]:
    """A worklist from granian: one client's times, then what eight clients get in a second."""
    import os
    import subprocess
    import sys

    login = people(made)[0][0]
    figures: dict[str, float] = {}
    for size in SIZES:
        code = (
            f"import django; django.setup(); from benches.doors import signed_in; print(signed_in({login!r}))"
        )
        cookie = subprocess.run(
            [sys.executable, "-c", code],
            env=environment(made.home, made.urls[size]),
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        with serving(made.home, made.urls[size], workers=min(2, os.cpu_count() or 1)) as served:

            def ask(until: float, port: int = served.port, cookie: str = cookie) -> list[float]:
                connection, taken = http.client.HTTPConnection(HOST, port), []
                while perf_counter() < until:
                    began = perf_counter()
                    connection.request("GET", "/desk/", headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
                    answer = connection.getresponse()
                    answer.read()
                    assert answer.status == 200, answer.status
                    taken.append((perf_counter() - began) * 1e3)
                return taken

            ask(perf_counter() + 1.5)
            one = ask(perf_counter() + seconds)
            with ThreadPoolExecutor(8) as pool:
                eight = [ms for each in pool.map(ask, [perf_counter() + seconds] * 8) for ms in each]
        figures |= {
            f"{size}_1": median(one),
            f"{size}_1_p95": quantile(one, 0.95),
            f"{size}_8_rate": len(eight) / seconds,
            f"{size}_8_p95": quantile(eight, 0.95),
        }
        print(
            f"  {size:6} one client {median(one):6.1f} ms, p95 {quantile(one, 0.95):6.1f};  eight clients "
            f"{len(eight) / seconds:6.0f} pages/s, p50 {median(eight):6.1f}, p95 {quantile(eight, 0.95):6.1f} ms"
        )
    return figures


def main() -> None:
    options = argparse.ArgumentParser()
    sizes(options)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--families", type=int, default=40)
    options.add_argument("--seconds", type=float, default=4)
    chosen = options.parse_args()
    with filled(chosen) as made:
        print(
            f"small: {made.cases['small']:,} cases, {made.events['small']:,} events; large: {made.cases['large']:,}, {made.events['large']:,}"
        )
        workers = {size: Worker(made.home, made.urls[size]) for size in SIZES}
        try:
            for worker in workers.values():
                worker.get("/")
            figures: dict[str, object] = {"lists": table(lists(workers, made, chosen.rounds))}
            figures["cases"] = table(cases(workers, made, chosen.rounds, chosen.families))
            figures["others"] = table(others(workers, made, chosen.rounds))
            if not chosen.no_search:
                figures["search"] = search(workers)
            figures["sweep"] = sweeps(workers, made)
        finally:
            for worker in workers.values():
                worker.end()
        print("\nworklist over the loopback, granian with two workers:")
        figures["loopback"] = over_loopback(made, chosen.seconds)
        print(json.dumps(figures, ensure_ascii=False))


if __name__ == "__main__":
    main()
