"""Two counties in one database, each in a part of its own: a county's work touches nothing of the other's.

The tables are made anew as tables partitioned by county, with PostgreSQL's own means. That alone is a proof: it refuses a primary key
or a unique index without the county. Then one county works while the server counts what is read and written of the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from psycopg import sql

from county_ground import loose
from database_ground import COUNTY, OwnDatabase

pytestmark = pytest.mark.database

OURS, THEIRS = "330822", "330999"
NAME = "tongban_two_counties"
WITHOUT = {"store_count", "store_derived"}
"""Tables of a database, not of a county: see ``tests/architecture/test_counties.py``."""
TO_DJANGO = {"store_person"}
"""Refers to ``auth_user``, which lies where the counties are brought together."""
ORDER = re.compile(r"store_event_position_seq\d*")
"""Gives an order within one transaction of one county; that two parts give the same number does no harm."""

WORK = """
from datetime import UTC, datetime
from tongban.cli.machine import django_ready
django_ready()
from tongban.apps.acting import Acting
from tongban.apps.casework.take import open_case
from tongban.apps.supervision.sweep import sweep
from tongban.apps import reactors
from tongban.apps.proof.checkpoints import checkpoint
from tongban.apps.registry.upkeep import rebuild_projections, verify_ledger
from tongban.apps.office import office
from tongban.store import search

now = datetime.now(UTC)
assert office().county.code == "330822"
for n in range(5):
    taken = open_case("hotline", {"body": f"The lamp before the school is out, {n}.", "phone": "13800138000"}, Acting(now, key=f"k{n}"))
    assert taken.number, taken
sweep(now)
reactors.run_once()
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
settings.ALLOWED_HOSTS = ["*"]
here = f"/desk/{taken.number}/"
seen = {
    "": ["/", "/open/", "/open/boards/", "/open/cases/?q=lamp", "/services/"],
    "clerk": ["/desk/", "/desk/?list=settled", "/desk/?q=lamp", "/desk/?late=1", "/desk/new/", here, here + "similar/", here + "why/", here + "tree/"],
    "leader": ["/desk/", "/lead/", "/lead/boards/", "/lead/figures/", "/lead/flow/", "/lead/hot/", "/lead/together/", "/lead/signs/", "/lead/targets/", "/studio/"],
}
for login, paths in seen.items():
    client = Client()
    if login:
        client.force_login(User.objects.get(username=login))
    found = [client.get(path, follow=True).status_code for path in paths]
    assert set(found) <= {200, 403, 404} and found.count(200) >= 3, (login, list(zip(paths, found)))
checkpoint(now)
report = verify_ledger(now)
assert not report.findings, report.findings
assert rebuild_projections() >= 5
print("worked", report.entries)
"""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnDatabase]:
    home = tmp_path_factory.mktemp("two")
    found = OwnDatabase(home, NAME, TONGBAN_COUNTY=OURS, TONGBAN_PASSWORD="not to be guessed")
    found.tongban("migrate")
    yield found
    found.drop()


def test_every_table_has_its_county_first_in_every_key_and_refers_to_no_other(two: OwnDatabase) -> None:
    tables = {
        str(row[0]) for row in two.rows("SELECT tablename FROM pg_tables WHERE tablename LIKE 'store\\_%%'")
    }
    keys = two.rows(
        "SELECT c.relname, i.indisprimary, array_agg(a.attname ORDER BY k.n) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
        "CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, n) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum "
        "WHERE i.indisunique AND c.relname LIKE 'store\\_%%' GROUP BY i.indexrelid, c.relname, i.indisprimary"
    )
    assert len(tables) > 40 and {str(row[0]) for row in keys} == tables
    wrong = [(table, names) for table, _, names in keys if names[0] != "county" and table not in WITHOUT]  # type: ignore[index]
    assert [each for each in wrong if each != ("store_person", ["user_id"])] == []
    refers = {
        str(row[0])
        for row in two.rows(
            "SELECT conrelid::regclass FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text LIKE 'store\\_%%'"
        )
    }
    assert refers <= TO_DJANGO
    counted = {
        str(row[0])
        for row in two.rows("SELECT relname FROM pg_class WHERE relkind = 'S' AND relname LIKE 'store\\_%%'")
    }
    assert all(ORDER.fullmatch(name) for name in counted)


def test_every_statement_within_the_functions_of_the_database_is_held_to_one_county(two: OwnDatabase) -> None:
    found = two.rows("SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'store\\_%%'")
    assert len(found) > 8
    wrong = []
    for name, source in found:
        for statement in re.split(r";\s", str(source)):
            wrong += [(name, table) for table in loose(statement)]
    assert wrong == []


def test_one_county_works_and_nothing_of_the_other_is_read_or_written(two: OwnDatabase) -> None:
    [[version]] = two.rows("SHOW server_version_num")
    if int(str(version)) < 170000:
        pytest.skip("a table of parts cannot number its rows before PostgreSQL 17")
    _part(two)
    for words in COUNTY:
        two.tongban(*words)
    for login, post in (("clerk", "hotline-centre:clerk"), ("leader", "county-government:leader")):
        two.tongban("user", "add", login, "--name", login, "--post", post)
    parts = [
        str(row[0])
        for row in two.rows("SELECT relname FROM pg_class WHERE relname LIKE 'theirs\\_%%' AND relkind = 'r'")
    ]
    assert len(parts) > 40
    for part in parts:  # another county with as much as this one, in its own parts
        whole = part.removeprefix("theirs_")
        columns = [
            str(row[0])
            for row in two.rows(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO' AND column_name <> 'county' AND table_schema = 'public'",
                whole,
            )
        ]
        if whole not in TO_DJANGO:
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            two.rows(
                sql.SQL(
                    "INSERT INTO {} (county, {}) SELECT {}, {} FROM {} WHERE county = {} ON CONFLICT DO NOTHING"
                ).format(  # type: ignore[arg-type]
                    sql.Identifier(whole), names, THEIRS, names, sql.Identifier(whole), OURS
                )
            )
    assert (
        two.rows("SELECT count(*) FROM theirs_store_unit")[0][0]
        == two.rows("SELECT count(*) FROM ours_store_unit")[0][0]
    )
    before = _touched(two)
    assert "worked" in two.run("-c", WORK)
    two.tongban("work", "--once")
    assert _touched(two) == before
    assert two.rows("SELECT count(*) FROM ours_store_case")[0][0] == 5
    two.rows("SELECT count(*) FROM store_case")
    assert _touched(two) != before, "whoever asks without the county reaches the other, and it is seen"


def _part(two: OwnDatabase) -> None:
    """Make every table of a county anew as one of two parts. PostgreSQL refuses one whose keys leave the county out."""
    for [name] in two.rows("SELECT tablename FROM pg_tables WHERE tablename LIKE 'store\\_%%' ORDER BY 1"):
        table = str(name)
        if table in WITHOUT:
            continue
        triggers = two.rows(
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            table,
        )
        kept = f"plain_{table}"
        two.rows(f"ALTER TABLE {table} RENAME TO {kept}")
        if table in TO_DJANGO:  # one account for one person, wherever the person is
            two.rows(f"ALTER TABLE {kept} DROP CONSTRAINT IF EXISTS store_person_user_id_key")
        two.rows(
            f"CREATE TABLE {table} (LIKE {kept} INCLUDING ALL EXCLUDING STATISTICS EXCLUDING STORAGE) PARTITION BY LIST (county)"
        )
        two.rows(f"CREATE TABLE ours_{table} PARTITION OF {table} FOR VALUES IN ('{OURS}')")
        two.rows(f"CREATE TABLE theirs_{table} PARTITION OF {table} FOR VALUES IN ('{THEIRS}')")
        two.rows(f"DROP TABLE {kept}")
        for [trigger] in triggers:
            two.rows(str(trigger).replace("public.", ""))


def _touched(two: OwnDatabase) -> list[tuple[object, ...]]:
    """How often each part of the other county was read and written so far."""
    two.rows("SELECT pg_stat_force_next_flush()")
    return two.rows(
        "SELECT relname, seq_scan, coalesce(idx_scan, 0), n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables "
        "WHERE relname LIKE 'theirs\\_%%' ORDER BY relname"
    )
