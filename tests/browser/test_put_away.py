"""A page that was left open shows nothing any more when the session behind it has ended, and gives back what was being written."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from browser_ground import NewPage, axe, fits, sign_in
from desk_ground import Desk
from desk_ground import committed_desk as desk

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
__all__ = ["desk"]
TITLE = "好一阵没有人操作，这一页收起来了"


def at_a_case(pages: NewPage, site: str, desk: Desk) -> tuple[Page, str]:
    page, number = pages(width=360, height=780), desk.signed()
    sign_in(page, site, desk.handler)
    page.clock.install()
    page.goto(f"{site}/desk/{number}/")
    expect(page.locator("#told")).to_be_visible()
    page.wait_for_load_state("networkidle")  # what the page still fetches counts as somebody being there
    return page, number


def test_a_page_that_nobody_touched_for_an_hour_holds_nothing_and_leads_back(
    desk: Desk, site: str, pages: NewPage
) -> None:
    page, number = at_a_case(pages, site, desk)
    page.clock.fast_forward("59:00")
    page.mouse.move(5, 300)
    page.mouse.down()  # somebody is there
    page.mouse.up()
    page.clock.fast_forward("59:00")
    expect(page.locator("main")).to_be_visible()
    page.clock.fast_forward("02:00")
    expect(page.locator("#away h1")).to_have_text(TITLE)
    assert page.title() == TITLE and number not in page.content() and page.locator("main").count() == 0
    assert axe(page) == [] and fits(page)
    page.click("#away button")  # the session still stands on the server, whose clock did not run
    expect(page.locator("main")).to_be_visible()


def test_what_was_being_written_comes_back_to_who_is_signed_in_and_to_nobody_else(
    desk: Desk, site: str, pages: NewPage
) -> None:
    page, _ = at_a_case(pages, site, desk)
    page.fill("main form textarea >> nth=0", "当天换好三盏灯", force=True)
    page.wait_for_load_state("networkidle")
    # In one leap: nothing that the page still does falls into the middle of the hour.
    page.clock.fast_forward("01:00:30")
    expect(page.locator("#away")).to_be_visible()
    expect(page.locator("main")).to_be_hidden()
    Session.objects.all().delete()
    page.click("#away button")
    expect(page.locator("#away [data-again]")).to_be_visible()
    expect(page.locator("main")).to_be_hidden()
    for login, seen in ((desk.clerk, False), (desk.handler, True)):
        other = page.context.new_page()
        sign_in(other, site, login)
        page.click("#away button")
        expect(page.locator("main" if seen else "#away [data-again]")).to_be_visible()
        if not seen:
            expect(page.locator("main")).to_be_hidden()
            other.click("[data-leave] button")
            expect(other.locator("[data-leave]")).to_have_count(0)
    assert page.input_value("main form textarea >> nth=0") == "当天换好三盏灯"


def test_signing_out_in_one_window_puts_the_others_away(desk: Desk, site: str, pages: NewPage) -> None:
    page, _ = at_a_case(pages, site, desk)
    other = page.context.new_page()
    other.goto(f"{site}/desk/")
    other.click("[data-leave] button")
    expect(page.locator("#away")).to_be_visible()
    page.click("#away button")
    expect(page.locator("#username")).to_be_visible()


def test_a_page_that_is_for_everybody_stays(site: str, pages: NewPage, desk: Desk) -> None:
    page = pages(width=360, height=780)
    page.goto(f"{site}/")
    assert page.locator("#away-page").count() == 0
