"""What is reported above at the very top is told to whoever holds it there: a ladder that goes up ends with somebody."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from scenario_ground import calendar
from tongban.apps.notices import planning
from tongban.library.counties import scenario_county
from tongban.store.deliveries import Due


@pytest.mark.parametrize(("holder", "told"), [("village_a1", "town_a"), ("county_office", "county_office")])
def test_a_report_above_reaches_the_unit_above_and_at_the_top_the_holder(holder: str, told: str) -> None:
    here: Any = SimpleNamespace(county=scenario_county(calendar()))
    case: Any = SimpleNamespace(holder=holder, recused=(), previous_holder="", home=holder, id="")
    due = Due("", 1, 0, "escalated", "superior", datetime(2026, 3, 2, tzinfo=UTC))
    assert planning._units(here, due, case, {}) == (told,)
