"""A database of a test's own on the tests' server, with a home, in which the product runs as processes of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from server_ground import server_url

ROOT = Path(__file__).parents[1]
COUNTY = (
    ("county", "load", "demo/county"),
    ("calendar", "import"),
    ("practice", "adopt", "hotline", "--home", "hotline-centre"),
)
"""Words of the shell that make a county with one practice."""


class OwnDatabase:
    """Made empty, in place of one of that name; ``drop`` ends it. ``more`` is said to every process besides."""

    def __init__(self, home: Path, name: str, **more: str) -> None:
        self.name = name
        told = {key: str(value) for key, value in conninfo_to_dict(server_url()).items() if value is not None}
        self.url = "postgresql://?" + "&".join(
            f"{key}={value}" for key, value in {**told, "dbname": name}.items()
        )
        self.environ = {
            **os.environ, "DATABASE_URL": self.url, "TONGBAN_HOME": str(home), "LANG": "en_GB.UTF-8",
            "DJANGO_SETTINGS_MODULE": "tongban.config.settings", "PYTHONPATH": str(ROOT / "src"), **more,
        }  # fmt: skip
        self.drop()
        self._maintain(f"CREATE DATABASE {name}")

    def run(self, *words: str) -> str:
        """What a Python of these words says; it must end well."""
        done = subprocess.run(
            [sys.executable, *words],
            env=self.environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, (words[:4], done.stdout[-1000:], done.stderr[-3000:])
        return done.stdout

    def tongban(self, *words: str) -> str:
        return self.run("-m", "tongban.cli.main", *words)

    def rows(self, asked: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(asked, values or None)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def drop(self) -> None:
        self._maintain(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def _maintain(self, statement: str) -> None:
        with psycopg.connect(server_url(), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]
