"""What turns out to be about the office itself goes above, at the pages: whoever hands it up reads that it was done, and no more."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import SOON, Desk, county, desk
from resident_ground import Visitor, unhurried, visitor
from scenario_ground import ROOT
from tongban.apps.acting import Acting
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "unhurried", "visitor"]

WORDS = "信访局窗口的人收了我五百块钱才肯登记。"


@pytest.fixture
def bureau(desk: Desk) -> Desk:
    from tongban.apps.adoption.adopting import adopt
    from tongban.store.models import PostRow

    made = adopt(ROOT / "practices" / "petition", {}, ("petitions",), Acting(datetime.now(UTC), SYSTEM))
    assert not isinstance(made, Refused), made.all()
    for person, unit in (("raomingyuan", "petitions"), ("huangwenbin", "county-government")):
        PostRow.objects.filter(county="330822", person=person).delete()
        PostRow.objects.create(county="330822", person=person, unit=unit, role="clerk", since=SOON)
    return desk


def reader(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=login))
    return client


def test_a_resident_says_that_they_accuse_and_whom_before_they_say_how_to_reach_them(
    bureau: Desk, visitor: Visitor
) -> None:
    assert 'name="accuses"' in visitor.begin("/report/petition/", WORDS).page
    assert "反映的是哪个单位" in visitor.press(accuses="true").page
    assert "怎么联系您" in visitor.press(about_unit="petitions").press().page
    number = visitor.press(phone="13812345678").send()
    assert reader("raomingyuan").get(f"/desk/{number}/").status_code == 404
    assert WORDS in reader("huangwenbin").get(f"/desk/{number}/").content.decode()


def test_whoever_hands_a_case_above_is_told_so_and_sees_it_no_more(bureau: Desk, visitor: Visitor) -> None:
    number = visitor.begin("/report/petition/", WORDS).press().press().press(phone="13812345678").send()
    clerk = reader("raomingyuan")
    given = {"_key": str(uuid4()), "about_unit": "petitions"}
    after = clerk.post(f"/desk/{number}/steps/hand_up/", given, follow=True)
    assert after.redirect_chain[-1][0] == "/desk/" and "已转由上一级受理" in after.content.decode()
    assert clerk.get(f"/desk/{number}/").status_code == 404
    assert WORDS in reader("huangwenbin").get(f"/desk/{number}/").content.decode()


def test_the_desk_that_writes_down_what_goes_above_hands_over_a_receipt_with_the_number_alone(
    bureau: Desk,
) -> None:
    clerk = reader("raomingyuan")
    said = {
        "_key": str(uuid4()),
        "body": WORDS,
        "accuses": "true",
        "about_unit": "petitions",
        "phone": "13812345678",
    }
    after = clerk.post("/desk/new/?practice=petition", said, follow=True)
    page = after.content.decode()
    assert after.redirect_chain[-1][0].endswith("/receipt/"), page
    assert "<svg" in page and WORDS not in page and "信访局" not in page.partition("<main")[2]
    receipt = after.redirect_chain[-1][0]
    number = receipt.split("/")[2]
    assert clerk.get(f"/desk/{number}/").status_code == 404
    assert reader("raomingyuan").get(receipt).status_code == 404, "it is for whoever wrote it down, then"
