"""Where cases wait, on screen: counted from the log, opened to the cases, and of the units that the reader oversees alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client
from msgspec import Struct

from desk_ground import PASSWORD, Desk, own_home, settle_county
from tongban.apps.flow import keeping
from tongban.apps.flow.asking import Wish, count_usual, flow_page
from tongban.apps.flow.keeping import LATELY
from tongban.apps.flow.logs import whole_log
from tongban.apps.flow.views import Flow
from tongban.apps.office import office
from tongban.store.models import PostRow

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
LEADER = "tongshuixian"


class Ground(Struct, frozen=True):
    desk: Desk
    waiting: str
    """the case that waits for its handler to sign"""


@pytest.fixture
def ground(transactional_db: None, tmp_path: Path) -> Iterator[Ground]:
    """Committed: a case that waits to be signed, one that came back once, one that is settled."""
    with own_home(tmp_path / "home"):
        settle_county()
        desk = Desk()
        waiting = desk.dispatched()
        desk.step(desk.replied(), "send_back", desk.reviewer, send_back_reason="没有说清什么时候修好。")
        number = desk.step(desk.replied(), "approve", desk.reviewer)
        desk.step(number, "answer_callback", desk.clerk, solved="yes", rating=5)
        yield Ground(desk, waiting)


def reader(login: str, language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=login))
    return client


def get(path: str, login: str = LEADER, language: str = "zh") -> Any:
    return reader(login, language).get(path)


def counted(ground: Ground, login: str, wish: Wish) -> Flow:
    found = flow_page(ground.desk.acting(login), wish)
    assert isinstance(found, Flow), found
    return found


def test_waits_hand_overs_and_returns_are_counted_and_each_wait_opens_to_its_cases(ground: Ground) -> None:
    page = counted(ground, LEADER, Wish())
    assert (page.of, page.cases, page.returned, page.settled, page.as_of) == ("hotline:appeal", 3, 1, 1, "")
    waits = {(each.stage, each.unit): each for each in page.waits}
    dispatched = waits["dispatched", Desk.unit]
    assert (dispatched.n, dispatched.open) == (2, 1)
    assert waits["callback", "@requester"].n == 1
    assert waits["replied", Desk.home].n == 2  # whoever receives cases looks at the answer
    assert sum(each.n for each in page.handings) == 6
    assert [(each.n, each.cases) for each in page.returns] == [(1, 1)]
    assert page.reached[0].cases == 3
    assert [each.share for each in page.reached] == sorted(
        (each.share for each in page.reached), reverse=True
    )
    assert (page.ways[0].cases, page.ways[0].share) == (1, 1000)

    shown = get("/lead/flow/").content.decode()
    address = f"/lead/flow/cases/?{urlencode({'of': page.of, 'period': page.period, 'stage': 'dispatched', 'at': Desk.unit})}"
    assert address.replace("&", "&amp;") in shown
    cases = get(address)
    assert cases.status_code == 200
    assert ground.waiting in cases.content.decode().replace(" ", "").replace("\xa0", "").replace("\u2009", "")
    assert get("/lead/flow/cases/?stage=dispatched&at=elsewhere").status_code == 404


def test_what_was_counted_of_a_large_log_is_kept_until_it_is_written_anew(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_log(office())
    plain = counted(ground, LEADER, Wish())
    monkeypatch.setattr(keeping, "SMALL", 0)
    kept = counted(ground, LEADER, Wish())
    [place] = (keeping.folder() / "flow").iterdir()
    assert len(list(place.iterdir())) == 1
    assert (kept.handings, kept.returns, kept.cases) == (plain.handings, plain.returns, plain.cases)
    assert counted(ground, LEADER, Wish()) == kept

    ground.desk.register()
    assert count_usual(office(), whole_log(office())) == len(LATELY)
    [newer] = (keeping.folder() / "flow").iterdir()
    assert newer != place
    assert len(list(newer.iterdir())) == len(LATELY)
    assert counted(ground, LEADER, Wish()).cases == kept.cases + 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_everything_in_both_languages_and_gives_each_table_as_a_file(
    ground: Ground, language: str
) -> None:
    for query in ("", *(f"?period={each}" for each in LATELY), "?of=nothing&period=2026-99&unit=nobody%00"):
        response = get(f"/lead/flow/{query}", language=language)
        assert response.status_code == 200
        text = response.content.decode()
        assert "缺少文字" not in text and "no words for" not in text
    for chart in ("waits", "time", "funnel", "lasting", "handings"):
        assert f'id="{chart}"' in text
        file = get(f"/lead/flow/?as=csv&chart={chart}", language=language)
        assert (file.status_code, file["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert get("/lead/flow/?period=2024-12").status_code == 200


def test_a_leader_of_one_unit_sees_the_waits_of_that_unit_alone(ground: Ground) -> None:
    login = PostRow.objects.filter(unit=Desk.unit, role="leader").values_list("person", flat=True).first()
    assert login is not None
    page = counted(ground, login, Wish())
    assert {each.unit for each in page.waits} <= {Desk.unit, "@requester"}
    assert counted(ground, login, Wish(unit=Desk.home)).unit == ""
    other = PostRow.objects.filter(unit="housing", role="leader").values_list("person", flat=True).first()
    assert other is not None
    assert (counted(ground, other, Wish()).waits, counted(ground, other, Wish()).cases) == ((), 0)


def test_nobody_without_a_post_sees_it_and_a_stranger_signs_in_first(ground: Ground) -> None:
    assert Client().get("/lead/flow/").status_code == 302
    User.objects.create_user("nobody", password="a-long-enough-one")
    assert get("/lead/flow/", "nobody").status_code == 403


def test_the_api_says_the_same_and_to_people_alone(ground: Ground) -> None:
    client = Client()
    signed = client.post(
        "/api/v1/tokens",
        json.dumps({"login": LEADER, "password": PASSWORD, "scopes": ["read"]}),
        "application/json",
    )
    head = {"authorization": f"Bearer {signed.json()['token']}"}
    said = client.get("/api/v1/flow?" + urlencode({"period": "30"}), headers=head).json()
    page = counted(ground, LEADER, Wish(period="30"))
    assert (said["cases"], said["returned"], len(said["waits"])) == (
        page.cases,
        page.returned,
        len(page.waits),
    )
    assert [each["median"] is None for each in said["waits"]] == [not each.n for each in page.waits]
    assert client.get("/api/v1/flow").status_code == 401


def test_an_empty_county_says_that_nothing_has_travelled(transactional_db: None, tmp_path: Path) -> None:
    with own_home(tmp_path / "home"):
        settle_county()
        assert office().county.code
        answer = get("/lead/flow/")
        assert answer.status_code == 200 and "tongban work" in answer.content.decode()
