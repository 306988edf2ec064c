"""What looks after a county, through the API: registers, people, what takes two, editions, targets, jobs, keys; lists in pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from county import Api
from django.contrib.auth.models import User
from test_cases import problem

from desk_ground import ROOT, Desk, county, desk
from tongban.apps.people.issuing import issue
from tongban.apps.people.tokens import SCOPES, staff_token

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

ADMINISTRATOR, SUPERVISOR, LEADER, PUBLISHER = "hushaohua", "liuzeyu", "zengjiayi", "songyuexian"
LINES = {"Content-Type": "application/x-ndjson"}
PAPERS = [{"编码": "id", "名称": "身份证"}, {"编码": "photo", "名称": "照片", "有效期": 180}]
HERE = "/registers/paper_desk"


def token(login: str, issued: str = "") -> str:
    return staff_token(User.objects.get(username=login), SCOPES, timedelta(hours=1), issued).text


@pytest.fixture
def http(desk: Desk, settings: Any) -> Api:
    settings.TONGBAN_API_LIMITS = 0
    return Api(now=datetime.now(UTC))


@pytest.fixture
def registers(http: Api, desk: Desk) -> Api:
    """A practice with two brought registers, in force."""
    from tongban.apps.adoption.adopting import adopt
    from tongban.kernel.refusal import Refused

    folder = ROOT / "tests" / "library" / "practices" / "paper_desk"
    assert not isinstance(adopt(folder, {}, (Desk.home,), desk.acting(ADMINISTRATOR)), Refused)
    return http


def lines(*rows: dict[str, object]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def test_rows_of_json_are_planned_loaded_once_and_given_out(registers: Api) -> None:
    admin, paper = token(ADMINISTRATOR), "?register=paper"
    planned = registers.post(f"{HERE}/plans{paper}", lines(*PAPERS), admin, **LINES)
    assert planned.status_code == 200, planned.content
    assert [each["added"] for each in planned.json()["registers"]] == [2]
    marked = f"{HERE}/loads{paper}&mark={planned.json()['mark']}"
    key = {"Idempotency-Key": "load-0123456789abcdef"}
    loaded = registers.post(marked, lines(*PAPERS), admin, **LINES, **key)
    assert loaded.status_code == 201, loaded.content
    again = registers.post(marked, lines(*PAPERS), admin, **LINES, **key)
    assert again.headers["Idempotency-Replayed"] == "true"
    reused = registers.post(marked, lines(*PAPERS[:1]), admin, **LINES, **key)
    problem(reused, 422, "request.key_reused")
    problem(registers.post(marked, lines(*PAPERS), admin, **LINES), 409, "register.stale")
    listed = registers.get("/registers", admin).json()["registers"]
    assert {each["id"]: each["rows"] for each in listed if each["practice"] == "paper_desk"} == {
        "item": 0,
        "paper": 2,
    }
    assert registers.get(f"{HERE}/workbook", admin).content[:2] == b"PK"


def test_every_fault_of_a_load_has_its_line_and_column(registers: Api) -> None:
    admin = token(ADMINISTRATOR)
    wrong = (
        lines(PAPERS[0], {"编码": "photo"}, {"编码": "x", "名称": "甲", "有效期": "soon"}) + "{broken\n[1]\n"
    )
    said = registers.post(f"{HERE}/loads?register=paper", wrong, admin, **LINES)
    assert said.status_code == 422, said.content
    places = [each["pointer"] for each in said.json()["faults"]]
    assert set(places) == {"row 2, 名称", "row 3, 有效期", "row 4", "row 5"}
    table = registers.post(
        f"{HERE}/loads?register=paper", "编码,名称\nid,\n", admin, **{"Content-Type": "text/csv"}
    )
    assert [each["pointer"] for each in table.json()["faults"]] == ["row 2, 名称"]
    problem(
        registers.post("/registers/hotline/plans", lines(PAPERS[0]), admin, **LINES), 404, "register.none"
    )
    problem(
        registers.post(f"{HERE}/plans?since=soon", lines(PAPERS[0]), admin, **LINES), 422, "register.since"
    )
    problem(registers.post(f"{HERE}/plans", lines(PAPERS[0]), token(LEADER), **LINES), 403, "api.not_yours")


def test_somebody_new_gets_an_account_a_post_and_leaves(http: Api) -> None:
    admin = token(ADMINISTRATOR)
    made = http.post("/people", {"login": "newcomer", "name": "新来"}, admin)
    assert made.status_code == 201 and len(made.json()["password"]) >= 12
    problem(http.post("/people", {"login": "newcomer", "name": "新来"}, admin), 422, "people.taken")
    post = {"unit": Desk.unit, "role": "handler"}
    assert http.post("/people/newcomer/posts", post, admin).status_code == 200
    held = http.get("/people/newcomer", admin).json()["posts"]
    assert [(each["unit"], each["role"], each["when"]) for each in held] == [(Desk.unit, "handler", "now")]
    assert http.post("/people/newcomer/password", None, admin).json()["password"] != made.json()["password"]
    assert http.post("/people/newcomer/leaving", None, admin).status_code == 200
    assert http.get("/people/newcomer", admin).json()["active"] is False
    problem(http.get("/people/nobody", admin), 404, "people.unknown")


def test_many_people_come_at_once_or_none_does(http: Api) -> None:
    admin, post = token(ADMINISTRATOR), {"unit": Desk.unit, "role": "handler"}
    days = {"first": "2026-01-05", "last": "2099-12-31"}
    good = {"login": "one.a", "zh": "甲", "posts": [{**post, **days}]}
    wrong = {"people": [good, {"login": "one.b", "zh": "乙", "posts": [{**post, "unit": "nowhere"}]}]}
    problem(http.post("/people-brought", wrong, admin), 422, "people.unknown_unit")
    problem(http.get("/people/one.a", admin), 404, "people.unknown")
    brought = http.post("/people-brought", {"people": [good]}, admin)
    assert (brought.status_code, brought.json()["added"]) == (201, 1)
    held = http.get("/people/one.a", admin).json()["posts"]
    assert [(each["first"], each["last"]) for each in held] == [("2026-01-05", "2099-12-31")]


def test_a_post_that_confirms_waits_for_another_person_who_has_signed_in(http: Api) -> None:
    admin, second, post = token(ADMINISTRATOR), Desk.handler, {"unit": Desk.home, "role": "administrator"}
    assert http.post(f"/people/{second}/posts", post, admin).status_code == 200  # the only one does it alone
    asked = http.post(f"/people/{Desk.other_handler}/posts", post, admin)
    assert asked.status_code == 202, asked.content
    act, yes = f"/confirmations/{asked.json()['id']}/decision", {"decision": "confirm"}
    waiting = http.get("/confirmations", token(second)).json()["acts"]
    assert [each["id"] for each in waiting if each["state"] == "waiting"] == [asked.json()["id"]]
    problem(http.post(act, yes, admin), 403, "two.same_person")
    problem(http.post(act, yes, token(LEADER)), 403, "api.not_yours")
    made = issue(second, ("admin",), "程序", 1, Desk().acting(second))
    assert isinstance(made, tuple)
    problem(http.post(act, yes, made[1].text), 403, "api.in_person")
    assert http.post(act, yes, token(second)).status_code == 200
    problem(http.post(act, {"decision": "decline", "why": "晚了"}, token(second)), 409, "two.decided")
    guarded = {"people": [{"login": "one.a", "zh": "甲", "posts": [post]}]}
    problem(http.post("/people-brought", guarded, admin), 409, "two.not_by_file")


def test_somebody_stands_in_for_some_days_and_not_twice(http: Api) -> None:
    admin, today = token(ADMINISTRATOR), datetime.now(UTC).date()
    wish = {"person": Desk.other_handler, "unit": Desk.unit, "role": "handler", "reason": "leave"}
    days = {"first": (today + timedelta(days=2)).isoformat(), "last": (today + timedelta(days=9)).isoformat()}
    address = f"/people/{Desk.handler}/stand-ins"
    assert http.post(address, {**wish, **days}, admin).status_code == 200
    problem(http.post(address, {**wish, **days}, admin), 409, "stand_in.twice")
    (given,) = http.get(f"/stand-ins?person={Desk.handler}", admin).json()["stand_ins"]
    assert http.post(f"/stand-ins/{given['id']}/end", None, admin).status_code == 200
    problem(http.post(f"/stand-ins/{given['id']}/end", None, admin), 409, "stand_in.ended")


def test_tokens_of_programs_are_listed_without_the_token_and_ended(http: Api) -> None:
    admin = token(ADMINISTRATOR)
    made = issue(Desk.handler, ("read",), "程序", 1, Desk().acting(ADMINISTRATOR))
    assert isinstance(made, tuple)
    listed = http.get("/tokens", admin)
    assert made[0].id in {each["id"] for each in listed.json()["tokens"]}
    assert made[1].text not in listed.content.decode()
    assert http.post(f"/tokens/{made[0].id}/end", None, admin).status_code == 200
    problem(http.get("/me", made[1].text), 401, "api.token_expired")
    problem(http.post(f"/tokens/{made[0].id}/end", None, admin), 409, "token.ended")
    problem(http.post("/tokens/x/end", None, admin), 404, "token.unknown")


def test_who_may_erase_asks_and_no_more(http: Api, desk: Desk) -> None:
    number = desk.register().replace(" ", "")
    asked = http.post(f"/cases/{number}/erasure", None, token(ADMINISTRATOR))
    assert asked.status_code == 202, asked.content
    problem(http.post(f"/cases/{number}/erasure", None, token(LEADER)), 403, "api.not_yours")


def test_a_list_goes_on_behind_the_row_that_was_last_also_when_rows_come_and_go(http: Api) -> None:
    admin, seen, after = token(ADMINISTRATOR), [], ""
    for n in (5, 1, 4, 2, 3):
        assert http.post("/open311/keys", {"name": f"程序{n}"}, admin).status_code == 201
    everybody = [each["login"] for each in http.get("/people?limit=1000", admin).json()["people"]]
    while True:
        page = http.get(f"/people?limit=7&after={after}", admin)
        seen += [each["login"] for each in page.json()["people"]]
        after = page.json()["next"]
        if not after:
            break
        assert f"after={after}" in page.headers["Link"] and 'rel="next"' in page.headers["Link"]
        http.post("/people", {"login": f"aaa.{len(seen)}", "name": "插进来"}, admin)
    assert seen == everybody

    first = http.get("/open311/keys?limit=2", admin).json()
    assert len(first["keys"]) == 2 and first["next"]
    made = http.post("/open311/keys", {"name": "更新的"}, admin).json()["key"]["id"]
    rest = http.get(f"/open311/keys?limit=1000&after={first['next']}", admin).json()
    ids = [each["id"] for each in (*first["keys"], *rest["keys"])]
    assert len(ids) == len(set(ids)) == 5 and made not in ids and rest["next"] == ""
    for wrong in ("limit=0", "limit=1001", "limit=x", "after=nonsense", "after=WyJ4Il0"):
        problem(http.get(f"/open311/keys?{wrong}", admin), 422, "api.value")


def test_a_worklist_shows_each_case_once_though_another_comes_in_between(http: Api, desk: Desk) -> None:
    clerk, every = token(Desk.clerk), "/cases?view=waiting&limit="
    known = {desk.register().replace(" ", "") for _ in range(3)}
    first = http.get(f"{every}2", clerk).json()
    desk.register()
    seen, after = [each["number"] for each in first["rows"]], first["next"]
    while after:
        page = http.get(f"{every}2&after={after}", clerk)
        seen += [each["number"] for each in page.json()["rows"]]
        after = page.json()["next"]
    assert len(seen) == len(set(seen)) and known <= {each.replace(" ", "") for each in seen}
    problem(http.get(f"{every}101", clerk), 422, "api.value")


def test_keys_offers_jobs_and_neighbours_are_looked_after(http: Api) -> None:
    admin = token(ADMINISTRATOR)
    made = http.post("/open311/keys", {"name": "市平台"}, admin).json()
    assert made["secret"].startswith("tbo.")
    assert http.post(f"/open311/keys/{made['key']['id']}/revocation", None, admin).json()["ended"]
    problem(http.post("/open311/keys/nothing/revocation", None, admin), 404, "open311.key_unknown")
    offer = "/open311/offers/hotline"
    assert http.post(offer, {}, admin).json()["fields"]
    assert [each["practice"] for each in http.get("/open311/offers", admin).json()["offers"]] == ["hotline"]
    assert http.post(f"{offer}/withdrawal", None, admin).status_code == 200
    problem(http.post(f"{offer}/withdrawal", None, admin), 409, "open311.not_offered")
    assert http.get("/jobs", admin).json()["jobs"]
    problem(http.post("/jobs/nothing/again", None, admin), 404, "jobs.unknown")
    assert http.get("/events-aside", admin).json()["events"] == []
    assert http.get("/exchange/counties", admin).status_code == 200
    again = {"conversation": "x", "n": 1}
    problem(http.post("/exchange/untold/again", again, admin), 409, "exchange.not_waiting")


def test_editions_are_proposed_by_one_and_looked_at_by_another(http: Api) -> None:
    one, other = token(PUBLISHER), token(SUPERVISOR)
    months = http.get("/editions", one).json()
    assert months["months"] and months["current_for"]
    month = f"/editions/{months['months'][0]['period']}"
    problem(http.get("/editions", token(Desk.handler)), 403, "api.not_yours")
    problem(http.get(f"{month}/review", other), 404, "edition.unknown")
    problem(http.post(f"{month}/release", {"digest": "x"}, other), 404, "edition.unknown")
    problem(http.post(f"{month}/proposal/removal", None, one), 404, "edition.unknown")
    problem(http.post(f"{month}/withdrawal", {"edition": 1, "why": "错了"}, one), 404, "edition.unknown")
    said = http.post(f"{month}/proposal", {}, one)
    assert said.status_code == 409 and said.json()["code"].startswith("edition."), said.content
    assert http.post("/editions/term", {"months": 12}, one).status_code == 200
    assert http.get("/editions", one).json()["current_for"] == 12


def test_a_leader_sets_a_target_moves_it_and_says_in_time_that_it_will_be_missed(http: Api) -> None:
    leader = token(LEADER)
    choices = http.get("/target-choices", leader).json()
    value = choices["indicators"][0]["value"]
    practice, _, indicator = value.partition("/")
    wish = {
        "practice": practice,
        "indicator": indicator,
        "period": choices["periods"][-1],
        "value": "90",
        "why": "群众等得久",
    }
    made = http.post("/targets", wish, leader)
    assert made.status_code == 201, made.content
    one = f"/targets/{made.json()['id']}"
    problem(http.post("/targets", wish, leader), 409, "targets.there")
    problem(http.post("/targets", {**wish, "why": " "}, leader), 422, "targets.no_reason")
    problem(http.post("/targets", wish, token(Desk.handler)), 403, "api.not_yours")
    assert http.post(f"{one}/value", {"value": "91", "why": "再快些"}, leader).status_code == 200
    soon = (datetime.now(UTC) + timedelta(days=200)).date().isoformat()
    miss = {"expected": "80", "until": soon, "why": "人手不够"}
    assert http.post(f"{one}/miss", miss, leader).status_code == 200
    assert http.post(f"{one}/end", {"why": "改了做法"}, leader).status_code == 200
    problem(http.post(f"{one}/end", {"why": "改了做法"}, leader), 409, "targets.over")


def test_colours_clusters_notices_cards_and_earlier_cases_have_routes(http: Api, desk: Desk) -> None:
    leader, clerk = token(LEADER), token(Desk.clerk)
    number = desk.register().replace(" ", "")
    assert http.post("/colours", {"red": 60, "amber": 250}, leader).json()["rule"]["red"] == 60
    assert http.get("/clusters", leader).json()["clusters"] == []
    problem(http.get("/clusters", clerk), 403, "api.not_yours")
    own = http.get("/me/notices", clerk).json()
    assert own["channel"] == "" and own["paces"]
    assert http.post("/me/notices", {"channel": "", "pace": own["paces"][0]}, clerk).status_code == 200
    problem(
        http.post("/me/notices", {"channel": "pigeon", "pace": own["paces"][0]}, clerk), 422, "notices.choice"
    )
    assert http.get(f"/cases/{number}/notices", clerk).status_code == 200
    assert http.get(f"/cases/{number}/cards", clerk).json()["may_use"] is True
    problem(http.post(f"/cases/{number}/cards/x", None, clerk), 404, "cards.unknown")
    problem(http.post("/cards/x/confirmation", None, clerk), 404, "cards.unknown")
    assert http.get("/cards/doubted", clerk).json()["cards"] == []
    assert http.get(f"/cases/{number}/repeats", clerk).status_code == 200
    served = {"seq": 1, "n": 0, "way": "post", "day": "2026-01-01"}
    assert http.post(f"/cases/{number}/served", served, clerk).status_code in (409, 422)
