"""A case on the desk: who sees what, what can be done, and that nothing typed is ever lost."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from desk_ground import DRAINS, Desk, county, desk, sent_queries
from resident_ground import asked_back

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

MOST = 12
BASELINE = {"case": 11, "case with photos": 12}
REPLY = {"outcome": "resolved", "result": "井已疏通，污水已清。", "basis": "现场查看"}


def reader(login: str, **more: Any) -> Client:
    client = Client(**more)
    client.force_login(User.objects.get(username=login))
    return client


def shown(login: str, number: str, query: str = "") -> str:
    response = reader(login).get(f"/desk/{number}/{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def act(login: str, number: str, step: str, **answers: Any) -> Any:
    given = {"_key": str(uuid4()), **answers}
    return reader(login).post(f"/desk/{number}/steps/{step}/", given)


def forms(page: str) -> list[str]:
    """The steps that the page has a form for."""
    return re.findall(r'<form method="post" action="/desk/\d{12}/steps/(\w+)/"', page)


def photo() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


def test_the_page_opens_with_the_loop_then_the_matter_then_the_step_that_is_the_readers_to_take(
    desk: Desk,
) -> None:
    page = shown(desk.handler, desk.dispatched())
    assert page.index('class="loop') < page.index("facts-sheet") < page.index("main-step")
    assert forms(page)[0] == "sign"


def test_somebody_who_only_receives_cases_has_no_main_step_while_another_unit_works(desk: Desk) -> None:
    page = shown(desk.clerk, desk.dispatched())
    assert "main-step" not in page
    assert "withdraw_for" in forms(page)


def test_before_dispatching_the_page_says_who_would_get_it_and_why(desk: Desk) -> None:
    page = shown(desk.dispatcher, desk.register())
    foreseen = page.partition('id="foreseen-dispatch"')[2].partition("</div>")[0]
    assert "县综合行政执法局承办" in foreseen
    assert "权责清单" in foreseen


def test_what_would_follow_changes_with_the_answers_and_is_not_done(desk: Desk) -> None:
    number = desk.register()
    seen = reader(desk.dispatcher).post(
        f"/desk/{number}/steps/dispatch/foresee/", {"category": "城区路灯不亮", "division": "紫港街道"}
    )
    assert "承办" in seen.content.decode()
    assert desk.story(number) == desk.story(desk.register())


def test_a_step_leads_on_to_the_case_as_it_then_stands(desk: Desk) -> None:
    number = desk.dispatched()
    response = act(desk.handler, number, "sign")
    assert response.status_code == 302
    assert response["Location"] == f"/desk/{number}/"
    assert desk.story(number)[0] == "已签收"


def test_the_same_form_sent_twice_acts_once(desk: Desk) -> None:
    number, key = desk.dispatched(), str(uuid4())
    for _ in range(2):
        assert act(desk.handler, number, "sign", _key=key).status_code == 302
    assert desk.story(number).count("已签收") == 1


def test_a_refusal_keeps_everything_and_says_what_is_wrong_beside_the_field(desk: Desk) -> None:
    number = desk.step(desk.signed(), "contact", desk.handler, contact_way="phone")
    text = "已经去看过，<b>井盖</b>要换。𠮷野家门口，👍"
    response = act(desk.handler, number, "reply", result=text)
    page = response.content.decode()
    assert response.status_code == 422
    assert "已经去看过，&lt;b&gt;井盖&lt;/b&gt;要换。𠮷野家门口，👍" in page
    assert 'id="reply-outcome-fault"' in page
    assert 'href="#reply-basis"' in page
    assert 'id="reply-result-fault"' not in page


def test_a_condition_that_does_not_hold_is_told_and_the_reply_is_kept(desk: Desk) -> None:
    number = desk.signed()
    page = act(desk.handler, number, "reply", **REPLY).content.decode()
    assert "没有联系过诉求人" in page
    assert REPLY["result"] in page


def test_whose_turn_it_is_reads_what_comes_first_instead_of_nothing_for_you(desk: Desk) -> None:
    number = desk.step(desk.signed(), "contact", desk.handler, contact_way="phone")
    desk.step(number, "ask_help", desk.handler, co_units=["housing"], task="请一起去看")
    page = shown(desk.handler, number)
    first = page.partition("quiet-step")[2].partition("</section>")[0]
    assert "“答复”现在还不能：还有协办单位没有办完" in first
    assert "还有 1 件子件没有办结" in first
    assert "reply" not in forms(page)


def test_what_offices_owe_each_other_is_not_called_a_promise_to_the_requester(desk: Desk) -> None:
    number = desk.step(desk.signed(), "contact", desk.handler, contact_way="phone")
    desk.step(number, "ask_help", desk.handler, co_units=["housing"], task="请一起去看")
    assert "对群众承诺" in shown(desk.handler, number)
    below = shown(desk.supervisor, f"{number}-01")
    assert "协办期限" in below and "对群众承诺" not in below


def test_whoever_comes_second_is_told_and_sees_what_they_wrote_beside_the_latest(desk: Desk) -> None:
    number = desk.signed()
    from tongban.apps.casework import take as module
    from tongban.kernel.refusal import Refused

    with patch.object(module, "_store", return_value=Refused("step.conflict")):
        response = act(desk.handler, number, "contact", contact_way="phone", contact_note="打了两次电话")
    page = response.content.decode()
    assert response.status_code == 409
    assert "别人先办了一步" in page
    assert "打了两次电话" in page.partition("main-step")[2]


def test_what_was_written_for_a_step_that_is_gone_is_given_back(desk: Desk) -> None:
    number = desk.replied()
    response = act(desk.handler, number, "reply", result="我也写了一份答复")
    assert response.status_code == 422
    assert "我也写了一份答复" in response.content.decode()


def test_a_reviewer_checks_but_nobody_reviews_as_handler(desk: Desk) -> None:
    number = desk.replied()
    assert forms(shown(desk.reviewer, number))[0] in ("approve", "send_back")
    assert act(desk.handler, number, "approve").status_code in (403, 422)
    assert desk.story(number)[0] == "已答复"


def test_a_unit_that_has_nothing_to_do_with_a_case_does_not_see_it(desk: Desk) -> None:
    number = desk.dispatched()
    for path in ("", "why/", "who/"):
        assert reader(desk.other_handler).get(f"/desk/{number}/{path}").status_code >= 400
    assert "下水道" not in reader(desk.other_handler).get(f"/desk/{number}/").content.decode()


@pytest.mark.parametrize(("number", "says"), [("261144190380", "编号"), ("abc", "编号")])
def test_a_mistyped_number_is_told_as_such(desk: Desk, number: str, says: str) -> None:
    response = reader(desk.handler).get(f"/desk/{number}/")
    assert response.status_code >= 400
    assert says in response.content.decode()


@pytest.mark.parametrize("text", ["一" * 100_000, "含有\0空字符", "\ud800".encode("utf-8", "surrogatepass")])
def test_text_that_cannot_be_kept_is_refused_without_a_failure(desk: Desk, text: Any) -> None:
    number = desk.step(desk.signed(), "contact", desk.handler, contact_way="phone")
    response = act(desk.handler, number, "reply", **{**REPLY, "result": text})
    assert response.status_code in (302, 422)
    assert desk.story(number)[0] != "已答复" or response.status_code == 302


def test_a_file_that_is_not_what_its_name_says_is_refused_and_the_reply_kept(desk: Desk) -> None:
    number = desk.step(desk.signed(), "contact", desk.handler, contact_way="phone")
    wrong = SimpleUploadedFile("photo.jpg", b"MZ this is a program", "image/jpeg")
    page = act(desk.handler, number, "reply", **REPLY, evidence=wrong).content.decode()
    assert 'id="reply-evidence-fault"' in page
    assert REPLY["result"] in page


def test_a_photo_survives_a_refusal_and_is_shown_to_those_who_may_see_the_case(desk: Desk) -> None:
    number = desk.step(desk.signed(), "contact", desk.handler, contact_way="phone")
    upload = SimpleUploadedFile("photo.jpg", photo(), "image/jpeg")
    page = act(desk.handler, number, "reply", result="看过了", evidence=upload).content.decode()
    kept = re.search(r'name="evidence" value="([0-9a-f]{64})"', page)
    assert kept is not None
    assert act(desk.handler, number, "reply", **REPLY, evidence=kept[1]).status_code == 302
    address = f"/desk/{number}/files/{kept[1]}/"
    assert address in shown(desk.reviewer, number)
    answer = reader(desk.reviewer).get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"] == f'inline; filename="{kept[1][:8]}.jpeg"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert reader(desk.other_handler).get(address).status_code >= 400


def test_who_asks_is_masked_until_a_purpose_is_given_and_every_look_is_seen(desk: Desk) -> None:
    number = desk.dispatched()
    assert "13812345678" not in shown(desk.handler, number)
    seen = reader(desk.handler)
    assert seen.post(f"/desk/{number}/who/", {"purpose": "contact", "why": ""}).status_code == 422
    opened = seen.post(f"/desk/{number}/who/", {"purpose": "contact", "why": "约时间上门看现场"})
    assert "13812345678" in opened.content.decode()
    assert opened["Cache-Control"] == "no-store"
    looked = reader(desk.clerk).get(f"/desk/{number}/who/").content.decode()
    assert "郑金花" in looked
    assert "约时间上门看现场" in looked
    assert "13812345678" not in looked


def test_every_date_prints_how_it_came_about(desk: Desk) -> None:
    page = reader(desk.handler).get(f"/desk/{desk.dispatched()}/why/").content.decode()
    assert page.count("<section") >= 3
    assert "no words for" not in page and "缺少文字" not in page


def test_units_are_understood_by_their_names(desk: Desk) -> None:
    number = desk.register()
    answers = {"category": DRAINS, "unit": "县住房和城乡建设局", "dispatch_reason": "由住建局牵头"}
    assert act(desk.dispatcher, number, "dispatch_to", **answers).status_code == 302
    assert number in reader(desk.other_handler).get("/desk/").content.decode()


def test_a_unit_chosen_against_the_duty_list_is_remarked_before_it_is_sent(desk: Desk) -> None:
    number = desk.register()

    def foreseen(unit: str) -> str:
        answers = {
            "category": "城区路灯不亮",
            "division": "紫港街道",
            "unit": unit,
            "dispatch_reason": "牵头",
        }
        seen = reader(desk.dispatcher).post(f"/desk/{number}/steps/dispatch_to/foresee/", answers)
        return str(seen.content.decode())

    against = foreseen("县住房和城乡建设局")
    assert "权责清单写的是县综合行政执法局（" in against and "县住房和城乡建设局" in against
    assert "权责清单写的是" not in foreseen("县综合行政执法局")


def test_a_unit_that_the_returning_unit_did_not_propose_is_remarked(desk: Desk) -> None:
    given = {"return_reason": "not_our_duty", "duty_entry": "housing-01", "proposed_unit": "housing"}
    number = desk.step(desk.dispatched(), "return_case", desk.handler, **given)

    def foreseen(unit: str) -> str:
        answers = {"unit": unit, "dispatch_reason": "牵头"}
        seen = reader(desk.dispatcher).post(f"/desk/{number}/steps/redispatch/foresee/", answers)
        return str(seen.content.decode())

    assert "退回的单位建议派给县住房和城乡建设局" in foreseen("县民政局")
    assert "退回的单位建议" not in foreseen("县住房和城乡建设局")


def test_a_name_that_no_unit_bears_comes_back_as_it_was_typed(desk: Desk) -> None:
    page = act(
        desk.dispatcher, desk.register(), "dispatch_to", unit="县龙宫管理局", dispatch_reason="试试"
    ).content.decode()
    assert 'value="县龙宫管理局"' in page


def test_cases_that_may_be_the_same_are_offered_for_joining(desk: Desk) -> None:
    first = desk.register()
    second = desk.register("菜市场后门下水道堵了，污水流到路上没人管。")
    page = reader(desk.clerk).get(f"/desk/{second}/similar/?step=merge&field=into").content.decode()
    assert f"?step=merge&amp;into={first}" in page
    filled = shown(desk.clerk, second, f"?step=merge&into={first}")
    assert re.search(rf'name="into"[^>]*value="{first}"', filled)
    assert act(desk.clerk, second, "merge", into=f"{first[:4]} {first[4:8]} {first[8:]}").status_code == 302


def test_after_a_step_the_next_case_is_one_key_away(desk: Desk) -> None:
    number, other = desk.dispatched(), desk.dispatched("路灯不亮。", category="01.05.02")
    page = shown(desk.handler, number)
    assert re.search(rf'href="/desk/{other}/" data-key="n"', page)


def test_a_form_that_was_sent_after_the_sign_in_ran_out_is_given_back(desk: Desk) -> None:
    response = Client().post(f"/desk/{desk.signed()}/steps/contact/", {"contact_note": "打通了，约了明天"})
    assert response.status_code == 401
    assert "打通了，约了明天" in response.content.decode()


def test_a_form_without_its_secret_is_given_back(desk: Desk) -> None:
    number = desk.signed()
    response = reader(desk.handler, enforce_csrf_checks=True).post(
        f"/desk/{number}/steps/contact/", {"contact_note": "打通了，约了明天"}
    )
    assert response.status_code == 403
    assert "打通了，约了明天" in response.content.decode()


def test_keys_of_steps_are_letters_that_differ_and_leave_those_of_the_page_alone() -> None:
    from tongban.web.desk.forms import RESERVED, letters

    found = letters(["sign", "suspend", "supervise", "jkn", "reply", "n"])
    used = [letter for letter in found.values() if letter]
    assert len(set(used)) == len(used)
    assert not set(used) & RESERVED
    assert found["sign"] == "s"
    assert found["jkn"] == found["n"] == ""


def test_a_case_page_takes_no_more_statements_than_its_baseline(
    desk: Desk, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    number, plain = desk.replied(), desk.signed()
    for name, each in (("case with photos", number), ("case", plain)):
        seen = reader(desk.handler)
        seen.get(f"/desk/{each}/")
        statements = sent_queries(lambda each=each, seen=seen: seen.get(f"/desk/{each}/"))
        assert len(statements) <= BASELINE[name] <= MOST, "\n".join(statements)


@pytest.mark.parametrize("made", ["register", "dispatched", "signed", "replied"])
def test_a_case_page_is_complete_in_english_and_light_enough(desk: Desk, made: str) -> None:
    number = getattr(desk, made)()
    for login in (desk.dispatcher, desk.handler, desk.reviewer):
        response = reader(login).get(f"/desk/{number}/?lang=en")
        if response.status_code == 200:
            page = response.content.decode()
            assert "no words for" not in page
            assert len(response.content) < 100_000


def seen(desk: Desk, number: str, login: str) -> Any:
    from tongban.apps.casework.look import look

    return look(number, desk.acting(login))


def test_the_main_step_is_what_the_stage_is_there_for_and_never_sending_back(desk: Desk) -> None:
    page = seen(desk, desk.replied(), desk.reviewer)
    assert [step.id for step in page.steps if step.main] == ["approve"]
    signed = desk.signed()
    page = seen(desk, signed, desk.dispatcher)
    assert "merge" in {step.id for step in page.steps}
    assert not [step.id for step in page.steps if step.main]
    assert page.waits_for == "县综合行政执法局的承办人：联系诉求人"
    assert "正在等县综合行政执法局的承办人：联系诉求人。" in shown(desk.dispatcher, signed)


def test_a_joined_case_is_with_whoever_has_its_lead_and_a_settled_one_with_whoever_did_it(desk: Desk) -> None:
    lead = desk.dispatched()
    merged = desk.step(desk.register(), "merge", desk.dispatcher, into=lead)
    page = seen(desk, merged, desk.dispatcher)
    assert page.holder.startswith("随主件")
    assert page.holder.endswith("县综合行政执法局在办")
    assert page.waits_for == ""
    markup = shown(desk.dispatcher, merged)
    assert "县综合行政执法局在办" in markup
    assert "在办在办" not in markup


def test_the_picture_of_a_returned_case_names_who_looks_into_the_return(desk: Desk) -> None:
    given = {"return_reason": "not_our_duty", "proposed_unit": "housing", "duty_entry": "housing-01"}
    returned = desk.step(desk.dispatched(), "return_case", desk.handler, **given)
    page = seen(desk, returned, desk.dispatcher)
    assert page.waits_on not in ("", page.holder)
    markup = shown(desk.dispatcher, returned)
    assert f"等{page.waits_on}处理" in markup
    assert "县综合行政执法局在办" not in markup


def test_whoever_writes_and_whoever_releases_is_shown_the_names_first_and_then_decides(desk: Desk) -> None:
    from tongban.apps.office import office

    number, publisher, reviewer = asked_back(desk, public_consent=True), "songyuexian", "fangcaixia"
    desk.step(number, "answer_callback", desk.clerk, solved="yes", rating=5)
    text = "柚香小区的路灯坏了，王师傅修好了。"
    held = act(publisher, number, "draft_text", public_text=text)
    page = held.content.decode()
    assert held.status_code == 422
    assert "柚香小区" in page and "王师傅" in page and text in page
    seen = re.search(r'name="_seen" value="([^"]+)"', page)
    assert seen is not None

    more = act(publisher, number, "draft_text", public_text=f"{text}住在3幢。", _seen=seen[1])
    assert more.status_code == 422, "a name that was not shown yet"
    assert act(publisher, number, "draft_text", public_text=text, _seen=seen[1]).status_code == 302

    held = act(reviewer, number, "publish_case")
    assert held.status_code == 422
    assert "柚香小区" in held.content.decode()
    assert act(reviewer, number, "publish_case", _seen=seen[1]).status_code == 302
    loaded = office().load(number)
    assert loaded is not None
    assert loaded.case.counts["publish_case"] == 1


def test_colleagues_read_that_the_requester_is_waited_for_and_are_not_taken_for_one(desk: Desk) -> None:
    page = shown(desk.clerk, asked_back(desk))
    assert "等诉求人答复" in page
    assert "等您答复" not in page
    drawn = shown(desk.handler, desk.signed()).partition('id="loop"')[2].partition("各环节和接下来")[0]
    assert "答复您" not in drawn


def test_a_text_without_names_is_published_at_once_by_another_than_wrote_it(desk: Desk) -> None:
    number = asked_back(desk, public_consent=True)
    desk.step(number, "answer_callback", desk.clerk, solved="yes", rating=5)
    assert act("songyuexian", number, "draft_text", public_text="某小区的路灯已经修好。").status_code == 302
    assert act("songyuexian", number, "publish_case").status_code == 422
    assert act("fangcaixia", number, "publish_case").status_code == 302
