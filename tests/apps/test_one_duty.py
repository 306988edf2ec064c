"""Two practices that take on the same are not adopted side by side in silence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk
from scenario_ground import ROOT, practice_in
from tongban.apps.acting import Acting
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused
from tongban.library.practice import Practice
from tongban.library.reading import read_packed

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def acting() -> Acting:
    return Acting(datetime.now(UTC), SYSTEM, language="zh-Hans")


def copied(says: bool = True) -> Practice:
    """The last-resort desk under another name, as somebody writes it anew; without ``says`` it says nothing of its duties."""
    files: Mapping[str, str] = practice_in(ROOT / "practices" / "last_resort_desk").files
    manifest = files["practice.yaml"].replace("id: last_resort_desk", "id: desk_anew")
    if not says:
        manifest = re.sub(r"^serves:.*\n", "", manifest, flags=re.M)
    read = read_packed({**files, "practice.yaml": manifest})
    assert isinstance(read, Practice), read.all()
    return read


def ways() -> list[str]:
    from tongban.apps.casework.opening import openings
    from tongban.kernel.commands import Actor, ActorKind

    return [each.practice for each in openings(Acting(datetime.now(UTC), Actor(ActorKind.REQUESTER, "")))]


def test_the_second_of_a_duty_is_refused_until_it_is_said_which_goes_first(desk: Desk) -> None:
    from tongban.apps.adoption.adopting import Adopted, adopt

    home = ("last-resort-desk",)
    adopt(ROOT / "practices" / "last_resort_desk", {}, home, acting())
    refused = adopt(copied(), {}, home, acting())
    assert isinstance(refused, Refused) and refused.code == "adoption.same_duty"
    assert set(refused.facts["ids"]) == {"desk_anew", "last_resort_desk"}
    assert "desk_anew" not in ways()

    made = adopt(copied(), {}, home, acting(), first="desk_anew")
    assert isinstance(made, Adopted)
    assert "desk_anew" in ways() and "last_resort_desk" not in ways()

    later = adopt(copied(), {}, (), acting())
    assert isinstance(later, Adopted)
    assert "desk_anew" in ways() and "last_resort_desk" not in ways()

    back = adopt(ROOT / "practices" / "last_resort_desk", {}, (), acting(), first="last_resort_desk")
    assert isinstance(back, Adopted)
    assert "last_resort_desk" in ways() and "desk_anew" not in ways()


def test_one_that_names_no_duty_is_known_by_its_title(desk: Desk) -> None:
    from tongban.apps.adoption.duties import claims

    named, unnamed = copied(), copied(says=False)
    assert claims(named) == {"duty/last_resort"}
    assert any(each.startswith("title/zh-Hans/") for each in claims(unnamed))


def test_every_practice_on_the_shelf_says_whom_it_serves_and_no_two_take_on_the_same() -> None:
    from tongban.apps.adoption.duties import claims

    said: dict[str, str] = {}
    for folder in sorted((ROOT / "practices").iterdir()):
        practice = practice_in(folder)
        assert practice.manifest.serves is not None, folder.name
        for claim in claims(practice):
            assert said.setdefault(claim, practice.id) == practice.id, claim


def test_the_studio_asks_which_goes_first(desk: Desk) -> None:
    from tongban.apps.adoption.adopting import adopt

    adopt(copied(), {}, ("last-resort-desk",), acting(), first="desk_anew")
    client = Client(headers={"accept-language": "zh"})
    client.force_login(User.objects.get(username="hushaohua"))
    page = client.get("/studio/last_resort_desk/").content.decode()
    assert "管同一件事" in page
    shelf = client.get("/studio/").content.decode()
    assert "管同一件事，在先的是" in shelf
