"""Deadlines in calendars: an address that is signed, one's own, ended at once, and tells nobody's words or name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from icalendar import Calendar

from desk_ground import TEXT, Desk, county, desk
from tongban.apps.formats import deadlines_calendar as calendars
from tongban.kernel.refusal import Refused
from tongban.store.models import TokenRow

__all__ = ["county", "desk"]
pytestmark = pytest.mark.database


def events(content: Any) -> list[Any]:
    assert isinstance(content, bytes), content
    return [each for each in Calendar.from_ical(content).walk() if each.name == "VEVENT"]


def fed(secret: str, at: datetime | None = None) -> bytes | Refused:
    return calendars.feed(secret, at or datetime.now(UTC), "zh-Hans", "https://example.org")


def test_what_waits_for_ones_posts_stands_on_the_day_it_is_due(desk: Desk) -> None:
    number = desk.dispatched(name="欧阳小明")
    secret = calendars.open_feed(desk.handler, desk.acting(desk.handler))
    content = fed(secret)
    mine = [each for each in events(content) if str(each["url"]).endswith(f"/desk/{number}/")]
    assert len(mine) == 1 and mine[0]["dtstart"].dt is not None
    assert isinstance(content, bytes)
    told = content.decode().replace("\r\n ", "")
    assert TEXT[:6] not in told and "欧阳" not in told and "138" not in told.replace(number, "")
    assert [str(each["uid"]) for each in events(fed(secret))] == [
        str(each["uid"]) for each in events(content)
    ]


def test_an_address_ends_when_it_is_ended_replaced_or_its_owner_leaves(desk: Desk) -> None:
    acting = desk.acting(desk.handler)
    first = calendars.open_feed(desk.handler, acting)
    second = calendars.open_feed(desk.handler, acting)
    assert isinstance(fed(first), Refused) and isinstance(fed(second), bytes)
    assert first not in str(list(TokenRow.objects.values())) and second not in str(
        list(TokenRow.objects.values())
    )
    assert isinstance(fed(second, acting.now + calendars.LIFE + timedelta(days=1)), Refused)
    assert calendars.close_feed(desk.handler, acting) and not calendars.close_feed(desk.handler, acting)
    assert isinstance(fed(second), Refused)
    third = calendars.open_feed(desk.handler, acting)
    User.objects.filter(username=desk.handler).update(is_active=False)
    assert isinstance(fed(third), Refused)


@pytest.mark.parametrize("secret", ["", "x", "a" * 10_000, "tb1.x:y:z", "'\"<>"])
def test_what_was_not_given_out_opens_nothing(desk: Desk, secret: str) -> None:
    assert isinstance(fed(secret), Refused)


def test_the_pages_give_the_address_once_and_the_clocks_of_a_case(desk: Desk) -> None:
    number = desk.dispatched()
    client = Client()
    assert client.get("/desk/calendar/").status_code == 302
    client.force_login(User.objects.get(username=desk.handler))
    page = client.post("/desk/calendar/", {"do": "make"}).content.decode()
    address = page.partition("<code>")[2].partition("</code>")[0]
    assert address.startswith("http://testserver/desk/calendar/")
    got = Client().get(address.removeprefix("http://testserver"))
    assert got.status_code == 200 and got["Content-Type"].startswith("text/calendar") and events(got.content)
    assert address not in client.get("/desk/calendar/").content.decode()
    case = client.get(f"/desk/{number}/deadlines.ics")
    assert case.status_code == 200 and events(case.content)
    assert client.post("/desk/calendar/", {"do": "end"}).status_code == 302
    assert Client().get(address.removeprefix("http://testserver")).status_code == 404
    assert Client().get(f"/desk/{number}/deadlines.ics").status_code == 302
