"""Pictures on top of tables: drawn under the policy that allows no inline style, readable without them, good to take along."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from browser_ground import NewPage, axe, fits


def all_drawn(page: Page) -> None:
    """Scroll through the page until nothing waits to be drawn."""
    for figure in page.locator("figure.chart").all():
        figure.scroll_into_view_if_needed()
        figure.locator("xpath=self::*[@data-drawn]").wait_for(state="attached")


@pytest.mark.parametrize(("width", "language", "dark"), [(360, "zh-Hans", True), (1440, "en", False)])
def test_every_kind_is_drawn_within_its_screen(
    pages: NewPage, specimen: str, width: int, language: str, dark: bool
) -> None:
    page = pages(width=width, dark=dark)
    page.goto(f"{specimen}/charts/?lang={language}")
    all_drawn(page)
    assert page.locator("figure.chart .picture svg").count() == page.locator("figure.chart").count() - 1
    assert axe(page) == []
    assert fits(page)


def test_without_scripts_the_tables_say_it_all(pages: NewPage, specimen: str) -> None:
    page = pages(scripts=False)
    page.goto(f"{specimen}/charts/?lang=en")
    assert page.get_by_role("cell", name="91.2 %").first.is_visible()
    assert not page.get_by_role("button", name="PNG").first.is_visible()
    with page.expect_download() as sheet:
        page.locator("#units").get_by_role("link", name="CSV").click()
    assert sheet.value.suggested_filename == "units.csv"


def test_a_picture_is_kept_with_its_title_and_source(pages: NewPage, specimen: str) -> None:
    page = pages()
    page.goto(f"{specimen}/charts/?lang=en")
    all_drawn(page)
    with page.expect_download() as picture:
        page.locator("#trend").get_by_role("button", name="PNG").click()
    assert picture.value.suggested_filename == "trend.png"
    assert picture.value.path().read_bytes().startswith(b"\x89PNG")


def test_what_a_bar_stands_for_is_said_beside_it(pages: NewPage, specimen: str) -> None:
    page = pages()
    page.goto(f"{specimen}/charts/?lang=en&only=bars")
    all_drawn(page)
    page.locator("#units .picture").hover(position={"x": 320, "y": 40})
    page.locator("#units .picture text", has_text="(88.0 % – 94.0 %)").wait_for(state="attached")
