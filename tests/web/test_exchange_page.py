"""What waits for another county, as an administrator sees it; nobody else does."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk

pytestmark = pytest.mark.database

COUNTY = "330822"
CONVERSATION = "8f1b1f4e-6f1f-5a1e-9b57-1f0c5b0f9d11"


@pytest.fixture
def administrator(desk: Desk, client: Client) -> Client:
    from django.contrib.auth.models import User

    from tongban.store.models import PostRow

    PostRow.objects.create(
        county=COUNTY, person=desk.clerk, unit="hotline-centre", role="administrator", since=date(2020, 1, 1)
    )
    client.force_login(User.objects.get(username=desk.clerk))
    return client


@pytest.fixture
def message(desk: Desk) -> str:
    """A message of a case, tried twice in vain; the case's number."""
    from datetime import UTC, datetime

    from tongban.apps.office import office
    from tongban.store.models import PeerRow, ToldRow

    number = desk.register()
    at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    loaded = office().load(number)
    assert loaded is not None
    PeerRow.objects.create(
        county=COUNTY, code="330896", key="k+00000000", public=b"k" * 32, sealing=b"s" * 32, name="邻县",
        address="https://neighbour.invalid", since=at,
    )  # fmt: skip
    ToldRow.objects.create(
        county=COUNTY, conversation=CONVERSATION, n=1, peer="330896", message="application", chain=loaded.case.id, seq=1,
        head="{}", sealed=b"x", made=at, tries=2, next_at=None, why="exchange.unreachable",
    )  # fmt: skip
    return number


def test_an_administrator_sees_what_waits_and_why_and_sends_it_again(
    administrator: Client, message: str
) -> None:
    from tongban.store.models import ToldRow

    page = administrator.get("/studio/exchange/").content.decode()
    assert "邻县" in page and "连不上对方" in page and "已放弃" in page and f"/desk/{message}/" in page
    sent = administrator.post(
        "/studio/exchange/again/", {"conversation": CONVERSATION, "n": "1"}, follow=True
    )
    assert "会在下一轮再发。" in sent.content.decode()
    row = ToldRow.objects.get()
    assert (row.tries, row.next_at is not None) == (0, True)


@pytest.mark.parametrize(
    "given", [{}, {"conversation": "x", "n": "1"}, {"conversation": CONVERSATION, "n": "x"}]
)
def test_what_does_not_wait_is_not_sent_again(
    administrator: Client, message: str, given: dict[str, str]
) -> None:
    answer = administrator.post("/studio/exchange/again/", given)
    assert answer.status_code == 409 and "这封消息不在等待" in answer.content.decode()


def test_nobody_but_an_administrator_sees_it(desk: Desk, client: Client, message: str) -> None:
    from django.contrib.auth.models import User

    assert client.get("/studio/exchange/").status_code == 302
    client.force_login(User.objects.get(username=desk.clerk))
    assert client.get("/studio/exchange/").status_code == 403
    assert client.post("/studio/exchange/again/", {"conversation": CONVERSATION, "n": "1"}).status_code == 403
