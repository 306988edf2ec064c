"""A journey is what the ledger says of trips, hours, papers and steps; before and after are compared by the same count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import cast

import pytest
from django.test import Client

from desk_ground import Desk, county, desk, sent_queries
from papers_ground import HEALTH, LABOUR, TAX, Papers, at
from tongban.apps.acting import Acting
from tongban.apps.journeys.comparing import Compared, compare_for_all, compare_for_staff
from tongban.apps.journeys.gathering import about
from tongban.apps.journeys.telling import span
from tongban.apps.journeys.way import CaseWay, case_way
from tongban.apps.office import office
from tongban.kernel.case import Case
from tongban.kernel.commands import Actor, ActorKind
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

KEY = "papers.bundle"
LOOK = "2026-04-02 09:00"
BASELINE = {"case": 10, "staff": 12, "public": 7}


@pytest.fixture
def papers(desk: Desk) -> Papers:
    return Papers(desk)


def old_way(papers: Papers, child: str, month: str = "2026-03") -> tuple[str, str]:
    """Two papers, five trips in two days: one was sent home for a missing paper, each was fetched."""
    birth = papers.apply(f"{month}-02 09:00", child)
    papers.step(birth, "ask_papers", f"{month}-02 09:40")
    papers.step(
        birth,
        "bring",
        f"{month}-02 14:00",
        how="counter",
        why_again="paper_missing",
        handed_in=["card", "marriage"],
    )
    papers.step(birth, "grant", f"{month}-03 09:00", outcome="granted", fetched=True, why_again="fetched")
    insured = papers.apply(f"{month}-03 10:00", child, handed_in=["birth", "card"])
    papers.step(insured, "grant", f"{month}-04 09:00", outcome="granted", fetched=True, why_again="fetched")
    return birth, insured


def new_way(papers: Papers, child: str, month: str = "2026-03") -> str:
    number = papers.bundle(f"{month}-09 09:00", child)
    for n, unit in enumerate((HEALTH, LABOUR, TAX), start=1):
        papers.step(f"{number}-{n:02d}", "do_part", f"{month}-09 09:2{n}", unit)
    papers.step(number, "hand_over", f"{month}-09 10:00", outcome="granted")
    return number


def way(papers: Papers, number: str) -> CaseWay:
    found = case_way(number, papers.acting("county-government", "leader", LOOK))
    assert isinstance(found, CaseWay), found
    return found


def compared(papers: Papers) -> Compared:
    found = compare_for_staff(KEY, papers.acting("county-government", "leader", LOOK))
    assert isinstance(found, Compared), found
    return found


def sums(compared: Compared) -> dict[str, tuple[str, str, str]]:
    return {each.title: (each.before, each.after, each.change) for each in compared.measures}


def test_a_journey_tells_each_trip_with_what_lay_before_it(papers: Papers) -> None:
    birth, _ = old_way(papers, "C1")
    found = way(papers, birth).alone
    assert [(stop.means, stop.when) for stop in found.stops] == [
        ("trip", "3月2日 09:00"), ("trip", "3月2日 14:00"), ("trip", "3月3日 09:00"), ("done", "3月3日 09:00"),
    ]  # fmt: skip
    assert found.stops[1].lines == ("缺一份材料", "交了 2 份材料")
    assert "5 小时" in found.stops[1].before and "1 步" in found.stops[1].before
    assert [value for _, value in found.sums] == ["24 小时", "3", "3", "4"]


def test_cases_about_the_same_thing_are_one_journey(papers: Papers) -> None:
    birth, insured = old_way(papers, "C1")
    old_way(papers, "C2")
    together = way(papers, insured).together
    assert together is not None
    assert together.numbers == (birth, insured)
    assert [value for _, value in together.sums] == ["48 小时", "5", "5", "6"]


def test_two_applications_handed_in_at_one_counter_are_one_trip(papers: Papers) -> None:
    first = papers.apply("2026-03-02 09:00", "C1")
    papers.apply("2026-03-02 09:20", "C1")
    together = way(papers, first).together
    assert together is not None
    assert [stop.means for stop in together.stops] == ["trip"]
    assert not together.over


def test_what_is_sent_in_is_no_trip(papers: Papers) -> None:
    number = papers.granted("C9", "2026-03-05", how="post")
    found = way(papers, number).alone
    assert [stop.means for stop in found.stops] == ["sent", "done"]
    assert dict(found.sums)["跑动次数"] == "0"


def test_the_work_of_subcases_belongs_to_the_journey(papers: Papers) -> None:
    found = way(papers, new_way(papers, "C1")).alone
    assert [stop.means for stop in found.stops] == ["trip", "done"]
    assert found.stops[-1].dots == 4
    assert [value for _, value in found.sums] == ["1 小时", "1", "2", "5"]


def test_a_part_has_a_journey_of_its_own_that_begins_with_its_first_step(
    papers: Papers, signed_in: Client
) -> None:
    part = f"{new_way(papers, 'C1')}-01"
    assert [stop.means for stop in way(papers, part).alone.stops] == ["sent", "done"]
    assert signed_in.get(f"/desk/{part}/journey/").status_code == 200


def test_before_and_after_are_medians_with_the_difference_in_per_cent(papers: Papers) -> None:
    for n in range(3):
        old_way(papers, f"B{n}")
        new_way(papers, f"A{n}")
    found = compared(papers)
    assert (found.before.journeys, found.after.journeys) == (3, 3)
    assert sums(found) == {
        "用时": ("48 小时", "1 小时", "−98 %"),
        "跑动次数": ("5", "1", "−80 %"),
        "交的材料": ("5", "2", "−60 %"),
        "单位的步骤": ("6", "5", "−17 %"),
    }
    assert found.before.way is not None and len(found.before.way.numbers) == 2


def test_a_journey_that_is_not_over_is_not_compared(papers: Papers) -> None:
    old_way(papers, "C1")
    papers.apply("2026-03-20 09:00", "C1")
    assert compared(papers).before.journeys == 0


def test_the_public_reads_nothing_of_a_side_with_few_journeys(papers: Papers) -> None:
    for n in range(4):
        old_way(papers, f"B{n}")
    found = compare_for_all(KEY, "zh-Hans", at(LOOK))
    assert isinstance(found, Compared)
    assert found.before.way is None and found.before.journeys == 4
    assert all(each.before == "" and each.change == "" for each in found.measures)


def test_the_public_reads_days_and_no_date(papers: Papers) -> None:
    numbers = [old_way(papers, f"B{n}") for n in range(5)]
    found = compare_for_all(KEY, "zh-Hans", at(LOOK))
    assert isinstance(found, Compared) and found.before.way is not None
    assert [stop.when for stop in found.before.way.stops][:3] == ["第 1 天", "第 1 天", "第 2 天"]
    page = Client().get(f"/open/compare/{KEY}/").content.decode()
    for word in ("09:00", "3月2日", "B0", *(number for pair in numbers for number in pair)):
        assert word not in page
    assert "第 2 天" in page and "5" in page


def test_whoever_may_not_see_the_cases_learns_nothing_of_their_journeys(papers: Papers) -> None:
    old_way(papers, "C1")
    found = compare_for_staff(KEY, papers.acting("police", "handler", LOOK))
    assert isinstance(found, Compared)
    assert found.before.way is None
    assert (found.before.journeys, {each.before for each in found.measures}) == (0, {""})
    refused = case_way(old_way(papers, "C2")[0], papers.acting("police", "handler", LOOK))
    assert isinstance(refused, Refused) and refused.code == "case.unknown"


def test_requesters_see_their_own_case_alone(papers: Papers) -> None:
    birth, insured = old_way(papers, "C1")
    found = office().find(birth)
    assert not isinstance(found, Refused)
    acting = Acting(at(LOOK), Actor(ActorKind.REQUESTER, owns=frozenset({found.case.id})))
    own = case_way(birth, acting)
    assert isinstance(own, CaseWay)
    assert own.together is None and own.compare == ""
    assert isinstance(case_way(insured, acting), Refused)


def test_a_comparison_that_is_not_there_is_refused_in_words(papers: Papers) -> None:
    response = Client().get("/open/compare/papers.nothing/", headers={"Accept-Language": "en"})
    assert response.status_code == 404
    assert "There is no comparison" in response.content.decode()


def test_a_paper_that_is_named_again_in_the_same_case_is_no_paper_more(papers: Papers) -> None:
    number = papers.apply("2026-03-02 09:00", "C1", handed_in=["birth"])
    papers.step(number, "ask_papers", "2026-03-02 09:40")
    papers.step(number, "bring", "2026-03-03 09:00", how="post", handed_in=["birth", "card"])
    assert dict(way(papers, number).alone.sums)["交的材料"] == "2"


def test_what_a_case_is_about_may_be_sealed() -> None:
    from types import SimpleNamespace

    sealed = SimpleNamespace(facts={}, sealed={"held_paper.id_card": "ab12", "held_paper.paper": "cd"})
    assert about(cast(Case, sealed), "id_card") == "ab12"
    assert about(cast(Case, sealed), "card") is None


@pytest.mark.parametrize(
    ("minutes", "chinese", "english"),
    [
        (45, "45 分钟", "45 minutes"),
        (60, "1 小时", "1 hour"),
        (71 * 60, "71 小时", "71 hours"),
        (75 * 60, "3 天 3 小时", "3 days 3 hours"),
    ],
)
def test_time_is_said_as_people_say_it(minutes: int, chinese: str, english: str) -> None:
    assert (span(minutes, "zh-Hans"), span(minutes, "en")) == (chinese, english)


@pytest.fixture
def signed_in(papers: Papers) -> Iterator[Client]:
    from django.contrib.auth.models import User

    client = Client()
    client.force_login(User.objects.get(username="zengjiayi"))
    yield client


def test_the_page_of_a_case_draws_every_stop_and_says_it_in_words(papers: Papers, signed_in: Client) -> None:
    birth, insured = old_way(papers, "C1")
    page = signed_in.get(f"/desk/{birth}/journey/").content.decode()
    drawn, twin = page.partition('<div class="hidden-words">')[::2]
    for part in (drawn, twin):
        assert "第 3 趟" in part and "办好了" in part
    assert page.count('class="way"') == 2
    assert f"/desk/{insured}/" in page
    assert "看一路怎么走的" in signed_in.get(f"/desk/{birth}/").content.decode()


def test_pages_cost_the_same_queries_however_many_journeys(
    papers: Papers, signed_in: Client, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    pages: dict[str, tuple[Client, str]] = {}

    def cost() -> dict[str, int]:
        return {name: len(sent_queries(partial(client.get, url))) for name, (client, url) in pages.items()}

    birth, _ = old_way(papers, "B0")
    new_way(papers, "A0")
    pages |= {
        "case": (signed_in, f"/desk/{birth}/journey/"),
        "staff": (signed_in, f"/desk/compare/{KEY}/"),
        "public": (Client(), f"/open/compare/{KEY}/"),
    }
    cost()  # what is kept in memory is read once
    few = cost()
    for n in range(1, 4):
        old_way(papers, f"B{n}")
        new_way(papers, f"A{n}")
    old_way(papers, "B0", "2026-05")
    many = cost()
    assert many == few
    assert all(few[name] <= BASELINE[name] for name in few), few
