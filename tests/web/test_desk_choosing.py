"""Whoever may register in many ways chooses one first: by field, by words, or of those used last."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk
from scenario_ground import ROOT
from tongban.apps.acting import Acting
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
WAY = r'href="\?practice=(\w+)&amp;kind=(\w+)&amp;step=(\w+)"'
TOWNSHIP = "liuaizhu"
"""Handles what comes to a township."""


@pytest.fixture
def served(desk: Desk) -> Desk:
    from tongban.apps.adoption.adopting import adopt

    for name in ("river_chief", "river_right", "idle_house", "community_pact"):
        made = adopt(ROOT / "practices" / name, {}, (), Acting(datetime.now(UTC), SYSTEM))
        assert not isinstance(made, Refused), made.all()
    return desk


def reader(login: str, language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=login))
    return client


def page(client: Client, query: str = "") -> str:
    return client.get(f"/desk/new/{query}").content.decode()


def test_many_ways_stand_by_field_and_those_of_a_practice_beside_each_other(served: Desk) -> None:
    seen = page(reader(TOWNSHIP))
    assert "<textarea" not in seen, "a form begins when it is known what it is about"
    assert re.findall(r"<summary><h2>(\S+)", seen)[-2:] == ["民生", "基层"]
    practices = [each[0] for each in re.findall(WAY, seen)]
    assert len(practices) > 6
    assert len(set(practices)) == 1 + sum(a != b for a, b in pairwise(practices))


def test_a_way_is_found_by_a_word_in_it_and_a_word_that_none_has_says_so(served: Desk) -> None:
    client = reader(TOWNSHIP)
    found = {each[0] for each in re.findall(WAY, page(client, "?find=河"))}
    assert found == {"river_chief", "river_right"}
    assert {each[0] for each in re.findall(WAY, page(client, "?find=农房"))} == {"idle_house"}
    nothing = page(client, "?find=qqqq")
    assert "没有找到" in nothing and 'href="/desk/new/"' in nothing
    assert {each[0] for each in re.findall(WAY, page(reader(TOWNSHIP, "en"), "?find=vacant"))} <= {
        "idle_house"
    }


def test_a_chosen_way_is_named_above_its_form_and_leads_back_to_the_others(served: Desk) -> None:
    seen = page(reader(TOWNSHIP), "?practice=river_right&kind=sighting")
    assert "河权制" in seen and 'href="/desk/new/">登记别的<' in seen
    assert not re.findall(WAY, seen)


def test_what_somebody_used_last_comes_first_for_them_alone(served: Desk) -> None:
    client = reader(TOWNSHIP)
    assert "最近用过的" not in page(client)
    query = "?practice=river_right&kind=sighting"
    answers = {"seen_what": "桥下有人电鱼。", "division": "白石镇", "phone": "13812345678"}
    sent = client.post(f"/desk/new/{query}", {"_key": str(uuid4()), **answers})
    assert sent.status_code == 302, sent.content.decode()
    seen = page(client)
    assert "最近用过的" in seen and re.findall(WAY, seen)[0][:2] == ("river_right", "sighting")
    client.force_login(User.objects.get(username="fanjunjie"))
    assert "最近用过的" not in page(client)


def test_few_ways_stand_above_the_form_as_before(served: Desk) -> None:
    seen = page(reader(served.clerk))
    assert "<textarea" in seen and re.findall(WAY, seen)
