"""Units at the county's mix of cases: the model is shown, and what it cannot do is refused."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from desk_ground import Desk, county, desk
from lead_figures_ground import month, page

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "month"]

KEY = "hotline.first_dispatch_right"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_the_units_and_the_model_and_says_when_kinds_cannot_be_told_apart(
    desk: Desk, month: str, language: str
) -> None:
    assert f"/lead/figures/{KEY}/{month}/adjusted/" in page(f"/lead/figures/{KEY}/{month}/")
    found = page(f"/lead/figures/{KEY}/{month}/adjusted/?lang={language}")
    said = {"zh": "件太少，分不出类", "en": "Too few cases to tell kinds apart"}
    assert said[language] in found
    assert f"unit={desk.unit}" in found


def test_the_model_goes_along_as_a_sheet_and_adds_up(desk: Desk, month: str) -> None:
    text = page(f"/lead/figures/{KEY}/{month}/adjusted/?as=csv&chart=model&by=category")
    rows = list(csv.reader(StringIO(text.lstrip("\ufeff"))))[1:]
    assert sum(int(row[3]) for row in rows) == 3


@pytest.mark.parametrize(
    "path", ["service_item.visits/2026-01", "hotline.nothing/2026-01", f"{KEY}/2026-13", f"{KEY}/2001-01"]
)
def test_what_cannot_be_adjusted_is_refused_in_words(month: str, path: str) -> None:
    assert "Traceback" not in page(f"/lead/figures/{path}/adjusted/", status=404)
