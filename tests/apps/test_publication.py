"""What the public site says of a figure: whether noise explains a change, what a month tells, how the files read."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tongban.analytics.parquet import parquet
from tongban.apps.disclosure.released import Counts, Released
from tongban.apps.figures.series import back_from
from tongban.apps.publication.indicator import Point, changed, points
from tongban.kernel.indicator import Definition, Tally, wilson
from tongban.kernel.indicator.change import Change, Value, change
from tongban.kernel.indicator.definition import Part

NOW = datetime(2027, 1, 2, tzinfo=UTC)


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


def point(period: str, numerator: int, denominator: int, version: str = "", words: str = "true") -> Point:
    part = Part(words, {"is": True})
    defined = Definition(
        "p/x", version, "k", "settled", "", "rate", {}, part, part, None, None, (), 30, "more"
    )
    counts = Counts(replace(defined, version=""), "", Tally(numerator, denominator), {}, None)
    month = Released(period, 1, "", NOW, "", {"p/x": counts}, {}, {})
    return points({period: month}, "p/x", (period,), "en")[0]


def test_a_month_that_is_not_told_has_no_value_and_so_no_change() -> None:
    told = point("2026-10", 30, 40)
    assert (told.numerator, told.denominator, told.name) == (30, 40, "October 2026")
    silent = Released("2026-09", 1, "", NOW, "", {}, {"p/x": "edition.too_few"}, {})
    few, none = points({"2026-09": silent}, "p/x", ("2026-09", "2026-08"), "en")
    assert (few.value, few.few, few.released) == (None, True, True)
    assert (none.value, none.few, none.released) == (None, False, False)
    assert changed((few, told)) is None
    assert isinstance(changed((told, told)), Change)


def test_months_are_compared_where_they_are_counted_alike_whatever_version_of_the_practice_counted_them() -> (
    None
):
    one, same, other = (
        point("2026-09", 30, 40, "1.0"),
        point("2026-10", 20, 40, "1.1"),
        point("2026-10", 20, 40, "1.0", "false"),
    )
    assert isinstance(changed((one, same)), Change)
    assert changed((one, other)) is None


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
