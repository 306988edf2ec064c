"""One PostgreSQL for the whole test run: its own, in a temporary home, or the one that CI names.

``TONGBAN_TEST_DATABASE_URL`` points at a served PostgreSQL (15 in CI); without it the embedded server is
started when the first test asks for the database, shared by all workers and stopped at the end.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = "TONGBAN_TEST_HOME"
URL = "TONGBAN_TEST_DATABASE_URL"


def pytest_configure(config: pytest.Config) -> None:
    """The first process chooses the home; workers inherit it."""
    if not hasattr(config, "workerinput"):
        os.environ[HOME] = tempfile.mkdtemp(prefix="tongban-test-")
        Path(os.environ[HOME]).chmod(0o755)


def pytest_unconfigure(config: pytest.Config) -> None:
    """The first process stops the server, if any test started it, and removes the home."""
    if not hasattr(config, "workerinput") and HOME in os.environ:
        from tongban.store.postgres import Server

        home = Path(os.environ.pop(HOME))
        if (home / "postgres").exists():
            Server(home).stop()
        shutil.rmtree(home, ignore_errors=True)


def server_url() -> str:
    """Where the tests' PostgreSQL is; starts the embedded one if need be."""
    from tongban.store.postgres import Server

    if URL in os.environ:
        return os.environ[URL]
    server = Server(Path(os.environ[HOME]))
    server.start()
    return server.url("postgres")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Point Django at the tests' PostgreSQL before it makes its test database there."""
    from django.conf import settings
    from django.db import connections

    from tongban.config.settings import database

    configured = connections["default"].settings_dict
    configured.update(database(server_url()))
    configured["TEST"]["NAME"] = configured["TEST"]["NAME"] or "test_tongban"
    assert configured is settings.DATABASES["default"]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home of this test alone, for keys and attachments."""
    yield tmp_path / "home"


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """What one test read from the registers must not be known to the next."""
    yield
    registers = sys.modules.get("tongban.store.registers")
    if registers is not None:
        registers.forget()
