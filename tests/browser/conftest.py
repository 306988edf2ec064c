"""A real browser against a real server: headless Chromium, driven by Playwright.

``pages`` makes browser pages of a width, language and colour scheme; ``site`` is the address of the
pages with a database behind them (``live_server``), ``specimen`` that of the specimen, which needs none.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from browser_ground import NewPage

CHROMIUM = os.environ.get("TONGBAN_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the test's thread


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed here")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def pages(browser: Browser) -> Iterator[NewPage]:
    """``pages(width=360, language="en", dark=True, scripts=False)``; what a page logs as an error fails the test."""
    opened: list[Page] = []
    errors: list[str] = []

    def make(
        width: int = 1440,
        height: int = 900,
        language: str = "zh-CN",
        dark: bool = False,
        scripts: bool = True,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=language,
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.set_default_navigation_timeout(
            30_000
        )  # a first look at the shelf reads forty practices, on a busy machine slowly
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda said: (
                errors.append(said.text) if said.type == "error" and "status of" not in said.text else None
            ),
        )
        opened.append(page)
        return page

    yield make
    for page in opened:
        page.context.close()
    assert not errors


@pytest.fixture
def site(live_server: object) -> str:
    """The address of the pages, with the test database behind them."""
    return str(live_server)


@pytest.fixture(scope="session")
def specimen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the specimen pages, served by a process of their own: their settings are not the product's."""
    environ = {**os.environ, "TONGBAN_HOME": str(tmp_path_factory.mktemp("specimen"))}
    command = [sys.executable, str(Path(__file__).parent / "specimen_server.py")]
    with subprocess.Popen(
        command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stdin is not None
        port = process.stdout.readline().strip()
        assert port, "the specimen did not start"
        yield f"http://127.0.0.1:{port}"
        process.stdin.close()
