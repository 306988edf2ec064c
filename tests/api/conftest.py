"""The ground of the API's tests: an empty home, a clock that tests may set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scenario_ground import ground


@pytest.fixture
def empty(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any
) -> Iterator[None]:
    """Nothing in the database, and what is written is committed."""
    settings.TONGBAN_TEST_CLOCK = True
    settings.TONGBAN_API_LIMITS = 0
    yield from ground(monkeypatch, home)


@pytest.fixture
def api(db: None, monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any) -> Iterator[Any]:
    """A small county, taken back after the test."""
    from county import a_county

    settings.TONGBAN_TEST_CLOCK = True
    for _ in ground(monkeypatch, home):
        yield a_county()
