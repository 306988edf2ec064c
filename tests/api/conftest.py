"""The ground of the API's tests: an empty home, its own cache, a clock that tests may set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scenario_ground import ground


@pytest.fixture
def empty(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch, home: Path, settings: object
) -> Iterator[None]:
    settings.TONGBAN_TEST_CLOCK = True  # type: ignore[attr-defined]
    settings.TONGBAN_API_LIMITS = 0  # type: ignore[attr-defined]
    yield from ground(monkeypatch, home)
