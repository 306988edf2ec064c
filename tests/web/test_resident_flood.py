"""Scripts are held off; people are not, and lose nothing when they are taken for one."""

from __future__ import annotations

import re

import pytest
from django.core import signing
from msgspec.structs import replace

from desk_ground import Desk, county, desk
from resident_ground import MATTER, PHONE, Visitor, form_of, picture
from tongban.store.models import Attachment, CaseRow
from tongban.web.resident import flood

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

DIGITS = dict(zip("二三四五六七八九", range(2, 10), strict=True))


class Clock:
    """The seconds as the pages see them."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(flood.time, "time", found.time)
    return found


@pytest.fixture
def visitor(desk: Desk, clock: Clock) -> Visitor:
    return Visitor()


def reported(visitor: Visitor, clock: Clock) -> None:
    visitor.ready()
    clock.now += flood.SOONEST
    visitor.send()


def asked(page: str) -> tuple[int, int] | None:
    """The two numbers that a page asks to add, read as a person reads them."""
    found = re.search(r"请问(.)加(.)等于几", page)
    return (DIGITS[found[1]], DIGITS[found[2]]) if found else None


def test_a_person_is_never_asked_anything(visitor: Visitor, clock: Clock) -> None:
    reported(visitor, clock)
    assert asked(visitor.page) is None
    assert CaseRow.objects.count() == 1


@pytest.mark.parametrize("later", [0, 1])
def test_what_comes_back_at_once_has_to_be_sent_again(visitor: Visitor, clock: Clock, later: int) -> None:
    visitor.ready()
    clock.now += later
    visitor.press("send")
    assert visitor.status == 422
    assert "提交得太快了" in visitor.page
    assert MATTER in visitor.page
    clock.now += flood.SOONEST
    visitor.send()


def test_a_page_that_was_open_for_a_day_is_sent_once_more(visitor: Visitor, clock: Clock) -> None:
    visitor.ready()
    clock.now += flood.LATEST + 60
    visitor.press("send")
    assert visitor.status == 422
    assert "这一页开了一天多了" in visitor.page
    clock.now += flood.SOONEST
    visitor.send()
    assert CaseRow.objects.count() == 1


def test_who_fills_the_field_that_nobody_sees_sends_nothing(visitor: Visitor, clock: Clock) -> None:
    visitor.ready()
    clock.now += 60
    visitor.press("send", website="https://example.com")
    assert visitor.status == 422
    assert CaseRow.objects.count() == 0
    assert MATTER in visitor.page


@pytest.mark.parametrize("stamp", ["", "x", "a:b:c", "k:1tXyz9:AAAA", "𠀀:1:2", "\0"])
def test_a_stamp_that_was_not_given_out_opens_nothing(visitor: Visitor, clock: Clock, stamp: str) -> None:
    visitor.ready()
    clock.now += 60
    visitor.press("send", stamp=stamp)
    assert visitor.status == 422
    assert CaseRow.objects.count() == 0
    clock.now += 60
    visitor.send()


def test_a_stamp_of_another_secret_or_another_key_opens_nothing(visitor: Visitor, clock: Clock) -> None:
    visitor.ready()
    clock.now += 60
    key = form_of(visitor.page)["key"][0]
    forged = signing.TimestampSigner(key="guessed", salt=flood.SALT).sign(key)
    visitor.press("send", stamp=forged)
    assert visitor.status == 422
    visitor.press("send", key="kAnotherKey00")
    assert visitor.status == 422
    assert CaseRow.objects.count() == 0


def test_one_page_given_out_opens_one_case_however_often_it_is_sent(visitor: Visitor, clock: Clock) -> None:
    visitor.ready()
    clock.now += 60
    values = {**form_of(visitor.page), "go": "send"}
    for n in range(4):
        visitor.client.post("/", {**values, "body": f"{MATTER}{n}"})
    assert CaseRow.objects.count() == 1


def test_after_many_reports_from_one_address_a_sum_is_asked_in_words(visitor: Visitor, clock: Clock) -> None:
    for _ in range(flood.PER_ADDRESS.most):
        reported(visitor, clock)
    visitor.ready()
    clock.now += 60
    question = asked(visitor.page)
    assert question is not None
    for wrong in ("", "0", "十一", "1" * 50):
        visitor.press("send", answer=wrong)
        assert visitor.status == 422
        assert asked(visitor.page) == question
        assert MATTER in visitor.page
    right = str(sum(question))
    number = visitor.send(answer="".join(chr(0xFF10 + int(digit)) for digit in right))
    assert number
    assert CaseRow.objects.count() == flood.PER_ADDRESS.most + 1


def test_an_answer_serves_one_report_and_no_other(visitor: Visitor, clock: Clock) -> None:
    for _ in range(flood.PER_ADDRESS.most):
        reported(visitor, clock)
    sums = set()
    for _ in range(12):
        visitor.ready()
        question = asked(visitor.page)
        assert question is not None
        sums.add(question)
    assert len(sums) > 3


def test_an_address_that_never_stops_has_to_wait_and_others_do_not(
    visitor: Visitor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "MOST", replace(flood.MOST, most=3))
    for _ in range(3):
        reported(visitor, clock)
    visitor.ready()
    clock.now += 60
    visitor.press("send", answer="4")
    assert visitor.status == 422
    assert "过 9 分钟再按" in visitor.page, "what is left of the ten minutes"
    assert MATTER in visitor.page
    reported(Visitor(REMOTE_ADDR="10.1.2.3"), clock)
    clock.now += flood.WINDOW
    visitor.send()


def test_much_from_everywhere_asks_everybody(
    visitor: Visitor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "EVERYWHERE", replace(flood.EVERYWHERE, most=2))
    for n in range(2):
        reported(Visitor(REMOTE_ADDR=f"10.0.0.{n}"), clock)
    assert asked(visitor.ready().page) is not None
    clock.now += flood.WINDOW
    assert asked(visitor.ready().page) is None


def test_files_alone_cannot_fill_the_disk(
    visitor: Visitor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flood, "FILES", replace(flood.FILES, most=2))
    visitor.begin().press("more", photos=[picture(), picture("PNG")])
    visitor.press(photos=picture("WEBP"), place="桥头")
    assert visitor.status == 422
    assert "照片太多了" in visitor.page
    assert form_of(visitor.page)["place"] == ["桥头"]
    assert Attachment.objects.count() == 2
    stranger = Visitor(REMOTE_ADDR="10.9.9.9").begin()
    stranger.press(photos=picture("WEBP"), stamp="x")
    assert Attachment.objects.count() == 2, "nothing is kept for a form that was not given out"


def test_a_key_is_short_enough_to_travel_unseen_through_the_error_pages(
    visitor: Visitor, clock: Clock
) -> None:
    from tongban.web.frame import errors

    for _ in range(50):
        assert errors._CODE.fullmatch(flood.stamped(flood.new_key()))
    assert PHONE
