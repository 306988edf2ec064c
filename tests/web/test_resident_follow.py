"""Following a case: who may see it, what can be done, and that nothing written is ever lost."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client

from desk_ground import Desk, county, desk, sent_queries
from resident_ground import PHONE, Visitor, asked_back, form_of, picture, unhurried, visitor
from tongban.apps.casework.look import look
from tongban.apps.casework.views import CasePage
from tongban.apps.numbers import check_digit, written
from tongban.apps.office import office
from tongban.apps.proof.checkpoints import public_keys
from tongban.kernel.ledger.receipt import Verified, verify_receipt

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries", "unhurried", "visitor"]

MOST = 12
BASELINE = {"own case": 8, "why": 9}
NOBODYS = "26" + "0" * 9
NOBODYS += check_digit(NOBODYS)


def stage(number: str) -> str:
    loaded = office().load(number)
    assert loaded is not None
    return loaded.case.stage


def without_secrets(page: str) -> str:
    """A page without what differs at every request."""
    return re.sub(r'(value|X-CSRFToken)": ?"[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", page)


# -- who may see it


def test_number_and_phone_open_a_case_in_any_browser(visitor: Visitor, desk: Desk) -> None:
    number = desk.register()
    visitor.prove(written(number))
    assert visitor.status == 200
    assert "已收到，正在安排谁来办" in visitor.page
    assert Visitor().get(f"/follow/{number}/").status == 404


def promises(page: str) -> list[str]:
    """What the page says was promised, one text a promise."""
    listed = page.partition('<ol class="promises">')[2].partition("</ol>")[0]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", part)).strip() for part in listed.split("<li")[1:]]


@pytest.mark.parametrize(("sort", "days"), [("", 7), ("help", 5)])
def test_before_a_unit_has_it_only_the_dispatch_has_a_date_and_the_answer_has_its_longest_limit(
    visitor: Visitor, desk: Desk, sort: str, days: int
) -> None:
    number = desk.register(sort=sort)
    page = visitor.prove(number).get(f"/follow/{number}/").page
    dispatch, answer = promises(page)
    assert re.search(r"周. \d\d:\d\d前派给承办单位.*还有", dispatch)
    assert "然后办好并答复您" in answer
    assert f"一般不超过 {days} 个工作日" in answer
    assert "派单期限" not in page


def test_once_a_unit_has_it_the_day_of_the_answer_is_promised_and_the_dispatch_is_kept(
    visitor: Visitor, desk: Desk
) -> None:
    number = desk.dispatched()
    dispatch, answer = promises(visitor.prove(number).get(f"/follow/{number}/").page)
    assert dispatch.endswith("派给承办单位 按时")
    assert re.search(r"月\d+日 周. 24时前办好并答复您.*还有", answer)


def test_what_waits_for_the_requester_says_until_when(visitor: Visitor, desk: Desk) -> None:
    number = desk.step(desk.replied(), "approve", desk.reviewer)
    page = visitor.prove(number).get(f"/follow/{number}/").page
    assert re.search(r"请您说说办得怎么样</dt><dd>[^<]*周. (24时|\d\d:\d\d)前", page)


def test_a_case_of_others_and_one_that_is_not_look_the_same(visitor: Visitor, desk: Desk) -> None:
    number = desk.register()
    for part in ("", "why/", "receipt/"):
        others = visitor.get(f"/follow/{number}/{part}")
        page, status = without_secrets(others.page).replace(number, "N"), others.status
        none = visitor.get(f"/follow/{NOBODYS}/{part}")
        assert (without_secrets(none.page).replace(NOBODYS, "N"), none.status) == (page, status)
        assert status == 404


def test_a_wrong_phone_and_a_wrong_number_are_refused_in_the_same_words(visitor: Visitor, desk: Desk) -> None:
    number = desk.register()
    wrong = without_secrets(visitor.prove(number, "13900139000").page).replace(number, "N")
    none = without_secrets(visitor.prove(NOBODYS, "13900139000").page).replace(NOBODYS, "N")
    assert "编号和电话对不上" in wrong
    assert wrong == none


@pytest.mark.parametrize(
    ("number", "phone", "words"),
    [
        ("12", PHONE, "编号应是 12 位数字"),
        (NOBODYS[:-1] + str((int(NOBODYS[-1]) + 1) % 10), PHONE, "编号里有一位数字不对"),
        (NOBODYS, "138", "不是有效的电话号码"),
        ("", "", "编号应是 12 位数字"),
        ("\0" * 12, PHONE, "编号应是 12 位数字"),
        ("<script>alert(1)</script>", PHONE, "编号应是 12 位数字"),
    ],
)
def test_what_cannot_be_right_is_told_so_and_kept(
    visitor: Visitor, number: str, phone: str, words: str
) -> None:
    visitor.prove(number, phone)
    assert visitor.status == 422
    assert words in visitor.page
    assert f'value="{phone}"' in visitor.page
    assert "<script>alert" not in visitor.page


def test_too_many_tries_have_to_wait_even_with_the_right_phone(visitor: Visitor, desk: Desk) -> None:
    number = desk.register()
    for n in range(5):
        visitor.prove(number, f"1390000000{n}")
    visitor.prove(number)
    assert visitor.status == 422
    assert "请等 10 分钟" in visitor.page
    assert visitor.prove(desk.register()).status == 200, "another case is not shut"


def test_what_a_resident_sees_holds_no_name_of_a_clerk_and_no_way_of_the_office(
    visitor: Visitor, desk: Desk
) -> None:
    number = asked_back(desk)
    page = visitor.prove(number).page
    for hidden in ("郑金花", "权责清单", "催办", "uid", desk.handler):
        assert hidden not in page


def test_words_among_colleagues_are_not_shown_to_the_requester(visitor: Visitor, desk: Desk) -> None:
    number = desk.register()
    desk.step(number, "dispatch", desk.dispatcher, dispatch_note="老上访户，注意方式")
    page = visitor.prove(number).page
    assert "已派单" in page
    assert "老上访户" not in page
    story = look(number, desk.acting(desk.handler))
    assert isinstance(story, CasePage)
    assert "老上访户，注意方式" in {fact.value for line in story.story for fact in line.facts}


@pytest.mark.parametrize(
    ("language", "spoken", "of_them"),
    [
        ("zh-Hans", ("已联系您", "已代您撤回", "您何时、怎样要求撤回"), "诉求人"),
        ("en", ("You were contacted", "Withdrawn for you", "When and how you asked for it"), "requester"),
    ],
)
def test_the_requester_is_spoken_to_and_the_office_reads_of_them(
    visitor: Visitor, desk: Desk, language: str, spoken: tuple[str, ...], of_them: str
) -> None:
    number = desk.step(desk.signed(), "contact", desk.handler, contact_way="phone")
    desk.step(number, "withdraw_for", desk.clerk, withdraw_asked="今天上午来电")
    page = visitor.prove(number).get(f"/follow/{number}/?lang={language}").page
    assert all(words in page for words in spoken)
    assert of_them not in page.partition("<main")[2].lower()
    told = look(number, desk.acting(desk.handler))
    assert isinstance(told, CasePage)
    assert "已联系诉求人" in {line.what for line in told.story}


# -- what can be done


def test_the_callback_is_answered_and_says_thank_you(visitor: Visitor, desk: Desk) -> None:
    number = asked_back(desk)
    page = visitor.prove(number).page
    for name in ("solved", "rating", "prompted", "own_words"):
        assert f'name="{name}"' in page
    visitor.act(number, "answer_callback", solved="yes", rating="4", prompted="true", own_words="修得快 👍")
    assert visitor.path == f"/follow/{number}/"
    assert "谢谢，您的话已记下" in visitor.page
    assert "修得快 👍" in visitor.page
    loaded = office().load(number)
    assert loaded is not None
    assert loaded.case.facts["prompted"] is True
    assert loaded.case.facts["rating"] == 4


def test_an_answer_left_out_is_told_beside_its_question_and_the_words_stay(
    visitor: Visitor, desk: Desk
) -> None:
    number = asked_back(desk)
    visitor.prove(number).act(number, "answer_callback", rating="2", own_words="只修了一半")
    assert visitor.status == 422
    assert "answer_callback-solved-fault" in visitor.page
    assert "只修了一半" in visitor.page
    assert re.search(r'value="2"[^>]*checked', visitor.page)
    assert stage(number) == "callback"


def test_a_case_is_reopened_and_withdrawn_by_its_requester_alone(visitor: Visitor, desk: Desk) -> None:
    number = asked_back(desk)
    stranger = Visitor().act(number, "answer_callback", solved="yes")
    assert stranger.status == 404
    visitor.prove(number).act(number, "answer_callback", solved="yes", rating="5")
    assert "要求重办" in visitor.page
    visitor.act(number, "reopen", reopen_reason="第二天又堵了")
    assert stage(number) not in ("closed", "callback")
    assert "第二天又堵了" in visitor.page
    other = desk.register()
    visitor.prove(other).act(other, "withdraw")
    assert "已撤回" in visitor.page
    assert stage(other) == "closed"


@pytest.mark.parametrize("step", ["dispatch", "approve", "nothing_like_it", "adjudicate"])
def test_a_step_of_the_office_is_refused_and_what_was_written_is_shown(
    visitor: Visitor, desk: Desk, step: str
) -> None:
    number = desk.register()
    visitor.prove(number).act(number, step, own_words="我来派")
    assert visitor.status == 422
    assert "这一步没有办成" in visitor.page
    assert "我来派" in visitor.page
    assert stage(number) == "registered"


def test_a_step_twice_acts_once_with_its_key_and_is_refused_without(visitor: Visitor, desk: Desk) -> None:
    number = asked_back(desk)
    visitor.prove(number)
    sent = {**form_of(visitor.page, "answer_callback-solved"), "solved": "yes", "rating": "5"}
    visitor.act(number, "answer_callback", **sent)
    visitor.act(number, "answer_callback", **sent)
    assert visitor.status == 200
    again = visitor.act(number, "answer_callback", solved="no", own_words="改主意了")
    assert again.status == 422
    assert "改主意了" in again.page
    loaded = office().load(number)
    assert loaded is not None
    assert loaded.case.counts["answer_callback"] == 1


@pytest.mark.parametrize("key", ["\0abc", "编号", "\ud800".encode("utf-8", "surrogatepass")])
def test_a_key_that_no_form_of_ours_gives_is_none(visitor: Visitor, desk: Desk, key: str | bytes) -> None:
    number = asked_back(desk)
    visitor.prove(number).act(number, "answer_callback", solved="yes", rating="5", key=key)
    assert visitor.status == 200
    assert stage(number) == "closed"


# -- what fails in the middle


def test_when_the_proof_has_run_out_the_words_wait_for_the_phone_and_go_on(
    visitor: Visitor, desk: Desk
) -> None:
    number = asked_back(desk)
    words = "又堵了 <b>真的</b>\n第二行 𠮷"
    visitor.act(number, "answer_callback", solved="no", own_words=words)
    assert visitor.status == 404
    carried = form_of(visitor.page, 'name="phone"')
    assert [each.replace("\r\n", "\n") for each in carried["own_words"]] == [words]
    assert stage(number) == "callback"
    visitor.post("/follow/", {**carried, "phone": "13900139000"})
    assert visitor.status == 422
    visitor.post("/follow/", {**form_of(visitor.page, 'name="phone"'), "phone": PHONE})
    assert visitor.status == 200
    form = form_of(visitor.page, "answer_callback-solved")
    assert form["own_words"][0].replace("\r\n", "\n") == words
    assert form["solved"] == ["no"]
    visitor.act(number, "answer_callback", **form)
    assert stage(number) != "callback"


def test_a_form_whose_secret_has_run_out_gives_back_what_was_written(visitor: Visitor, desk: Desk) -> None:
    number = asked_back(desk)
    strict = Visitor(enforce_csrf_checks=True)
    page = strict.get("/follow/").page
    strict.post("/follow/", {**form_of(page, 'name="phone"'), "number": number, "phone": PHONE})
    assert strict.status == 200
    strict.act(number, "answer_callback", solved="no", own_words="没有修好")
    assert strict.status == 403
    assert "没有修好" in strict.page
    strict.post(f"/follow/{number}/do/answer_callback/", form_of(strict.page, "csrfmiddlewaretoken"))
    assert strict.status == 200
    assert stage(number) != "callback"


def test_when_the_database_goes_in_mid_step_the_words_survive_and_the_step_happens_once(
    visitor: Visitor, desk: Desk
) -> None:
    number = asked_back(desk)
    visitor.prove(number)
    sent = {**form_of(visitor.page, "answer_callback-solved"), "solved": "yes", "own_words": "谢谢"}
    with patch("tongban.store.journal.Journal.append", side_effect=OperationalError("gone")):
        visitor.act(number, "answer_callback", **sent)
    assert visitor.status == 503
    assert "谢谢" in visitor.page
    assert stage(number) == "callback"
    visitor.act(number, "answer_callback", **form_of(visitor.page, "csrfmiddlewaretoken"))
    loaded = office().load(number)
    assert loaded is not None
    assert loaded.case.counts["answer_callback"] == 1


# -- proof


def test_the_receipt_that_is_downloaded_verifies_offline(visitor: Visitor) -> None:
    number = visitor.ready().send()
    answer = visitor.client.get(f"/follow/{number}/receipt/")
    assert answer["Content-Disposition"] == f'attachment; filename="tongban-{number}.json"'
    assert json.loads(answer.content)
    keys = {name: b64decode(key) for name, key in public_keys()}
    assert isinstance(verify_receipt(answer.content.decode(), keys), Verified)
    assert PHONE not in answer.content.decode()


def test_the_page_of_the_date_names_every_source(visitor: Visitor, desk: Desk) -> None:
    number = desk.dispatched()
    page = visitor.prove(number).get(f"/follow/{number}/why/").page
    assert "5 个工作日" in page
    assert page.count("<li>") >= 3


def test_the_page_of_the_number_is_its_owners_alone(visitor: Visitor) -> None:
    number = visitor.ready().send()
    assert Visitor().get(f"/sent/{number}/").status == 404
    assert visitor.get(f"/sent/{number}/").status == 200


# -- what it costs


def test_the_pages_ask_the_database_no_more_often_than_they_did(
    visitor: Visitor, desk: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    number = visitor.ready(photos=picture()).send()
    found = {
        "own case": len(sent_queries(lambda: visitor.client.get(f"/follow/{number}/"))),
        "why": len(sent_queries(lambda: visitor.client.get(f"/follow/{number}/why/"))),
    }
    assert all(found[page] <= BASELINE[page] <= MOST for page in BASELINE), found


def test_staff_who_are_signed_in_see_their_own_cases_as_residents_do(desk: Desk, unhurried: None) -> None:
    from django.contrib.auth.models import User

    number = desk.register()
    client = Client()
    client.force_login(User.objects.get(username=desk.supervisor))
    assert client.get(f"/follow/{number}/").status_code == 404
