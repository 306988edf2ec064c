"""A ledger that a release wrote itself is upgraded as the manual says: it is sound, shows what it showed, and goes on."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import psycopg
import pytest
from psycopg import sql

from database_ground import OwnDatabase

pytestmark = pytest.mark.database

RELEASES: Mapping[str, str] = {"0.1.0": "0002_registers"}
"""Each release with the last migration of its tables."""
FILES = Path(__file__).parent / "releases"
Rows: TypeAlias = dict[str, list[dict[str, str | None]]]

GOES_ON = """
from datetime import UTC, datetime
from tongban.cli.machine import django_ready
django_ready()
from django.contrib.auth.models import User
from tongban.apps.acting import Acting
from tongban.apps.casework.take import take
from tongban.apps.people.acting import actor_of
from tongban.kernel.refusal import Refused
from tongban.store.models import CaseRow
now = datetime.now(UTC)
number = CaseRow.objects.filter(stage="registered").values_list("number", flat=True).first()
clerk = actor_of(User.objects.get(username="fantugen"), now)
done = take(number, "decline", {"decline_reason": "litigation", "remedy": "The court."}, Acting(now, clerk, key="k"))
print("refused " + done.code if isinstance(done, Refused) else "taken")
"""


@pytest.fixture(params=RELEASES)
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[OwnDatabase, Rows]]:
    """The database after ``tongban migrate``, and what the release had left in it."""
    release = str(request.param)
    lines = gzip.decompress((FILES / f"{release}.jsonl.gz").read_bytes()).decode().splitlines()
    found = OwnDatabase(tmp_path, "tongban_release")
    for part in (("store", RELEASES[release]), ("auth",), ("sessions",)):
        found.run("-m", "django", "migrate", *part, "--verbosity", "0", "--skip-checks")
    rows: Rows = {}
    with psycopg.connect(found.url) as target:
        target.execute("SET session_replication_role = replica")
        for line in lines:
            table = json.loads(line)
            put = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
                sql.Identifier(table["table"]),
                sql.SQL(", ").join(map(sql.Identifier, table["columns"])),
                sql.SQL(", ").join([sql.Placeholder()] * len(table["columns"])),
            )
            target.cursor().executemany(put, table["rows"])
            rows[table["table"]] = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    (tmp_path / "heads").mkdir()
    keys = (FILES / f"{release}.heads-keys").read_text(encoding="utf-8")
    county = rows["store_event"][0]["county"]
    (tmp_path / "heads" / f"{county}.heads-keys").write_text(keys, encoding="utf-8")
    # Private keys are not kept with a ledger: another key of lookup finds nobody of before, and nothing else needs one.
    (tmp_path / "keys").mkdir(mode=0o700, exist_ok=True)
    (tmp_path / "keys" / f"{county}.lookup").write_bytes(bytes(range(32)))
    found.tongban("migrate")
    yield found, rows
    found.drop()


def test_what_a_release_wrote_is_sound_after_the_upgrade_and_goes_on(
    upgraded: tuple[OwnDatabase, Rows],
) -> None:
    now, before = upgraded
    now.tongban("ledger", "checkpoint")
    assert "sound" in now.tongban("ledger", "verify")
    for table, columns in (
        ("store_case", ("number", "stage", "standing", "holder")),
        ("store_public", ("chain", "what", "title")),
    ):
        asked = f"SELECT {', '.join(f'{name}::text' for name in columns)} FROM {table}"
        assert sorted(now.rows(asked)) == sorted(
            tuple(row[name] for name in columns) for row in before[table]
        )
    assert now.run("-c", GOES_ON).split() == ["taken"]
    assert "sound" in now.tongban("ledger", "verify")
