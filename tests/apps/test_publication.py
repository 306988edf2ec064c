"""What the public site says of a figure: whether noise explains a change, what a month tells, how the files read."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.analytics.parquet import parquet
from tongban.apps.figures.series import back_from
from tongban.apps.publication.indicator import changed, point
from tongban.kernel.indicator import Tally, wilson
from tongban.kernel.indicator.change import Change, Value, change


def rate(numerator: int, denominator: int) -> Value:
    return Value(numerator / denominator, *wilson(numerator, denominator))


def test_a_small_difference_between_small_months_may_be_chance_and_a_large_one_is_not() -> None:
    assert change(rate(83, 97), rate(139, 162)).way == "noise"
    assert change(rate(80, 100), rate(64, 100)).way == "down"
    assert change(rate(64, 100), rate(80, 100)).way == "up"
    assert change(rate(64, 100), rate(64, 100)).way == "same"


def test_the_interval_of_a_difference_is_newcombes() -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table II, method 10: 56/70 less 48/80 lies in 0.0524 to 0.3339."""
    found = change(rate(48, 80), rate(56, 70))
    assert isclose(found.by, 0.2)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_a_change_is_itself_backwards(n: int, m: int, data: st.DataObject) -> None:
    before, after = (rate(data.draw(st.integers(0, each)), each) for each in (n, m))
    there, back = change(before, after), change(after, before)
    assert there.low <= there.by <= there.high
    assert (there.by, there.low, there.high) == (-back.by, -back.high, -back.low)


def test_a_month_of_few_cases_has_no_value_and_so_no_change() -> None:
    few, enough, none = Tally(2, 4), Tally(30, 40), Tally()
    assert point(few, "2026-10", "en").few
    assert point(few, "2026-10", "en").value is None
    assert (point(none, "2026-10", "en").value, point(none, "2026-10", "en").few) == (None, False)
    told = point(enough, "2026-10", "en")
    assert (told.numerator, told.denominator, told.name) == (30, 40, "October 2026")
    assert changed((point(few, "2026-09", "en"), told)) is None
    assert isinstance(changed((told, told)), Change)


def test_months_go_back_over_the_turn_of_the_year() -> None:
    assert back_from("2026-02", 4) == ("2025-11", "2025-12", "2026-01", "2026-02")


def test_a_parquet_file_gives_back_its_rows() -> None:
    duckdb = pytest.importorskip("duckdb")
    rows = [("热线", 3, 0.25, True), (None, None, None, False)]
    made = parquet([("name", "text"), ("n", "whole"), ("share", "number"), ("told", "flag")], rows)
    assert made.startswith(b"PAR1")
    with duckdb.connect() as engine:
        import tempfile
        from pathlib import Path

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "t.parquet"
            path.write_bytes(made)
            assert engine.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall() == rows
