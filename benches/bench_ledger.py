"""Verifying a ledger in PostgreSQL, beside hashing the same bytes once in one process.

    python benches/bench_ledger.py [--cases 40000] [--steps 2]

Prints the whole verification (chains, checkpoints, tips, values) and its parts; then checkpoint, rebuild,
proofs. The machine's limits: SHA-256 by OpenSSL alone and through Python, body by body.
"""

from __future__ import annotations

import argparse
import os
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


def run(home: Path, chosen) -> None:
    from limits import openssl, raw_hashing
    from small_practice import COUNTY, procedures

    from tongban.store.checkpoints import checkpoint, inclusion
    from tongban.store.journal import Journal
    from tongban.store.keys import Keys
    from tongban.store.rebuilding import rebuild
    from tongban.store.heads import keep, kept_file
    from tongban.store.moment import moment
    from tongban.store.scanning import Part, scan
    from tongban.store.verification import Outside, _conninfo, compare_derived, verify

    keys = Keys(home / "keys")
    journal = Journal(COUNTY, keys.lookup(COUNTY))
    signers = [keys.signer(COUNTY)]
    fill(journal, chosen.cases, chosen.steps)
    bodies = [row[0] for row in journal.query("SELECT convert_to(body, 'UTF8') FROM store_event", ())]
    size = sum(map(len, bodies))
    print(f"{len(bodies):,} entries, {size / 1e6:.1f} MB of bodies, {size // len(bodies)} bytes each")

    def timed(name: str, act, count: int = len(bodies)) -> float:
        began = perf_counter()
        act()
        seconds = perf_counter() - began
        print(f"{name:44}{seconds:8.2f} s{count / seconds:14,.0f} a second")
        return seconds

    now = datetime.now(UTC) + timedelta(seconds=1)
    timed("checkpoint of all", lambda: checkpoint(journal, signers, now))
    part = Part(_conninfo(journal), COUNTY, FIRST, LAST)
    verifiers = [signer.verifier() for signer in signers]
    for _ in range(chosen.rounds):
        limit = min(raw_hashing(bodies), raw_hashing(bodies))
        print(
            f"{'hashing the bytes, one by one, one process':44}{limit:8.2f} s{len(bodies) / limit:14,.0f} a second"
        )
        one = timed("chains and values, one process", lambda: scan(part))
        whole = timed(
            "whole verification, all processors",
            lambda: print(list(verify(journal, verifiers)) or "", end=""),
        )
        print(
            f"chains and values reach {limit / one:.2f} of hashing, the whole verification {limit / whole:.2f}"
        )
    print(f"OpenSSL alone: {openssl(size // len(bodies)) / 1e6:,.0f} MB a second")
    timed("rebuild of all cases", lambda: rebuild(journal, procedures), chosen.cases)
    [loaded] = journal.load(numbers=["L-7"])
    timed("one proof of inclusion", lambda: inclusion(journal, loaded.case.id, 1), 1)


if __name__ == "__main__":
    main()
