"""How long a sign-in lasts, what is kept of a private page, and that how long a refusal takes tells nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import PASSWORD, Desk, county, desk, sent_queries
from resident_ground import PHONE, Visitor, unhurried, visitor
from tongban.apps.numbers import check_digit
from tongban.apps.people.codes import open_by_code
from tongban.apps.people.proving import prove
from tongban.kernel.refusal import Refused
from tongban.web.frame.lasting import IDLE

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries", "unhurried", "visitor"]
NOBODYS = "26" + "0" * 9
NOBODYS += check_digit(NOBODYS)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """The clock of sessions runs on by so many seconds."""
    plain, moved = time.time, [0]
    monkeypatch.setattr("tongban.web.frame.lasting.time.time", lambda: plain() + moved[0])

    def on(seconds: int) -> None:
        moved[0] += seconds

    return on


def signed_in(desk: Desk) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": desk.clerk, "password": PASSWORD})
    assert client.get("/desk/").status_code == 200
    return client


# -- how long it lasts


def test_whoever_is_not_seen_for_an_hour_is_out_and_what_they_wrote_is_given_back(
    desk: Desk, later: Callable[[int], None]
) -> None:
    client = signed_in(desk)
    later(IDLE - 60)
    assert client.get("/desk/").status_code == 200
    later(IDLE - 60)
    assert client.get("/desk/").status_code == 200, "whoever was seen meanwhile stays"
    later(IDLE + 1)
    answer = client.post("/desk/new/", {"body": "路灯坏了半个月"})
    assert answer.status_code == 401 and "路灯坏了半个月" in answer.content.decode()
    assert client.get("/desk/").status_code == 302 and "_auth_user_id" not in client.session


def test_nobody_stays_in_longer_than_half_a_day_however_busy(
    desk: Desk, later: Callable[[int], None]
) -> None:
    client = signed_in(desk)
    for _ in range(24):
        assert client.get("/desk/").status_code == 200
        later(30 * 60)
    later(1)
    assert client.get("/desk/").status_code == 302


def test_a_clock_that_was_set_back_ends_a_session(desk: Desk, later: Callable[[int], None]) -> None:
    client = signed_in(desk)
    later(-3600)
    assert client.get("/desk/").status_code == 302


def test_a_residents_case_closes_in_a_browser_that_nobody_uses(
    visitor: Visitor, desk: Desk, later: Callable[[int], None]
) -> None:
    number = desk.register()
    visitor.prove(number)
    assert visitor.get(f"/follow/{number}/").status == 200
    later(IDLE + 1)
    assert visitor.get(f"/follow/{number}/").status == 404
    visitor.prove(number)
    assert visitor.get(f"/follow/{number}/").status == 200


# -- what is kept of it


def test_whatever_does_not_say_that_it_is_public_is_kept_nowhere(visitor: Visitor, desk: Desk) -> None:
    number, client = desk.dispatched(), signed_in(desk)
    paths = ("/desk/", f"/desk/cases/{number}/", "/account/", "/lead/", "/studio/", "/desk/nothing-there/")
    for path in paths:
        answer = client.get(path)
        assert "no-store" in answer["Cache-Control"], (path, answer.status_code, answer["Cache-Control"])
    visitor.prove(number)
    for path in (f"/follow/{number}/", "/follow/"):
        assert "no-store" in visitor.client.get(path)["Cache-Control"], path
    assert "no-store" in client.get("/open/figures/")["Cache-Control"], "for somebody who is signed in"


# -- how long it takes


class Counting(MD5PasswordHasher):
    """A quick hasher that says how often it was asked."""

    asked = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).asked += 1
        encoded: str = super().encode(password, salt)
        return encoded


@pytest.fixture
def hashes(settings) -> Iterator[Callable[[Callable[[], object]], int]]:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]

    def count(act: Callable[[], object]) -> int:
        before = Counting.asked
        act()
        return Counting.asked - before

    yield count


def test_an_unknown_name_costs_what_a_wrong_password_costs(hashes, county) -> None:
    User.objects.create_user("known", password="a good one indeed")
    User.objects.create_user("left", password="a good one indeed", is_active=False)
    User.objects.create_user("elsewhere", password=None)

    def trying(name: str) -> int:
        return hashes(lambda: Client().post("/sign-in/", {"username": name, "password": "wrong"}))

    assert {name: trying(name) for name in ("known", "unknown", "left", "elsewhere")} == dict.fromkeys(
        ("known", "unknown", "left", "elsewhere"), 1
    )


def test_a_number_that_no_case_has_is_asked_as_much_as_one_with_another_telephone(
    desk: Desk, sent_queries
) -> None:
    number = desk.register(phone=PHONE)
    prove(number, PHONE)  # the office is known from here on
    cost = {
        what: len(sent_queries(lambda given=given: prove(*given)))
        for what, given in {
            "theirs": (number, PHONE),
            "another telephone": (number, "13900009999"),
            "no such case": (NOBODYS, PHONE),
        }.items()
    }
    assert len(set(cost.values())) == 1, cost
    assert prove(NOBODYS, PHONE) == prove(number, "13900009999") == Refused("people.no_match", "number")


def test_a_code_is_worked_out_and_compared_whether_the_case_is_there_or_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    from tongban.apps.people import codes

    asked: list[str] = []
    plain = codes.code_of
    monkeypatch.setattr(codes, "code_of", lambda here, case: asked.append(case) or plain(here, case))
    number = desk.register()
    for each in (number, NOBODYS):
        assert isinstance(open_by_code(each, "2222222222", "10.1.1.1", datetime.now(UTC)), Refused)
    assert len(asked) == 2
