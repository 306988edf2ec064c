"""No password is made of the county's own words; one that holds such a word among enough others is taken."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from desk_ground import Desk, county, desk
from tongban.apps.office import office
from tongban.apps.people.own_words import own_words
from tongban.apps.people.passwords import fault_of
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]


@pytest.mark.parametrize(
    "password",
    [
        "Changshan2026!", "tongban-tongban-1", "Ch@ngsh4n-2026-10-1", "urban-enforcement-1", "hotline-centre-12345",
        "常山县热线中心2026年1月1日", "Password-Changshan-99",
    ],
)  # fmt: skip
def test_names_of_county_office_and_program_with_a_year_are_refused(desk: Desk, password: str) -> None:
    refused = fault_of(password, User(username="somebody"))
    assert isinstance(refused, Refused)
    assert refused.code == "people.password_own_words"


@pytest.mark.parametrize(
    "password",
    [
        "changshan purple otter lamp",
        "seventeen grey herons",
        "秋天的田埂上有三只白鹭飞过去",
        "k4-9mmz-77qq-xdrw",
    ],
)
def test_other_words_beside_them_are_enough(desk: Desk, password: str) -> None:
    assert fault_of(password, User(username="somebody")) is None


def test_the_words_are_those_the_county_has(desk: Desk) -> None:
    found = own_words(office())
    assert {"changshan", "常山县", "常山", "tongban", "hotline"} <= set(found)
    assert list(found) == sorted(found, key=lambda word: (-len(word), word)), "the longest first"
