"""A resident reads who has looked at who they are, and takes a copy of their data along."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, time, timedelta

import pytest
from msgspec.structs import replace

from desk_ground import Desk, county, desk
from resident_ground import PHONE, Visitor, picture, unhurried, visitor
from tongban.apps.people.looking import look_identity
from tongban.kernel.clock import LOCAL, local_date
from tongban.store.models import PostRow

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "unhurried", "visitor"]


def test_each_look_is_told_by_office_and_purpose_and_not_by_person(visitor: Visitor, desk: Desk) -> None:
    number = desk.signed()
    visitor.prove(number)
    assert "还没有人看过" in visitor.get(f"/follow/{number}/seen/").page
    look_identity(number, "contact", "约时间上门看现场，顺便问问王大妈", desk.acting(desk.handler))
    page = visitor.get(f"/follow/{number}/seen/").page
    assert "县综合行政执法局" in page
    assert "联系诉求人" in page
    assert "王大妈" not in page
    assert "郑金花" not in page


def test_a_copy_holds_who_somebody_is_for_how_long_and_notes_itself(visitor: Visitor, desk: Desk) -> None:
    number = desk.signed()
    visitor.prove(number)
    answer = visitor.client.post(f"/follow/{number}/data/")
    assert f"tongban-{number}-data.json" in answer["Content-Disposition"]
    copy = json.loads(answer.content)
    for each in (*copy["story"], *copy["seen"]):
        assert datetime.fromisoformat(each["when"]).tzname() == "UTC+08:00", each
    assert "13812345678" in json.dumps(copy["identity"])
    assert copy["keep_years"] and all(years > 0 for years in copy["keep_years"].values())
    assert copy["story"] and copy["facts"]
    assert copy["seen"][0]["who"] == "您自己"
    assert "您自己" in visitor.get(f"/follow/{number}/seen/").page


def test_a_copy_holds_the_reply_and_the_photos_themselves(visitor: Visitor, desk: Desk) -> None:
    visitor.begin().press(photos=[picture()]).press(phone=PHONE)
    number = visitor.send()
    answer = visitor.client.post(f"/follow/{number}/data/")
    assert f"tongban-{number}-data.zip" in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parcel:
        copy = json.loads(parcel.read("data.json"))
        assert copy["files"] == ["files/1.jpeg"]
        assert parcel.read("files/1.jpeg").startswith(b"\xff\xd8")
    assert any(each["said"] for each in copy["story"])


def test_nobody_else_reads_either(visitor: Visitor, desk: Desk) -> None:
    number = desk.signed()
    assert visitor.get(f"/follow/{number}/seen/").status == 404
    refused = visitor.client.post(f"/follow/{number}/data/")
    assert refused.status_code == 404
    assert PHONE not in refused.content.decode()
    assert visitor.client.get(f"/follow/{number}/data/").status_code == 405


def test_whoever_moved_on_that_day_looked_for_the_office_that_they_had_come_to(
    visitor: Visitor, desk: Desk
) -> None:
    """Half past midnight here is the day before in UTC; and a post counts to the day before it ends."""
    number = desk.signed()
    acting = desk.acting(desk.handler)
    day = local_date(acting.now) + timedelta(days=1)
    PostRow.objects.filter(person=desk.handler).update(until=day)
    PostRow.objects.create(county="330822", person=desk.handler, unit="housing", role="handler", since=day)
    at = datetime.combine(day, time(0, 30), LOCAL).astimezone(UTC)
    look_identity(number, "contact", "约时间上门看现场", replace(acting, now=at))
    visitor.prove(number)
    page = visitor.get(f"/follow/{number}/seen/").page
    assert "县住房和城乡建设局" in page
    assert "县综合行政执法局" not in page.partition("<main")[2]
