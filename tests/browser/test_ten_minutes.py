"""README's ten minutes in a real browser: every bold word is on the screen, every arrow leads on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Locator, Page, expect

from browser_ground import NewPage
from desk_ground import PASSWORD, own_home, settle_county
from guide_ground import Move, ten_minutes
from tongban.apps import reactors
from tongban.apps.disclosure.reading import published
from tongban.demo.learning import learn
from tongban.demo.script import script

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

PATIENCE = 60_000
"""Milliseconds: the first page of a server that has just started may take long on a busy machine."""
RESIDENT = ("Phone", "Phone again")


@pytest.fixture
def ready(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """The demo's county with what it has learnt, and no case yet."""
    with own_home(tmp_path / "home"):
        settle_county()
        now = datetime.now(UTC)
        assert learn(script(now.date()), now) is None
        cache.clear()
        yield
        cache.clear()


class Reader:
    """Somebody who does what the README says, and nothing else."""

    def __init__(self, site: str, phone: Page, office: Page) -> None:
        self.site, self.phone, self.office = site, phone, office
        self.page = phone
        for page in (phone, office):
            page.set_default_timeout(PATIENCE)
        self.number = ""

    def carry_out(self, move: Move) -> None:
        match move.kind:
            case "box":
                self.page.locator("textarea").first.fill(move.a)
            case "fill":
                self.first(self.page.get_by_label(move.a)).fill(move.b)
            case "tick":
                self.page.get_by_label(move.a).check()
            case "choose":
                group = self.first(self.page.get_by_role("group", name=move.a))
                group.get_by_text(move.b, exact=True).click()
            case "press":
                self.press(move.a)
            case "beside":
                self.page.locator("li", has_text=move.b).get_by_text(move.a).first.click()
            case "reload":
                self.page.reload()
            case "open":
                self.first(self.page.locator(f"main a[href*='{self.number}']")).click()
                self.page.wait_for_url(re.compile(self.number))
            case "sign_in":
                self.sign_in(move.a)
            case _:
                expect(self.first(self.page.get_by_text(move.a))).to_be_visible()

    def press(self, name: str) -> None:
        """A button of that name; else a heading that opens; else a link."""
        page, begins = self.page, re.compile(rf"^\s*{re.escape(name)}")
        ways = (
            page.get_by_role("button", name=name, exact=True),
            page.locator("summary").filter(has_text=begins),
            page.get_by_role("link", name=begins),
        )
        seen = [way.locator("visible=true") for way in ways]
        # What was pressed before may still be on its way: wait for one of the ways, then choose.
        seen[0].or_(seen[1]).or_(seen[2]).first.wait_for()
        next(way for way in seen if way.count()).first.click()
        page.wait_for_load_state("networkidle")
        found = page.locator(".big-number")
        if not self.number and found.count():
            self.number = re.sub(r"\s", "", found.first.inner_text())

    def sign_in(self, login: str) -> None:
        self.page.goto(f"{self.site}/sign-in/?next=/desk/")
        self.page.get_by_label("用户名").fill(login)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录", exact=True).click()
        self.page.wait_for_url(f"{self.site}/desk/")

    def first(self, found: Locator) -> Locator:
        return found.locator("visible=true").first


def test_the_ten_minutes_of_the_readme_lead_to_a_closed_rated_published_case(
    ready: None, site: str, pages: NewPage
) -> None:
    reader = Reader(site, pages(width=360), pages(width=1440))
    reader.phone.goto(site)
    reader.office.goto(site)
    minutes = ten_minutes()
    assert [minute.who for minute in minutes] == [
        "Phone", "Clerk", "Handler", "Reviewer", "Phone again", "Publisher", "Reviewer",
    ]  # fmt: skip
    for minute in minutes:
        reader.page = reader.phone if minute.who in RESIDENT else reader.office
        for move in minute.moves:
            reader.carry_out(move)
    reactors.run_once()
    assert [case.title for case in published("case", "zh-Hans").cases] == ["小区门口的路灯修好了"]
