"""From earlier states of the tables: a ledger that was written then is migrated, made anew, verified, and is the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from database_ground import COUNTY, OwnDatabase

pytestmark = pytest.mark.database

EARLIER = ("0009_derived", "0020_kept", "0039_travelling")
"""States of the tables that offices may still have: when derived rows got a version, and the ends of two stages of work."""
KEPT = (
    "auth_user", "store_event", "store_content", "store_identity", "store_adoption", "store_division", "store_unit", "store_duty",
    "store_category", "store_calendar", "store_checkpoint", "store_leaf", "store_block", "store_request", "store_case", "store_stamp",
)  # fmt: skip
"""What is not derived, and the case rows as they stood; each by the columns that both states have."""

LIVED = """
from datetime import UTC, datetime
from tongban.cli.machine import django_ready
django_ready()
from tongban.apps.acting import Acting
from tongban.apps.casework.take import open_case
from tongban.apps.proof.checkpoints import checkpoint
now = datetime.now(UTC)
for n in range(3):
    open_case("hotline", {"body": f"The lamp is out, {n}.", "phone": "13800138000"}, Acting(now, key=f"k{n}"))
checkpoint(now)
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OwnDatabase, Path]]:
    home = tmp_path_factory.mktemp("lived")
    found = OwnDatabase(home, "tongban_lived")
    found.tongban("migrate")
    for words in COUNTY:
        found.tongban(*words)
    found.run("-c", LIVED)
    yield found, home
    found.drop()


@pytest.mark.parametrize("state", EARLIER)
def test_a_ledger_of_an_earlier_state_is_brought_up_to_date(
    lived: tuple[OwnDatabase, Path], state: str
) -> None:
    now, home = lived
    then = OwnDatabase(home, "tongban_then")
    try:
        then.run("-m", "django", "migrate", "store", state, "--verbosity", "0", "--skip-checks")
        then.run("-m", "django", "migrate", "sessions", "--verbosity", "0", "--skip-checks")
        _write(now, then)
        then.tongban("migrate")
        then.tongban("rebuild")
        assert "sound" in then.tongban("ledger", "verify")
        for asked in (
            "SELECT chain, seq, at, recorded, kind, body, seal FROM store_event ORDER BY chain, seq",
            "SELECT number, stage, standing, holder, due_at, seq, head, state FROM store_case ORDER BY number",
        ):
            assert then.rows(asked) == now.rows(asked)
    finally:
        then.drop()


def _write(now: OwnDatabase, then: OwnDatabase) -> None:
    """Put the rows into the tables as they were, by the columns that there were."""
    with psycopg.connect(now.url) as source, psycopg.connect(then.url) as target:
        # Values go as text: every type reads what it wrote itself.
        target.execute("SET session_replication_role = replica")
        for table in KEPT:
            asked = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public' AND is_generated = 'NEVER'"
            have = {str(name) for [name] in source.execute(asked, (table,))}
            columns = [str(name) for [name] in target.execute(asked, (table,)) if name in have]
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            texts = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(each)) for each in columns)
            rows = source.execute(
                sql.SQL("SELECT {} FROM {}").format(texts, sql.Identifier(table))
            ).fetchall()
            places = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
            put = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
                sql.Identifier(table), names, places
            )
            with target.cursor() as cursor:
                cursor.executemany(put, rows)
