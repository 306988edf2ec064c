"""A program that comes under a wrong host name, or names its request wrongly, is told so in the form of its door."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from django.test import Client
from test_cases import KEY, problem

import open311_judge
from tongban.store.models import CaseRow

WRONG = ["evil.example", "testserver.evil.example", "testserver,testserver", "a b", ""]


@pytest.mark.parametrize("host", WRONG)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/health"),
        ("POST", "/api/v1/cases"),
        ("OPTIONS", "/api/v1/cases"),
        ("GET", "/api/v1/nothing"),
        ("GET", "/api/v7"),
        ("POST", "/api/receipts/sms/"),
    ],
)
def test_a_wrong_host_at_the_api_is_a_problem_with_its_code(host: str, method: str, path: str) -> None:
    for language, word in (("en", "host name"), ("zh-Hans", "主机名")):
        told = Client().generic(method, path, headers={"host": host, "accept-language": language})
        assert told.status_code == 400 and told["Content-Type"] == "application/problem+json"
        said = json.loads(told.content)
        assert (
            (said["code"], said["status"]) == ("api.host", 400) and word in said["title"] and said["detail"]
        )
        assert "evil" not in told.content.decode(), "what a stranger wrote is not written back"


@pytest.mark.parametrize("host", WRONG)
@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("GET", "/open311/discovery.xml", "xml"),
        ("GET", "/open311/v2/services.json", "json"),
        ("POST", "/open311/v2/requests.xml", "xml"),
        ("GET", "/open311/v2/requests/1.json", "json"),
        ("GET", "/open311/v2/nothing.json", "json"),
        ("GET", "/open311/nothing", "xml"),
    ],
)
def test_a_wrong_host_at_open311_is_an_error_of_the_standard(
    host: str, method: str, path: str, form: str
) -> None:
    told = Client().generic(method, path, headers={"host": host, "accept-language": "en"})
    kind = "text/xml" if form == "xml" else "application/json"
    assert told["Content-Type"] == f"{kind}; charset=utf-8"
    [error] = open311_judge.judged(told["Content-Type"], told.status_code, told.content, "services")
    assert (told.status_code, int(error["code"])) == (400, 400) and "host name" in error["description"]


def test_an_address_of_no_version_is_a_problem_too() -> None:
    told = Client().get("/api/v7/cases")
    problem(told, 404, "api.route")


@pytest.mark.database
@pytest.mark.parametrize(
    "key", ["", "é", "钥" * 20, "k" * 15, "k" * 65, f"{KEY},{KEY}", f"{KEY},", f'"{KEY}"']
)
def test_a_key_that_is_none_is_refused_and_never_taken_for_no_key(api: Any, key: str) -> None:
    """The web server hands on "" for a key that is not visible ASCII, and several with commas."""
    problem(api.report(**{"Idempotency-Key": key}), 400, "api.key")
    assert not CaseRow.objects.exists()


def test_the_description_says_what_becomes_of_such_a_key() -> None:
    from tongban.api.v1.openapi import written

    told = yaml.load(written(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    [named] = [
        each for each in told["paths"]["/cases"]["post"]["parameters"] if each["name"] == "Idempotency-Key"
    ]
    assert "api.key" in named["description"]
    assert "api.host" in told["components"]["responses"]["400"]["description"]
