"""Journals to test: one in memory, one in PostgreSQL inside a transaction, one that really commits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from memory_ground import MemoryJournal
from small_practice import COUNTY

from tongban.store.journal import Journal
from tongban.store.keys import Keys, Lookup
from tongban.store.vault import Vault

DATABASE = (pytest.mark.database, pytest.mark.django_db)
LOOKUP = Lookup(b"k" * 32)


@pytest.fixture
def keys(home: Path) -> Keys:
    return Keys(home / "keys")


@pytest.fixture(params=["memory", pytest.param("postgres", marks=DATABASE)])
def journal(request: pytest.FixtureRequest, home: Path) -> MemoryJournal | Journal:
    """The contract: whatever a test says of it must hold for both."""
    if request.param == "memory":
        return MemoryJournal(COUNTY, LOOKUP)
    return Journal(COUNTY, LOOKUP, vault=Vault(home / "keys", COUNTY))


@pytest.fixture
def served(transactional_db: None, home: Path) -> Iterator[Journal]:
    """A journal whose appends are committed, so that other connections see them."""
    yield Journal(COUNTY, LOOKUP, vault=Vault(home / "keys", COUNTY))
