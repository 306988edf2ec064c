"""Boards on screen: the public reads derivations, who works here opens each point to its cases, and few cases have no rank."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import ROOT, Desk, county, desk
from tongban.apps.adoption.adopting import adopt
from tongban.apps.disclosure import counting
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

UNIT, ITEM = "urban-enforcement", "first_contact"


@pytest.fixture
def month(desk: Desk) -> str:
    """A month in which the unit of the handler answered three cases."""
    done = adopt(ROOT / "practices" / "contest", {}, ("county-government",), desk.acting("hushaohua"))
    assert not isinstance(done, Refused), done
    for _ in range(3):
        desk.replied()
    counting.forget()
    return datetime.now(timezone(timedelta(hours=8))).strftime("%Y-%m")


def reader(login: str = "") -> Client:
    client = Client()
    if login:
        client.force_login(User.objects.get(username=login))
    return client


def shown(path: str, login: str = "") -> str:
    response = reader(login).get(path)
    assert response.status_code == 200, (path, response.status_code)
    return str(response.content.decode())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_public_finds_every_board_of_the_county(month: str, language: str) -> None:
    page = shown(f"/open/boards/?lang={language}")
    assert "/open/boards/contest.five/" in page and "/open/boards/contest.five_year/" in page


@pytest.mark.parametrize("path", ["/open/boards/contest.five/{}/", "/lead/boards/contest.five/{}/"])
def test_where_no_item_can_be_told_apart_the_board_says_so_and_ranks_nobody(month: str, path: str) -> None:
    page = shown(path.format(month), "liuzeyu")
    assert "30" in page and "<strong>1</strong>" not in page


def test_a_stranger_opens_no_point(month: str) -> None:
    response = reader().get(f"/lead/boards/contest.five/{month}/{UNIT}/{ITEM}/")
    assert response.status_code == 302 and "/sign-in/" in response.headers["Location"]


@pytest.mark.parametrize(
    "path",
    ["contest.six/2026-10", "contest.five/2026-13", "contest.five/2199-01", "hotline.five/2026-10", "x/y"],
)
def test_a_board_or_a_period_that_is_none_is_not_found(month: str, path: str) -> None:
    assert reader().get(f"/open/boards/{path}/").status_code == 404
    assert reader("liuzeyu").get(f"/lead/boards/{path}/{UNIT}/{ITEM}/").status_code == 404
