"""A browser page of a test, and what axe-core says of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from playwright.sync_api import Page

from desk_ground import PASSWORD

AXE = Path(__file__).parent / "browser" / "assets" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

NewPage: TypeAlias = Callable[..., Page]


def sign_in(page: Page, site: str, login: str, password: str = PASSWORD) -> None:
    """By the password, until the page that it leads to is there."""
    page.set_default_timeout(60_000)  # the first page of a process waits for what it imports
    page.goto(f"{site}/sign-in/?next=/desk/")
    page.fill("#username", login)
    page.fill("#password", password)
    with page.expect_navigation():
        page.click("main form:first-of-type button.button")


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong on the page by WCAG 2.2 AA, one line each."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        """async rules => (await axe.run(document, {runOnly: rules}))
           .violations.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ") + " " + (n.any[0]?.message || "")).slice(0, 5).join(" | "))""",
        RULES,
    )
    return [str(each) for each in found]


def fits(page: Page) -> bool:
    """Whether nothing must be scrolled sideways, once the page's style has come: its heading is there before that."""
    page.wait_for_load_state("load")
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
