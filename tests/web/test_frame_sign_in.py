"""Signing in and out: for staff, kind to those who mistype, slow for those who guess."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tongban.apps.people.attempts import ADDRESS, attempt, failed

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.urls("test_frame")]


@pytest.fixture
def clerk() -> User:
    return User.objects.create_user("clerk", password="a good one", first_name="李")


def sign_in(client: Client, password: str, **more: str) -> object:
    return client.post("/sign-in/?lang=en", {"username": "clerk", "password": password, **more})


def test_the_right_password_signs_in_and_leads_to_the_page_that_asked(client: Client, clerk: User) -> None:
    answer = sign_in(client, "a good one", next="/open/figures/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/open/figures/")  # type: ignore[attr-defined]


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_to_a_foreign_page(client: Client, clerk: User, next_page: str) -> None:
    answer = sign_in(client, "a good one", next=next_page)
    assert "evil" not in answer.headers["Location"]  # type: ignore[attr-defined]
    assert "javascript" not in answer.headers["Location"]  # type: ignore[attr-defined]


def test_a_wrong_password_keeps_the_name_and_says_so_kindly(client: Client, clerk: User) -> None:
    answer = sign_in(client, "wrong")
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert 'value="clerk"' in page
    assert "do not belong together" in page
    assert "wrong" not in page.replace('class="field wrong"', "")


def test_five_failures_ask_for_patience_even_of_the_right_password(client: Client, clerk: User) -> None:
    for _ in range(5):
        sign_in(client, "wrong")
    page = sign_in(client, "a good one").content.decode()  # type: ignore[attr-defined]
    assert "Please wait: 5 min" in page
    assert "The account is not closed" in page


def test_patience_is_asked_of_the_guesser_not_of_the_clerk_elsewhere() -> None:
    for _ in range(5):
        assert attempt("clerk", "10.0.0.1", now=1000.0) == 0
        failed("clerk", "10.0.0.1", 1000.0, "password")
    assert attempt("clerk", "10.0.0.1", now=1001.0) == 299
    assert attempt("CLERK", "10.0.0.1", now=1001.0) == 299
    assert attempt("clerk", "10.0.0.2", now=1001.0) == 0
    assert attempt("clerk", "10.0.0.1", now=1301.0) == 0


def test_many_names_from_one_address_are_held_up_too() -> None:
    for i in range(ADDRESS.most):
        attempt(f"name{i}", "10.0.0.1", now=1000.0)
        failed(f"name{i}", "10.0.0.1", 1000.0, "password")
    assert attempt("another", "10.0.0.1", now=1000.0) > 0


@pytest.mark.parametrize(("name", "password"), [("", "x"), ("clerk", ""), ("c" * 300, "x"), ("cl\0erk", "x")])
def test_an_incomplete_or_impossible_entry_is_refused_without_counting(
    client: Client, name: str, password: str
) -> None:
    for _ in range(7):
        answer = client.post("/sign-in/?lang=en", {"username": name, "password": password})
        assert answer.status_code == 422
        assert "Please wait" not in answer.content.decode()


def test_signing_out_needs_a_button_and_ends_the_session(client: Client, clerk: User) -> None:
    sign_in(client, "a good one")
    assert client.get("/sign-out/").status_code == 405
    assert "_auth_user_id" in client.session
    client.post("/sign-out/")
    assert "_auth_user_id" not in client.session
