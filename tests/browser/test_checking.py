"""Editions checked in a reader's own browser: as on the shell, as one file without a network, at any size."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import draw_sheet_ground
from browser_ground import NewPage, axe, fits
from desk_ground import Desk, own_home, settle_county
from draw_sheet_ground import COMMITTED, forged, sheet
from edition_ground import (
    AT,
    KEYS,
    SALT,
    UNITS,
    definition,
    forgeries,
    head,
    lines,
    listed,
    pairs,
    rows,
    sealed,
)
from edition_ground import told as told_as
from published_ground import PERIOD, lived, released
from tongban.apps.disclosure import counting
from tongban.apps.office import office
from tongban.apps.proof.receipt import receipt
from tongban.kernel.edition.against import check_against
from tongban.kernel.edition.checking import check
from tongban.kernel.edition.lines import Counted, Defined, Figure, written
from tongban.kernel.edition.listing import Newest
from tongban.kernel.edition.making import body, digest, population
from tongban.kernel.edition.recount import BrokenError
from tongban.kernel.indicator.definition import Part
from tongban.kernel.ledger.canonical import parse
from tongban.kernel.ledger.draw_sheet import Checked, verify_sheet
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.refusal import RefusedError

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
GIVEN = [f"{id}={b64encode(key).decode()}" for id, key in KEYS.items()]
CHECK = """async ([text, keys, list, now]) => {
  const verdict = await tongban.check(text, keys.map(tongban.readKey), list, new Date(now));
  return {good: verdict.good, sort: tongban.sort(verdict.steps), steps: verdict.steps.map(s => [s.name, s.taken, s.findings.map(f => [f.code, f.facts])])};
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
    return {"good": verdict.true, "sort": verdict.sort, "steps": json.loads(json.dumps(steps))}


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
    files += [(sealed(lines()), listed(Newest("2026-10", 1, ""))), (sealed(lines()), "no list")]
    files += [
        (sealed(lines()), listed(Newest("2026-09", 1, "ab" * 32), at=AT - timedelta(days=days)))
        for days in (0, 1)
    ]
    for days in (-3, -1, 3):
        near = listed(Newest("2026-10", 1, digest(lines())), at=AT + timedelta(days=days))
        files.append((sealed(lines()), near))
    files += [(sealed(lines()), newest), (sealed(lines()), listed(Newest("2026-10", 1, digest(lines()))))]
    for text, given in files:
        assert plain(page.evaluate(CHECK, [text, GIVEN, given, AT.isoformat()])) == plain(told(text, given))


BESIDE = """async ([text, older, keys, now]) => {
  const verdict = await tongban.checkAgainst(text, older, keys.map(tongban.readKey), "", new Date(now));
  return {good: verdict.good, sort: tongban.sort(verdict.steps), steps: verdict.steps.map(s => [s.name, s.taken, s.findings.map(f => [f.code, f.facts])]), facts: verdict.steps.at(-1).facts};
}"""


def test_beside_an_earlier_file_the_browser_finds_what_the_shell_finds(
    pages: NewPage, live_server: Any, desk: Desk
) -> None:
    page = pages(1440)
    page.goto(f"{live_server.url}/open/check/")
    for text, older, _ in pairs().values():
        verdict = check_against(text, older, KEYS, "", AT)
        steps = [[s.name, s.taken, [[f.code, dict(f.facts)] for f in s.findings]] for s in verdict.steps]
        said = {"good": verdict.true, "sort": verdict.sort, "steps": steps, "facts": verdict.steps[-1].facts}
        assert page.evaluate(BESIDE, [text, older, GIVEN, AT.isoformat()]) == json.loads(json.dumps(said))


SHEET = """([text, keys]) => {
  const { findings, ...rest } = lots.check(text, keys.map(tongban.readKey));
  return {findings: findings.map(f => [f.code, f.facts]), ...rest};
}"""


def drawn_again(text: str) -> dict[str, Any]:
    """What the shell says of a sheet of lots, in the browser's shape."""
    found = verify_sheet(text, draw_sheet_ground.KEYS)
    if not isinstance(found, Checked):
        return {"findings": [[each.code, dict(each.facts)] for each in found]}
    shares = [
        {"sample": sample, "of_hundred": share, "drawn": drawn, "lots": lots}
        for (sample, share), (drawn, lots) in sorted(found.shares.items())
    ]
    facts = {name: getattr(found, name) for name in ("county", "month", "rows", "ahead", "others")}
    return {"findings": [], **facts, "covered": instant_text(found.covered), "shares": shares}


def test_lots_drawn_again_in_the_browser_are_those_drawn_again_at_a_shell(
    pages: NewPage, live_server: Any, desk: Desk
) -> None:
    given = [f"{id}={b64encode(key).decode()}" for id, key in draw_sheet_ground.KEYS.items()]
    page = pages(1440)
    page.goto(f"{live_server.url}/open/check/")
    second = ("seed_committed", {"month": "2026-11", "commitment": "ab" * 32})
    late = sheet(covered=draw_sheet_ground.PUBLISHED)
    true = [sheet(), sheet(()), late, sheet(before=(COMMITTED, second))]
    for text in [*true, *(text for text, _ in forged().values())]:
        assert page.evaluate(SHEET, [text, given]) == json.loads(json.dumps(drawn_again(text))), text[:200]


@pytest.mark.parametrize(("width", "language"), [(360, "zh-CN"), (1440, "en")])
def test_a_stranger_tells_a_true_sheet_of_lots_from_a_forged_one(
    pages: NewPage, live_server: Any, desk: Desk, tmp_path: Path, width: int, language: str
) -> None:
    page = pages(width, language=language)
    page.goto(f"{live_server.url}/open/check/")
    key = draw_sheet_ground.SIGNER
    page.locator("#check-keys").fill(f"{key.key_id}={b64encode(key.public).decode()}")
    for name, text in (("true", sheet()), ("forged", forged()["a lot"][0])):
        (tmp_path / f"{name}.ndjson").write_text(text, "utf-8", newline="")
    page.set_input_files("#check-file", tmp_path / "true.ndjson")
    expect(page.locator(".verdict.good")).to_contain_text(
        "41", timeout=30_000
    )  # the first list that this server makes
    expect(page.locator(".step.good")).to_have_count(3, timeout=30_000)
    assert axe(page) == []
    page.set_input_files("#check-file", tmp_path / "forged.ndjson")
    expect(page.locator(".verdict.wrong")).to_be_visible(timeout=30_000)
    expect(page.locator(".step.wrong")).to_have_count(3, timeout=30_000)
    assert axe(page) == []
    assert fits(page)


LINES = [
    '{"a":1,"b":[1,2,"x"]}', '{"b":1,"a":2}', '{"a":1,"a":1}', '{"a":1.0}', '{"a":1e3}', "[-0]", "[1, 2]", "[9007199254740992]", "[9007199254740991]",
    '{"10":1,"9":2}', '{"9":2,"10":1}', r'["\u0000"]', r'["\\u0000"]', r'["\ud800"]', r'["\\ud800"]', r'["\ud83d\ude00"]', '["😀"]', r'["\u00e9"]',
    r'["\u001f"]', r'["\u001F"]', r'["\/"]', r'["\n\""]', '{"𠮷":1,"":2}', '{"":2,"𠮷":1}', '{"__proto__":1}', "[" * 32 + "]" * 32, "[" * 33 + "]" * 33,
    '["x"] ', "null", "nul", "",
]  # fmt: skip
"""Texts of which some are canonical."""


def test_both_readers_take_the_same_writing_for_canonical(
    pages: NewPage, live_server: Any, desk: Desk
) -> None:
    def taken(text: str) -> bool:
        try:
            parse(text)
        except RefusedError:
            return False
        return True

    page = pages(1440)
    page.goto(f"{live_server.url}/open/check/")
    said = page.evaluate(
        "texts => texts.map((text) => { try { lines.parse(text); return true; } catch { return false; } })",
        LINES,
    )
    assert dict(zip(LINES, said, strict=True)) == {text: taken(text) for text in LINES}


def of(call: str, *parts: Any) -> dict[str, Any]:
    """A spelled expression; a number stands for itself."""
    return {"call": call, "of": tuple({"is": each} if isinstance(each, int) else each for each in parts)}


def test_both_readers_reckon_alike_with_small_and_with_great_numbers(
    pages: NewPage, live_server: Any, desk: Desk
) -> None:
    """Quotients and remainders of either sign, and sums and products about the greatest whole number that JavaScript keeps."""
    page = pages(1440)
    page.goto(f"{live_server.url}/open/check/")
    few, most = {"name": "facts.promised_days"}, {"name": "facts.statutory_days"}
    left, right = of("_-_", few, 15), of("_-_", most, 70)
    for tree in (
        of("_+_", of("_/_", left, right), of("_%_", left, right)),
        of("_%_", of("_/_", of("_*_", of("_-_", few, most), 300239975158032), 7), 1000003),
        of("_%_", of("_-_", of("_*_", of("_*_", few, 94906266), 94906266), of("_*_", most, 2**53 - 2)), 1009),
        of("_/_", of("_*_", of("-_", left), 2**53 - 1), 2**53 - 1),
        of("_?_:_", of("_>_", most, of("_*_", few, 3)), 900719925474, of("_/_", few, left)),
    ):
        each = definition("shorter", adds=Part("", tree), over=Part("", of("_+_", most, 1)))
        people = population([each], rows(400), frozenset(UNITS), SALT)
        try:
            text = sealed(body(head(), [told_as(each)], [people]))
        except BrokenError:  # what divides by nought is no figure, whatever is stated
            stated = Figure(each.key, each.hash, Counted(0, 0, 0, {}, 0, 10_000), {})
            parts = (head(), Defined(each.text, each.hash, told_as(each).words), people, stated)
            text = sealed("".join(written(line) for line in parts))
        assert plain(page.evaluate(CHECK, [text, GIVEN, "", AT.isoformat()])) == plain(told(text)), tree


@pytest.mark.parametrize("own", [True, False])
def test_what_the_browser_hashes_and_what_noble_hashes_is_the_same(
    pages: NewPage, live_server: Any, desk: Desk, own: bool
) -> None:
    page = pages(1440)
    if not own:
        page.add_init_script("delete Crypto.prototype.subtle")
    page.goto(f"{live_server.url}/open/check/")
    assert page.evaluate("'subtle' in crypto") == own
    assert page.evaluate(CHECK, [sealed(lines()), GIVEN, "", AT.isoformat()])["good"]


def verdict(page: Page) -> str:
    """Once there is one: a change of key or file takes it away and has it made anew."""
    return page.locator(".verdict.good, .verdict.soon, .verdict.wrong").inner_text()


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
    expect(page.locator(".step.good")).to_have_count(8, timeout=30_000)
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
    expect(page.locator(".verdict.wrong")).to_be_visible(timeout=30_000)
    assert page.locator(".step.wrong").count() >= 3
    assert axe(page) == []

    # A month before this one, held against it: nothing came later, and the page says so in words.
    (tmp_path / "true.ndjson").write_text(text, "utf-8", newline="")
    page.set_input_files("#check-file", tmp_path / "true.ndjson")
    expect(page.locator(".verdict.good")).to_be_visible()
    page.set_input_files("#check-older", tmp_path / "true.ndjson")
    expect(page.locator(".verdict.soon")).to_be_visible()
    assert "文件本身是真的" in verdict(page) or "Genuine by itself" in verdict(page)
    expect(page.locator(".step.wrong")).to_have_count(1, timeout=30_000)
    assert fits(page)


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
    expect(page.locator(".step.good")).to_have_count(7, timeout=30_000)
    assert all(each.startswith("file:") for each in asked)
    assert axe(page) == []


@pytest.mark.parametrize("alone", [False, True])
def test_a_verdict_does_not_outlive_the_key_the_list_or_the_file_that_it_was_about(
    pages: NewPage, live_server: Any, desk: Desk, tmp_path: Path, alone: bool
) -> None:
    """On a forged site who clicks first and then pastes the true key would read the old verdict as a confirmation."""
    page = pages(1440, language="en")
    address = f"{live_server.url}/open/check/"
    if alone:
        (tmp_path / "check.html").write_bytes(page.request.get(f"{address}check-figures.html").body())
        address = (tmp_path / "check.html").as_uri()
    page.goto(address)
    for name, text in {
        "true": sealed(lines()),
        "forged": forgeries()["a figure changed"][0],
        "mark": "\ufeff" + sealed(lines()),
        "list": listed(Newest("2026-10", 1, digest(lines())), at=datetime.now(UTC)),
        "newer": listed(Newest("2026-10", 2, "ab" * 32)),
    }.items():
        (tmp_path / name).write_text(text, "utf-8", newline="")
    (tmp_path / "bytes").write_bytes(sealed(lines()).encode() + b"\xff")
    page.locator("#check-keys").fill("\n".join(GIVEN))
    page.locator("#check summary").click()
    page.set_input_files("#check-list", tmp_path / "list")
    page.set_input_files("#check-file", tmp_path / "true")
    expect(page.locator(".verdict.good")).to_be_visible()
    for key in ("", "rubbish", GIVEN[1]):
        page.locator("#check-keys").fill(key)
        expect(page.locator(".verdict.wrong")).to_be_visible(timeout=30_000)
        page.locator("#check-keys").fill(GIVEN[0])
        expect(page.locator(".verdict.good")).to_be_visible()
    page.set_input_files("#check-list", tmp_path / "newer")
    expect(page.locator(".verdict.soon")).to_contain_text(
        re.compile("Genuine, but no longer in force|是真的，但已不再有效")
    )
    page.set_input_files("#check-list", tmp_path / "list")
    expect(page.locator(".verdict.good")).to_be_visible()
    page.set_input_files("#check-receipt", tmp_path / "forged")
    expect(page.locator("[data-part=mine]")).to_contain_text(re.compile("This is no receipt|这不是受理凭证"))
    for name in ("forged", "mark", "bytes"):
        page.set_input_files("#check-file", tmp_path / name)
        expect(page.locator(".verdict.wrong")).to_be_visible(timeout=30_000)
        page.set_input_files("#check-file", tmp_path / "true")
        expect(page.locator(".verdict.good")).to_be_visible()


def test_without_javascript_the_page_says_what_to_do(pages: NewPage, live_server: Any, desk: Desk) -> None:
    page = pages(360, scripts=False)
    page.goto(f"{live_server.url}/open/check/")
    expect(page.get_by_text("在浏览器里核对要开 JavaScript")).to_be_visible()
    expect(page.locator("#check")).to_be_hidden()
