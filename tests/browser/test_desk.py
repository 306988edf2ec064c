"""A day at the desk in a real browser: with scripts and without, wide and narrow, by keyboard alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from browser_ground import NewPage, axe, fits, sign_in
from desk_ground import PASSWORD, Desk
from desk_ground import committed_desk as desk

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
__all__ = ["desk"]


def no_sideways_scrolling(page: Page) -> None:
    assert fits(page)


@pytest.mark.parametrize(("width", "scripts"), [(1440, True), (360, True), (360, False)])
def test_a_handler_signs_replies_too_early_and_wrongly_loses_nothing_and_replies(
    desk: Desk, site: str, pages: NewPage, width: int, scripts: bool
) -> None:
    number = desk.dispatched()
    page = pages(width=width, scripts=scripts)
    sign_in(page, site, desk.handler)
    no_sideways_scrolling(page)
    page.click("tr[data-row] a")
    expect(page.locator(".main-step h2")).to_contain_text("签收")
    no_sideways_scrolling(page)

    page.click(".main-step .button")
    expect(page.locator(".note.kept")).to_contain_text("已签收")
    page.check(".main-step [name=contact_way][value=phone]")
    page.click(".main-step .button")
    expect(page.locator(".note.kept")).to_contain_text("联系已记录")

    if page.locator("#step-reply[open]").count() == 0 and page.locator("details#step-reply").count():
        page.click("#step-reply > summary")
    page.fill("#reply-result", "井盖已换，污水已清运。𠮷野家门口也看过。")
    page.click("#step-reply .actions .button")
    expect(page.locator("#faults")).to_be_visible()
    expect(page.locator("#reply-result")).to_have_value("井盖已换，污水已清运。𠮷野家门口也看过。")
    no_sideways_scrolling(page)
    page.check("#step-reply [name=outcome][value=resolved]")
    page.fill("#reply-basis", "现场查看")
    page.click("#step-reply .actions .button")
    expect(page.locator(".note.kept")).to_contain_text("已答复")
    expect(page.locator("ol.story .what").first).to_contain_text("已答复")
    assert desk.story(number)[0].startswith("已答复")


def test_a_clerk_registers_and_a_dispatcher_sends_it_on_with_the_keyboard_alone(
    desk: Desk, site: str, pages: NewPage
) -> None:
    page = pages()
    sign_in(page, site, desk.clerk)
    page.keyboard.press("n")
    expect(page.locator("#field-body")).to_be_focused()
    page.keyboard.type("紫港街道城东菜市场后门的下水道堵了一个星期，污水流到路上。")
    expect(page.locator("#field-division")).to_have_value("紫港街道")
    page.keyboard.press("Tab")
    page.keyboard.type("13812345678")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".big-number")).to_have_text(re.compile(r"\d{4} \d{4} \d{4}"))
    page.keyboard.press("o")
    expect(page.locator(".facts-sheet")).to_contain_text("紫港街道")
    url = page.url

    other = pages()
    sign_in(other, site, desk.dispatcher)
    other.keyboard.press("j")
    other.keyboard.press("Enter")
    other.wait_for_url(url)
    other.keyboard.press("d")
    expect(other.locator("#dispatch-category")).to_be_focused()
    other.keyboard.type("城乡建设 / 市政设施 / 下水道堵塞与污水外溢")
    other.keyboard.press("Tab")
    expect(other.locator("#foreseen-dispatch")).to_contain_text("县综合行政执法局承办")
    other.keyboard.press("Control+Enter")
    expect(other.locator(".note.kept")).to_contain_text("已派单")


def test_a_case_is_joined_to_one_like_it_by_clicking_on_it(desk: Desk, site: str, pages: NewPage) -> None:
    first = desk.register()
    second = desk.register("菜市场后门下水道堵了，污水流到路上没人管。")
    page = pages(width=768)
    sign_in(page, site, desk.clerk)
    page.goto(f"{site}/desk/{second}/")
    page.click("#step-merge > summary")
    page.click("#step-merge .similar a")
    expect(page.locator("#merge-into")).to_have_value(f"{first[:4]} {first[4:8]} {first[8:]}")
    page.click("#step-merge .actions .button")
    expect(page.locator(".related")).to_contain_text("并入")


def test_who_asks_is_shown_in_place_after_a_purpose_was_given(desk: Desk, site: str, pages: NewPage) -> None:
    number = desk.dispatched()
    page = pages()
    sign_in(page, site, desk.handler)
    page.goto(f"{site}/desk/{number}/")
    page.click("#identity a")
    page.check("#identity [value=contact]")
    page.fill("#why", "约时间上门看现场")
    page.click("#identity .button")
    expect(page.locator("#identity")).to_contain_text("13812345678")
    assert page.url.endswith(f"/desk/{number}/")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_pages_are_open_to_everybody_by_wcag(
    desk: Desk, site: str, pages: NewPage, dark: bool, language: str
) -> None:
    number = desk.signed()
    desk.dispatched("路灯坏了。", category="01.05.02")
    page = pages(width=1440 if dark else 360, dark=dark, language=language)
    page.goto(f"{site}/sign-in/?next=/desk/")
    page.fill("#username", desk.handler)
    page.fill("#password", PASSWORD)
    page.click("main button.button")
    for path in ("", f"{number}/", f"{number}/why/", f"{number}/who/"):
        page.goto(f"{site}/desk/{path}")
        assert axe(page) == [], path
        no_sideways_scrolling(page)


def test_a_key_that_is_pressed_before_the_pages_script_is_there_is_not_lost(
    desk: Desk, site: str, pages: NewPage
) -> None:
    page = pages()
    sign_in(page, site, desk.clerk)
    late: list[Route] = []
    page.route(re.compile(r"/page\b[^/]*\.js"), lambda route: late.append(route))
    page.goto(f"{site}/desk/", wait_until="commit")
    expect(page.locator("h1")).to_have_text("待办")
    page.keyboard.press("?")
    expect(page.locator("#keys-over")).to_have_count(0)
    late[0].continue_()
    expect(page.locator("#keys-over")).to_be_visible()


def _ordering(page: Page, site: str) -> None:
    page.goto(f"{site}/desk/new/?practice=directive&kind=directive&step=draft")


def test_what_was_taken_is_forgotten_by_the_page_that_says_so_and_a_drafts_choices_come_back_until_then(
    desk: Desk, site: str, pages: NewPage
) -> None:
    desk.ordered()  # adopts the practice
    page = pages()
    sign_in(page, site, "tongshuixian")
    _ordering(page, site)
    page.fill("[name=title]", "汛期排查")
    page.check("[name=reach][value=townships]")
    _ordering(page, site)
    expect(page.locator("[data-kept]")).to_be_visible()
    expect(page.locator("[name=reach][value=townships]")).to_be_checked()
    page.click(
        "form.register .actions .button >> nth=0"
    )  # refused, because most is missing: nothing is forgotten
    expect(page.locator("#faults")).to_be_visible()
    assert _kept(page) == ["keep:desk-tongshuixian-directive-draft"]
    for name, words in (
        ("order", "把隐患点走一遍。"),
        ("measure", "都有结论"),
        ("basis", "3号"),
        ("minutes", "20"),
    ):
        page.fill(f"[name={name}]", words)
    page.fill("[name=due_day]", (desk.acting("tongshuixian").now.date() + timedelta(days=30)).isoformat())
    page.check("[name=already_held][value=nothing]")
    page.click("form.register .actions .button >> nth=0")
    expect(page.locator(".note.kept")).to_be_visible()
    assert _kept(page) == []
    _ordering(page, site)
    expect(page.locator("[name=title]")).to_have_value("")
    expect(page.locator("[name=reach]:checked")).to_have_count(0)
    expect(page.locator("[data-kept]")).to_be_hidden()


def _kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('keep:'))")
    return found


def test_what_was_not_sent_comes_back_to_its_writer_with_a_word_and_to_nobody_else(
    desk: Desk, site: str, pages: NewPage
) -> None:
    page = pages()
    sign_in(page, site, desk.clerk)
    page.goto(f"{site}/desk/new/")
    page.fill("[name=body]", "村主任把补贴给了自己亲戚。")
    page.wait_for_function("Object.keys(localStorage).some(name => name.startsWith('keep:'))")
    assert "补贴" not in page.evaluate("JSON.stringify(localStorage)"), (
        "it lies sealed, as the session may run out"
    )
    page.goto(f"{site}/desk/new/")
    expect(page.locator("[data-kept]")).to_be_visible()
    expect(page.locator("[name=body]")).to_have_value("村主任把补贴给了自己亲戚。")
    page.click("[data-kept] button")
    expect(page.locator("[name=body]")).to_have_value("")
    page.fill("[name=body]", "再写一遍。")
    page.click("[data-leave] button")
    page.wait_for_load_state()
    assert _kept(page) == []
