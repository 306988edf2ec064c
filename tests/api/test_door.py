"""The door of the API: tokens, limits, bad input, and faults of the machine."""

from __future__ import annotations

import errno
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from county import DARK
from django.contrib.auth.models import User
from django.db import OperationalError
from test_cases import problem

from tongban.api.v1 import access
from tongban.apps.office import office
from tongban.apps.people import tokens
from tongban.store.models import PostRow

pytestmark = pytest.mark.database


def test_an_account_signs_in_and_its_token_ends_with_its_password(api: Any) -> None:
    api.staff("clerk", "centre")
    user = User.objects.get()
    user.set_password("a good long one")
    user.save()
    body = {"login": user.username, "password": "a good long one", "scopes": ["read"]}
    token = api.post("/tokens", body).json()["token"]
    assert api.get("/me", token).json()["posts"] == [
        {"unit": {"id": "centre", "title": "Hotline Centre"}, "role": "clerk"}
    ]
    problem(api.post("/cases", {"practice": "streetlamp", "answers": DARK}, token), 403, "api.scope")
    PostRow.objects.update(until="2026-03-02")
    assert api.get("/me", token).json()["posts"] == []
    user.set_password("another long one")
    user.save()
    problem(api.get("/me", token), 401, "api.token_expired")


def test_wrong_passwords_are_refused_alike_and_held_up(api: Any) -> None:
    api.staff("clerk", "centre")
    known, unknown = User.objects.get().username, "nobody"
    for login in (known, unknown):
        for _ in range(5):
            wrong = api.post("/tokens", {"login": login, "password": "wrong"})
            said = problem(wrong, 401, "api.sign_in")
            assert wrong.headers["WWW-Authenticate"].startswith("Bearer") and said["title"]
        held = api.post("/tokens", {"login": login, "password": "wrong"})
        problem(held, 429, "api.many")
        assert 0 < int(held.headers["Retry-After"]) <= 300


def test_guesses_at_one_account_count_together_from_everywhere_and_by_whichever_door(api: Any) -> None:
    from tongban.apps.people.attempts import ACCOUNT, attempt, failed

    api.staff("clerk", "centre")
    login = User.objects.get().username
    for n in range(ACCOUNT.most - 1):
        attempt(login, f"10.{n}.0.1", time.time())  # at the page
        failed(login, f"10.{n}.0.1", time.time(), "program")
    guess = {"login": login, "password": "wrong"}
    for address, status, code in (("10.200.0.1", 401, "api.sign_in"), ("10.201.0.1", 429, "api.many")):
        api.client.defaults["REMOTE_ADDR"] = address
        problem(api.post("/tokens", guess), status, code)


def test_whoever_tries_numbers_of_cases_keeps_no_office_at_that_address_out(api: Any) -> None:
    token = api.staff("clerk", "centre")
    user = User.objects.get()
    user.set_password("a long enough one")
    user.save()
    tries = [
        api.post(f"/cases/2026-03-{n:06}/tokens", {"phone": "13800138000"}).status_code for n in range(40)
    ]
    assert tries[-1] == 429
    made = api.post("/tokens", {"login": user.username, "password": "a long enough one"})
    assert made.status_code == 200 and made.json()["token"] != token


def test_a_household_is_one_place_however_its_address_is_written() -> None:
    from django.test import RequestFactory

    from tongban.api.v1.callers import address_of

    places = {
        address_of(RequestFactory().get("/", REMOTE_ADDR=each))
        for each in ("2001:db8:1::5", "2001:db8:1:0:1:2:3:4", "2001:db8:1::ffff:1")
    }
    assert len(places) == 1
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"


def test_a_token_that_was_changed_ran_out_or_is_of_another_kind_is_refused(
    api: Any, monkeypatch: Any
) -> None:
    token = api.staff("clerk", "centre")
    for bad in (token[:-2] + "xx", "tb1.", "tb1." + "a" * 5000, token.removeprefix("tb1."), "tb1.e30:1:x"):
        problem(api.get("/me", bad), 401, "api.token")
    problem(api.get("/me", Authorization="Basic Y2xlcms6cHc="), 401, "api.token")
    monkeypatch.setattr(tokens, "RESIDENT", timedelta(seconds=-1))
    problem(api.get("/me", tokens.resident_token(["x"], office()).text), 401, "api.token_expired")
    User.objects.update(is_active=False)
    problem(api.get("/me", token), 401, "api.token_expired")


def test_cookies_of_a_signed_in_browser_open_nothing(api: Any) -> None:
    api.staff("clerk", "centre")
    api.client.force_login(User.objects.get())
    assert api.get("/me").json()["kind"] == "nobody"
    problem(api.get("/cases"), 401, "api.token")
    answer = api.get("/practices", Origin="https://elsewhere.example")
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_time_of_a_request_is_the_clients_to_say_in_tests_only(api: Any, settings: Any) -> None:
    settings.TONGBAN_TEST_CLOCK = False
    assert (
        api.get("/health").json()["now"][:4] != "2026" or api.now.isoformat() not in api.get("/health").text
    )


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "api.not_json"),
        ("\xff", 400, "api.not_json"),
        ("[" * 100_000, 400, "api.not_json"),
        ('{"practice": NaN}', 400, "api.not_json"),
        ('{"practice": "a", "practice": "b"}', 400, "api.not_json"),
        ('{"practice": ' + "9" * 5000 + "}", 400, "api.not_json"),
        ("[]", 422, "api.wrong_type"),
        ("{}", 422, "api.missing"),
        ('{"practice": 1, "answers": {}}', 422, "api.wrong_type"),
        ('{"practice": "a", "answers": {}, "colour": "red"}', 422, "api.unknown_field"),
        ('{"practice": "a\\u0000", "answers": {}}', 422, "api.value"),
        ('{"practice": "\\ud800", "answers": {}}', 422, "api.value"),
        ('{"practice": "streetlamp", "answers": {"body": "\\ud800"}}', 422, "form.required"),
        ('{"practice": "streetlamp", "answers": {"body": {"a": 1}}}', 422, "form.required"),
        ('{"practice": "' + "a" * 1_000_001 + '", "answers": {}}', 413, "api.too_large"),
    ],
)
def test_whatever_is_sent_is_refused_with_its_place_and_breaks_nothing(
    api: Any, body: str, status: int, code: str
) -> None:
    answer = api.call("POST", "/cases", body.encode("latin-1") if body == "\xff" else body)
    said = json.loads(answer.content)
    assert (answer.status_code, status) == (status, said["status"])
    assert code in [each["code"] for each in said["faults"]]


def test_the_body_must_be_json_and_the_method_one_that_is_there(api: Any) -> None:
    problem(api.call("POST", "/cases", "a=b", **{"Content-Type": "text/plain"}), 415, "api.media")
    wrong = api.client.delete("/api/v1/cases")
    problem(wrong, 405, "api.method")
    assert wrong.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert api.client.options("/api/v1/cases").headers["Allow"] == wrong.headers["Allow"]
    assert api.client.head("/api/v1/practices").content == b""
    for nowhere in ("", "nowhere", "cases/1/2/3", "public/secrets"):
        problem(api.client.get(f"/api/v1/{nowhere}"), 404, "api.route")


def test_a_problem_leads_to_words_about_its_kind(api: Any) -> None:
    kind = api.get("/cases/12").json()["type"]
    found = api.get(kind.removeprefix("/api/v1")).json()
    assert found["code"] == "case.number_shape" and found["fix"]
    problem(api.get("/problems/no.such"), 404, "api.route")


def test_strangers_open_a_few_cases_a_minute_and_are_told_when_to_come_back(api: Any) -> None:
    opened = [api.report() for _ in range(6)]
    assert [each.status_code for each in opened] == [201] * 4 + [429] * 2
    problem(opened[-1], 429, "api.many")
    assert 0 < int(opened[-1].headers["Retry-After"]) <= 60
    more = api.post("/cases", {"practice": "streetlamp", "answers": DARK}, opened[0].json()["token"])
    problem(more, 429, "api.many")  # the token of a case is not another door
    clerk = api.staff("clerk", "centre")
    assert api.post("/cases", {"practice": "streetlamp", "answers": DARK}, clerk).status_code == 201


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (OperationalError("the server closed the connection"), 503, "api.away"),
        (OSError(errno.ENOSPC, "No space left on device"), 503, "api.full"),
        (RuntimeError("a fault nobody thought of"), 500, "api.fault"),
    ],
)
def test_a_fault_of_the_machine_is_a_problem_too(
    api: Any, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int, code: str
) -> None:
    def fails() -> None:
        raise fault

    monkeypatch.setattr(access, "office", fails)
    answer = api.get("/health")
    said = problem(answer, status, code)
    assert str(fault) not in answer.text and said["detail"]
    assert ("Retry-After" in answer.headers) is (status == 503)


def test_lists_of_the_county_and_public_pages_are_there_for_everybody(api: Any) -> None:
    assert "housing" in [each["id"] for each in api.get("/units").json()["units"]]
    assert "330899101" in [each["code"] for each in api.get("/divisions").json()["divisions"]]
    assert "02.09" in [each["code"] for each in api.get("/categories").json()["categories"]]
    assert api.get("/health").json()["county"] == "330899"
    problem(api.get("/public/figures?month=2026-02"), 404, "disclosure.not_released")
    problem(api.get(f"/public/figures?month={api.now:%Y-%m}"), 404, "disclosure.month_running")
    problem(api.get("/public/figures?month=2199-12"), 404, "disclosure.month_ahead")
    problem(api.get("/public/figures?month=2026-13"), 422, "disclosure.period")
    assert api.get("/public/cases?words=lamp").json() == {"cases": [], "next": ""}
    problem(api.get("/public/cases?after=x"), 422, "api.value")
    problem(api.get("/public/cases/00000000-0000-0000-0000-000000000000"), 404, "disclosure.not_public")
    problem(api.get("/public/cases/none"), 404, "disclosure.not_public")
    assert api.post("/public/similar", {"words": "桥头的路灯不亮"}).json()["cases"] == []
    matter = {"practice": "streetlamp", "words": "桥头的路灯不亮"}
    assert api.post("/public/open", matter).json() == {"matters": []}
    offered = api.post("/suggestions", {"body": "桥头的路灯不亮", "practice": "streetlamp"}).json()
    assert offered["category"] == "" and offered["unit"] == "" and offered["earlier"] == []
