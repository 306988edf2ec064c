"""People find their way in: by for whom it is, by with what they come, by their own words."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk
from desk_ground import county as county
from desk_ground import desk as desk
from scenario_ground import ROOT
from tongban.apps.acting import Acting
from tongban.kernel.clock import local_date
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


def test_a_way_that_was_retired_says_since_when_and_where_instead(served: Desk) -> None:
    from tongban.apps.adoption.adopting import retire

    now = datetime.now(UTC)
    assert not isinstance(retire("river_chief", Acting(now, SYSTEM)), Refused)
    day = local_date(now)
    for path in ("/report/river_chief/", "/report/river_chief/blank/"):
        gone = Client(headers={"accept-language": "zh"}).get(path)
        said = gone.content.decode()
        assert gone.status_code == 410 and "五级河长制" in said and "12345" in said
        assert f"{day.year}年{day.month}月{day.day}日" in said and "引进" not in said
    english = Client(headers={"accept-language": "en"}).get("/report/river_chief/").content.decode()
    assert "out of use since" in english
    client = Client(headers={"accept-language": "zh"})
    client.force_login(User.objects.get(username=Desk.handler))
    assert "起停用" in client.get("/desk/new/?practice=river_chief").content.decode()


@pytest.mark.parametrize("name", ["nothing_like_it", "last_resort_desk-unknown"])
def test_an_address_at_which_nothing_can_be_told_says_so_in_words_for_people(served: Desk, name: str) -> None:
    none = Client(headers={"accept-language": "zh"}).get(f"/report/{name}/")
    assert (
        none.status_code == 404 and "引进" not in none.content.decode() and "12345" in none.content.decode()
    )
