"""One's own account: a second factor at the sign-in, passwords, the places where one is signed in; nobody else's."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import PASSWORD, Desk, county, desk
from tongban.apps.people import totp

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

NEW = "three odd words 7"


def browser(agent: str = "", **more: Any) -> Client:
    return Client(headers={"accept-language": "en", "user-agent": agent}, **more)


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"username": login, "password": password, **more})


def signed_in(login: str = Desk.handler, agent: str = "") -> Client:
    client = browser(agent)
    assert sign_in(client, login).status_code == 302
    return client


def body(answer: Any) -> str:
    return str(answer.content.decode())


def secret_on(answer: Any) -> bytes:
    from base64 import b32decode

    found = re.search(r'class="letters">([A-Z2-7 ]+)<', body(answer))
    assert found is not None
    text = found[1].replace(" ", "")
    return b32decode(text + "=" * (-len(text) % 8))


def code(secret: bytes, later: int = 1) -> str:
    """The next one: this one may be used already."""
    return totp.code_at(secret, int(time.time()) // totp.SECONDS + later)


def with_app(client: Client) -> tuple[bytes, list[str]]:
    """Set up an app on a signed-in account; its secret and the recovery codes."""
    secret = secret_on(client.get("/account/app/"))
    page = client.post("/account/app/", {"second": code(secret, 0), "name": "my phone"})
    codes = re.findall(r"<li>([a-z0-9]{5}-[a-z0-9]{5})</li>", body(page))
    assert page.status_code == 200 and len(codes) == 10 and "no-store" in page.headers["Cache-Control"]
    return secret, codes


def test_the_account_page_tells_posts_factors_and_sessions(desk: Desk) -> None:
    page = body(signed_in(agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0").get("/account/"))
    assert "Not set up" in page and "Firefox · Linux" in page and "Urban" in page, page
    assert browser().get("/account/").status_code == 302
    stranger = browser()
    stranger.force_login(User.objects.create_user("nobody-behind-it", password=NEW))
    assert stranger.get("/account/").status_code == 403


def test_after_the_password_a_code_is_asked_for_and_nothing_is_open_before(desk: Desk) -> None:
    secret, codes = with_app(signed_in())
    once = code(secret)
    client = browser()
    answer = sign_in(client, desk.handler, next="/desk/")
    assert answer.headers["Location"] == "/sign-in/second/"
    assert client.get("/desk/").status_code == 302 and "_auth_user_id" not in client.session
    assert client.post("/sign-in/second/", {"second": "000000"}).status_code == 422
    answer = client.post("/sign-in/second/", {"second": once})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/")
    other = browser()
    sign_in(other, desk.handler)
    assert other.post("/sign-in/second/", {"second": once}).status_code == 422  # used up
    assert other.post("/sign-in/second/", {"second": codes[0]}).status_code == 302


def test_being_halfway_lasts_ten_minutes_and_ends_with_the_password(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, codes = with_app(signed_in())
    assert browser().get("/sign-in/second/").headers["Location"] == "/sign-in/"
    changed, slow = browser(), browser()
    for each in (changed, slow):
        sign_in(each, desk.handler)
    plain = time.time
    monkeypatch.setattr("tongban.web.frame.entering.time.time", lambda: plain() + 601)
    assert slow.post("/sign-in/second/", {"second": codes[0]}).headers["Location"] == "/sign-in/"
    monkeypatch.undo()
    user = User.objects.get(username=desk.handler)
    user.set_password(NEW)
    user.save()
    assert changed.post("/sign-in/second/", {"second": codes[0]}).headers["Location"] == "/sign-in/"


def test_a_role_that_needs_a_second_factor_is_let_in_once_it_has_one(desk: Desk) -> None:
    from tongban.apps.people.entering import need

    assert need(("administrator",), desk.acting("hushaohua")) is None
    client = browser()
    assert sign_in(client, "hushaohua", next="/studio/").headers["Location"] == "/sign-in/set-up/"
    assert client.get("/studio/").status_code == 302
    assert client.get("/sign-in/second/").headers["Location"] == "/sign-in/set-up/"
    secret = secret_on(client.get("/sign-in/set-up/"))
    assert secret_on(client.post("/sign-in/set-up/", {"second": "000000"})) == secret
    page = client.post("/sign-in/set-up/", {"second": code(secret)})
    assert "Written down" in body(page) and 'href="/studio/"' in body(page)
    assert client.get("/studio/").status_code == 200


def test_a_password_alone_is_no_token_where_there_is_a_second_factor(desk: Desk) -> None:
    secret, _ = with_app(signed_in())
    asked = {"login": desk.handler, "password": PASSWORD}

    def sent(**more: str) -> Any:
        return Client().post("/api/v1/tokens", {**asked, **more}, content_type="application/json")

    assert sent().json()["code"] == "people.second_missing"
    assert sent(second="000000").json()["code"] == "people.second_wrong"
    assert "token" in sent(second=code(secret)).json()


def a_program(login: str, **more: str) -> str:
    """A token that a program got by the password."""
    asked = {"login": login, "password": PASSWORD, **more}
    return str(Client().post("/api/v1/tokens", asked, content_type="application/json").json()["token"])


def opens(token: str) -> bool:
    answer = Client(headers={"authorization": f"Bearer {token}"}).get("/api/v1/me")
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


def test_a_programs_token_stands_where_one_is_signed_in_and_ends_there(desk: Desk) -> None:
    first, second = a_program(desk.handler), a_program(desk.handler)
    here, colleague = signed_in(), a_program(Desk.clerk)
    assert opens(first) and opens(colleague)
    page = body(here.get("/account/"))
    assert page.count("A program that signed in") == 2
    assert page.count("no use is recorded") == 1 and page.count("last used") == 1
    newest = re.findall(r'name="session" value="([0-9a-f]+)"', page)[0]
    here.post("/account/sessions/end/", {"session": newest})
    assert opens(first) and not opens(second)
    here.post("/account/sessions/end/", {})
    assert not opens(first) and opens(colleague)
    assert "A program that signed in" not in body(here.get("/account/"))


def test_a_new_factor_and_a_new_password_end_what_programs_got_without_them(desk: Desk) -> None:
    here, token = signed_in(), a_program(desk.handler)
    secret, _ = with_app(here)
    assert not opens(token)
    assert here.get("/account/").status_code == 200
    token = a_program(desk.handler, second=code(secret))
    assert opens(token)
    here.post("/account/password/", {"password": PASSWORD, "new_password": NEW, "again": NEW})
    assert not opens(token) and "A program that signed in" not in body(here.get("/account/"))


def test_a_new_password_is_long_uncommon_and_ends_every_other_session(desk: Desk) -> None:
    here, elsewhere = signed_in(), signed_in()
    for old, new, again, said in (
        (PASSWORD, "short", "short", "at least 12"),
        (PASSWORD, "password1234", "password1234", "common"),
        (PASSWORD, NEW, "something else 8", "differ"),
        (PASSWORD, PASSWORD, PASSWORD, "the old one"),
        ("not mine", NEW, NEW, "is wrong"),
    ):
        answer = here.post("/account/password/", {"password": old, "new_password": new, "again": again})
        assert answer.status_code == 422 and said in body(answer).replace("At least", "at least"), said
        assert f'value="{new}"' not in body(answer)
    done = here.post(
        "/account/password/", {"password": PASSWORD, "new_password": NEW, "again": NEW}, follow=True
    )
    assert "The password is changed" in body(done)
    assert elsewhere.get("/account/").status_code == 302
    assert "here" in body(here.get("/account/"))
    assert sign_in(browser(), desk.handler).status_code == 422
    assert sign_in(browser(), desk.handler, NEW).status_code == 302


def test_whoever_finds_an_open_page_guesses_the_password_five_times_at_most(desk: Desk) -> None:
    client = signed_in()
    sent = {"new_password": NEW, "again": NEW}
    for n in range(5):
        client.post("/account/password/", {"password": f"guess {n}", **sent})
    answer = client.post("/account/password/", {"password": PASSWORD, **sent})
    assert answer.status_code == 422 and "please wait" in body(answer)


def test_sessions_are_listed_and_ended_one_by_one_or_together_and_only_ones_own(desk: Desk) -> None:
    here, lost, third = (signed_in(agent=f"Firefox {n} (Windows)") for n in range(3))
    stranger = signed_in(desk.other_handler)
    ids = re.findall(r'name="session" value="([0-9a-f]+)"', body(here.get("/account/")))
    assert len(ids) == 2
    stranger.post("/account/sessions/end/", {"session": ids[0]})
    assert third.get("/account/").status_code == 200
    here.post("/account/sessions/end/", {"session": ids[0]})  # the newest first
    assert (third.get("/account/").status_code, lost.get("/account/").status_code) == (302, 200)
    here.post("/account/sessions/end/")
    assert (lost.get("/account/").status_code, here.get("/account/").status_code) == (302, 200)
    assert stranger.get("/account/").status_code == 200
    here.post("/sign-out/")
    assert len(re.findall('name="session"', body(signed_in().get("/account/")))) == 0


@pytest.mark.parametrize(
    "path", ["app/", "passkey/", "passkey/ask/", "recovery/", "remove/", "sessions/end/"]
)
def test_nothing_changes_of_a_sign_in_at_a_page_that_stood_open(desk: Desk, path: str) -> None:
    client = signed_in()
    session = client.session
    session["signed_at"] = time.time() - 901
    session.save()
    answer = client.post(f"/account/{path}")
    assert answer.headers["Location"].startswith("/account/again/?next=")
    assert client.post("/account/again/", {"password": "wrong"}).status_code == 422
    assert client.post("/account/again/", {"password": PASSWORD}).headers["Location"] == "/account/"
    assert not client.post(f"/account/{path}").headers.get("Location", "").startswith("/account/again/")


def test_a_factor_is_removed_by_its_owner_alone(desk: Desk) -> None:
    client = signed_in()
    with_app(client)
    [factor] = re.findall(r'name="factor" value="([0-9a-f]+)"', body(client.get("/account/")))
    signed_in(desk.other_handler).post("/account/remove/", {"factor": factor})
    assert "my phone" in body(client.get("/account/"))
    client.post("/account/remove/", {"factor": factor})
    assert "Not set up" in body(client.get("/account/"))
    assert sign_in(browser(), desk.handler).headers["Location"] != "/sign-in/second/"


def test_a_passkey_that_nobody_asked_for_or_that_is_made_up_opens_nothing(desk: Desk) -> None:
    client = browser()
    for answer in (
        "",
        "{}",
        "[1]",
        "{" * 30_000,
        '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}',
    ):
        client.post("/sign-in/passkey/ask/", headers={"host": "localhost"})
        done = client.post("/sign-in/passkey/", {"answer": answer}, headers={"host": "localhost"})
        assert done.headers["Location"] == "/sign-in/" and "_auth_user_id" not in client.session
    assert client.post("/sign-in/passkey/ask/", headers={"host": "127.0.0.1"}).status_code == 404


def test_whoever_fails_with_passkeys_elsewhere_holds_up_nobody_here(desk: Desk) -> None:
    from tongban.apps.people.attempts import ACCOUNT

    for n in range(ACCOUNT.most + 1):
        browser(REMOTE_ADDR=f"10.1.{n}.1").post("/sign-in/passkey/", {"answer": "{}"})
    client = browser(REMOTE_ADDR="10.2.0.1")
    client.post("/sign-in/passkey/", {"answer": "{}"})
    assert "was not recognised" in body(client.get("/sign-in/"))
