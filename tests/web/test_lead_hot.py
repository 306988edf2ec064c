"""Hot hotspots for a lead: read in one look, opened, and supervised in one step."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, county, desk, sent_queries
from hotspot_ground import hotspot

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "hotspot", "sent_queries"]

LEADER = "tongshuixian"
MOST = 15
MISSING = re.compile("缺少文字|no words for")


def reader(login: str = LEADER, language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=login))
    return client


def body(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_how_many_people_how_hot_and_how_that_is_worked_out(
    hotspot: list[str], language: str
) -> None:
    page = body(reader(language=language).get("/lead/hot/"))
    assert not MISSING.search(page)
    assert re.search(r"<strong>40</strong>", page)
    assert {"zh": "热度和趋势怎么算", "en": "How heat and trend are worked out"}[language] in page
    assert f'href="/lead/hot/{hotspot[0]}/' in page


@pytest.mark.parametrize("since", ["", "2026-01-01", "soon", "0001-01-01", "9999-12-31", "\0"])
def test_any_address_of_the_list_is_answered(hotspot: list[str], since: str) -> None:
    assert reader().get("/lead/hot/", {"since": since}).status_code in (200, 409)


def test_an_issue_lists_its_cases_and_no_others(hotspot: list[str]) -> None:
    page = body(reader().get(f"/lead/hot/{hotspot[0]}/"))
    listed = re.findall(r'class="cover" href="/desk/(\d+)/"', page)
    assert set(listed) == set(hotspot)


def test_one_step_supervises_every_case_and_the_list_shows_it(desk: Desk, hotspot: list[str]) -> None:
    client = reader()
    form = client.get(f"/lead/hot/{hotspot[0]}/supervise/")
    assert form.status_code == 200
    assert body(form).count('name="_case"') == 4
    sent = {"_key": str(uuid4()), "_case": hotspot, "demand": "请联合处置，一周内回复。"}
    for _ in range(2):  # sent twice it acts once
        assert (
            client.post(f"/lead/hot/{hotspot[0]}/supervise/", sent)["Location"] == f"/lead/hot/{hotspot[0]}/"
        )
    for number in hotspot:
        assert sum("督办" in what for what in desk.story(number)) == 1
    assert "4 件已办" in body(client.get(f"/lead/hot/{hotspot[0]}/"))


def test_all_of_them_are_placed_under_a_case_that_is_open(desk: Desk, hotspot: list[str]) -> None:
    above = desk.dispatched("整个片区的搅拌站都要搬走。")
    address = f"/lead/hot/{hotspot[0]}/place_under/"
    assert body(reader().get(address)).count('name="_case"') == 4
    sent = {"_key": str(uuid4()), "_case": hotspot, "under": above}
    assert reader().post(address, sent)["Location"] == f"/lead/hot/{hotspot[0]}/"
    for number in hotspot:
        assert any("专项" in what for what in desk.story(number))


def test_what_was_unmarked_is_left_alone(desk: Desk, hotspot: list[str]) -> None:
    reader().post(
        f"/lead/hot/{hotspot[0]}/supervise/",
        {"_key": str(uuid4()), "demand": "请联合处置", "_case": hotspot[1:]},
    )
    assert not any("督办" in what for what in desk.story(hotspot[0]))
    assert any("督办" in what for what in desk.story(hotspot[1]))


def test_a_measure_that_says_nothing_is_taken_on_none_of_them(desk: Desk, hotspot: list[str]) -> None:
    blank = {"_key": str(uuid4()), "_case": hotspot, "demand": ""}
    assert reader().post(f"/lead/hot/{hotspot[0]}/supervise/", blank).status_code == 422
    assert not any("督办" in what for number in hotspot for what in desk.story(number))


def test_a_case_that_is_not_of_the_issue_cannot_be_slipped_in(desk: Desk, hotspot: list[str]) -> None:
    other = desk.dispatched("农田的水渠堵了，秧苗要干死了。")
    reader().post(
        f"/lead/hot/{hotspot[0]}/supervise/",
        {"_key": str(uuid4()), "demand": "请联合处置", "_case": [hotspot[0], other]},
    )
    assert not any("督办" in what for what in desk.story(other))


def test_with_nothing_marked_or_a_wrong_answer_the_form_comes_back_with_all_that_was_entered(
    hotspot: list[str],
) -> None:
    address = f"/lead/hot/{hotspot[0]}/supervise/"
    nothing = reader().post(address, {"_key": str(uuid4()), "demand": "请联合处置"})
    assert nothing.status_code == 422
    assert "请联合处置" in body(nothing)
    assert "没有勾选任何一件" in body(nothing)
    past = {"_key": str(uuid4()), "_case": hotspot[:1], "demand": "请联合处置", "demand_by": "2020-01-01"}
    wrong = reader().post(address, past)
    assert wrong.status_code == 422
    assert "请联合处置" in body(wrong)
    assert body(wrong).count("checked") >= 1


def test_who_may_not_take_the_step_is_refused_and_a_stranger_signs_in(desk: Desk, hotspot: list[str]) -> None:
    assert reader(desk.other_handler).get(f"/lead/hot/{hotspot[0]}/supervise/").status_code == 404
    assert Client().get("/lead/hot/").status_code == 302


def test_the_pages_ask_the_database_a_bounded_number_of_things(
    hotspot: list[str], sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    client = reader()
    for path in ("/lead/hot/", f"/lead/hot/{hotspot[0]}/"):
        client.get(path)
        queries = sent_queries(lambda path=path: client.get(path))  # type: ignore[misc]
        assert len(queries) <= MOST, queries


def test_the_overview_leads_there(desk: Desk) -> None:
    assert 'href="/lead/hot/"' in body(reader().get("/lead/"))
