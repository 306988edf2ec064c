"""What was told is kept as long as it is needed: proof as long as the case, words for some days, codes for a month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk
from notice_ground import Told
from notice_ground import told as told
from tongban.apps.jobs import rounds
from tongban.apps.notices import forgetting
from tongban.apps.notices.codes import send_code
from tongban.apps.notices.forgetting import CODES, do_due, kept_too_long
from tongban.apps.notices.shown import OfCase, told_of_case
from tongban.store.models import DeliveryRow, SendingRow

pytestmark = pytest.mark.database

HALF_A_YEAR = timedelta(days=183)
DAY = timedelta(days=1)


def texts() -> list[str]:
    return [
        *DeliveryRow.objects.values_list("text", flat=True),
        *SendingRow.objects.values_list("text", flat=True),
    ]


def lines(told: Told, number: str) -> list[tuple[str, str]]:
    found = told_of_case(number, told.desk.acting(told.desk.clerk))
    assert isinstance(found, OfCase)
    return [(each.text, each.state) for each in found.lines]


def test_the_words_go_after_half_a_year_and_that_somebody_was_told_stays(told: Told) -> None:
    number, now = told.desk.register(), told.morning()
    told.send(now)
    before = lines(told, number)
    assert before and all(texts())
    assert do_due(now + HALF_A_YEAR - DAY) == 0
    assert do_due(now + HALF_A_YEAR + DAY) == len(texts())
    assert set(texts()) == {""}
    assert do_due(now + HALF_A_YEAR + DAY) == 0
    after = lines(told, number)
    assert [state for _, state in after] == [state for _, state in before]
    assert {text for text, _ in after} == {"文字已按期删去"}


def test_a_county_may_say_how_many_days(told: Told, settings: Any) -> None:
    told.desk.register()
    told.send(now := told.morning())
    settings.NOTICE_DAYS = 30
    assert do_due(now + 31 * DAY) > 0 and set(texts()) == {""}


def test_what_has_legal_weight_keeps_its_words_and_what_waits_keeps_them_until_it_went(told: Told) -> None:
    told.desk.register()
    now = told.morning()
    told.send(now)
    DeliveryRow.objects.update(served=True)
    SendingRow.objects.update(kind="served")
    assert do_due(now + 20 * HALF_A_YEAR) == 0 and all(texts())
    DeliveryRow.objects.update(served=False, sending=None, dropped="")
    SendingRow.objects.update(kind="one", next_at=now)
    assert do_due(now + 20 * HALF_A_YEAR) == 0 and all(texts())


def test_that_a_code_was_sent_is_forgotten_after_a_month(told: Told) -> None:
    now = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    assert send_code("13912345678", "482913", 5, "en", now) is None
    assert do_due(now + CODES - DAY) == 0 and SendingRow.objects.count() == 1
    assert do_due(now + CODES + DAY) == 1 and SendingRow.objects.count() == 0


def test_it_is_done_in_pieces_and_what_is_left_waits_for_the_next_round(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        told.desk.register()
    told.send(now := told.morning())
    DeliveryRow.objects.update(sending=None, dropped="desk")
    SendingRow.objects.all().delete()
    many, later = DeliveryRow.objects.count(), now + HALF_A_YEAR + DAY
    assert many > 4
    monkeypatch.setattr(forgetting, "PIECE", 2)
    monkeypatch.setattr(forgetting, "MOST", 2)
    assert do_due(later) == 4
    monkeypatch.setattr(forgetting, "MOST", 100)
    assert do_due(later) == many - 4 and do_due(later) == 0


def test_whoever_looks_after_it_learns_that_words_stand_too_long(told: Told) -> None:
    told.desk.register()
    told.send(now := told.morning())
    assert kept_too_long(now + HALF_A_YEAR + DAY) == 0, "the job may be a day late"
    assert kept_too_long(now + HALF_A_YEAR + 5 * DAY) in (3, 4)
    do_due(now + HALF_A_YEAR + 5 * DAY)
    assert kept_too_long(now + HALF_A_YEAR + 5 * DAY) == 0


def test_a_browser_that_nobody_uses_any_more_is_forgotten_with_what_it_followed(desk: Desk) -> None:
    now = datetime.now(UTC)
    for n in range(3):
        Session.objects.create(session_key=f"over{n}", session_data="case", expire_date=now - DAY)
    Session.objects.create(session_key="goes-on", session_data="case", expire_date=now + DAY)
    rounds.tidy(now)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["goes-on"]
