"""The lead pages: read in one look, opened by every number, and acted on without leaving the list."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, county, desk, sent_queries
from tongban.apps.casework.take import open_case
from tongban.apps.casework.views import Taken

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

LEADER = "tongshuixian"
MOST = 15
NOTHING_SAID = "什么都没有填"
MISSING = re.compile("缺少文字|no words for")


def reader(login: str = LEADER, language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=login))
    return client


def body(response: Any) -> str:
    return str(response.content.decode())


def act(number: str, step: str, login: str = LEADER, **answers: str) -> Any:
    given = {"_key": str(uuid4()), "_back": "/lead/cases/?state=late", **answers}
    return reader(login).post(f"/lead/cases/{number}/{step}/", given)


def test_a_stranger_is_asked_to_sign_in_and_comes_back(desk: Desk) -> None:
    response = Client().get("/lead/cases/?state=late")
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/?next=/lead/cases/")


def test_an_account_without_a_post_is_refused(desk: Desk) -> None:
    User.objects.create_user("nobody", password="a-long-enough-one")
    assert reader("nobody").get("/lead/").status_code == 403


def test_what_waits_for_the_readers_decision_stands_before_everything_else(desk: Desk) -> None:
    desk.ordered()
    given = {"title": "农房安全排查", "order": "逐户看一遍。", "measure": "每户有结论", "basis": "2号"}
    acting = desk.acting(LEADER)
    due = (acting.now + timedelta(days=20)).date().isoformat()
    rest = {"already_held": "nothing", "reach": "townships", "minutes": 20, "due_day": due}
    taken = open_case("directive", given | rest, acting)
    assert isinstance(taken, Taken), taken
    page = body(reader("zengjiayi").get("/lead/"))
    assert page.index('id="decide"') < page.index(f"/desk/{taken.number}/") < page.index('id="undertakings"')
    drafter = body(reader(LEADER).get("/lead/"))  # who drafted it does not decide it
    assert f"/desk/{taken.number}/" not in drafter.partition('id="undertakings"')[0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_sentence_answers_the_question(desk: Desk, language: str) -> None:
    said = {"zh": "在办 1 件，没有超期", "en": "1 open; none late"}
    nothing = {"zh": "现在没有在办的件。", "en": "Nothing is open at present."}
    assert nothing[language] in body(reader(language=language).get("/lead/"))
    desk.signed()
    page = body(reader(language=language).get("/lead/"))
    assert said[language] in page
    assert not MISSING.search(page)


def test_every_number_of_the_page_is_a_link_that_opens(desk: Desk) -> None:
    desk.signed()
    desk.register()
    client = reader()
    links = set(re.findall(r'href="(/lead/[^"]*)"', body(client.get("/lead/"))))
    assert len(links) > 6
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link


@pytest.mark.parametrize("path", ["/lead/", "/lead/cases/?state=open"])
def test_a_page_asks_the_database_at_most_fifteen_things(
    desk: Desk, sent_queries: Callable[[Callable[[], object]], list[str]], path: str
) -> None:
    for _ in range(3):
        desk.dispatched()
    desk.step(desk.signed(), "escalate", desk.supervisor)
    client = reader()
    client.get(path)
    queries = sent_queries(lambda: client.get(path))
    assert len(queries) <= MOST, queries


@pytest.mark.parametrize("state", ["open", "late", "soon", "own", "other", "requester", "stopped", "settled"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_can_be_looked_at_in_both_languages(desk: Desk, state: str, language: str) -> None:
    desk.signed()
    page = reader(language=language).get(f"/lead/cases/?state={state}&practice=hotline&kind=appeal&age=0")
    assert page.status_code == 200
    assert not MISSING.search(body(page))


@pytest.mark.parametrize(
    "query",
    ["state=nonsense", "age=99", "age=-1", "unit=%00", "after=~~", "practice=%F0%A0%80%80", "kind=x" * 40],
)
def test_a_broken_address_shows_a_page_and_not_a_failure(desk: Desk, query: str) -> None:
    desk.signed()
    client = reader()
    assert client.get(f"/lead/cases/?{query}").status_code == 200
    assert client.get(f"/lead/?{query}").status_code == 200


def test_another_practice_is_not_looked_for_by_a_kind_of_the_one_before(desk: Desk) -> None:
    number = desk.signed()
    page = body(reader().get("/lead/cases/?practice=hotline&kind=milestone"))
    assert f"/desk/{number}/" in page


def test_a_practice_on_the_overview_leads_to_its_list_and_to_what_was_settled(desk: Desk) -> None:
    desk.signed()
    page = body(reader().get("/lead/?practice=hotline"))
    assert 'href="/lead/cases/?practice=hotline&amp;state=open"' in page
    assert 'href="/lead/cases/?practice=hotline&amp;state=settled"' in page


def test_a_reminder_is_one_press_and_the_reader_is_back_in_the_list(desk: Desk) -> None:
    number = desk.signed()
    page = body(reader().get("/lead/cases/"))
    assert f'action="/lead/cases/{number}/remind/"' in page
    response = act(number, "remind")
    assert (response.status_code, response["Location"]) == (302, "/lead/cases/?state=late")
    assert "催办 1 次" in body(reader().get("/lead/cases/"))


def test_pressing_twice_reminds_once(desk: Desk) -> None:
    number = desk.signed()
    key = str(uuid4())
    client = reader()
    for _ in range(2):
        assert client.post(f"/lead/cases/{number}/remind/", {"_key": key}).status_code == 302
    assert "催办 1 次" in body(client.get("/lead/cases/"))


def test_supervision_asks_what_is_demanded_and_keeps_what_was_typed_when_it_refuses(desk: Desk) -> None:
    number = desk.signed()
    client = reader()
    form = body(client.get(f"/lead/cases/{number}/supervise/?back=/lead/cases/%3Fstate%3Dlate"))
    assert 'name="demand"' in form
    assert form.count("（这 2 项至少填一项）") == 2 and "选填" not in form
    assert 'value="/lead/cases/?state=late"' in form
    refused = act(number, "supervise", demand="周五以前办好", demand_by="2020-01-01")
    assert refused.status_code == 422
    assert "周五以前办好" in body(refused)
    assert act(number, "supervise", demand="周五以前办好").status_code == 302
    assert "督办 1 次" in body(client.get("/lead/cases/"))


def test_supervision_with_nothing_filled_in_is_refused_beside_its_first_field(desk: Desk) -> None:
    number = desk.signed()
    refused = act(number, "supervise", demand=" ")
    assert refused.status_code == 422
    assert re.search(rf'class="fault" id="[^"]*-demand-fault".*?{NOTHING_SAID}', body(refused), re.DOTALL)
    assert not any("督办" in what for what in desk.story(number))
    assert act(number, "supervise", demand_by="2099-01-08").status_code == 302
    assert act(number, "supervise").status_code == 422  # what was demanded before says nothing now


def test_whoever_may_not_is_refused_and_nothing_happens(desk: Desk) -> None:
    number = desk.signed()
    assert act(number, "remind", login=desk.handler).status_code >= 400
    assert "催办" not in re.sub(
        r"<(title|select).*?</\1>", "", body(reader(desk.handler).get("/lead/cases/"))
    )


def test_a_case_of_another_unit_is_not_opened_by_its_number(desk: Desk) -> None:
    number = desk.signed()
    assert reader(desk.other_handler).get(f"/lead/cases/{number}/supervise/").status_code >= 400


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_nobody_is_led_elsewhere(desk: Desk, back: str) -> None:
    number = desk.signed()
    response = act(number, "remind", _back=back)
    assert response["Location"] == "/lead/cases/"


def taught(number: str) -> None:
    """A case card as the publishing step leaves it."""
    from datetime import UTC, datetime

    from tongban.apps.office import office
    from tongban.store.published import Text, put

    here, now = office(), datetime.now(UTC)
    loaded = here.load(number)
    assert loaded is not None
    story = "创业补贴三次往返，每次都是不同的“满一年”。窗口用一页纸列全部时间条件。"
    parts = [["cause", "papers_excessive"], ["card_text", story]]
    body = {"parts": parts, "unit": "hotline-centre", "adoption": here.adopted("last_resort_desk", now)}
    title = story.partition("。")[0]
    text = json.dumps({**body, "outcome": "", "opened": now.isoformat(), "settled": ""})
    put(here.journal, Text("card", loaded.case.id, "", "330822", title, text, story, now))


@pytest.mark.parametrize(("language", "cause"), [("zh", "材料要多了"), ("en", "Too many papers")])
def test_what_cases_taught_is_told_in_words_and_each_thing_once(
    desk: Desk, language: str, cause: str
) -> None:
    taught(desk.signed())
    page = body(reader(language=language).get("/lead/"))
    card = page.partition('class="card-list"')[2].partition("</article>")[0]
    assert "papers_excessive" not in card
    assert f'<span class="tag">{cause}' in card
    assert card.count("三次往返") == 1
    assert "/open/cards/" in card


def test_nothing_on_the_pages_needs_a_style_or_script_of_its_own(desk: Desk) -> None:
    desk.signed()
    for path in ("/lead/", "/lead/cases/"):
        page = body(reader().get(path))
        assert not re.search(r"\sstyle=|<style|\son\w+=|<script>", page)
        assert len(page) < 100_000


def test_what_goes_beyond_the_first_rows_is_folded_and_still_there(desk: Desk) -> None:
    numbers = [desk.signed() for _ in range(5)]
    page = body(reader().get("/lead/"))
    stuck = page.partition('id="stuck"')[2].partition('id="handed"')[0]
    shown, _, folded = stuck.partition('<details class="fold">')
    assert "其余 2 项" in folded
    assert [shown.count("<li>"), folded.count("<li>")] == [3, 2]
    assert all(number in stuck for number in numbers)
