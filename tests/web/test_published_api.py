"""What a county publishes, and what its overseers read, at the API: the same as the pages, and nothing more."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from desk_ground import Desk, county, desk
from publication_ground import PERIOD

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]


def got(address: str, status: int = 200, **headers: str) -> Any:
    answer = Client().get(f"/api/v1{address}", headers=headers)
    assert answer.status_code == status, (address, answer.status_code, answer.content[:300])
    return answer


@pytest.mark.parametrize(
    "address",
    [
        f"/public/editions/{PERIOD}/7",
        "/public/editions/nothing/1",
        f"/public/editions/{PERIOD}/1e3",
        f"/public/draws/{'a' * 64}",
    ],
)
def test_what_was_never_published_is_not_there(desk: Desk, address: str) -> None:
    assert got(address, 404).json()["code"] in ("edition.unknown", "draws.no_sheet")


def test_lots_and_cards_are_for_everybody(desk: Desk) -> None:
    assert isinstance(got("/public/draws").json()["draws"], list)
    answer = Client().post(
        "/api/v1/public/cards/search", json.dumps({"words": "路灯不亮"}), content_type="application/json"
    )
    assert (answer.status_code, answer.json()) == (200, {"cards": []})


@pytest.mark.parametrize("address", ["/signs", "/targets", "/targets/nothing"])
def test_a_stranger_reads_no_signs_and_no_targets(desk: Desk, address: str) -> None:
    got(address, 401)
