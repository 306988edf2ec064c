"""People find their way in: by for whom it is, by with what they come, by their own words."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk
from scenario_ground import ROOT
from tongban.apps.acting import Acting
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def served(desk: Desk) -> Desk:
    from tongban.apps.adoption.adopting import adopt

    homes = {"river_chief": (), "enterprise_service": ("government-service",), "village_deliberation": ()}
    for name, units in homes.items():
        made = adopt(ROOT / "practices" / name, {}, units, Acting(datetime.now(UTC), SYSTEM))
        assert not isinstance(made, Refused), made.all()
    return desk


def page(address: str, language: str = "zh") -> str:
    response = Client(headers={"accept-language": language}).get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_first_page_lists_ways_by_for_whom_and_each_says_what_it_is_for(served: Desk) -> None:
    first = page("/")
    assert re.findall(r'<section class="ways"><h3>([^<]+)', first) == ["给居民", "给企业", "给村社和基层"]
    assert first.index("给企业") < first.index("企业有事要说") < first.index("给村社和基层")
    assert "看到什么、在哪里。会告诉您结果。" in first
    assert len(first.encode()) < 100_000
    others = page("/report/river_chief/")
    assert "企业有事要说" not in others and 'href="/ways/"' in others


def test_a_way_is_found_by_the_words_of_people_and_only_that(served: Desk) -> None:
    found = page("/ways/?find=河里有死鱼")
    assert "/report/river_chief/" in found and "/report/enterprise_service/" not in found
    assert "/report/river_chief/" in page("/ways/?find=dead+fish", "en")
    nothing = page("/ways/?find=qqqq")
    assert "没有找到" in nothing and "/report/river_chief/" not in nothing
    assert "/report/river_chief/" in page("/ways/?find=%20")


def test_a_second_way_of_a_practice_has_an_address_of_its_own(served: Desk) -> None:
    assert "/report/enterprise_service-file/" in page("/")
    assert "要一位服务官" in page("/report/enterprise_service-file/")
    assert "企业有事要说" in page("/report/enterprise_service/")
