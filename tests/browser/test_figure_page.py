"""A public figure in a real browser: with scripts a picture over each table, without them the same numbers; on paper both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page

from browser_ground import NewPage, axe, fits
from desk_ground import Desk, own_home, settle_county
from publication_ground import PERIOD, declined, forget, published

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
PAGE = f"open/figures/hotline/late_share/?period={PERIOD}"


@pytest.fixture
def desk(transactional_db: None, tmp_path: Path) -> Iterator[Desk]:
    """The county, committed, so that the server's own connections see it."""
    with own_home(tmp_path / "home"):
        settle_county()
        forget()
        yield Desk()
        forget()


@pytest.fixture
def told(desk: Desk) -> None:
    declined(desk, 31)
    published(desk)


def drawn(page: Page) -> int:
    for figure in page.locator("figure.chart").all():
        figure.scroll_into_view_if_needed()
        figure.locator("xpath=self::*[@data-drawn]").wait_for(state="attached")
    return page.locator("figure.chart .picture svg").count()


@pytest.mark.parametrize(("width", "language", "dark"), [(360, "zh-CN", False), (1440, "en-US", True)])
def test_the_page_has_its_pictures_and_breaks_no_rule_of_accessibility(
    told: None, site: str, pages: NewPage, width: int, language: str, dark: bool
) -> None:
    page = pages(width=width, language=language, dark=dark)
    page.goto(f"{site}/{PAGE}")
    assert drawn(page) >= 1
    assert axe(page) == []
    assert fits(page)


def test_without_scripts_every_number_can_be_read_and_taken_along(
    told: None, site: str, pages: NewPage
) -> None:
    page = pages(language="en-US", scripts=False)
    page.goto(f"{site}/{PAGE}")
    months = page.locator("#months")
    assert months.get_by_role("cell", name="2.0 d").count() == 5
    with page.expect_download() as sheet:
        months.get_by_role("link", name="XLSX").click()
    assert sheet.value.suggested_filename == "months.xlsx"


def test_on_paper_a_chart_is_black_on_white_with_its_table(told: None, site: str, pages: NewPage) -> None:
    page = pages(dark=True)
    page.goto(f"{site}/{PAGE}")
    drawn(page)
    page.emulate_media(media="print", color_scheme="light")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    inks = page.evaluate(
        "Array.from(document.querySelectorAll('#months .picture text')).map(text => text.getAttribute('fill'))"
    )
    assert set(inks) <= {"#000", "#333"}
    assert page.locator("#months td").first.is_visible()
    assert not page.locator("#months .take").is_visible()


def test_from_the_front_page_to_a_figure_to_its_file(desk: Desk, site: str, pages: NewPage) -> None:
    now = datetime.now(UTC)
    last = f"{now.year - (now.month == 1)}-{(now.month - 2) % 12 + 1:02d}"
    declined(desk, 30, last)
    published(desk, last)
    page = pages(language="en-US")
    page.goto(f"{site}/open/")
    page.locator(".headlines h3 a").first.click()
    page.wait_for_selector("figure.chart")
    with page.expect_download() as sheet:
        page.locator("#trend").get_by_role("link", name="CSV").click()
    assert sheet.value.suggested_filename == "trend.csv"
