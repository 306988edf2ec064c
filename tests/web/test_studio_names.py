"""One practice never takes another's place by a name, a version that goes back is adopted knowingly, and what was adopted once is offered again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from msgspec.structs import replace
from test_studio import ADMINISTRATOR, body, reader, settings_of

from desk_ground import Desk, county, desk
from scenario_ground import ROOT
from tongban.apps.adoption.adopting import Adopted, adopt, retire
from tongban.apps.supervision.adoptions import latest_adoptions
from tongban.kernel.refusal import Refused
from tongban.library.practice import Practice
from tongban.library.reading import read_packed, read_practice

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

SHELF = ROOT / "practices"


def practice(name: str, **lines: str) -> Practice:
    """A practice of the shelf with other lines in its manifest."""
    read = read_practice(SHELF / name)
    assert isinstance(read, Practice)
    text = read.files["practice.yaml"]
    for key, value in lines.items():
        text = re.sub(rf"^{key}:.*$", f"{key}: {value}", text, count=1, flags=re.MULTILINE)
    found = read_packed({**read.files, "practice.yaml": text})
    assert isinstance(found, Practice), found
    return found


def code(found: object) -> str:
    return found.code if isinstance(found, Refused) else f"not refused: {found}"


def in_force(name: str) -> str:
    held = latest_adoptions()[name]
    assert held.until is None
    return held.practice.version


def looked_at(client: Client, path: str) -> tuple[str, dict[str, Any]]:
    page = body(client.get(path))
    data = {**settings_of(page), "_homes": re.findall(r'name="_homes" value="([^"]+)" checked', page)}
    looked = body(client.post(path, {**data, "_act": "preview"}))
    mark = re.search(r'name="_mark" value="(\w+)"', looked)
    return looked, {**data, "_act": "adopt", "_mark": mark[1] if mark else ""}


@pytest.mark.parametrize("taken", ["hotline", "river_chief"])
def test_no_draft_begins_under_the_name_of_another_practice(desk: Desk, taken: str) -> None:
    """``hotline`` is in force, ``river_chief`` lies on the shelf alone."""
    client = reader(ADMINISTRATOR)
    answer = client.post("/studio/contest/draft/begin/", {"name": taken})
    assert answer.status_code == 409 and "是另一份做法" in body(answer)
    assert client.get(f"/studio/{taken}/draft/").status_code == 404


def test_a_draft_that_says_another_name_inside_is_not_adopted_under_that(desk: Desk) -> None:
    client = reader(ADMINISTRATOR)
    client.post("/studio/community_pact/draft/begin/", {"name": "our_pact"})
    page = body(client.get("/studio/our_pact/draft/"))
    mark = re.search(r'name="seen" value="(\w+)"', page)
    assert mark is not None
    text = practice("community_pact", id="hotline").files["practice.yaml"]
    client.post(
        "/studio/our_pact/draft/", {"file": "practice.yaml", "text": text, "seen": mark[1], "act": "save"}
    )
    looked, _ = looked_at(client, "/studio/our_pact/settings/?of=draft")
    assert "里面却写着 id: hotline" in looked and 'value="adopt"' not in looked


def test_another_practice_under_the_name_of_one_is_refused_at_every_door(desk: Desk) -> None:
    before = in_force("hotline")
    other = practice("community_pact", id="hotline", version="99.0.0")
    assert code(adopt(other, {}, (), desk.acting(ADMINISTRATOR))) == "adoption.another"
    assert code(adopt(other, {}, (), desk.acting(ADMINISTRATOR), even_not_newer=True)) == "adoption.another"
    assert in_force("hotline") == before


def test_an_older_version_and_other_content_under_the_same_are_adopted_knowingly_alone(desk: Desk) -> None:
    acting = desk.acting(ADMINISTRATOR)
    assert isinstance(adopt(practice("contest", version="2.0.0"), {}, (), acting), Adopted)
    older = practice("contest", version="1.0.0")
    assert code(adopt(older, {}, (), acting)) == "adoption.older"
    same = practice("contest", version="2.0.0  # other")
    assert code(adopt(same, {}, (), acting)) == "adoption.same_version"
    done = adopt(older, {}, (), acting, even_not_newer=True)
    assert isinstance(done, Adopted) and in_force("contest") == "1.0.0"


def test_what_was_adopted_before_is_offered_again_with_its_settings_and_a_preview(desk: Desk) -> None:
    acting = desk.acting(ADMINISTRATOR)
    first = adopt(practice("contest", version="0.9.0"), {}, ("hotline-centre",), acting)
    assert isinstance(first, Adopted)
    later = replace(acting, now=acting.now)
    assert isinstance(adopt("contest", {}, ("petitions", "hotline-centre"), later), Adopted)
    client = reader(ADMINISTRATOR)
    history = body(client.get("/studio/contest/adoptions/"))
    path = f"/studio/contest/settings/?of={first.id}"
    assert path in history and history.count("?of=contest-") == 1  # not for the one in force
    looked, sent = looked_at(client, path)
    assert sent["_homes"] == ["hotline-centre"] and "不是新版" in looked and "0.9.0" in looked
    refused = client.post(path, sent)
    assert refused.status_code == 422 and "比引进过的" in body(refused)
    assert client.post(path, {**sent, "_knowing": "yes"}).status_code == 302
    assert in_force("contest") == "0.9.0"


def test_a_practice_that_was_retired_is_offered_with_the_units_and_settings_it_had(desk: Desk) -> None:
    acting = desk.acting(ADMINISTRATOR)
    assert isinstance(adopt("contest", {}, ("petitions",), acting), Adopted)
    assert isinstance(retire("contest", acting), Adopted)
    page = body(reader(ADMINISTRATOR).get("/studio/contest/settings/"))
    assert re.findall(r'name="_homes" value="([^"]+)" checked', page) == ["petitions"]
    again = adopt("contest", {}, (), acting, renews=True)
    assert isinstance(again, Adopted) and again.homes == ("petitions",)
