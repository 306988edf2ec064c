"""The studio and the lead pages in a real browser: wide, narrow, without scripts, by keyboard, for a screen reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser_ground import NewPage, axe, fits
from desk_ground import PASSWORD, Desk, own_home, settle_county

pytestmark = pytest.mark.database
PATHS = (
    "/lead/",
    "/lead/cases/?state=open",
    "/studio/",
    "/studio/hotline/",
    "/studio/hotline/deadlines/",
    "/studio/hotline/forms/",
    "/studio/hotline/scenarios/",
    "/studio/hotline/settings/",
    "/studio/hotline/adoptions/",
)


@pytest.fixture
def office(transactional_db: None, live_server: Any, tmp_path: Path) -> Iterator[str]:
    """The address of a county at work with a case in hand."""
    with own_home(tmp_path / "home"):
        settle_county()
        Desk().signed()
        yield str(live_server)


def signed_in(page: Page, site: str, login: str) -> Page:
    page.goto(f"{site}/sign-in/")
    page.fill("#username", login)
    page.fill("#password", PASSWORD)
    page.click("main button.button")
    page.wait_for_load_state()
    return page


def test_a_leader_and_an_administrator_do_their_work(pages: NewPage, office: str) -> None:
    """One journey, because the county behind it takes longest: every page at two widths, a reminder, an adoption."""
    for width, language, dark in ((360, "en-US", True), (1440, "zh-CN", False)):
        page = signed_in(pages(width=width, language=language, dark=dark), office, "hushaohua")
        for path in PATHS:
            page.goto(f"{office}{path}", timeout=60_000)  # the first look at the shelf checks every practice
            assert axe(page) == [], path
            assert fits(page), (path, width)

    leader = signed_in(pages(), office, "tongshuixian")
    leader.goto(f"{office}/lead/")
    leader.get_by_role("link", name="1", exact=True).first.click()
    leader.locator("td.acts form button").first.click()
    leader.wait_for_selector(".note.kept")
    assert "催办 1 次" in leader.inner_text("table")
    leader.locator("td.acts summary").first.click()
    leader.wait_for_selector("td.acts details[open] textarea")
    leader.fill("td.acts details[open] textarea", "周五前办好")
    leader.locator("td.acts details[open] button.button").click()
    leader.wait_for_selector(".note.kept")
    assert "督办 1 次" in leader.inner_text("table")

    for scripts, limit in ((True, "3"), (False, "4")):
        page = signed_in(pages(scripts=scripts), office, "hushaohua")
        page.goto(f"{office}/studio/hotline/settings/")
        page.fill("#set-help_limit", limit)
        page.locator("#draft .actions button").first.press("Enter")
        page.wait_for_selector("#outlook")
        page.locator("#outlook button[value=adopt]").press("Enter")
        page.wait_for_selector(".note.kept")
        assert f"{limit} 个工作日" in page.inner_text("main")
        page.goto(f"{office}/studio/hotline/scenarios/")
        page.locator("form.actions button").press("Enter")
        page.wait_for_selector("#told .note.kept", timeout=60_000)


def test_on_a_phone_the_shelf_begins_folded_opens_where_one_is_sent_and_hides_nothing_without_scripts(
    office: str, pages: NewPage
) -> None:
    folded = "details[data-fold]:not([open])"
    page = signed_in(pages(width=360), office, "hushaohua")
    page.goto(f"{office}/studio/")
    groups = page.locator("details[data-fold]").count()
    assert groups > 1
    expect(page.locator(folded)).to_have_count(groups)
    page.goto(f"{office}/studio/#demands")
    expect(page.locator(folded)).to_have_count(groups - 1)
    expect(page.get_by_role("link", name="热线诉求办理")).to_be_visible()
    bare = signed_in(pages(width=360, scripts=False), office, "hushaohua")
    bare.goto(f"{office}/studio/")
    assert bare.locator(folded).count() == 0
