"""Every main page, on a phone and on a wide screen, in both languages: nothing cut off, everything to be hit and seen.

``pages`` fails for whatever the browser logs, so also for a style that the page's own policy forbids.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from browser_ground import NewPage, sign_in
from desk_ground import Desk, own_home, settle_county
from portfolio_ground import Portfolio
from tongban.apps.disclosure import counting
from tongban.apps.draws.seeds import commit_ahead
from tongban.apps.office import office

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

PHONE = "13812345678"
WIDTHS = (360, 1440)
CHINESE, BOTH = ("zh-Hans",), ("zh-Hans", "en")
"""English words are longer: pages that say much are looked at in both."""
LOOK = """touch => {
  const wrong = [], seen = e => e.checkVisibility({visibilityProperty: true}) && !e.closest(".hidden-words, .skip");
  const name = e => e.tagName.toLowerCase() + "." + e.className + " " + (e.textContent || e.name || "").trim().slice(0, 30);
  if (document.documentElement.scrollWidth > innerWidth) wrong.push("scrolls sideways to " + document.documentElement.scrollWidth);
  for (const [what, times] of [["h1", 1], ["main", 1], ["body > header", 1], ["header nav[aria-label]", 1], ["body > footer", 1]])
    if (document.querySelectorAll(what).length !== times) wrong.push(what + " stands " + document.querySelectorAll(what).length + " times");
  const inText = e => getComputedStyle(e).display === "inline" &&
    [...e.parentElement.childNodes].some(n => n !== e && n.nodeType === 3 && n.textContent.trim().length > 1);
  for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!seen(e) || !touch || inText(e)) continue;
    const box = e.matches(".cover") ? e.closest("tr, li") : e.closest("label") || e;
    const height = Math.max(e.getBoundingClientRect().height, box.getBoundingClientRect().height);
    if (height < 43.5) wrong.push("only " + Math.round(height) + " px high: " + name(e));
  }
  for (const e of document.querySelectorAll("main *, header *")) {
    const style = getComputedStyle(e);
    if (["hidden", "clip"].includes(style.overflowX) && style.clipPath === "none" && seen(e) && e.textContent.trim() && e.scrollWidth > e.clientWidth + 1)
      wrong.push("cut off: " + name(e));
  }
  return wrong;
}"""
FOCUS = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  return e === document.body || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) ? "" : e.outerHTML.slice(0, 80);
}"""
TABS = 5


@pytest.fixture
def desk(transactional_db: None, tmp_path: Path) -> Iterator[Desk]:
    """The county, committed, so that the server's own connections see it."""
    with own_home(tmp_path / "home"):
        settle_county()
        counting.forget()
        yield Desk()


def published(desk: Desk) -> str:
    """A case whose text is public."""
    from tongban.store.published import Text, put

    loaded = office().load(desk.replied())
    assert loaded is not None
    words, at = "下水道疏通了。", "2026-03-0{}T01:00:00+00:00"
    adoption = dict(office().practices(datetime.now(UTC)))["hotline"]
    body: dict[str, Any] = {"parts": [["public_text", words]], "outcome": "resolved", "unit": desk.unit}
    body |= {"opened": at.format(2), "settled": at.format(5), "adoption": adoption}
    text = json.dumps(body, ensure_ascii=False)
    since = datetime(2026, 4, 1, tzinfo=UTC)
    put(office().journal, Text("case", loaded.case.id, "01.05.04", "330822", words, text, words, since))
    return loaded.case.id


def faults(page: Page, address: str, languages: tuple[str, ...]) -> list[str]:
    """What is wrong on a page at any width, and with the keyboard."""
    found = []
    for language in languages:
        page.set_viewport_size({"width": WIDTHS[0], "height": 780})
        joined = "&" if "?" in address else "?"
        page.goto(f"{address}{joined}lang={language}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 780})
            found += [f"{width} {language} {each}" for each in page.evaluate(LOOK, width < 600)]
    for _ in range(TABS):
        page.keyboard.press("Tab")
        hidden = page.evaluate(FOCUS)
        found += [f"focus not seen: {hidden}"] if hidden else []
    return found


def swapped_after_resizing(page: Page, address: str) -> None:
    """A box drawn larger by hand has a style of its own, which must not come along when the page is swapped."""
    page.goto(address)
    page.evaluate("document.querySelectorAll('textarea').forEach(box => box.style.height = '220px')")
    page.click(".main-step .actions .button")
    page.wait_for_selector("#faults")
    page.wait_for_function("!document.querySelector('.htmx-settling, .htmx-swapping')")


def test_every_main_page_fits_is_hit_and_is_seen_on_a_phone_and_on_a_wide_screen(
    desk: Desk, site: str, pages: NewPage
) -> None:
    number, public, order = desk.signed(), published(desk), desk.ordered("villages")
    commit_ahead(office(), datetime.now(UTC))
    portfolio = Portfolio(desk)
    portfolio.told()
    resident, handler, supervisor, administrator = pages(width=360), pages(), pages(), pages()
    resident.goto(f"{site}/follow/?number={number}")
    resident.fill("#phone", PHONE)
    resident.click("main .button")
    for page, login in ((handler, desk.handler), (supervisor, desk.supervisor), (administrator, "hushaohua")):
        sign_in(page, site, login)
    own, case = f"follow/{number}/", f"desk/{number}/"
    shown = [
        *((path, resident, CHINESE) for path in ("follow/", "open/figures/", f"open/cases/{public}/")),
        *(
            (path, resident, BOTH)
            for path in ("open/", "open/figures/hotline/handled_on_time/", "open/data/", "open/draws/")
        ),
        *((path, handler, CHINESE) for path in ("desk/", "desk/new/")),
        *((path, resident, BOTH) for path in ("", own)),
        (case, handler, BOTH),
        ("lead/", supervisor, BOTH),
        ("lead/figures/", supervisor, BOTH),
        ("lead/figures/colours/", supervisor, CHINESE),
        ("lead/figures/durations/", supervisor, CHINESE),
        ("lead/figures/effect/", supervisor, CHINESE),
        ("lead/figures/hotline.handled_on_time/2026-10/", supervisor, CHINESE),
        (f"desk/{order}/tree/", supervisor, BOTH),
        (f"desk/{order}-01/", supervisor, CHINESE),
        (f"desk/{order}/places/", supervisor, CHINESE),
        (f"desk/{portfolio.number}/plan/", supervisor, BOTH),
        (f"desk/{portfolio.number}/month/?m=2026-10", supervisor, BOTH),
        ("studio/hotline/settings/", administrator, CHINESE),
    ]
    found = {path: faults(page, f"{site}/{path}", languages) for path, page, languages in shown}
    swapped_after_resizing(handler, f"{site}/{case}")
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
