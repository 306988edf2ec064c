"""On a telephone: somebody going on leave lets a colleague stand in, who then works in their place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from browser_ground import NewPage, axe, fits, sign_in
from desk_ground import Desk, own_home, settle_county

pytestmark = pytest.mark.database


@pytest.fixture
def office(transactional_db: None, live_server: Any, tmp_path: Path) -> Iterator[str]:
    with own_home(tmp_path / "home"):
        settle_county()
        yield str(live_server)


def test_a_reviewer_goes_on_leave_and_a_clerk_approves_in_their_place(pages: NewPage, office: str) -> None:
    from datetime import UTC, datetime

    from tongban.kernel.clock import local_date

    desk = Desk()
    number = desk.replied()
    page = pages(width=360, language="en-US")
    sign_in(page, office, Desk.reviewer)
    page.goto(f"{office}/account/")
    assert fits(page) and axe(page) == []
    page.get_by_role("link", name="While I am away").click()
    page.get_by_label("Who", exact=True).select_option(Desk.clerk)
    page.get_by_label("To the end of").fill(local_date(datetime.now(UTC)).isoformat())
    assert fits(page) and axe(page) == []
    page.get_by_role("button", name="Let them stand in").click()
    expect(page.get_by_role("button", name="Take back")).to_be_visible()
    assert fits(page) and axe(page) == []
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, office, Desk.clerk)
    page.goto(f"{office}/desk/{number}/")
    page.get_by_role("button", name="Approve").first.click()
    page.goto(f"{office}/desk/{number}/")
    story = page.inner_text("main")
    assert " for " in story and fits(page)
    page.goto(f"{office}/account/stand-in/")
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("It has ended this minute.")).to_be_visible()
