"""Charts as everybody gets them: the table first, files from the same table, a drawing program that is what it says."""

from __future__ import annotations

import csv
import hashlib
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from openpyxl import load_workbook

from tongban.web.charts import Chart, Column, Linked, Series, Table, files

ROOT = Path(__file__).parents[2]
CHART = Chart(
    "units",
    "Handled in time",
    "Two units differ.",
    "bars",
    ("Water Bureau", "=Town"),
    (Series("rate", (91.25, None)),),
    Table(
        (Column("Unit", number=False), Column("Rate", 1, "%"), Column("Cases")),
        (("Water Bureau", Linked(91.25, "/cases/?unit=water"), 40), ("=HYPERLINK(1)", None, 3)),
        "No rank below 30 cases.",
    ),
    "%",
    1,
    source="Some county · October 2026",
)


def page(query: str = "") -> str:
    request = RequestFactory().get(f"/figures/?{query}")
    return Template("{% load charts %}{% chart one %}").render(
        Context({"one": CHART, "language": "en", "request": request})
    )


def given(query: str) -> bytes:
    answer = files(RequestFactory().get(f"/figures/?{query}"), (CHART,))
    assert answer is not None
    return bytes(answer.content)


def test_the_table_stands_on_the_page_and_what_is_not_told_is_no_nought() -> None:
    html = page()
    assert '<a href="/cases/?unit=water">91.2 %</a>' in html
    assert '<td class="right number" data-label="Rate">–</td>' in html
    assert "No rank below 30 cases." in html


def test_files_are_asked_for_at_the_same_address_with_all_its_choices() -> None:
    assert 'href="?period=2026-10&amp;as=csv&amp;chart=units"' in page("period=2026-10&as=xlsx&chart=other")


def test_a_page_that_is_asked_for_is_no_file() -> None:
    assert files(RequestFactory().get("/figures/"), (CHART,)) is None


def test_a_sheet_has_the_numbers_as_they_are_and_no_formulas() -> None:
    rows = list(csv.reader(StringIO(given("as=csv&chart=units").decode("utf-8-sig"))))
    assert rows == [
        ["Unit", "Rate (%)", "Cases"],
        ["Water Bureau", "91.25", "40"],
        ["'=HYPERLINK(1)", "", "3"],
    ]


def test_a_workbook_says_what_it_shows_and_where_it_comes_from() -> None:
    sheet = load_workbook(BytesIO(given("as=xlsx&chart=units"))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "Handled in time"
    assert rows[2:5] == [
        ("Unit", "Rate (%)", "Cases"),
        ("Water Bureau", 91.25, 40),
        ("=HYPERLINK(1)", None, 3),
    ]
    assert [row[0] for row in rows[5:]] == ["No rank below 30 cases.", "Some county · October 2026"]
    assert sheet["A5"].data_type == "s"


@pytest.mark.parametrize("query", ["as=csv&chart=other", "as=pdf&chart=units", "as=csv"])
def test_a_chart_that_is_not_there_is_refused(query: str) -> None:
    answer = files(RequestFactory().get(f"/figures/?{query}"), (CHART,))
    assert answer is not None
    assert answer.status_code == 404


def test_the_drawing_program_is_the_one_that_was_built() -> None:
    digest, name = (ROOT / "vendor" / "echarts" / "SHA256").read_text().split()
    file = (ROOT / "vendor" / "echarts" / name).resolve()
    assert hashlib.sha256(file.read_bytes()).hexdigest() == digest
