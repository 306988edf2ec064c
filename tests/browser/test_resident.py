"""A resident with a telephone in a real browser: from the first word to a rating, with scripts and without."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser_ground import NewPage, axe, fits
from desk_ground import Desk, own_home, settle_county
from resident_ground import asked_back, picture
from tongban.apps.disclosure import counting

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

PHONE = "13812345678"
MATTER = "老街口的路灯坏了快半个月，晚上黑得很，昨天有位老人摔了一跤。𠮷 💡"


@pytest.fixture
def desk(transactional_db: None, tmp_path: Path) -> Iterator[Desk]:
    """The county, committed, so that the server's own connections see it."""
    with own_home(tmp_path / "home"):
        settle_county()
        counting.forget()
        yield Desk()


def sound(page: Page, scripts: bool = True) -> None:
    """Nothing to scroll sideways, nothing that keeps anybody out. (axe needs scripts itself.)"""
    assert fits(page)
    if scripts:
        assert axe(page) == []


def onward(page: Page) -> None:
    """The next page, wholly there: between the two there is no document to look at."""
    with page.expect_navigation():
        page.click("button[name=go][value=next]")


def where(page: Page, scripts: bool) -> None:
    """Township, then village: with the thumb where there are scripts, else from the browser's own list."""
    field = page.locator("#field-division")
    if not scripts:
        field.select_option("330822001002")
        return
    field.click()
    page.get_by_role("option", name="天马街道").click()
    sound(page)
    page.get_by_role("option", name="金川社区").click()
    expect(field).to_have_value("天马街道 · 金川社区")
    expect(page.get_by_role("listbox")).to_have_count(0)


def prove(page: Page, site: str, number: str) -> None:
    page.goto(f"{site}/follow/?number={number}")
    page.fill("#phone", PHONE)
    page.click("main .button")


@pytest.mark.parametrize(
    ("width", "scripts", "dark"), [(360, True, False), (360, False, True), (1440, True, True)]
)
def test_from_the_first_word_to_the_number_and_the_proof(
    desk: Desk, site: str, pages: NewPage, tmp_path: Path, width: int, scripts: bool, dark: bool
) -> None:
    page = pages(width=width, scripts=scripts, dark=dark)
    page.goto(site)
    sound(page, scripts)
    onward(page)
    expect(page.locator("#field-body-fault")).to_be_visible()
    sound(page, scripts)
    page.fill("#field-body", MATTER)
    onward(page)

    sound(page, scripts)
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(picture(size=(900, 600)).read())
    page.fill("#field-place", "老街与河滨路交叉口")
    where(page, scripts)
    page.set_input_files("#field-photos", [photo])
    onward(page)

    sound(page, scripts)
    page.fill("#field-phone", "1380013")
    onward(page)
    expect(page.locator("#field-phone-fault")).to_be_visible()
    page.fill("#field-phone", PHONE)
    page.fill("#field-name", "欧阳小明")
    onward(page)

    expect(page.locator("h1")).to_have_text("您说的是这些，对吗？")
    expect(page.locator(".thumb")).to_be_visible()
    sound(page, scripts)
    page.click("button[name=go][value=say]")
    expect(page.locator("#field-body")).to_have_value(MATTER)
    for _ in range(3):
        onward(page)
    page.wait_for_timeout(500)
    page.click("button[name=go][value=send]")

    expect(page.locator(".big-number")).to_be_visible()
    sound(page, scripts)
    expect(page.locator("[data-print]")).to_be_visible() if scripts else expect(
        page.locator("[data-print]")
    ).to_be_hidden()
    with page.expect_download() as download:
        page.click("text=下载凭证")
    proved(Path(download.value.path()))
    page.click("text=看看进展")
    expect(page.locator("h1")).to_have_text("已收到，正在安排谁来办")
    expect(page.locator(".loop svg:visible")).to_have_count(1)
    sound(page, scripts)
    page.click("text=日期怎么来的")
    expect(page.locator("ol.derivation li").first).to_be_visible()
    sound(page, scripts)


def proved(path: Path) -> None:
    from tongban.apps.proof.checkpoints import public_keys
    from tongban.kernel.ledger.receipt import Verified, verify_receipt

    keys = {name: b64decode(key) for name, key in public_keys()}
    assert isinstance(verify_receipt(path.read_text(), keys), Verified)


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (360, False)])
def test_the_callback_is_answered_the_case_reopened_and_another_withdrawn(
    desk: Desk, site: str, pages: NewPage, width: int, scripts: bool
) -> None:
    number, other = asked_back(desk), desk.register()
    page = pages(width=width, scripts=scripts)
    prove(page, site, number)
    expect(page.locator("h1")).to_have_text("请您说说问题解决了没有")
    sound(page, scripts)
    page.check("[name=rating][value='2']")
    page.check("[name=prompted]")
    page.click(".act .button >> nth=0")
    expect(page.locator("#answer_callback-solved-fault")).to_be_visible()
    expect(page.locator("[name=rating][value='2']")).to_be_checked()
    sound(page, scripts)
    page.check("[name=solved][value=yes]")
    page.click(".act .button >> nth=0")
    expect(page.locator(".note.kept")).to_contain_text("谢谢")

    opened = page.locator("details.act", has_text="要求重办")
    if opened.count() and not opened.evaluate("box => box.open"):
        opened.locator("summary").click()
    page.fill("#reopen-reopen_reason", "第二天又坏了")
    page.locator("form", has=page.locator("#reopen-reopen_reason")).locator(".button").click()
    expect(page.locator(".note.kept")).to_contain_text("重新办")

    prove(page, site, other)
    page.locator("details.act summary", has_text="撤回").click()
    page.locator("details.act[open] .button").click()
    expect(page.locator(".note.kept")).to_contain_text("已撤回")
    sound(page, scripts)


def test_the_whole_way_goes_by_keyboard_alone(desk: Desk, site: str, pages: NewPage) -> None:
    page = pages()
    page.goto(site)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("路灯坏了")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#field-place")).to_be_visible()
    page.focus("#field-place")
    page.keyboard.press("Enter")
    expect(page.locator("#field-phone")).to_be_visible()
    page.focus("#field-phone")
    page.keyboard.type(PHONE)
    page.keyboard.press("Enter")
    expect(page.locator("button[value=send]")).to_be_visible()


def test_what_was_typed_survives_a_closed_tab_until_it_was_sent(
    desk: Desk, site: str, pages: NewPage
) -> None:
    page = pages(width=360)
    page.goto(site)
    page.locator("#field-body").press_sequentially("写了一半的话")
    page.goto("about:blank")
    page.goto(site)
    expect(page.locator("#field-body")).to_have_value("写了一半的话")
    onward(page)
    onward(page)
    page.fill("#field-phone", PHONE)
    onward(page)
    page.wait_for_timeout(1500)
    page.click("button[name=go][value=send]")
    expect(page.locator(".big-number")).to_be_visible()
    page.goto(site)
    expect(page.locator("#field-body")).to_have_value("")


def test_a_button_pressed_twice_sends_once(desk: Desk, site: str, pages: NewPage) -> None:
    from tongban.store.models import CaseRow

    page = pages(width=360)
    page.goto(site)
    page.fill("#field-body", "路灯坏了")
    onward(page)
    onward(page)
    page.fill("#field-phone", PHONE)
    onward(page)
    page.wait_for_timeout(1500)
    page.dblclick("button[name=go][value=send]")
    expect(page.locator(".big-number")).to_be_visible()
    assert CaseRow.objects.count() == 1


@pytest.mark.parametrize("width", [360, 1440])
def test_the_public_pages_keep_nobody_out(desk: Desk, site: str, pages: NewPage, width: int) -> None:
    desk.dispatched()
    page = pages(width=width, dark=width == 360)
    for path in ("figures/", "cases/", "cards/", "refusals/", "trust/"):
        page.goto(f"{site}/open/{path}")
        sound(page)


def test_the_first_page_weighs_less_than_100_kilobytes_and_shifts_nothing(
    desk: Desk, site: str, pages: NewPage
) -> None:
    page = pages(width=360)
    weights: dict[str, int] = {}
    page.on("response", lambda answer: weights.update({answer.url: len(answer.body())}))
    page.goto(site, wait_until="networkidle")
    assert sum(weights.values()) < 100_000, weights
    shifts = page.evaluate(
        """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().length))
             .observe({type: 'layout-shift', buffered: true}) || setTimeout(() => done(0), 300))"""
    )
    assert shifts == 0
