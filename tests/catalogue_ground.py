"""The demo's catalogue, adopted and loaded, and many more rows where there must be many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from desk_ground import ROOT, Desk
from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import adopt
from tongban.apps.catalogue import popularity, rows
from tongban.apps.office import office
from tongban.demo.bringing import load_registers
from tongban.demo.script import script
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused

SINCE = datetime(2020, 1, 2, tzinfo=UTC)


@pytest.fixture
def catalogue(desk: Desk) -> Iterator[Desk]:
    """The desk of a county that has a catalogue."""
    rows.forget()
    popularity.forget()
    homes = ("government-office", "police", "housing", "human-resources")
    done = adopt(ROOT / "practices" / "service_catalogue", {}, homes, Acting(SINCE, SYSTEM))
    assert not isinstance(done, Refused), done
    now = datetime.now(UTC)
    here = office()
    load_registers(script(now.date()), here, [adoption for _, adoption in here.practices(now)], now)
    yield desk
    rows.forget()
    popularity.forget()
