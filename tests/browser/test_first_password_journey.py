"""On a telephone: somebody new comes with the password that an administrator told them, and sets their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from browser_ground import NewPage, axe, fits, sign_in
from desk_ground import PASSWORD, own_home, settle_county

pytestmark = pytest.mark.database
OWN = "eleven slow barges 4"


@pytest.fixture
def office(transactional_db: None, live_server: Any, tmp_path: Path) -> Iterator[str]:
    with own_home(tmp_path / "home"):
        settle_county()
        yield str(live_server)


def test_somebody_new_sets_their_own_password_and_works(pages: NewPage, office: str) -> None:
    admin = pages(width=1440, language="en-US")
    sign_in(admin, office, "hushaohua", PASSWORD)
    admin.wait_for_url("**/desk/")
    admin.goto(f"{office}/studio/people/add/")
    admin.fill("#login", "newcomer")
    admin.fill("#name", "新来")
    admin.click("main form button.button")
    expect(admin.get_by_text("within 14 days")).to_be_visible()
    given = admin.inner_text(".letters")

    page = pages(width=360, language="zh-CN")
    sign_in(page, office, "newcomer", given)
    page.wait_for_url("**/sign-in/own/")
    assert fits(page) and axe(page) == []
    admin.goto(f"{office}/studio/people/newcomer/")
    expect(admin.get_by_text("not changed yet")).to_be_visible()
    admin.get_by_label("Role").select_option("handler")
    admin.locator("form[action$='/give/'] button").click()
    expect(admin.get_by_role("button", name="End").first).to_be_visible()
    page.fill("#new_password", OWN)
    page.fill("#again", OWN)
    page.get_by_role("button", name="设好，继续").click()
    expect(page.get_by_text("密码设好了")).to_be_visible()
    assert fits(page)
