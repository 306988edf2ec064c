"""Figures for who works here, at the API: counts with their intervals, the cases behind them, nothing for strangers."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.database

MONTH = "2026-03"
ADDRESSES = (
    f"/figures?month={MONTH}",
    f"/figures/streetlamp.KEY?month={MONTH}",
    f"/figures/streetlamp.KEY/cases?month={MONTH}",
    "/colours",
    "/signs?months=1",
    "/targets",
    f"/durations?month={MONTH}",
)


@pytest.fixture
def key(api: Any) -> str:
    """An indicator of the small practice."""
    from tongban.apps.disclosure import counting
    from tongban.apps.figures import series
    from tongban.apps.office import office

    counting.forget()
    series.forget()
    adoption = office().adopted("streetlamp", api.now)
    assert adoption is not None
    return next(iter(counting.indicators_of(office(), adoption)))


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_leaders_look_at_is_there_for_programs(api: Any, key: str, address: str) -> None:
    api.report()
    answer = api.get(address.replace("KEY", key), api.staff("handler", "housing"))
    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stranger_reads_no_figures_by_unit(api: Any, key: str, address: str) -> None:
    assert api.get(address.replace("KEY", key)).status_code == 401


def test_a_value_comes_with_its_counts_and_its_interval(api: Any, key: str) -> None:
    found = api.get(f"/figures/streetlamp.{key}?month={MONTH}", api.staff("handler", "housing")).json()
    assert len(found["trend"]) == 24
    assert found["whole"] == {**found["whole"], "numerator": 0, "denominator": 0, "value": None, "low": None}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/figures/streetlamp.nothing", 404),
        ("/figures?practice=nobody", 404),
        ("/figures/streetlamp.KEY?month=2026-13", 422),
        ("/figures/streetlamp.KEY?span=7", 422),
        ("/effects?practice=nobody&on=streetlamp.KEY", 404),
        ("/durations?practice=nobody", 404),
    ],
)
def test_what_is_not_there_is_refused(api: Any, key: str, address: str, status: int) -> None:
    assert api.get(address.replace("KEY", key), api.staff("handler", "housing")).status_code == status


def test_an_effect_is_not_claimed_where_nothing_can_be_compared(api: Any, key: str) -> None:
    found = api.get(
        f"/effects?practice=streetlamp&on=streetlamp.{key}", api.staff("handler", "housing")
    ).json()
    assert found["found"]["verdict"] == "nothing_beside"
