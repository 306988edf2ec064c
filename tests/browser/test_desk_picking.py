"""A register behind a field, in a real browser: keys choose from it and never send the form by accident."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from browser_ground import NewPage, axe, fits
from desk_ground import PASSWORD, Desk
from desk_ground import committed_desk as desk

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
__all__ = ["desk"]
LAMPS = "城乡建设 / 市政设施 / 城区路灯不亮"


def at_dispatch(desk: Desk, site: str, page: Page) -> str:
    number = desk.register()
    page.goto(f"{site}/sign-in/?next=/desk/{number}/%3Fstep=dispatch")
    page.fill("#username", desk.dispatcher)
    page.fill("#password", PASSWORD)
    page.click("main button.button")
    return number


@pytest.mark.parametrize("width", [1440, 360])
def test_enter_takes_the_highlighted_choice_and_sends_nothing(
    desk: Desk, site: str, pages: NewPage, width: int
) -> None:
    page = pages(width=width)
    number = at_dispatch(desk, site, page)
    field = page.locator("#dispatch-category")
    field.fill("")
    field.press_sequentially("路灯")
    shown = page.get_by_role("listbox").get_by_role("option")
    expect(shown.first).to_have_attribute("aria-selected", "true")
    assert axe(page) == []
    field.press("Enter")
    expect(field).to_have_value(LAMPS)
    expect(page.locator("#foreseen-dispatch")).to_contain_text("县综合行政执法局承办")
    field.press("Enter")
    field.fill("没有这样的类别")
    field.press("Enter")
    assert len(desk.story(number)) == 1
    assert fits(page)


def test_arrows_move_escape_leaves_and_what_fits_one_alone_is_taken_on_leaving(
    desk: Desk, site: str, pages: NewPage
) -> None:
    page = pages()
    at_dispatch(desk, site, page)
    field = page.locator("#dispatch-category")
    field.fill("")
    field.press_sequentially("灯")
    first = field.get_attribute("aria-activedescendant")
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") not in (first, None)
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(field).to_be_focused()
    field.fill("城区路灯")
    field.press("Tab")
    expect(field).to_have_value(LAMPS)


@pytest.mark.parametrize("scripts", [True, False])
def test_words_that_fit_several_come_back_with_the_nearest_and_all_that_was_written(
    desk: Desk, site: str, pages: NewPage, scripts: bool
) -> None:
    page = pages(scripts=scripts)
    number = at_dispatch(desk, site, page)
    page.fill("#dispatch-category", "灯")
    page.fill("#dispatch-dispatch_note", "请先去看看")
    page.click("#step-dispatch .actions .button")
    expect(page.locator("#dispatch-category-fault")).to_contain_text("城区路灯不亮")
    expect(page.locator("#dispatch-dispatch_note")).to_have_value("请先去看看")
    assert len(desk.story(number)) == 1
    page.fill("#dispatch-category", "城区路灯")
    page.click("#step-dispatch .actions .button")
    expect(page.locator(".note.kept")).to_contain_text("已派单")


def test_on_a_phone_the_list_covers_nothing_and_what_is_pressed_below_it_is_pressed(
    desk: Desk, site: str, pages: NewPage
) -> None:
    page = pages(width=360)
    at_dispatch(desk, site, page)
    field = page.locator("#dispatch-category")
    button = page.locator("form:has(#dispatch-category) .actions button.button").first
    field.fill("")
    field.press_sequentially("路灯")
    shown, below = page.get_by_role("listbox").bounding_box(), button.bounding_box()
    assert shown and below and shown["y"] + shown["height"] <= below["y"]
    page.evaluate(
        "window.presses = 0; addEventListener('click', e => { e.preventDefault(); if (e.target.closest('.actions button.button')) presses += 1; })"
    )
    page.wait_for_load_state("networkidle")  # what is foreseen comes later and would move the button
    button.scroll_into_view_if_needed()
    below = button.bounding_box()
    assert below
    page.mouse.click(below["x"] + 20, below["y"] + 10)
    page.wait_for_function("window.presses === 1")


def test_the_very_name_comes_first_then_what_begins_with_it(desk: Desk, site: str, pages: NewPage) -> None:
    page = pages()
    at_dispatch(desk, site, page)
    field = page.locator("#dispatch-category")
    names = ["球川镇 / 小白石村委会", "白石村 / 路口", "白石镇 / 白石村委会", "白石镇 / 白石村"]
    field.focus()
    field.evaluate(
        "(it, names) => names.forEach((each) => document.getElementById(it.dataset.from).append(new Option('', each)))",
        names,
    )
    field.fill("")
    field.press_sequentially("白石村")
    shown = page.get_by_role("listbox").get_by_role("option")
    expect(shown).to_have_count(4)
    found = [each.get_attribute("data-label") for each in shown.all()]
    assert found == [names[3], names[2], names[0], names[1]]
