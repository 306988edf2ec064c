"""Verifying a ledger in PostgreSQL, beside hashing the same bytes once in one process.

    python benches/bench_ledger.py [--cases 40000] [--steps 2]

Prints the whole verification (chains, checkpoints, tips, values) and its parts; then checkpoint, rebuild,
proofs. The machine's limits: SHA-256 by OpenSSL alone and through Python, body by body, and reading alone.
Processor time of all processes counts, so that a busy machine does not change the figures.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "store"), str(Path(__file__).parent)]
NOTE = {"note": "已电话联系来电人，约定明天上午到现场查看，结果将在两个工作日内答复。"}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=40_000)
    options.add_argument("--steps", type=int, default=2)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    home = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    home.chmod(0o755)
    from tongban.store.postgres import Server, ensure_database

    server = Server(home)
    url = server.start()
    try:
        os.environ.update(
            DATABASE_URL=url, TONGBAN_HOME=str(home), DJANGO_SETTINGS_MODULE="tongban.config.settings"
        )
        ensure_database(url)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, skip_checks=True)
        run(home, chosen)
    finally:
        from django.db import connections

        connections.close_all()
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def fill(journal, cases: int, steps: int) -> None:
    """Cases with so many further steps each."""
    from small_practice import PROCEDURE, opened, take

    from tongban.store.batch import Append
    from tongban.store.intake import intake_all

    now = datetime.now(UTC)
    made = intake_all(journal, range(cases), lambda n: Append(PROCEDURE, opened(now, number=f"L-{n}")), now)
    assert made == cases, made
    for _ in range(steps):
        for first in range(0, cases, 500):
            loaded = journal.load(numbers=[f"L-{n}" for n in range(first, first + 500)])
            now = datetime.now(UTC)
            journal.append(
                [Append(PROCEDURE, take(each.case, "note", now, NOTE), each) for each in loaded], now
            )


ALL = ("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff")
ENTRIES = "SELECT chain, seq, at, recorded, seal, kind, body FROM store_event ORDER BY county, chain, seq"


def leaves(bodies: list[bytes]) -> list[bytes]:
    """As many texts of 33 bytes as there are leaves, and of 65 as there are nodes of the tree."""
    return [bytes(33)] * len(bodies) + [bytes(65)] * len(bodies)


def _cpu() -> float:
    mine, copies = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return mine.ru_utime + mine.ru_stime + copies.ru_utime + copies.ru_stime


def run(home: Path, chosen) -> None:
    from limits import openssl, raw_hashing, server_cpu
    from small_practice import COUNTY, procedures

    from tongban.store.checkpoints import checkpoint, inclusion
    from tongban.store.heads import keep, kept_file
    from tongban.store.journal import Journal
    from tongban.store.keys import Keys
    from tongban.store.moment import at_moment, moment
    from tongban.store.postgres import Server
    from tongban.store.rebuilding import rebuild
    from tongban.store.scanning import Part, scan
    from tongban.store.verification import Outside, conninfo_of, verify
    from tongban.store.wire import copied

    keys = Keys(home / "keys")
    journal = Journal(COUNTY, keys.lookup(COUNTY))
    signers = [keys.signer(COUNTY)]
    fill(journal, chosen.cases, chosen.steps)
    bodies = [row[0] for row in journal.query("SELECT convert_to(body, 'UTF8') FROM store_event", ())]
    size = sum(map(len, bodies))
    print(f"{len(bodies):,} entries, {size / 1e6:.1f} MB of bodies, {size // len(bodies)} bytes each")

    spent = server_cpu(Server(home))

    def timed(name: str, act, count: int = len(bodies)) -> float:
        """Seconds of processor time for an act: of this process, its copies and the server."""
        began, cpu, server = perf_counter(), _cpu(), spent()
        act()
        seconds = perf_counter() - began
        cpu, server = _cpu() - cpu, spent() - server
        whole = cpu + server
        print(
            f"{name:44}{1e6 * cpu / count:8.2f} µs{1e6 * server / count:8.2f} µs in the server"
            f"{count / whole:14,.0f} a second of CPU{count / seconds:12,.0f} by the clock"
        )
        return whole

    now = datetime.now(UTC) + timedelta(seconds=1)
    timed("checkpoint of all", lambda: checkpoint(journal, signers, now))
    keep(journal, home)
    kept = kept_file(home, COUNTY).read_text(encoding="utf-8")
    conninfo = conninfo_of(journal)
    verifiers = [signer.verifier() for signer in signers]
    texts = [
        row[0]
        for table in ("content", "identity")
        for row in journal.query(f"SELECT salt || convert_to(value, 'UTF8') FROM store_{table}", ())
    ]
    print(f"{len(texts):,} values beside them, {sum(map(len, texts)) / 1e6:.1f} MB")

    def chains() -> None:
        with moment(conninfo) as (_, name):
            print(scan(Part(conninfo, name, COUNTY, *ALL)).findings or "", end="")

    def copied_only() -> None:
        with moment(conninfo) as (_, name), at_moment(conninfo, name) as connection:
            for _row in copied(connection, f"COPY ({ENTRIES}) TO STDOUT (FORMAT binary)"):
                pass

    def whole(procedures=None) -> None:
        print(verify(journal, verifiers, now, Outside(kept, "", procedures)).findings or "", end="")

    for _ in range(chosen.rounds):
        limit = timed("hashing the bodies", lambda: raw_hashing(bodies))
        all_limit = limit + timed(
            "hashing the values and the leaves", lambda: raw_hashing([*texts, *leaves(bodies)])
        )
        timed("reading the entries and nothing else", copied_only)
        one = timed("chains and values, one process", chains)
        ledger = timed("whole ledger, all processors", whole)
        timed("the same with what is derived", lambda: whole(procedures))
        print(
            f"of hashing the bodies: chains and values {limit / one:.2f}, whole ledger {limit / ledger:.2f}; "
            f"of hashing all that is hashed: {all_limit / ledger:.2f}"
        )
    print(f"OpenSSL alone: {openssl(size // len(bodies)) / 1e6:,.0f} MB a second")
    timed("rebuild of all cases", lambda: rebuild(journal, procedures), chosen.cases)
    [loaded] = journal.load(numbers=["L-7"])
    timed("one proof of inclusion", lambda: inclusion(journal, loaded.case.id, 1), 1)


if __name__ == "__main__":
    main()
