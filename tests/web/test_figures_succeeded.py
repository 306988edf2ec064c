"""A unit that ended in mid-year: its figures stay under its name, its successor's stand beside them, and together they are the whole."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest

from desk_ground import Desk, county, desk
from lead_figures_ground import month, page
from tongban.apps.disclosure import counting
from tongban.apps.disclosure.computing import compute
from tongban.apps.figures import series
from tongban.kernel.refusal import Refused
from tongban.store.models import UnitRow

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "month"]

KEY = "hotline.first_dispatch_right"
NOW = "transport"


def end(unit: str, successor: str) -> None:
    UnitRow.objects.filter(id=unit).update(until=date(2026, 7, 1), successor=successor)
    counting.forget()
    series.forget()


def rows(path: str) -> dict[str, list[str]]:
    text = page(path).lstrip("\ufeff")
    return {row[0]: row for row in list(csv.reader(StringIO(text)))[1:]}


def test_its_figures_stay_under_its_name_and_the_page_says_who_has_its_work(desk: Desk, month: str) -> None:
    before = rows(f"/lead/figures/{KEY}/{month}/?lang=en&as=csv&chart=units")
    (name,) = before
    end(desk.unit, NOW)
    (line,) = rows(f"/lead/figures/{KEY}/{month}/?lang=en&as=csv&chart=units").values()
    assert line[0].startswith(f"{name} (ended; its work is now that of ")
    assert line[5:7] == before[name][5:7] == ["3", "3"]
    assert page(f"/lead/figures/{KEY}/{month}/cases/?unit={desk.unit}").count('class="row-link"') == 3


def test_a_successor_is_read_together_with_whom_it_took_over_from(desk: Desk, month: str) -> None:
    """The two of them, without a rank: nobody is ranked twice."""
    both = page(f"/lead/figures/{KEY}/{month}/cases/?unit={NOW},{desk.unit}&lang=en")
    assert both.count('class="row-link"') == 3
    assert "together with what it took over from" in both


def test_the_engine_counts_what_an_ended_unit_did_under_its_own_name(desk: Desk, month: str) -> None:
    end(desk.unit, NOW)
    found = compute(month, "duckdb", "en", datetime.now(UTC))
    assert not isinstance(found, Refused)
    figure = next(each for each in found.figures if each.key == "hotline/first_dispatch_right")
    assert [(each.unit, each.denominator) for each in figure.units] == [(desk.unit, 3)]


def test_a_period_without_cases_is_no_number_and_a_ratio_of_nothing_is_none(desk: Desk) -> None:
    """Neither nought nor an error: what divides by nought is not counted."""
    found = compute("2025-02", "duckdb", "en", datetime.now(UTC))
    assert not isinstance(found, Refused)
    assert found.figures
    for each in found.figures:
        assert (each.whole.denominator, each.whole.sample, each.units) == (0, 0, ())
        assert (each.whole.low, each.whole.high) == (0.0, 1.0)
