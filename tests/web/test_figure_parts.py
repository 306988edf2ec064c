"""A figure broken down by what its definition says: for who works here by a switch, for the public without small counts."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest

from desk_ground import Desk, county, desk
from lead_figures_ground import month, page
from publication_ground import PERIOD, declined, published
from tongban.apps.disclosure.figures import figures
from tongban.apps.office import office
from tongban.kernel.edition.lines import read
from tongban.kernel.edition.recount import counted_again, definition_of
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.refusal import Refused
from tongban.store import editions

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "month"]

KEY = "hotline.resolution_rate"


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text.lstrip("\ufeff"))))[1:]


def test_a_switch_shows_each_part_and_its_number_opens_to_its_cases(desk: Desk, month: str) -> None:
    found = page(f"/lead/figures/{KEY}/{month}/?lang=en")
    assert '<option value="township">township</option>' in found
    cases = f"/lead/figures/{KEY}/{month}/cases/?by=category&part=01"
    assert cases.replace("&", "&amp;") in page(f"/lead/figures/{KEY}/{month}/?by=category")
    assert page(cases).count('class="row-link"') == 3
    assert page(cases.replace("part=01", "part=02")).count('class="row-link"') == 0


def test_parts_add_up_to_the_county_and_an_unknown_one_shows_units(desk: Desk, month: str) -> None:
    for by in ("township", "category", "channel"):
        told = rows(page(f"/lead/figures/{KEY}/{month}/?by={by}&as=csv&chart=parts"))
        assert sum(int(row[5]) + int(row[6]) for row in told) == 3, by  # counted, or left out
    assert "chart=units" in page(f"/lead/figures/{KEY}/{month}/?by=moon")


def test_the_public_reads_parts_with_enough_cases_and_the_others_together(desk: Desk) -> None:
    for n, category in ((12, "01.05.04"), (8, "02.01"), (3, "03.01")):
        declined(desk, n, category=category)
    published(desk)
    found = figures(PERIOD, "en", datetime.now(UTC))
    assert not isinstance(found, Refused)
    figure = next(each for each in found.figures if each.id == "declined_share")
    parts = {each.by: [(row.code, row.denominator) for row in each.rows] for each in figure.parts}
    assert parts["category"] == [("01", 12), ("", 11)]
    assert parts["channel"] == [("desk", 23)]
    text = page(f"/open/figures/hotline/declined_share/?period={PERIOD}&as=csv&chart=by_category")
    assert [row[-1] for row in rows(text)] == ["12", "11"]
    sheet = rows(page(f"/open/data/{PERIOD}/parts.csv"))
    told = [(row[6], row[7], row[14]) for row in sheet if row[3] == "declined_share" and row[6] == "category"]
    assert told == [("category", "01", "12"), ("category", "", "11")]


def test_a_breakdown_in_an_edition_is_counted_again_by_a_stranger_and_named(desk: Desk) -> None:
    for n, category in ((12, "01.05.04"), (8, "02.01")):
        declined(desk, n, category=category)
    published(desk)
    edition = read(editions.text_of(office().journal, PERIOD, 1))
    assert not isinstance(edition, Finding)
    key = "hotline/declined_share/category"
    figure = next(each for each in edition.figures if each.key == key)
    assert {unit: each.denominator for unit, each in figure.units.items()} == {
        "category:01": 12,
        "category:02": 8,
    }
    defined = next(each for each in edition.definitions if f'"key":"{key}"' in each.text)
    rows = next(each for each in edition.populations if key in each.figures)
    assert counted_again(definition_of(defined.text), rows, defined.hash) == figure
    assert edition.head.units["category:01"]["en"] != "category:01"
    units = next(each for each in edition.populations if "hotline/declined_share" in each.figures)
    assert not {*units.marks} & {*rows.marks}, "the rows of one case cannot be put beside each other"
