"""Signing in through a platform: only a wholly right answer counts, only a link says whose it is, and nothing comes from outside."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, county, desk
from platform_ground import CLIENT, SECRET, Platform, platform
from tongban.apps.doctor.platforms import platforms
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

ADMINISTRATOR = "hushaohua"


def configured(path: Path, settings: Any, at: str, more: str = "") -> Path:
    file = path / "sign-in.toml"
    client = f'client = "{CLIENT}"\nsecret = "{SECRET}"\n'
    file.write_text(
        f'[office]\nkind = "oidc"\ntitle = "统一登录"\ntitle_en = "Office"\nissuer = "{at}"\n{client}{more}\n'
        f'[ding]\nkind = "dingtalk"\ntitle = "钉钉"\n{client}pages = "{at}"\napi = "{at}"\n'
        f'[corp]\nkind = "wecom"\ntitle = "企业微信"\nagent = "1000002"\n{client}pages = "{at}"\napi = "{at}"\n'
    )
    file.chmod(0o600)
    settings.TONGBAN_SIGN_IN = str(file)
    return file


@pytest.fixture
def there(desk: Desk, tmp_path: Path, settings: Any) -> Iterator[Platform]:
    from tongban.apps.outside import oidc

    oidc.forget()
    with platform() as found:
        configured(tmp_path, settings, found.address)
        yield found


def browser() -> Client:
    return Client(headers={"accept-language": "en"})


def link(subject: str, login: str = Desk.handler, provider: str = "office") -> None:
    from tongban.apps.outside.linking import link as keep

    refused = keep(login, provider, subject, Desk().acting(ADMINISTRATOR))
    assert refused is None, refused


def signed_in(client: Client) -> str:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk).username if pk else ""


def through(there: Platform, client: Client | None = None, **changed: str) -> tuple[Client, Any]:
    """To the platform and back; what came back is changed as a test wants."""
    client = client or browser()
    gone = client.get("/sign-in/with/office/?next=/desk/")
    assert gone.status_code == 302 and gone.headers["Location"].startswith(f"{there.address}/authorize?")
    back = {**there.sign_in(gone.headers["Location"]), **changed}
    return client, client.get("/sign-in/back/office/", back)


def test_somebody_linked_comes_in_and_their_posts_are_those_here(there: Platform) -> None:
    link("u-1")
    assert "Sign in with Office" in browser().get("/sign-in/").content.decode()
    client, answer = through(there)
    assert answer.headers["Location"] == "/desk/" and signed_in(client) == Desk.handler
    assert client.get("/desk/").status_code == 200 and client.get("/studio/people/").status_code == 403


def test_whoever_is_linked_to_nobody_gets_no_account_but_the_mark_to_tell(there: Platform) -> None:
    before = User.objects.count()
    there.said = {"sub": "u-77", "preferred_username": ADMINISTRATOR, "roles": ["administrator"]}
    client, answer = through(there)
    assert answer.headers["Location"] == "/sign-in/" and signed_in(client) == ""
    assert "u-77" in client.get("/sign-in/").content.decode() and User.objects.count() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "of another question"}, {"nonce": None}, {"aud": "another-client"}, {"aud": [CLIENT, "other"]},
        {"azp": "other"}, {"iss": "https://elsewhere.example"}, {"exp": 1_000_000_000}, {"exp": None},
        {"iat": 9_000_000_000}, {"sub": None}, {"sub": ""}, {"nbf": 9_000_000_000},
    ],
    ids=lambda each: "-".join(f"{name}_{value}" for name, value in each.items())[:30],
)  # fmt: skip
def test_an_answer_with_one_thing_wrong_opens_nothing(there: Platform, wrong: dict[str, Any]) -> None:
    link("u-1")
    there.wrong = wrong
    client, answer = through(there)
    assert answer.headers["Location"] == "/sign-in/" and signed_in(client) == ""


def test_an_answer_signed_by_nobody_or_by_another_key_opens_nothing(there: Platform) -> None:
    link("u-1")
    right, public = there.key, there.keys()
    for head, key in (
        ({"alg": "none"}, right),
        ({"alg": "HS256"}, right),
        ({}, rsa.generate_private_key(65537, 2048)),
    ):
        there.head, there.key = head, key
        there.keys = lambda: public  # type: ignore[method-assign]
        client, _ = through(there)
        assert signed_in(client) == "", head
    there.head, there.key = {"kid": "two"}, right
    assert signed_in(through(there)[0]) == ""


def test_a_key_that_is_too_short_opens_nothing_unless_the_operator_says_so(
    there: Platform, tmp_path: Path, settings: Any
) -> None:
    link("u-1")
    there.key = rsa.generate_private_key(65537, 2048)
    client, _ = through(there)
    assert signed_in(client) == "" and "3072" in client.get("/sign-in/").content.decode()
    configured(tmp_path, settings, there.address, "rsa = 2048")
    assert signed_in(through(there)[0]) == Desk.handler
    configured(tmp_path, settings, there.address, "rsa = 1024")
    assert browser().get("/sign-in/with/office/").status_code != 302


def test_a_key_that_was_renewed_is_asked_for_once_more(there: Platform) -> None:
    link("u-1")
    through(there)
    there.key, there.kid = rsa.generate_private_key(65537, 3072), "two"
    assert signed_in(through(there)[0]) == Desk.handler


def test_an_issuer_with_one_key_need_not_name_it_and_one_with_two_must(there: Platform) -> None:
    """OpenID Connect Core 1.0, 10.1."""
    link("u-1")
    there.head = {"kid": None}
    assert signed_in(through(there)[0]) == Desk.handler
    there.key, there.kid = rsa.generate_private_key(65537, 3072), "two"
    assert signed_in(through(there)[0]) == Desk.handler, "a renewed key is seen, though nothing names it"
    one = there.keys()["keys"][0]
    there.keys = lambda: {"keys": [one, {**one, "kid": "three"}]}  # type: ignore[method-assign]
    assert signed_in(through(there)[0]) == ""


def test_why_a_platform_was_not_believed_stands_in_the_log_and_nowhere_else(
    there: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    link("u-1")
    there.wrong = {"aud": "another-client"}
    client, _ = through(there)
    assert [each.code for each in caplog.records if hasattr(each, "code")] == ["InvalidAudienceError"]
    assert "Audience" not in client.get("/sign-in/").content.decode()


def test_what_an_issuer_tells_only_when_asked_for_more_links_too_but_never_of_another(
    there: Platform, tmp_path: Path, settings: Any
) -> None:
    """OpenID Connect Core 1.0, 5.3.2 and 5.4: claims of a scope may stand at the UserInfo endpoint alone."""
    configured(tmp_path, settings, there.address, 'login = "employee_number"')
    there.said, there.more = {"sub": "u-5"}, {"sub": "u-6", "employee_number": Desk.handler}
    assert signed_in(through(there)[0]) == ""
    there.more = {"sub": "u-5", "employee_number": Desk.handler}
    assert signed_in(through(there)[0]) == Desk.handler


def test_an_answer_belongs_to_the_browser_that_asked_and_to_one_question(there: Platform) -> None:
    link("u-1")
    assert signed_in(through(there, state="of somebody else")[0]) == ""
    assert signed_in(through(there, code="made up")[0]) == ""
    victim, gone = browser(), browser().get("/sign-in/with/office/")
    back = there.sign_in(gone.headers["Location"])
    victim.get("/sign-in/back/office/", back)  # sent by somebody who began it elsewhere
    assert signed_in(victim) == ""
    client, _ = through(there)
    assert signed_in(client) == Desk.handler
    client.post("/sign-out/")
    assert (
        client.get("/sign-in/back/office/", back).headers["Location"] == "/sign-in/"
        and signed_in(client) == ""
    )


def test_an_answer_that_comes_after_ten_minutes_is_too_late(
    there: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    link("u-1")
    client = browser()
    back = there.sign_in(client.get("/sign-in/with/office/").headers["Location"])
    plain = time.time
    monkeypatch.setattr("tongban.web.frame.outside.time.time", lambda: plain() + 601)
    client.get("/sign-in/back/office/", back)
    assert signed_in(client) == ""


def test_an_issuer_that_calls_itself_otherwise_is_not_asked(there: Platform) -> None:
    there.issuer = "https://elsewhere.example"
    assert browser().get("/sign-in/with/office/").headers["Location"] == "/sign-in/"


def test_what_the_operator_named_links_once_and_never_somebody_else_again(
    there: Platform, tmp_path: Path, settings: Any
) -> None:
    from tongban.apps.outside.linking import links_of

    configured(tmp_path, settings, there.address, 'login = "employee_number"')
    there.said = {"sub": "u-5", "employee_number": Desk.handler}
    assert signed_in(through(there)[0]) == Desk.handler
    assert [each.subject for each in links_of(Desk.handler)] == ["u-5"]
    there.said = {"sub": "u-6", "employee_number": Desk.handler}  # the number was given to somebody else
    assert signed_in(through(there)[0]) == ""
    there.said = {"sub": "u-5", "employee_number": ADMINISTRATOR}  # it changed over there: the link holds
    assert signed_in(through(there)[0]) == Desk.handler


def test_whoever_left_here_does_not_come_in_from_there(there: Platform) -> None:
    from tongban.apps.people.posting import leave

    link("u-1")
    assert not isinstance(leave(Desk.handler, Desk().acting(ADMINISTRATOR)), Refused)
    assert signed_in(through(there)[0]) == ""


def test_a_second_factor_is_asked_for_here_unless_the_platform_asks_itself(
    there: Platform, tmp_path: Path, settings: Any
) -> None:
    from tongban.apps.people.entering import need

    link("u-1", ADMINISTRATOR)
    assert need(("administrator",), Desk().acting(ADMINISTRATOR)) is None
    client, answer = through(there)
    assert answer.headers["Location"] == "/sign-in/set-up/" and signed_in(client) == ""
    configured(tmp_path, settings, there.address, "second = true")
    assert signed_in(through(there)[0]) == ADMINISTRATOR


def platform_answer(there: Platform, provider: str, member: dict[str, Any], name: str = "code") -> Client:
    client = browser()
    gone = client.get(f"/sign-in/with/{provider}/")
    assert gone.headers["Location"].startswith(there.address), gone.headers
    back = there.sign_in(gone.headers["Location"])
    there.members[back["code"]] = member
    client.get(f"/sign-in/back/{provider}/", {name: back["code"], "state": back["state"]})
    return client


def test_dingtalk_says_who_it_is_by_its_union_id(there: Platform) -> None:
    link("union-1", provider="ding")
    assert (
        signed_in(platform_answer(there, "ding", {"unionId": "union-1", "nick": "x"}, "authCode"))
        == Desk.handler
    )
    assert signed_in(platform_answer(there, "ding", {"unionId": "union-2", "nick": Desk.handler})) == ""
    assert signed_in(platform_answer(there, "ding", {"openId": "union-1"})) == ""


def test_wecom_says_who_it_is_only_for_members_of_the_corporation(there: Platform) -> None:
    link("ZhengJinhua", provider="corp")
    assert signed_in(platform_answer(there, "corp", {"errcode": 0, "userid": "ZhengJinhua"})) == Desk.handler
    assert signed_in(platform_answer(there, "corp", {"errcode": 0, "openid": "ZhengJinhua"})) == ""
    assert signed_in(platform_answer(there, "corp", {"errcode": 40029, "userid": "ZhengJinhua"})) == ""
    assert signed_in(platform_answer(there, "ding", {"unionId": "ZhengJinhua"})) == ""


def test_links_are_made_and_taken_away_by_administrators_and_one_mark_is_one_person(there: Platform) -> None:
    client = browser()
    client.force_login(User.objects.get(username=ADMINISTRATOR))
    sent = {"provider": "office", "subject": "u-1"}
    at = f"/studio/people/{Desk.handler}"
    assert (
        client.post(f"{at}/link/", sent).status_code == 302 and "u-1" in client.get(f"{at}/").content.decode()
    )
    assert client.post(f"/studio/people/{Desk.clerk}/link/", sent).status_code == 422
    assert client.post(f"{at}/link/", {**sent, "provider": "nowhere"}).status_code == 422
    stranger = browser()
    stranger.force_login(User.objects.get(username=Desk.clerk))
    assert stranger.post(f"{at}/unlink/", sent).status_code == 403
    assert client.post(f"{at}/unlink/", sent).status_code == 302 and signed_in(through(there)[0]) == ""


@pytest.mark.parametrize(
    "fault", ["open to others", "no secret", "an unknown word", "no issuer", "not there"]
)
def test_a_file_that_cannot_be_trusted_offers_nothing(
    desk: Desk, tmp_path: Path, settings: Any, fault: str
) -> None:
    from tongban.apps.outside.providers import providers, read_providers

    file = configured(tmp_path, settings, "https://id.example")
    assert set(providers()) == {"office", "ding", "corp"}
    text = file.read_text()
    match fault:
        case "open to others":
            file.chmod(0o644)
        case "no secret":
            file.write_text(text.replace(f'secret = "{SECRET}"', 'secret = ""'))
        case "an unknown word":
            file.write_text(text + 'colour = "red"\n')
        case "no issuer":
            file.write_text(text.replace("issuer", "title_zh"))
        case _:
            file.unlink()
    found = read_providers()
    assert isinstance(found, Refused) and SECRET not in str(found) and providers() == {}
    assert "Sign in with Office" not in browser().get("/sign-in/").content.decode()


def test_the_doctor_knows_a_file_and_a_platform_that_let_nobody_in(
    there: Platform, tmp_path: Path, settings: Any
) -> None:
    def found() -> list[str]:
        return [each.refused.code for each in platforms(datetime.now(UTC))]

    assert found() == []
    there.issuer = f"{there.address}/"
    assert found() == ["doctor.platform_otherwise"]
    file = configured(tmp_path, settings, "http://127.0.0.1:9")
    assert found() == ["doctor.platform_away"] * 3
    file.chmod(0o644)
    assert found() == ["outside.open"]
