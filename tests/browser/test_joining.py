"""A resident with a telephone is shown an open matter while typing, and has theirs handled with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser_ground import NewPage, axe, fits
from desk_ground import Desk, own_home, settle_county
from tongban.apps.dispatch import offering
from tongban.apps.dispatch.classifier import Guess
from tongban.web.resident import flood

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

LAMPS = "01.05.02"


class Lamps:
    """A classifier to which everything is about lamps."""

    def suggest(self, text: str, k: int = 3, threshold: float = 0.5) -> tuple[Guess, ...]:
        return (Guess(LAMPS, 0.9),)

    def likely(self, text: str) -> tuple[Guess, ...]:
        return self.suggest(text)


@pytest.fixture
def desk(transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(offering, "_classifier", lambda _: Lamps())
    monkeypatch.setattr(flood, "SOONEST", 0)
    offering._kept.clear()
    with own_home(tmp_path / "home"):
        settle_county()
        yield Desk()
    offering._kept.clear()


def test_while_typing_an_open_matter_is_shown_and_chosen_and_the_report_is_handled_with_it(
    desk: Desk, site: str, pages: NewPage
) -> None:
    desk.dispatched("王老五楼下的路灯坏了。", category=LAMPS, division="330822001001", public_consent="true")
    page = pages(width=360)
    page.goto(site)
    page.fill("#field-body", "天马街道的路灯坏了快半个月，晚上黑得很。")
    same = page.get_by_role("button", name="是同一件，一起办")
    expect(same).to_be_visible()
    expect(page.locator(".alike.open")).not_to_contain_text("王")
    assert fits(page)
    assert axe(page) == []
    same.click()
    page.click("button[name=go][value=next]")
    page.fill("#field-phone", "13812345678")
    page.click("button[name=go][value=next]")
    expect(page.locator(".alike.open")).to_contain_text("提交后和这一件一起办")
    assert axe(page) == []
    page.click("button[name=go][value=send]")
    expect(page.get_by_text("已和同一件事一起办")).to_be_visible()
    expect(page.locator(".big-number")).to_be_visible()
