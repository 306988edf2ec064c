"""What every test stands on: a home for the run, its PostgreSQL, and nothing kept from the test before."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as how

from server_ground import HOME, URL, server_url, stop_servers

how.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
how.load_profile("any machine")  # how fast a busy machine draws examples says nothing of the code


def pytest_configure(config: pytest.Config) -> None:
    """The first process chooses the home; workers inherit it. A server that is thrown away takes its database along:
    to drop it first would fail where somebody's last connection is still ending."""
    config.option.reuse_db = URL not in os.environ
    if not hasattr(config, "workerinput"):
        os.environ[HOME] = tempfile.mkdtemp(prefix="tongban-test-")
        Path(os.environ[HOME]).chmod(0o755)
    os.environ.setdefault("TONGBAN_PUBLIC_SECONDS", "0")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The first process stops the servers that tests started, and removes the home."""
    if not hasattr(config, "workerinput") and HOME in os.environ:
        home = Path(os.environ.pop(HOME))
        stop_servers(home)
        shutil.rmtree(home, ignore_errors=True)


@pytest.hookimpl(trylast=True)  # after the tests were shuffled
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first, and those that need nothing but Python last: so no process ends with
    a long one while the other has nothing left to do."""
    tests = Counter(item.path for item in items)
    ranks = {"browser": 0, "kernel": 2, "library": 2, "architecture": 2}
    items.sort(key=lambda item: (ranks.get(item.path.parent.name, 1), -tests[item.path], item.path))


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> None:
    """Guessing must cost an attacker a second; signing in must not cost every test one."""
    from django.conf import settings

    from tongban.apps.people import factors

    factors.COST, factors.ROUNDS = 2, 1
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def pages_made_anew() -> None:
    """A test reads what it has just written; what is kept, and that it goes, is tested by itself."""
    from django.conf import settings

    settings.TONGBAN_PUBLIC_SECONDS = 0


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
    office = sys.modules.get("tongban.apps.office")
    if office is not None:
        office.ask_anew()
