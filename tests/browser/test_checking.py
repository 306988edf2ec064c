"""Editions checked in a reader's own browser: as on the shell, as one file without a network, at any size."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from browser_ground import NewPage, axe, fits
from desk_ground import Desk, own_home, settle_county
from edition_ground import AT, KEYS, forgeries, lines, listed, sealed
from published_ground import PERIOD, lived, released
from tongban.apps.disclosure import counting
from tongban.apps.office import office
from tongban.apps.proof.receipt import receipt
from tongban.kernel.edition.checking import check
from tongban.kernel.edition.listing import Newest
from tongban.kernel.edition.making import digest

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
GIVEN = [f"{id}={b64encode(key).decode()}" for id, key in KEYS.items()]
CHECK = """async ([text, keys, list, now]) => {
  const verdict = await tongban.check(text, keys.map(tongban.readKey), list, new Date(now));
  return {good: verdict.good, steps: verdict.steps.map(s => [s.name, s.taken, s.findings.map(f => [f.code, f.facts])])};
}"""


@pytest.fixture
def desk(transactional_db: None, tmp_path: Path) -> Iterator[Desk]:
    """The county, committed, so that the server's own connections see it."""
    with own_home(tmp_path / "home"):
        settle_county()
        counting.forget()
        yield Desk()


def told(text: str, newest: str = "") -> dict[str, Any]:
    """What the shell says, in the browser's shape. Why a line is unreadable is said in the reader's own words."""
    verdict = check(text, KEYS, newest, AT)
    steps = [[s.name, s.taken, [[f.code, dict(f.facts)] for f in s.findings]] for s in verdict.steps]
    return {"good": verdict.true, "steps": json.loads(json.dumps(steps))}


def plain(said: dict[str, Any]) -> dict[str, Any]:
    for _, _, findings in said["steps"]:
        for code, facts in findings:
            if code == "edition.unreadable":
                facts.pop("reason")
    return said


def test_the_browser_finds_what_the_shell_finds(pages: NewPage, live_server: Any, desk: Desk) -> None:
    """Every forgery, and true files with averages, ratios, units and rare characters."""
    page = pages(1440)
    page.goto(f"{live_server.url}/open/check/")
    newest = listed(Newest("2026-10", 2, "ab" * 32))
    files = [(text, "") for text, _ in forgeries().values()]
    files += [(sealed(lines(n, seed=n)), "") for n in (0, 1, 7, 400)]
    files += [(sealed(lines(), earlier=False), "")]
    for days in (-3, -1, 3):
        near = listed(Newest("2026-10", 1, digest(lines())), at=AT + timedelta(days=days))
        files.append((sealed(lines()), near))
    files += [(sealed(lines()), newest), (sealed(lines()), listed(Newest("2026-10", 1, digest(lines()))))]
    for text, given in files:
        assert plain(page.evaluate(CHECK, [text, GIVEN, given, AT.isoformat()])) == plain(told(text, given))


def verdict(page: Page) -> str:
    page.locator(".verdict.good, .verdict.wrong").wait_for()
    return page.locator(".verdict").inner_text()


@pytest.mark.parametrize(("width", "language"), [(360, "zh-CN"), (1440, "en")])
def test_a_stranger_tells_a_true_figure_from_a_forged_one(
    pages: NewPage, live_server: Any, desk: Desk, tmp_path: Path, width: int, language: str
) -> None:
    numbers = lived(desk)
    text = released(desk)
    page = pages(width, language=language, dark=width == 360)
    page.goto(f"{live_server.url}/open/figures/{PERIOD}/proof/")
    assert axe(page) == []
    page.get_by_role(
        "link", name="在浏览器里核对" if language == "zh-CN" else "Check it in your browser"
    ).click()
    page.locator("[data-edition]").first.click()
    assert "是真的" in verdict(page) or "True" in verdict(page)
    assert page.locator(".step.good").count() == 8
    assert axe(page) == []
    assert fits(page)

    found = office().load(numbers[0])
    assert found is not None
    mine = receipt(numbers[0], desk.acting(desk.clerk))
    assert isinstance(mine, str)
    (tmp_path / "receipt.json").write_text(mine, "utf-8")
    page.locator("#check summary").click()
    page.set_input_files("#check-receipt", tmp_path / "receipt.json")
    expect(page.locator("[data-part=mine] code").first).to_be_visible()

    forged = tmp_path / "forged.ndjson"
    forged.write_text(text.replace('"numerator":6', '"numerator":5', 1), "utf-8", newline="")
    page.set_input_files("#check-file", forged)
    expect(page.locator(".verdict.wrong")).to_be_visible()
    assert page.locator(".step.wrong").count() >= 3
    assert axe(page) == []


def test_the_page_works_as_a_file_without_a_network(
    pages: NewPage, live_server: Any, desk: Desk, tmp_path: Path
) -> None:
    lived(desk)
    (tmp_path / "edition.ndjson").write_text(released(desk), "utf-8", newline="")
    page = pages(360)
    answer = page.request.get(f"{live_server.url}/open/check/check-figures.html")
    alone = tmp_path / "check.html"
    alone.write_bytes(answer.body())
    asked: list[str] = []
    page.context.set_offline(True)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(alone.as_uri())
    page.set_input_files("#check-file", tmp_path / "edition.ndjson")
    assert "没有今天的清单" in verdict(page)
    assert page.locator(".step.good").count() == 7
    assert all(each.startswith("file:") for each in asked)
    assert axe(page) == []


def test_without_javascript_the_page_says_what_to_do(pages: NewPage, live_server: Any, desk: Desk) -> None:
    page = pages(360, scripts=False)
    page.goto(f"{live_server.url}/open/check/")
    expect(page.get_by_text("在浏览器里核对要开 JavaScript")).to_be_visible()
    expect(page.locator("#check")).to_be_hidden()
