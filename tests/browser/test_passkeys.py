"""Passkeys in a real browser: a virtual authenticator registers one and signs in with it; pages fit a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from browser_ground import NewPage, axe, fits, sign_in
from desk_ground import Desk, own_home, settle_county

pytestmark = pytest.mark.database


@pytest.fixture
def office(transactional_db: None, live_server: Any, tmp_path: Path) -> Iterator[str]:
    """The address by name: passkeys are bound to one."""
    with own_home(tmp_path / "home"):
        settle_county()
        yield str(live_server).replace("127.0.0.1", "localhost")


def authenticator(page: Page, *, verified: bool = True) -> tuple[CDPSession, str]:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": verified, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devices, str(made["authenticatorId"])


def test_a_passkey_is_registered_and_opens_the_desk_without_a_password(pages: NewPage, office: str) -> None:
    page = pages(width=360, language="en-US")
    devices, device = authenticator(page)
    sign_in(page, office, Desk.handler)
    page.goto(f"{office}/account/")
    assert fits(page) and axe(page) == []
    page.get_by_role("link", name="Add a passkey").click()
    assert fits(page) and axe(page) == []
    page.fill("#device", "office phone")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert fits(page) and axe(page) == [] and page.locator("ol.letters li").count() == 10
    page.get_by_role("link", name="Written down").click()
    assert "office phone" in page.inner_text("main")
    [kept] = devices.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert kept["rpId"] == "localhost" and kept["isResidentCredential"]

    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{office}/sign-in/")
    assert fits(page) and axe(page) == []
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/desk/")
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, office, Desk.handler)  # with the password, the passkey is the second step
    page.wait_for_url("**/sign-in/second/")
    assert fits(page) and axe(page) == []
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/desk/")
    page.get_by_role("button", name="Sign out").click()

    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto(f"{office}/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("p.fault")).to_contain_text("did not confirm")


def test_an_administrator_sets_up_an_app_before_anything_opens_and_without_scripts(
    pages: NewPage, office: str
) -> None:
    import time

    from tongban.apps.people import totp
    from tongban.apps.people.entering import RULE
    from tongban.store.models import CountyRule

    CountyRule.objects.filter(name=RULE).delete()
    page = pages(width=360, scripts=False)
    sign_in(page, office, "hushaohua")
    page.wait_for_url("**/sign-in/set-up/")
    assert fits(page)
    letters = page.inner_text("p.letters").replace(" ", "")
    from base64 import b32decode

    secret = b32decode(letters + "=" * (-len(letters) % 8))
    page.fill("#second", totp.code_at(secret, int(time.time()) // totp.SECONDS))
    page.locator("button.button").first.click()
    assert page.locator("ol.letters li").count() == 10 and fits(page)
    page.goto(f"{office}/studio/registers/")
    assert page.locator("h1").count() == 1 and page.url.endswith("/studio/registers/")
