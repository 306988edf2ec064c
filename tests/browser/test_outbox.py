"""A lost connection loses no entry: it is kept for whoever wrote it, sent by itself, once, and the answer is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser_ground import axe, fits, sign_in
from desk_ground import Desk
from desk_ground import committed_desk as desk
from tongban.apps.office import office

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
__all__ = ["desk"]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of its own: a lost connection is logged as an error, and is none here."""
    made = browser.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN")
    yield made
    made.close()


def steps_taken(number: str, step: str) -> int:
    loaded = office().load(number)
    assert loaded is not None
    return loaded.case.counts.get(step, 0)


def contacted(page: Page) -> None:
    page.check(".main-step [name=contact_way][value=phone]")
    page.click(".main-step .actions .button")


def contacted_offline(desk: Desk, site: str, context: BrowserContext) -> tuple[str, Page]:
    """A signed case whose handler reports a contact while the connection is gone: the entry waits."""
    number, page = desk.signed(), context.new_page()
    sign_in(page, site, desk.handler)
    page.goto(f"{site}/desk/{number}/")
    context.set_offline(True)
    contacted(page)
    expect(page.locator("#outbox")).to_contain_text("还没有送出：1")
    return number, page


def test_what_was_sent_without_a_connection_is_sent_once_when_it_is_back_and_the_answer_is_shown(
    desk: Desk, site: str, context: BrowserContext
) -> None:
    number, page = contacted_offline(desk, site, context)
    contacted(page)  # pressed again by somebody who did not look: the same entry, not another
    expect(page.locator("#outbox")).to_contain_text("还没有送出：1")
    assert axe(page) == []
    assert fits(page)
    assert steps_taken(number, "contact") == 0
    context.set_offline(False)
    expect(page.locator("#outbox")).to_contain_text("已经送出")
    expect(page.locator("#content .note.kept")).to_contain_text("联系已记录")
    assert steps_taken(number, "contact") == 1


def test_an_entry_outlives_its_tab_and_nobody_else_can_read_it(
    desk: Desk, site: str, context: BrowserContext
) -> None:
    number, page = contacted_offline(desk, site, context)
    kept = page.evaluate(
        """() => new Promise(done => { const asked = indexedDB.open("tongban-outbox"); asked.onsuccess = () => {
             const all = asked.result.transaction("entries").objectStore("entries").getAll();
             all.onsuccess = () => { done(all.result.map(e => new TextDecoder().decode(e.body))); asked.result.close(); }; }; })"""
    )
    assert len(kept) == 1
    assert "contact_way" not in kept[0]
    page.close()
    context.set_offline(False)
    later = context.new_page()
    later.goto(f"{site}/desk/")
    expect(later.locator("#outbox")).to_contain_text("已经送出")
    assert steps_taken(number, "contact") == 1


def test_a_refusal_waits_until_somebody_looks_and_is_shown_then(
    desk: Desk, site: str, context: BrowserContext
) -> None:
    number, page = desk.dispatched(), context.new_page()
    sign_in(page, site, desk.handler)
    page.goto(f"{site}/desk/{number}/")
    context.set_offline(True)
    page.click(".main-step .actions .button")
    expect(page.locator("#outbox")).to_contain_text("还没有送出：1")
    page.close()
    desk.step(number, "sign", desk.handler)
    context.set_offline(False)
    later = context.new_page()
    later.goto(f"{site}/desk/")
    expect(later.locator("#outbox")).to_contain_text("没有被接受")
    later.click("#outbox li button")
    expect(later.locator("#content [role=alert]").first).to_be_visible()
    expect(later.locator("#outbox")).to_be_hidden()
    assert steps_taken(number, "sign") == 1


def test_an_entry_waits_while_nobody_is_signed_in_any_more_and_goes_after_the_next_sign_in(
    desk: Desk, site: str, context: BrowserContext
) -> None:
    number, page = contacted_offline(desk, site, context)
    context.clear_cookies()  # the sign-in and the secret of the form are both gone
    context.set_offline(False)
    expect(page.locator("#outbox")).to_contain_text("请重新登录")
    expect(page.locator("#outbox")).to_contain_text("还没有送出：1")
    assert steps_taken(number, "contact") == 0
    sign_in(page, site, desk.handler)
    expect(page.locator("#outbox")).to_contain_text("已经送出")
    assert steps_taken(number, "contact") == 1


def test_signing_out_does_not_throw_away_unasked_what_was_not_sent(
    desk: Desk, site: str, context: BrowserContext
) -> None:
    _, page = contacted_offline(desk, site, context)
    expect(page.locator("#outbox [data-away]")).to_be_hidden()
    page.click("[data-leave] button")
    expect(page.locator("#outbox")).to_contain_text("退出会把它删掉")
    expect(page.locator("#outbox [data-away]")).to_be_visible()


def test_a_registration_that_waits_to_be_sent_is_no_draft_besides(
    desk: Desk, site: str, context: BrowserContext
) -> None:
    page = context.new_page()
    sign_in(page, site, desk.clerk)
    page.goto(f"{site}/desk/new/")
    page.fill("[name=body]", "下水道堵了一个星期。")
    kept = "Object.keys(localStorage).filter(name => name.startsWith('keep:')).length"
    assert page.evaluate(kept) == 1
    context.set_offline(True)
    page.click("form.register .actions .button >> nth=0")
    expect(page.locator("#outbox")).to_contain_text("还没有送出：1")
    assert page.evaluate(kept) == 0
