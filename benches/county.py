"""A county with ten thousand and with a million cases, for the benches to look at.

    python -m benches.county HOME [--small 10000] [--large 1000000] [--no-search]

First the demo county is lived through by the kernel (its practices, units, people and messages), with most
arrivals in the last weeks, so that much is still open: the pool. Then whole families of that pool (a case
with its subcases) are multiplied inside PostgreSQL under new ids and numbers. Every copy is a real decided
case: its row, its events, its texts and identities; its chain is sealed anew, so the ledger verifies.

Three in a hundred are open: at a million, 1,370 cases a day and three weeks of them in hand, a busy county's fate.
What is ended is spread evenly over the two years, and rows lie as they came, the oldest first.

What is not like life: nobody has swept for three days; copies share their moments and texts with their original, cases with long histories
or merged into others are not copied, and letters of the outbox are left out.
Both databases lie in one server; fsync is off while they are filled and on again before anything is measured.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from time import perf_counter

import msgspec
import psycopg
from msgspec import Struct

from tongban.apps.numbers import check_digit
from tongban.store.postgres import Server

POOL = "pool"
SCALE = 45
"""Per cent of the demo's volume that is lived through for the pool."""
UNSWEPT = timedelta(days=3)
OPEN_SHARE = 0.03
LONGEST = 8
"""Events of an ended case that is copied."""
SET = 2_000
"""Cases copied in one transaction."""
TABLES = ("case", "event", "content", "identity", "search")
KEPT = "county.json"


class County(Struct, frozen=True):
    """A filled server. ``urls`` by "small" and "large"; ``accounts`` are login, role and unit."""

    home: str
    urls: dict[str, str]
    cases: dict[str, int]
    events: dict[str, int]
    accounts: list[tuple[str, str, str]]
    seconds: dict[str, float]


def county(home: Path, small: int = 10_000, large: int = 1_000_000, *, search: bool = True) -> County:
    """The filled county of a home: as it was kept there, else made. Its server runs afterwards."""
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    server = Server(home)
    server.start()
    kept = home / KEPT
    if kept.exists():
        return County(**json.loads(kept.read_text()))
    began = perf_counter()
    with _in_a_hurry(server.url("postgres")):
        accounts = _pool(home, server.url(POOL))
        seconds = {"pool": perf_counter() - began}
        urls, cases, events = {}, {}, {}
        for name, wanted in (("small", small), ("large", large)):
            began = perf_counter()
            _run(server.url("postgres"), f"DROP DATABASE IF EXISTS {name}")
            _run(server.url("postgres"), f"CREATE DATABASE {name} TEMPLATE {POOL}")
            urls[name] = server.url(name)
            _multiply(urls[name], wanted, search=search)
            cases[name] = _one(urls[name], "SELECT count(*) FROM store_case")
            events[name] = _one(urls[name], "SELECT count(*) FROM store_event")
            seconds[name] = perf_counter() - began
    made = County(str(home), urls, cases, events, accounts, seconds)
    kept.write_text(json.dumps(msgspec.to_builtins(made), indent=1))
    return made


@contextmanager
def _in_a_hurry(url: str) -> Iterator[None]:
    """Nothing is lost if the power fails while a bench is prepared; afterwards all is as it was."""
    hurry = {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_wal_size": "'16GB'",
        "checkpoint_timeout": "'1h'",
        "autovacuum": "off",
        "maintenance_work_mem": "'1GB'",
    }
    _run(
        url,
        *(f"ALTER SYSTEM SET {name} = {value}" for name, value in hurry.items()),
        "SELECT pg_reload_conf()",
    )
    try:
        yield
    finally:
        _run(url, *(f"ALTER SYSTEM RESET {name}" for name in hurry), "SELECT pg_reload_conf()", "CHECKPOINT")


def _run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for each in statements:
            connection.execute(each)  # type: ignore[call-overload]


def _one(url: str, statement: str) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        return int(connection.execute(statement).fetchone()[0])  # type: ignore[call-overload,index]


# The pool


def _pool(home: Path, url: str) -> list[tuple[str, str, str]]:
    """Live through the demo county in a database of its own; returns one account for each role."""
    os.environ |= {"TONGBAN_HOME": str(home), "DATABASE_URL": url}
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.config.settings"
    from tongban.store.postgres import ensure_database

    ensure_database(url)
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from tongban.demo import marker, setting_up
    from tongban.demo.script import Script, Surge, script
    from tongban.store.journal import Journal

    def crowded(end: date, folder: Path | None = None) -> Script:
        """The demo's script with a rush in its last three weeks, of every category."""
        told = script(end, folder)
        rush = Surge(end - timedelta(days=21), end, 1_500, ("",))
        told.__dict__["surges"] = (rush, *told.surges)
        return told

    def earlier(journal: Journal, now: datetime) -> datetime:
        """The life ends three days ago: since then nobody swept, so some deadlines wait for the sweep."""
        return marker.begin(journal, now - UNSWEPT)

    call_command("migrate", verbosity=0, skip_checks=True)
    setting_up.script = crowded  # type: ignore[assignment]
    setting_up.begin = earlier  # type: ignore[assignment]
    ready = setting_up.set_up(scale=SCALE)
    connections.close_all()
    return [(each.login, each.role, each.unit) for each in ready.accounts]


# Copies

PREPARE = f"""
CREATE FUNCTION bench_link(bytea, text) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT sha256('tongban.entry.1\\012'::bytea || $1 || convert_to($2, 'UTF8')) $$;
CREATE AGGREGATE bench_chain(text) (sfunc = bench_link, stype = bytea, initcond = '\\x{"00" * 32}');
CREATE FUNCTION bench_new(uuid, int) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT md5($1::text || '/' || $2)::uuid $$;

CREATE TABLE bench_family AS
WITH families AS (
    SELECT coalesce(root, id) AS root, array_agg(id ORDER BY number) AS ids, max(seq) AS longest,
           bool_or(standing = 'open') AS open, bool_or(joined IS NOT NULL) AS merged
    FROM store_case GROUP BY 1
)
SELECT row_number() OVER (ORDER BY c.number)::int AS f, f.root, c.number, f.open,
       coalesce(ids[1]::text, '') AS old1, coalesce(ids[2]::text, '') AS old2, coalesce(ids[3]::text, '') AS old3
FROM families f JOIN store_case c ON c.id = f.root
WHERE NOT f.merged AND (f.open OR f.longest <= {LONGEST}) AND cardinality(ids) <= 3
  AND f.root NOT IN (SELECT joined FROM store_case WHERE joined IS NOT NULL);

CREATE TABLE bench_case AS
SELECT f.f, c.* FROM bench_family f JOIN store_case c ON coalesce(c.root, c.id) = f.root;
CREATE TABLE bench_event AS
SELECT c.f, e.* FROM bench_case c JOIN store_event e ON e.chain = c.id;
CREATE TABLE bench_content AS
SELECT c.f, v.* FROM bench_case c JOIN store_content v ON v.chain = c.id;
CREATE TABLE bench_identity AS
SELECT c.f, v.* FROM bench_case c JOIN store_identity v ON v.chain = c.id;
CREATE TABLE bench_search AS
SELECT c.f, s.* FROM bench_case c JOIN store_search s ON s.chain = c.id;
CREATE INDEX ON bench_case (f); CREATE INDEX ON bench_event (f); CREATE INDEX ON bench_content (f);
CREATE INDEX ON bench_identity (f); CREATE INDEX ON bench_search (f);
CREATE TABLE bench_copy (n int, f int, k int, number text);
ANALYZE bench_family, bench_case, bench_event, bench_content, bench_identity, bench_search
"""

OPEN = "open"
FAMILIES = f"""
SELECT f.f, count(*), left(f.number, 2), min(c.opened_at)::date,
       CASE WHEN f.open THEN '{OPEN}' ELSE to_char(min(c.opened_at), 'YYYY-MM') END
FROM bench_family f JOIN bench_case c USING (f) GROUP BY 1, 3, f.open ORDER BY 1
"""

NAMED = """
copies AS MATERIALIZED (
    SELECT c.n, c.f, c.k, c.number, f.number AS old, f.old1, f.old2, f.old3,
           md5(f.old1 || '/' || c.k)::uuid::text AS new1, md5(f.old2 || '/' || c.k)::uuid::text AS new2,
           md5(f.old3 || '/' || c.k)::uuid::text AS new3
    FROM bench_copy c JOIN bench_family f ON f.f = c.f WHERE c.n >= %(first)s AND c.n < %(last)s
)"""


def _renamed(column: str) -> str:
    """A text with the family's old ids and number replaced by the copy's."""
    inner = column
    for n in (1, 2, 3):
        inner = f"replace({inner}, c.old{n}, c.new{n})"
    return f"replace({inner}, c.old, c.number)"


EVENTS = f"""
WITH {NAMED}, made AS (
    INSERT INTO store_event (county, chain, seq, at, recorded, kind, body, seal)
    SELECT e.county, e.chain, e.seq, e.at, e.recorded, e.kind, e.body, e.seal
    FROM copies c CROSS JOIN LATERAL (
        SELECT t.*, bench_chain(t.body) OVER (PARTITION BY t.chain ORDER BY t.seq) AS seal
        FROM (
            SELECT b.county, bench_new(b.chain, c.k) AS chain, b.seq, b.at, b.recorded, b.kind,
                   {_renamed("b.body")} AS body
            FROM bench_event b WHERE b.f = c.f OFFSET 0
        ) t
    ) e
    RETURNING chain, seq, seal
)
INSERT INTO store_case (
    county, id, number, practice, adoption, kind, stage, standing, phase, holder, home, waiting, division,
    category, channel, outcome, title, parent, root, joined, opened_at, stage_since, last_at, due_at, next_due,
    wake_at, settled_at, missed, rating, seq, head, recorded, state
)
SELECT t.county, m.chain, replace(t.number, c.old, c.number), t.practice, t.adoption, t.kind, t.stage,
       t.standing, t.phase, t.holder, t.home, t.waiting, t.division, t.category, t.channel, t.outcome, t.title,
       bench_new(t.parent, c.k), bench_new(t.root, c.k), NULL, t.opened_at, t.stage_since, t.last_at, t.due_at,
       t.next_due, t.wake_at, t.settled_at, t.missed, t.rating, t.seq, m.seal, t.recorded,
       {_renamed("t.state")}
FROM copies c JOIN bench_case t ON t.f = c.f JOIN made m ON m.chain = bench_new(t.id, c.k) AND m.seq = t.seq
"""
VALUES = f"""
WITH {NAMED}, told AS (
    INSERT INTO store_content (county, chain, seq, field, salt, value)
    SELECT t.county, bench_new(t.chain, c.k), t.seq, t.field, t.salt, t.value
    FROM copies c JOIN bench_content t ON t.f = c.f
)
INSERT INTO store_identity (county, chain, seq, field, salt, value, lookup)
SELECT t.county, bench_new(t.chain, c.k), t.seq, t.field, t.salt, t.value,
       sha256(t.lookup || convert_to(c.k::text, 'UTF8'))
FROM copies c JOIN bench_identity t ON t.f = c.f
"""
SEARCH = f"""
WITH {NAMED}
INSERT INTO store_search (county, chain, at, text, vector)
SELECT t.county, bench_new(t.chain, c.k), t.at, t.text, t.vector FROM copies c JOIN bench_search t ON t.f = c.f
"""


def _multiply(url: str, wanted: int, *, search: bool) -> None:
    """Copy families until there are about ``wanted`` cases. Indexes are dropped and built anew."""
    _run(url, *PREPARE.split(";\n"))
    total = _list_copies(url, wanted)
    drops, builds = _indexes(url)
    _run(url, *drops)
    statements = (EVENTS, VALUES, SEARCH) if search else (EVENTS, VALUES)
    turn = count(0, SET)

    def work() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while (first := next(turn)) < total:
                for each in statements:
                    connection.execute(each, {"first": first, "last": first + SET})  # type: ignore[call-overload]

    both(work, work)
    both(*(lambda each=each: _run(url, each) for each in builds))
    _run(
        url,
        """UPDATE store_bookmark SET (xid, position) =
           (SELECT xid, position FROM store_event ORDER BY xid DESC, position DESC LIMIT 1)""",
        "VACUUM (ANALYZE) store_case",
        "ANALYZE",
    )


def both(*acts: object) -> None:
    """Run acts in two threads; the server does the work."""
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(act) for act in acts]:  # type: ignore[arg-type]
            done.result()


def _list_copies(url: str, wanted: int) -> int:
    """Draw which family is copied under which number, by the day it was opened; returns how many copies.

    Of the ended ones every month gets as many.
    """
    chance = random.Random(7)
    with psycopg.connect(url, autocommit=True) as connection:
        there = connection.execute("SELECT count(*) FROM store_case").fetchone()[0]  # type: ignore[index]
        families = connection.execute(FAMILIES).fetchall()
        of: dict[object, list[tuple[int, int, str, date]]] = {}
        for f, cases, year, day, group in families:
            of.setdefault(group, []).append((f, cases, year, day))
        share = {group: (1 - OPEN_SHARE) / (len(of) - 1) for group in of} | {OPEN: OPEN_SHARE}
        drawn = []
        for group, members in of.items():
            left = round((wanted - there) * share[group])
            for turn in count():
                f, cases, year, day = members[turn % len(members)]
                if left <= 0:
                    break
                drawn.append((day, chance.random(), f, turn // len(members) + 1, year))
                left -= cases
        drawn.sort()
        taken = {each[0] for each in connection.execute("SELECT number FROM store_case")}
        numbers = (n * 379_721_633 % 10**9 for n in count())
        with connection.cursor().copy("COPY bench_copy FROM STDIN") as copy:
            for n, (_, _, f, k, year) in enumerate(drawn):
                digits = f"{year}{next(numbers):09d}"
                while digits + check_digit(digits) in taken:
                    digits = f"{year}{next(numbers):09d}"
                copy.write_row((n, f, k, digits + check_digit(digits)))
        connection.execute("CREATE INDEX ON bench_copy (n)")
        connection.execute("CREATE INDEX ON bench_copy (f)")
        connection.execute("ANALYZE bench_copy")
    return len(drawn)


def _indexes(url: str) -> tuple[list[str], list[str]]:
    """Statements that drop, and that build again, the indexes of the tables that are filled."""
    names = [f"store_{each}" for each in TABLES]
    with psycopg.connect(url, autocommit=True) as connection:
        constraints = connection.execute(
            """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
               WHERE contype IN ('p', 'u') AND conrelid::regclass::text = ANY (%s)""",
            (names,),
        ).fetchall()
        plain = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY (%s) AND indexname <> ALL (%s)",
            (names, [each[1] for each in constraints]),
        ).fetchall()
    drops = [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _ in constraints]
    drops += [f"DROP INDEX {name}" for name, _ in plain]
    builds = [definition for _, definition in plain]
    builds += [f"ALTER TABLE {table} ADD CONSTRAINT {name} {what}" for table, name, what in constraints]
    order = ("gin", "store_event", "store_content", "store_case")
    builds.sort(key=lambda each: next((n for n, word in enumerate(order) if word in each), len(order)))
    return drops, builds


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("home", type=Path)
    options.add_argument("--small", type=int, default=10_000)
    options.add_argument("--large", type=int, default=1_000_000)
    options.add_argument("--no-search", action="store_true")
    chosen = options.parse_args()
    made = county(chosen.home.absolute(), chosen.small, chosen.large, search=not chosen.no_search)
    print(json.dumps(msgspec.to_builtins(made), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
