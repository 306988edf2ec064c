"""A form whose step, page or session has gone: all that was entered comes back, and reads as it read on the form."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import DRAINS, Desk, county, desk
from resident_ground import Visitor, asked_back, form_of, unhurried, visitor

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "unhurried", "visitor"]

RETURN = {
    "return_reason": "not_our_duty",
    "proposed_unit": "housing",
    "return_note": "不归我们管，<b>已核对</b>权责清单。𠮷",
}


def reader(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=login))
    return client


def act(login: str, number: str, step: str, **answers: object) -> str:
    given = {"_key": str(uuid4()), **answers}
    return str(reader(login).post(f"/desk/{number}/steps/{step}/", given).content.decode())


def told(page: str) -> dict[str, str]:
    """What a page gives back, by label."""
    rows = re.findall(r"<dt>([^<]*)</dt><dd>(.*?)</dd>", page.partition("facts given")[2], re.S)
    return {label: re.sub(r"<[^>]*>", "", shown).strip() for label, shown in rows}


def test_on_the_desk_choices_come_back_by_name_beside_what_can_be_done_now(desk: Desk) -> None:
    page = act(desk.handler, desk.replied(), "return_case", **RETURN)
    given = told(page)
    assert given["退单理由"] == "不归本单位"
    assert given["建议的单位"] == "县住房和城乡建设局"
    assert "不归我们管，&lt;b&gt;已核对&lt;/b&gt;权责清单。𠮷" in given.values()
    note = page.partition('class="note late"')[2].partition("</section>")[0]
    assert "not_our_duty" not in note
    assert "housing" not in note
    assert "现在能办：" in note or "正在等" in note


def test_what_can_be_done_now_is_named_instead_of_a_reload(desk: Desk) -> None:
    number = desk.replied()
    page = act(desk.reviewer, number, "dispatch", dispatch_note="派给他们")
    note = page.partition('class="note late"')[2].partition("</section>")[0]
    assert 'href="#form-approve"' in note
    assert 'id="form-approve"' in page
    assert "刷新" not in note


def test_several_units_come_back_as_one_line(desk: Desk) -> None:
    given = told(
        act(desk.handler, desk.replied(), "ask_help", co_units=["housing", "market"], task="一起去看")
    )
    assert "县住房和城乡建设局、" in next(iter(given.values()))


def test_where_the_step_is_still_possible_everything_is_chosen_again(desk: Desk) -> None:
    number = desk.step(desk.signed(), "contact", desk.handler, contact_way="phone")
    page = act(desk.handler, number, "ask_help", co_units=["housing"], task="")
    form = page.partition('id="form-ask_help"')[2].partition("</form>")[0]
    assert re.search(r'value="housing"[^>]* checked', form)
    assert "facts given" not in page


def test_after_the_sign_in_ran_out_choices_read_by_name_and_are_sent_again(desk: Desk) -> None:
    number = desk.signed()
    page = Client().post(f"/desk/{number}/steps/return_case/", RETURN).content.decode()
    assert told(page)["建议的单位"] == "县住房和城乡建设局"
    again = form_of(page, "/steps/return_case/")
    assert {name: again[name] for name in ("return_reason", "proposed_unit")} == {
        "return_reason": ["not_our_duty"],
        "proposed_unit": ["housing"],
    }
    assert reader(desk.handler).post(f"/desk/{number}/steps/return_case/", again).status_code in (302, 422)


def test_a_form_of_someone_signed_out_tells_nothing_of_the_case(desk: Desk) -> None:
    number = desk.signed()
    there = Client().post(f"/desk/{number}/steps/return_case/", RETURN).content.decode()
    nowhere = Client().post("/desk/260000000000/steps/return_case/", RETURN).content.decode()
    assert told(there) == told(nowhere)


def test_a_registration_of_somebody_signed_out_reads_by_name(desk: Desk) -> None:
    sent = {"body": "下水道堵了", "division": "330822001", "category": DRAINS, "sort": "complaint"}
    given = told(Client().post("/desk/new/", sent).content.decode())
    assert given["性质"] == "投诉"
    assert not {"330822001", DRAINS} & set(given.values())


def test_a_case_that_went_to_another_unit_meanwhile_gives_back_what_was_entered(desk: Desk) -> None:
    response = reader(desk.other_handler).post(f"/desk/{desk.signed()}/steps/return_case/", RETURN)
    assert response.status_code >= 400
    assert told(response.content.decode())["退单理由"] == "不归本单位"


def test_a_requesters_answers_to_a_step_that_is_gone_read_as_they_were_chosen(
    visitor: Visitor, desk: Desk
) -> None:
    number = asked_back(desk)
    visitor.prove(number).act(number, "answer_callback", solved="yes", rating="5")
    visitor.act(number, "answer_callback", solved="no", rating="2", prompted="true", own_words="改主意了")
    given = told(visitor.page)
    assert {"没有解决", "不满意", "是"} <= set(given.values())
    assert "改主意了" in given.values()
    assert 'href="#act-reopen"' in visitor.page
