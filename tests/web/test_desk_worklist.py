"""The worklist: what waits for whom, in which order, and how it is narrowed down."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, county, desk, sent_queries

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

MOST = 12
"""Statements of a worklist or case page; the baseline below says what it takes now."""
PLACE = "330822001"
"""A township street of the demo county, 天马街道."""
BASELINE = {"worklist": 6}


def reader(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=login))
    return client


def numbers(response: Any) -> list[str]:
    return re.findall(r'class="cover" href="/desk/(\d{12}(?:-\d+)?)/"', response.content.decode())


def indexed() -> None:
    """What the reactor of search does, which sees nothing of a test's own transaction."""
    from tongban.apps.office import office
    from tongban.store.models import CaseRow
    from tongban.store.search import index

    index(office().journal, [str(each) for each in CaseRow.objects.values_list("id", flat=True)])


def test_a_dispatched_case_waits_for_the_unit_that_holds_it_and_for_nobody_else(desk: Desk) -> None:
    number = desk.dispatched()
    assert number in numbers(reader(desk.handler).get("/desk/"))
    assert number not in numbers(reader(desk.other_handler).get("/desk/"))
    assert number not in numbers(reader(desk.dispatcher).get("/desk/"))
    assert number in numbers(reader(desk.dispatcher).get("/desk/?view=home"))


def test_a_case_waits_for_the_post_whose_work_it_is_not_for_everybody_of_the_unit(desk: Desk) -> None:
    registered, checked = desk.register(), desk.replied()
    assert numbers(reader(desk.dispatcher).get("/desk/")) == [registered]
    assert numbers(reader(desk.reviewer).get("/desk/")) == [checked]


def test_what_a_requester_wrote_stands_in_the_list_as_written_and_never_as_markup(desk: Desk) -> None:
    desk.register('"><b onclick=x>路灯</b> & 𠀀 不亮')
    page = reader(desk.dispatcher).get("/desk/").content.decode()
    assert "&quot;&gt;&lt;b onclick=x&gt;路灯&lt;/b&gt; &amp; 𠀀 不亮</a>" in page
    assert "<b onclick" not in page


def test_a_merged_case_waits_for_nobody_and_is_shown_with_its_lead(desk: Desk) -> None:
    lead = desk.dispatched()
    merged = desk.step(desk.register(), "merge", desk.dispatcher, into=lead)
    assert merged not in numbers(reader(desk.dispatcher).get("/desk/"))
    row = reader(desk.dispatcher).get("/desk/?view=home&stage=merged").content.decode()
    assert f"随主件 {lead[:4]} {lead[4:8]} {lead[8:]}，县综合行政执法局在办" in row


def test_the_case_whose_clock_runs_out_first_stands_first(desk: Desk) -> None:
    slow = desk.register()
    urgent = desk.step(desk.register(urgency="urgent"), "dispatch", desk.dispatcher)
    later = desk.step(slow, "dispatch", desk.dispatcher)
    for number in (urgent, later):
        desk.step(number, "sign", desk.handler)
        desk.step(number, "contact", desk.handler, contact_way="phone")
    assert numbers(reader(desk.handler).get("/desk/")) == [urgent, later]


def test_filters_stand_in_the_address(desk: Desk) -> None:
    drains = desk.dispatched()
    lamps = desk.dispatched("解放街的路灯坏了三盏，晚上很黑。", category="01.05.02")
    seen = reader(desk.handler)
    assert numbers(seen.get("/desk/?category=01.05.02")) == [lamps]
    assert numbers(seen.get("/desk/", {"words": "下水道"})) == [drains]
    assert numbers(seen.get("/desk/", {"words": "路灯 解放街"})) == [lamps], "each of the words, in any order"
    assert numbers(seen.get("/desk/", {"words": f"{drains[:4]} {drains[4:8]} {drains[8:]}"})) == [drains]
    assert set(numbers(seen.get("/desk/?practice=hotline&stage=dispatched"))) == {drains, lamps}
    assert numbers(seen.get("/desk/?late=1")) == []


def offered(page: str) -> list[str]:
    """The stages that a list offers to be filtered by."""
    select = re.search(r'<select id="stage".*?</select>', page, re.DOTALL)
    assert select is not None
    return re.findall(r'<option value="(\w+)"', select[0])


def test_the_stages_of_a_list_are_those_of_the_practice_that_is_chosen(desk: Desk) -> None:
    drains = desk.dispatched()
    seen = reader(desk.handler)
    page = seen.get("/desk/").content.decode()
    assert offered(page) == [] and "先选做法" in page
    hotline = offered(seen.get("/desk/?practice=hotline").content.decode())
    desk_of_last_resort = offered(seen.get("/desk/?practice=last_resort_desk").content.decode())
    assert "dispatched" in hotline and "dispatched" not in desk_of_last_resort
    assert offered(seen.get("/desk/?stage=dispatched").content.decode()) == ["dispatched"]
    assert numbers(seen.get("/desk/?practice=hotline&stage=no_such_stage")) == [drains], (
        "whoever changes the practice means its stages"
    )


def test_all_that_one_may_see_is_found_by_words_of_its_text_and_by_its_place(desk: Desk) -> None:
    drains = desk.dispatched()
    settled = desk.step(
        desk.register("新都社区的垃圾桶倒了，三天没人扶。"),
        "withdraw_for",
        desk.clerk,
        withdraw_asked="来电要求撤回",
    )
    placed = desk.dispatched("门口的路灯坏了三盏，晚上很黑。", division=PLACE)
    indexed()

    def found(login: str, words: str, **more: str) -> list[str]:
        return numbers(reader(login).get("/desk/", {"view": "all", "words": words, **more}))

    assert found(desk.clerk, "开不了窗") == [drains]
    assert found(desk.clerk, "垃圾") == [settled]
    assert found(desk.clerk, "天马") == [placed]
    assert found(desk.clerk, "三") == [placed, settled]
    assert found(desk.clerk, "三", division=PLACE) == [placed]
    assert found(desk.clerk, drains) == [drains]
    for tail in (drains[-4:], f"{drains[-8:-4]} {drains[-4:]}"):
        assert drains in found(desk.clerk, tail), "by the end of its number"
        assert found(desk.other_handler, tail) == []
    assert found(desk.clerk, drains[-3:]) == [], "three digits are anybody's"
    page = reader(desk.clerk).get("/desk/", {"view": "all", "words": "下水道堵塞"}).content.decode()
    named = re.search(r'href="(\?view=all&amp;category=01\.05\.04)"', page)
    assert named is not None, "a category is found by its title"
    assert drains in numbers(reader(desk.clerk).get("/desk/" + named[1].replace("&amp;", "&")))
    assert found(desk.handler, "下水道") == [drains]
    assert found(desk.handler, "垃圾") == found(desk.other_handler, "下水道") == []
    assert found(desk.other_handler, drains) == []
    assert found(desk.supervisor, "下水道") == [drains]
    asks = reader(desk.clerk).get("/desk/?view=all").content.decode()
    assert numbers(reader(desk.clerk).get("/desk/?view=all")) == []
    assert 'class="empty"' in asks
    link = re.search(
        r'href="(\?view=all[^"]+)"', reader(desk.clerk).get("/desk/?words=下水道").content.decode()
    )
    assert link is not None
    assert numbers(reader(desk.clerk).get("/desk/" + link[1].replace("&amp;", "&"))) == [drains]


@pytest.mark.parametrize(
    "query",
    [
        "view=all&words=%00%25_%5C%27&after=x~y",
        "view=all&words=%F0%A0%AE%B7&after=2026-01-01T00:00:00%2B00:00~00000000-0000-0000-0000-000000000000",
        "after=x~y",
        "after=2026-01-01~00000000-0000-0000-0000-000000000000",
        "view=%00&words=%00%25_%5C",
        "words=" + "长" * 3000,
        "category=%27%3B--&division=%25",
    ],
)
def test_an_address_that_makes_no_sense_shows_a_list_all_the_same(desk: Desk, query: str) -> None:
    assert reader(desk.handler).get(f"/desk/?{query}").status_code == 200


def test_a_list_has_25_rows_and_goes_on_without_leaving_one_out(desk: Desk) -> None:
    made = {desk.dispatched(f"第{n}件：下水道堵了。") for n in range(27)}
    seen = reader(desk.handler)
    first = seen.get("/desk/")
    following = re.search(r'href="(\?after=[^"]+)" rel="next"', first.content.decode())
    assert following is not None
    second = numbers(seen.get("/desk/" + following[1].replace("&amp;", "&")))
    assert len(numbers(first)) == 25
    assert set(numbers(first)) | set(second) == made
    assert not set(numbers(first)) & set(second)


def test_a_search_goes_on_without_leaving_one_out(desk: Desk) -> None:
    made = [desk.dispatched(f"第{n}件：下水道堵了。") for n in range(27)]
    indexed()
    for login in (desk.clerk, desk.handler, desk.supervisor):
        seen = reader(login)
        first = seen.get("/desk/?view=all&words=下水道")
        following = re.search(r'href="(\?[^"]*after=[^"]+)" rel="next"', first.content.decode())
        assert following is not None
        second = seen.get("/desk/" + following[1].replace("&amp;", "&"))
        assert [*numbers(first), *numbers(second)] == made[::-1]


def test_what_was_written_in_traditional_characters_is_found_by_simplified_ones_and_the_other_way_round(
    desk: Desk,
) -> None:
    traditional, simplified = (
        desk.register("橋頭的路燈壞了，請來修。"),
        desk.register("桥头的路灯坏了半个月。"),
    )
    indexed()
    for words in ("桥头的路灯", "橋頭的路燈"):
        seen = reader(desk.clerk).get("/desk/", {"view": "all", "words": words})
        assert set(numbers(seen)) == {traditional, simplified}
    assert "橋頭的路燈" in seen.content.decode(), "and shown as it was written"


@pytest.mark.parametrize("view", ["waiting", "held", "home", "watched", "settled"])
def test_an_empty_list_says_what_to_do_next(desk: Desk, view: str) -> None:
    page = reader(desk.other_handler).get(f"/desk/?view={view}").content.decode()
    empty = page.partition('class="empty"')[2].partition("</div>")[0]
    assert 'href="' in empty


def test_without_a_sign_in_the_list_asks_for_one_and_remembers_where_one_wanted_to_go(desk: Desk) -> None:
    response = Client().get("/desk/?view=held")
    assert response.status_code == 302
    assert response["Location"].endswith("?next=/desk/%3Fview%3Dheld")


def test_an_account_without_a_post_in_force_sees_nothing(desk: Desk) -> None:
    from tongban.store.models import PostRow

    PostRow.objects.filter(person=desk.handler).update(until="2020-06-01")
    assert reader(desk.handler).get("/desk/").status_code == 403


def test_a_worklist_takes_no_more_statements_than_its_baseline(
    desk: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    for n in range(5):
        desk.dispatched(f"第{n}件：下水道堵了。")
    seen = reader(desk.handler)
    seen.get("/desk/")
    statements = sent_queries(lambda: seen.get("/desk/"))
    assert len(statements) <= BASELINE["worklist"] <= MOST, "\n".join(statements)


def test_the_list_is_complete_in_english(desk: Desk) -> None:
    desk.dispatched()
    page = reader(desk.handler).get("/desk/?lang=en").content.decode()
    assert "To be signed for" in page
    assert "no words for" not in page
