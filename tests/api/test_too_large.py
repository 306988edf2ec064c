"""A body beyond everything that is taken is refused by its announced length, in the form of the door, before a byte of it is read."""

from __future__ import annotations

import json

import pytest
from county import Api, a_county
from test_cases import problem

import open311_judge

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
BEYOND = str(200 * 2**20)


@pytest.fixture
def api(empty: None) -> Api:
    return a_county()


@pytest.mark.parametrize("length", [BEYOND, "3000000"])
def test_the_api_says_so_as_a_problem(api: Api, length: str) -> None:
    told = api.client.post("/api/v1/cases", b"{", "application/json", CONTENT_LENGTH=length)
    problem(told, 413, "api.too_large")
    receipt = api.client.post("/api/receipts/sms/", b"{", "application/json", CONTENT_LENGTH=length)
    assert (receipt.status_code, json.loads(receipt.content)) == (413, {"code": "notices.no_report"})
    problem(api.client.post("/api/v9/", b"{", "application/json", CONTENT_LENGTH=length), 404, "api.route")


@pytest.mark.parametrize("form", ["xml", "json"])
@pytest.mark.parametrize("media", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_open311_says_so_as_an_error_of_the_standard(api: Api, form: str, media: str) -> None:
    told = api.client.post(f"/open311/v2/requests.{form}", b"--b", media, CONTENT_LENGTH=BEYOND)
    [error] = open311_judge.judged(told["Content-Type"], told.status_code, told.content, "services")
    assert "kB" in error["description"]
