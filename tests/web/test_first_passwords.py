"""A password that somebody else gave: it runs out, and until then opens one page, where its owner sets one that nobody else knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from desk_ground import PASSWORD, Desk, county, desk
from tongban.apps.people import first
from tongban.apps.people.entering import Next, after_password, after_platform
from tongban.apps.people.own import Whose, account
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

ADMINISTRATOR = "hushaohua"
GIVEN = "seventeen grey herons"
OWN = "eleven slow barges 4"


def browser() -> Client:
    return Client(headers={"accept-language": "en"})


def body(answer: Any) -> str:
    return str(answer.content.decode())


def sign_in(client: Client, login: str, password: str, **more: str) -> Any:
    return client.post("/sign-in/", {"username": login, "password": password, **more})


def token(login: str, password: str, **more: str) -> Any:
    asked = {"login": login, "password": password, **more}
    return Client().post("/api/v1/tokens", asked, content_type="application/json")


def whose(login: str) -> Whose:
    found = account(login)
    assert not isinstance(found, Refused)
    return found[0]


def run_out(login: str) -> None:
    first.give(whose(login), datetime.now(UTC) - first.LASTS)


@pytest.fixture
def newcomer(desk: Desk) -> str:
    from tongban.apps.people.accounts import add_person

    acting = desk.acting(ADMINISTRATOR)
    assert add_person("330822", "newcomer", "新来", GIVEN, [(Desk.unit, "handler")], acting) is None
    return "newcomer"


def set_own(client: Client, new: str = OWN, again: str | None = None) -> Any:
    return client.post("/sign-in/own/", {"new_password": new, "again": new if again is None else again})


def test_a_first_password_opens_the_page_of_ones_own_alone_and_that_opens_everything(newcomer: str) -> None:
    client = browser()
    assert sign_in(client, newcomer, GIVEN, next="/account/").headers["Location"] == "/sign-in/own/"
    for path in ("/desk/", "/account/", "/account/password/", "/sign-in/second/", "/sign-in/set-up/"):
        assert client.get(path).headers["Location"].startswith("/sign-in/"), path
    assert "_auth_user_id" not in client.session
    page = body(client.get("/sign-in/own/"))
    assert "somebody else knows it" in page and 'value="newcomer"' in page
    answer = set_own(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/")
    assert "Your password is set" in body(client.get("/account/"))
    assert client.get("/desk/").status_code == 200
    assert first.until(whose(newcomer)) is None
    assert sign_in(browser(), newcomer, GIVEN).status_code == 422
    assert sign_in(browser(), newcomer, OWN).headers["Location"] == "/desk/"


def test_what_is_no_password_of_ones_own_is_refused_beside_its_field(newcomer: str) -> None:
    client = browser()
    sign_in(client, newcomer, GIVEN)
    for new, again, said in (
        (GIVEN, GIVEN, "The new password is the old one"),
        (OWN, "another", "The two new passwords differ"),
        ("short", "short", "too short"),
        ("x" * 300, "x" * 300, "more than 200 characters"),
    ):
        answer = set_own(client, new, again)
        assert answer.status_code == 422 and said in body(answer), said
        assert new not in body(answer) or new == "short"
    assert User.objects.get(username=newcomer).check_password(GIVEN)


def test_a_first_password_serves_once_also_in_two_browsers(newcomer: str) -> None:
    one, other = browser(), browser()
    for each in (one, other):
        sign_in(each, newcomer, GIVEN)
    assert set_own(one).status_code == 302
    assert set_own(other, "nine quick otters 5").headers["Location"] == "/sign-in/"
    assert sign_in(browser(), newcomer, OWN).headers["Location"] == "/desk/"


def test_who_waits_at_the_page_until_it_ran_out_is_told(newcomer: str) -> None:
    client = browser()
    sign_in(client, newcomer, GIVEN)
    run_out(newcomer)
    answer = set_own(client)
    assert answer.status_code == 422 and "has run out" in body(answer)
    assert not User.objects.get(username=newcomer).check_password(OWN)


def test_one_that_ran_out_is_refused_by_every_door_and_only_to_whoever_knows_it(newcomer: str) -> None:
    run_out(newcomer)
    answer = sign_in(browser(), newcomer, GIVEN)
    assert answer.status_code == 422
    assert "has run out" in body(answer) and "administrator gives you a new one" in body(answer)
    assert "do not belong together" in body(sign_in(browser(), newcomer, "not this one at all"))
    assert token(newcomer, GIVEN).json()["code"] == "people.first_over"
    assert token(newcomer, "not this one at all").json()["code"] == "api.sign_in"
    for _ in range(5):
        answer = sign_in(browser(), newcomer, GIVEN)
    assert "Please wait" in body(answer)  # counted as any other that opens nothing


def test_programs_are_told_where_one_sets_ones_own(newcomer: str) -> None:
    told = token(newcomer, GIVEN).json()
    assert told["code"] == "people.first_password" and "/sign-in/" in str(told)
    client = browser()
    sign_in(client, newcomer, GIVEN)
    set_own(client)
    assert token(newcomer, OWN).status_code in (200, 201)


def test_the_shell_refuses_it_with_the_same_codes(newcomer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongban.apps.acting import Acting
    from tongban.cli.people import signed_in
    from tongban.cli.words import Voice

    def tried(password: str) -> str:
        monkeypatch.setenv("TONGBAN_PASSWORD", password)
        found = signed_in(Voice("en"), newcomer)
        return found.code if isinstance(found, Refused) else "" if isinstance(found, Acting) else "?"

    assert tried(GIVEN) == "people.first_password"
    run_out(newcomer)
    assert (tried(GIVEN), tried("not this one")) == ("people.first_over", "people.sign_in")
    first.end(whose(newcomer))
    assert tried(GIVEN) == ""


def test_the_second_factor_comes_after_ones_own_password(desk: Desk, newcomer: str) -> None:
    from tongban.apps.people.entering import need

    assert need(("handler",), desk.acting(ADMINISTRATOR)) is None
    client = browser()
    assert sign_in(client, newcomer, GIVEN, next="/desk/").headers["Location"] == "/sign-in/own/"
    assert set_own(client).headers["Location"] == "/sign-in/set-up/"
    assert client.get("/sign-in/own/").headers["Location"] == "/sign-in/set-up/"
    assert client.get("/sign-in/set-up/").status_code == 200
    assert client.get("/desk/").status_code == 302


def test_a_new_one_by_an_administrator_is_a_first_one_again_and_the_page_of_the_person_says_so(
    desk: Desk,
) -> None:
    import re

    admin = browser()
    admin.force_login(User.objects.get(username=ADMINISTRATOR))
    here = f"/studio/people/{desk.handler}/"
    assert "not changed yet" not in body(admin.get(here))
    shown = body(admin.post(f"{here}password/"))
    found = re.findall(r'class="letters">([a-z0-9-]{19})<', shown)[0]
    assert "within 14 days" in shown
    assert "not changed yet, until" in body(admin.get(here))
    client = browser()
    assert sign_in(client, desk.handler, found).headers["Location"] == "/sign-in/own/"
    run_out(desk.handler)
    assert "has run out: give another" in body(admin.get(here))
    admin.post(f"{here}password/")
    assert "not changed yet, until" in body(admin.get(here))
    first.end(whose(desk.handler))
    assert "not changed yet" not in body(admin.get(here))


def test_whom_a_file_brought_sets_their_own_and_who_was_there_keeps_theirs(desk: Desk) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    admin = browser()
    admin.force_login(User.objects.get(username=ADMINISTRATOR))
    text = (
        "people:\n  - {login: lixia, zh: 李霞, posts: [{unit: tax, role: handler}]}\n"
        f"  - {{login: {desk.handler}, zh: 郑进华}}\n"
    )
    admin.post("/studio/people/bring/", {"file": SimpleUploadedFile("people.yaml", text.encode())})
    assert first.until(whose("lixia")) is not None and first.until(whose(desk.handler)) is None
    assert sign_in(browser(), desk.handler, PASSWORD).headers["Location"] == "/desk/"


def test_who_came_in_otherwise_proves_nothing_by_a_first_password_and_changes_it(newcomer: str) -> None:
    client = browser()
    client.force_login(User.objects.get(username=newcomer))
    assert "somebody gave you" in body(client.post("/account/again/", {"password": GIVEN}))
    run_out(newcomer)
    sent: Mapping[str, str] = {"password": GIVEN, "new_password": OWN, "again": OWN}
    for path in ("/account/again/", "/account/password/"):
        assert "has run out" in body(client.post(path, sent)), path
    first.give(whose(newcomer), datetime.now(UTC))
    assert client.post("/account/password/", sent).status_code == 302
    assert first.until(whose(newcomer)) is None


def test_the_ledger_says_who_set_it_and_not_what_it_is(newcomer: str) -> None:
    from tongban.apps.office import office
    from tongban.store.models import EventRow
    from tongban.store.notes import holding, readable

    client = browser()
    sign_in(client, newcomer, GIVEN)
    set_own(client)
    written = [readable(each) for each in holding(office().journal, f"account/{newcomer}", "")]
    assert [each["by"] for each in written] == [newcomer, ADMINISTRATOR]  # the newest first
    assert not EventRow.objects.filter(county="330822", body__contains=OWN).exists()


@given(st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_it_runs_out_at_the_moment_and_not_before(apart: timedelta) -> None:
    at = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    until = at + first.LASTS
    refused = first.over(until, until + apart)
    assert (refused is None) == (apart < timedelta(0))
    assert first.over(None, until + apart) is None


def test_what_comes_next_turns_at_that_moment_and_a_platform_asks_nothing_of_it(newcomer: str) -> None:
    who, tick = whose(newcomer), timedelta(microseconds=1)
    until = first.until(who)
    assert until is not None
    assert [after_password(who, until + each) for each in (-tick, timedelta(0), tick)] == [
        Next.OWN,
        Next.OVER,
        Next.OVER,
    ]
    assert {after_platform(who, until + each) for each in (-tick, tick)} == {Next.ENTER}
