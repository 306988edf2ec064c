"""Forms that people finish, in a real browser: kept and gone on with, printed, and what WCAG 2.2 added."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser_ground import NewPage, axe, fits
from desk_ground import Desk, own_home, settle_county
from resident_ground import picture
from tongban.apps.disclosure import counting

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

PHONE = "13812345678"
MATTER = "老街口的路灯坏了快半个月。𠮷"
SMALL = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest(".hidden-words, .skip") && getComputedStyle(e).display !== "inline")
  .map(e => [e, (e.closest("label") || e).getBoundingClientRect()])
  .filter(([e, box]) => Math.min(box.width, box.height) < 23.5)
  .map(([e, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${e.outerHTML.slice(0, 80)}`)"""
"""2.5.8: what can be hit measures 24 px; links in running words are exempt."""
COVERED = """() => {
  const e = document.activeElement, box = e.getClientRects()[0];
  if (e === document.body || !box || box.width === 0 || e.closest(".hidden-words")) return "";
  const top = document.elementFromPoint(Math.max(1, box.x + Math.min(box.width / 2, 20)), box.y + Math.min(box.height / 2, 20));
  return top && (e.contains(top) || top.contains(e) || (e.closest("label, .file-pick") || e).contains(top)) ? "" : e.outerHTML.slice(0, 120);
}"""
"""2.4.11: what has the focus is not hidden behind anything."""


@pytest.fixture
def desk(transactional_db: None, tmp_path: Path) -> Iterator[Desk]:
    """The county, committed, so that the server's own connections see it."""
    with own_home(tmp_path / "home"):
        settle_county()
        counting.forget()
        yield Desk()


def sound(page: Page) -> None:
    """Nothing to scroll sideways, nothing that axe finds, nothing too small to hit, nothing that hides the focus."""
    assert fits(page)
    assert axe(page) == []
    assert page.evaluate(SMALL) == []
    page.evaluate("document.activeElement.blur()")
    for _ in range(25):
        page.keyboard.press("Tab")
        assert page.evaluate(COVERED) == ""
    expect(page.locator("footer .help-line")).to_have_count(
        1
    )  # 3.2.6: help stands at the same place everywhere


def onward(page: Page, go: str = "next") -> None:
    with page.expect_navigation():
        page.click(f"button[name=go][value={go}]")


@pytest.mark.parametrize("width", [360, 1440])
def test_a_form_is_kept_on_one_device_and_sent_from_another(
    pages: NewPage, live_server: object, desk: Desk, width: int, tmp_path: Path
) -> None:
    site, photo = live_server.url, tmp_path / "photo.jpg"  # type: ignore[attr-defined]
    photo.write_bytes(picture().read())
    page = pages(width)
    page.goto(site)
    sound(page)
    page.fill("textarea", MATTER)
    onward(page)
    page.set_input_files("input[type=file]", str(photo))
    onward(page, "keep")
    sound(page)
    code = page.locator(".big-number").inner_text().strip()
    other = pages(width, scripts=False)
    other.goto(f"{site}/go-on/")
    other.fill("#code", code.lower().replace("-", " "))
    other.click("main button.button")
    expect(other.locator("img.thumb")).to_have_count(1)
    other.click("button[name=go][value=next]")
    other.fill("#field-phone", PHONE)
    other.click("button[name=go][value=next]")
    expect(other.locator("main")).to_contain_text(MATTER)
    other.wait_for_timeout(2100)
    other.click("button[name=go][value=send]")
    expect(other.locator(".big-number")).to_have_count(1)
    page.goto(f"{site}/go-on/")
    sound(page)
    page.fill("#code", code)
    page.keyboard.press("Enter")
    expect(page.locator("#code-fault")).to_be_visible()
    sound(page)


@pytest.mark.parametrize("width", [360, 1440])
def test_the_empty_form_can_be_read_and_printed(
    pages: NewPage, live_server: object, desk: Desk, width: int
) -> None:
    page = pages(width)
    page.goto(f"{live_server.url}/report/last_resort_desk/blank/")  # type: ignore[attr-defined]
    sound(page)
    page.emulate_media(media="print")
    expect(page.locator("header nav")).to_be_hidden()
    expect(page.locator(".actions")).to_be_hidden()
    assert page.pdf().count(b"/Page") > 0


def test_nothing_that_was_entered_is_asked_again_on_the_way(
    pages: NewPage, live_server: object, desk: Desk
) -> None:
    """3.3.7: what was entered once stands there, wherever one goes back to."""
    page = pages(360)
    page.goto(live_server.url)  # type: ignore[attr-defined]
    page.fill("textarea", MATTER)
    onward(page)
    page.fill("#field-place", "桥头")
    onward(page)
    page.fill("#field-phone", PHONE)
    onward(page)
    sound(page)
    with page.expect_navigation():
        page.click("button[name=go][value=say]")
    expect(page.locator("textarea").first).to_have_value(MATTER)
    onward(page)
    expect(page.locator("#field-place")).to_have_value("桥头")
    onward(page)
    expect(page.locator("#field-phone")).to_have_value(PHONE)
