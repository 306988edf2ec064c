"""The precedents for whoever dispatches: why a matter goes where it goes, what each did, and where it is revoked."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from test_desk_registered import fault

from desk_ground import PASSWORD, Desk, county, desk

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

ADMINISTRATOR = "hushaohua"
MISSING = re.compile("缺少文字|no words for")
RETURN = {"return_reason": "not_our_duty", "proposed_unit": "housing", "duty_entry": "housing-01"}
DECISION = {
    "unit": "县住房和城乡建设局", "adjudication_reason": "小区以内的管网由住建牵头。", "precedent": "true",
    "precedent_entry": "住宅质量、交付、住房保障与租售",
}  # fmt: skip


def reader(login: str, language: str = "zh") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=login))
    return client


def disputed(desk: Desk) -> str:
    number = desk.dispatched()
    desk.step(number, "return_case", desk.handler, **RETURN)
    return desk.step(number, "bring_to_adjudication", desk.dispatcher)


def adjudicate(desk: Desk, number: str, **more: str) -> Any:
    address = f"/desk/{number}/steps/adjudicate/"
    return reader(desk.adjudicator).post(address, {"_key": str(uuid4()), **DECISION, **more})


@pytest.fixture
def adjudicated(desk: Desk) -> str:
    number = disputed(desk)
    assert adjudicate(desk, number).status_code == 302
    return number


def page(response: Any) -> str:
    body = str(response.content.decode())
    assert not MISSING.search(body)
    return body


def test_what_a_precedent_needs_stands_under_the_box_that_asks_for_it(desk: Desk) -> None:
    number = disputed(desk)
    form = page(reader(desk.adjudicator).get(f"/desk/{number}/"))
    row = re.search(
        r'<div class="under-flag">(.*?name="precedent_replaces".*?</div>)\s*</div>', form, re.DOTALL
    )
    assert row
    assert re.search(r'^\s*<div class="field">.*?name="precedent" value="true"', row[1], re.DOTALL)
    assert row[1].count("only-if") == 5
    assert row[1].count("勾选“作为先例”时必填") == 1
    assert row[1].count("勾选“作为先例”时选填") == 4
    assert "aria-required" not in row[1]
    assert form.count("only-if") == 5


def test_the_clerk_reads_which_case_decided_before_and_after_dispatching(
    desk: Desk, adjudicated: str
) -> None:
    number = desk.register()
    told = page(reader(desk.dispatcher).get(f"/desk/{number}/"))
    assert "先例：" in told and adjudicated[-4:] in told and "住宅质量、交付、住房保障与租售" in told
    desk.step(number, "dispatch", desk.dispatcher)
    english = page(reader(desk.dispatcher, "en").get(f"/desk/{number}/"))
    assert "precedent: case" in english


def test_the_list_says_what_each_did_and_leads_to_the_revoking(desk: Desk, adjudicated: str) -> None:
    desk.dispatched()
    away = desk.dispatched()
    desk.step(away, "recall", desk.dispatcher, recall_reason="还要问清地点")
    seen = page(reader(desk.adjudicator).get("/desk/precedents/"))
    assert "小区以内的管网由住建牵头" in seen and "派出 2 件" in seen and "退回 1 件（50%）" in seen
    assert f"/desk/{adjudicated}/?step=revoke_precedent" in seen
    one = page(reader(desk.reviewer).get(f"/desk/precedents/{adjudicated}/"))
    assert f"/desk/{away}/" in one
    assert "revoke_precedent" not in page(reader(desk.dispatcher).get("/desk/precedents/"))


def test_revoked_it_is_told_with_its_reason(desk: Desk, adjudicated: str) -> None:
    given = {"_key": str(uuid4()), "revoke_reason": "职责已经调整"}
    address = f"/desk/{adjudicated}/steps/revoke_precedent/"
    assert reader(desk.adjudicator).post(address, given).status_code == 302
    seen = page(reader(desk.adjudicator, "en").get("/desk/precedents/"))
    assert "No precedent is in force" in seen and "职责已经调整" in seen


def test_a_contradiction_is_told_beside_its_field_with_what_both_would_take(
    desk: Desk, adjudicated: str
) -> None:
    number = disputed_again(desk)
    answer = adjudicate(desk, number, unit="县综合行政执法局", precedent_entry="urban-enforcement-01")
    assert answer.status_code == 422
    said = fault(answer.content.decode(), "adjudicate-precedent_replaces")
    assert adjudicated in said.replace(" ", "") and "下水道" in said and "县住房和城乡建设局" in said
    answer = adjudicate(
        desk,
        number,
        unit="县综合行政执法局",
        precedent_entry="urban-enforcement-01",
        precedent_replaces=adjudicated,
    )
    assert answer.status_code == 302
    assert "已被取代" in page(reader(desk.adjudicator).get("/desk/precedents/"))


def disputed_again(desk: Desk) -> str:
    """The precedent sent it to housing, which does not agree."""
    number = desk.dispatched()
    handler = next(
        person.username
        for person in User.objects.all()
        if ("housing", "handler") in {(p.unit, p.role) for p in desk.acting(person.username).actor.posts}
    )
    given = {
        "return_reason": "not_our_duty",
        "proposed_unit": Desk.unit,
        "duty_entry": "urban-enforcement-01",
    }
    desk.step(number, "return_case", handler, **given)
    return desk.step(number, "bring_to_adjudication", desk.dispatcher)


def test_an_administrator_reads_them_and_a_handler_is_told_where_to_look(
    desk: Desk, adjudicated: str
) -> None:
    assert "县住房和城乡建设局" in page(reader(ADMINISTRATOR).get("/desk/precedents/"))
    assert reader(desk.handler).get("/desk/precedents/").status_code == 403
    assert reader(desk.adjudicator).get("/desk/precedents/123/").status_code == 404
    assert "/desk/precedents/" in page(reader(desk.dispatcher).get("/desk/"))
    assert "/desk/precedents/" not in page(reader(desk.handler).get("/desk/"))


def at_the_shell(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, number: str, login: str, password: str = PASSWORD
) -> int:
    from argparse import Namespace

    from tongban.cli import dispatch_groups
    from tongban.cli.words import Voice

    monkeypatch.setenv("TONGBAN_PASSWORD", password)
    monkeypatch.setattr(dispatch_groups, "open_up", lambda: None)
    options = Namespace(number=number, login=login, why="职责已经调整")
    return dispatch_groups.revoke_precedent(Voice("en"), options)


def test_at_the_shell_it_is_revoked_once_by_somebody_who_may_and_with_their_password(
    desk: Desk, adjudicated: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def tried(login: str, password: str = PASSWORD) -> str:
        status = at_the_shell(desk, monkeypatch, adjudicated, login, password)
        said = capsys.readouterr()
        return said.err if status else said.out

    assert "people.sign_in" in tried(desk.adjudicator, "not this one")
    assert "dispatch.precedents_not_yours" in tried(desk.handler)
    assert "dispatch.precedent_stays" in tried(desk.dispatcher), "who sent it does not end it"
    assert "is revoked" in tried(desk.adjudicator)
    assert "routing.no_precedent" in tried(desk.adjudicator)
    assert "职责已经调整" in page(reader(desk.reviewer).get(f"/desk/precedents/{adjudicated}/"))


def test_the_category_offered_for_a_precedent_is_the_one_chosen_in_the_same_form(desk: Desk) -> None:
    number = disputed(desk)
    lamps = "城乡建设 / 市政设施 / 城区路灯不亮"
    form = page(adjudicate(desk, number, category=lamps, precedent_entry=""))
    offer = form.partition('id="adjudicate-precedent_category"')[2].partition("</div>")[0]
    assert f'data-value="{lamps}"' in offer
    assert 'data-follows="adjudicate-category"' in offer, "a script keeps it so while she chooses"
