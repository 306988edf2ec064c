"""Every component in a real browser: accessible, inside its screen, light, and usable by keyboard and without scripts."""

from __future__ import annotations

import pytest

from browser_ground import NewPage, axe, fits

PARTS = ("loops", "studio", "parts", "form")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(("width", "language", "dark"), [(360, "zh-Hans", True), (1440, "en", False)])
def test_no_component_breaks_an_accessibility_rule_or_its_screen(
    pages: NewPage, specimen: str, part: str, width: int, language: str, dark: bool
) -> None:
    page = pages(width=width, dark=dark)
    page.goto(f"{specimen}/specimen/?only={part}&lang={language}")
    assert axe(page) == []
    assert fits(page)


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_exactly_one_drawing_of_the_line_is_seen_at_every_width(
    pages: NewPage, specimen: str, width: int
) -> None:
    page = pages(width=width)
    page.goto(f"{specimen}/specimen/?only=loops")
    seen = page.locator(".loop.resident").first.locator("svg:visible")
    assert seen.count() == 1
    box = seen.bounding_box()
    assert box is not None
    assert box["width"] <= width


def test_the_whole_procedure_fits_a_wide_screen_and_is_scrolled_on_a_narrow_one(
    pages: NewPage, specimen: str
) -> None:
    for width, scrolls in ((1440, False), (360, True)):
        page = pages(width=width)
        page.goto(f"{specimen}/specimen/?only=studio")
        wider = page.locator(".loop-scroll").evaluate("box => box.scrollWidth > box.clientWidth + 1")
        assert wider is scrolls


def test_no_words_of_a_drawing_leave_it(pages: NewPage, specimen: str) -> None:
    for language in ("zh-Hans", "en"):
        page = pages(width=1440)
        page.goto(f"{specimen}/specimen/?lang={language}")
        outside = page.evaluate(
            """() => [...document.querySelectorAll('.loop svg')].filter(s => s.getClientRects().length).flatMap(s => {
                 const frame = s.getBoundingClientRect();
                 return [...s.querySelectorAll('text')].filter(t => { const b = t.getBoundingClientRect();
                   return b.left < frame.left - 1 || b.right > frame.right + 1 || b.bottom > frame.bottom + 1; })
                   .map(t => t.textContent); })"""
        )
        assert outside == []


def test_no_words_of_a_card_leave_it(pages: NewPage, specimen: str) -> None:
    for language in ("zh-Hans", "en"):
        page = pages(width=1440)
        page.goto(f"{specimen}/specimen/?only=studio&lang={language}")
        outside = page.evaluate(
            """() => { const cards = [...document.querySelectorAll('.whole rect.card:not(.inner)')].map(r => r.getBoundingClientRect());
               return [...document.querySelectorAll('.whole text')].filter(t => { const b = t.getBoundingClientRect();
                 const home = cards.find(c => b.left >= c.left && b.left < c.right && b.top >= c.top && b.top < c.bottom);
                 return home && b.right > home.right; }).map(t => t.textContent); }"""
        )
        assert outside == []


def test_the_summary_of_faults_is_read_first_and_leads_to_the_field(pages: NewPage, specimen: str) -> None:
    page = pages()
    page.goto(f"{specimen}/specimen/?only=form&lang=en")
    assert page.evaluate("document.activeElement.id") == "faults"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "field-f_phone"


def test_a_form_and_the_language_work_without_scripts(pages: NewPage, specimen: str) -> None:
    page = pages(scripts=False)
    page.goto(f"{specimen}/specimen/?only=form&lang=zh-Hans")
    page.get_by_text("English", exact=True).click()
    assert "lang=en" in page.url
    assert "only=form" in page.url
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_keyboard_moves_through_a_worklist(pages: NewPage, specimen: str) -> None:
    page = pages()
    page.goto(f"{specimen}/specimen/?only=parts")
    page.keyboard.press("j")
    assert page.locator("[data-row]").nth(1).get_attribute("aria-selected") == "true"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(pages: NewPage, specimen: str) -> None:
    page = pages()
    page.goto(f"{specimen}/nowhere/?lang=en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_room_that_is_left_is_counted_in_characters_not_in_bytes(pages: NewPage, specimen: str) -> None:
    page = pages()
    page.goto(f"{specimen}/specimen/?only=form&lang=en")
    box = page.locator("#field-f_text")
    box.fill("𠮷" * 201)
    assert page.locator(".count").inner_text() == "1 characters too many"


def test_a_page_with_all_it_loads_weighs_less_than_100_kilobytes(pages: NewPage, specimen: str) -> None:
    page = pages()
    weights: dict[str, int] = {}
    page.on("response", lambda answer: weights.update({answer.url: len(answer.body())}))
    page.goto(f"{specimen}/sign-in/", wait_until="networkidle")
    assert len(weights) >= 4
    assert sum(weights.values()) < 100_000, weights


def test_a_failure_keeps_the_strict_policy_and_says_its_number(pages: NewPage, specimen: str) -> None:
    page = pages()
    answer = page.goto(f"{specimen}/broken/?how=fault&lang=en")
    assert answer is not None
    assert answer.status == 500
    assert page.locator(".big-number").inner_text().count("-") == 1


def test_print_shows_the_content_and_leaves_the_frame_out(pages: NewPage, specimen: str) -> None:
    page = pages(dark=True)
    page.goto(f"{specimen}/specimen/?only=parts")
    page.emulate_media(media="print")
    assert not page.locator(".masthead nav").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
