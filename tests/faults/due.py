"""Cases whose first deadline falls into one minute that is over."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from faults.installation import TESTS, Installation, environment

OPEN = """
import sys, django
django.setup()
from datetime import UTC, datetime, timedelta
from tongban.apps.acting import Acting
from tongban.apps.casework.take import open_case
from tongban.kernel.commands import ANYBODY
now = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
for n in range(int(sys.argv[1])):
    taken = open_case("hotline", {"body": f"路灯坏了没人修（{n}）", "phone": f"154{n:08d}"}, Acting(now, ANYBODY))
    assert hasattr(taken, "number"), taken
"""
DUE = "SELECT count(*) FROM store_case WHERE wake_at <= now()"
ACTED = """SELECT count(DISTINCT chain), coalesce(max(n), 0) FROM (
             SELECT chain, count(*) AS n FROM store_event WHERE body::jsonb #>> '{facts,by,via}' = 'system'
             GROUP BY chain, body::jsonb #>> '{facts,step}', body::jsonb #>> '{facts,follows}') AS each"""
"""Cases on which the system did something, and how often it did the very same on one."""


def many_due(made: Installation, count: int, hands: int = 2) -> None:
    """So many cases, opened a day ago by residents whom nobody has answered since."""
    parts = [count // hands + (1 if n < count % hands else 0) for n in range(hands)]
    running = [_python(made, OPEN, str(part)) for part in parts]
    for each in running:
        out, _ = each.communicate()
        assert each.returncode == 0, out


def due(made: Installation) -> int:
    return int(_asked(made, DUE)[0])


def acted(made: Installation) -> tuple[int, int]:
    """Cases on which the system has acted, and how often it did the very same on one at most."""
    cases, most = _asked(made, ACTED)
    return int(cases), int(most)


def _asked(made: Installation, sql: LiteralString) -> tuple[Any, ...]:
    with psycopg.connect(made.url) as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return row


def _python(made: Installation, script: str, *given: str) -> subprocess.Popen[bytes]:
    environ = environment(made.home, made.more) | {"DJANGO_SETTINGS_MODULE": "tongban.config.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", script, *given], env=environ, cwd=Path(TESTS), stdout=subprocess.PIPE
    )
