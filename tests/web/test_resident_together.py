"""A resident is told of open matters that many meet alike, and has theirs handled with one; nobody learns more than that."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from desk_ground import Desk, county, desk
from resident_ground import Visitor, unhurried, visitor
from tongban.apps.dispatch import offering
from tongban.apps.dispatch.classifier import Guess
from tongban.web.resident import together

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "unhurried", "visitor"]

LAMPS, LEAKS = "01.05.02", "01.01.01"
VILLAGE = "330822001001"
THEIRS = "3幢王老五家楼下的路灯坏了，老王很生气。"
MINE = "路灯坏了快半个月，晚上黑得很。"
OFFER = "这类事有人反映过，正在办"


class Lamps:
    """A classifier to which everything is about lamps, unless it says 漏水."""

    def suggest(self, text: str, k: int = 3, threshold: float = 0.5) -> tuple[Guess, ...]:
        return (Guess(LEAKS if "漏水" in text else LAMPS, 0.9),)[:k]

    def likely(self, text: str) -> tuple[Guess, ...]:
        return self.suggest(text, 1)


@pytest.fixture(autouse=True)
def taught(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(offering, "_classifier", lambda _: Lamps())
    offering._kept.clear()
    yield
    offering._kept.clear()


def lamp(desk: Desk, **answers: object) -> str:
    """A lamp that is with its unit, told by somebody who agreed to publication."""
    given = {
        "category": LAMPS,
        "division": VILLAGE,
        "public_consent": "true",
        "phone": "13900001111",
        **answers,
    }
    return desk.dispatched(THEIRS, **given)


def last_page(visitor: Visitor, matter: str = MINE, division: str = VILLAGE) -> Visitor:
    return visitor.ready(matter=matter, division=division)


def ref(page: str) -> str:
    found = re.search(r'name="join" value="(\w{24})"', page)
    assert found, page[:2000]
    return found[1]


def number_on(page: str) -> str:
    found = re.search(r"big-number\">([\d ]+)<", page)
    assert found, page[:2000]
    return found[1].replace(" ", "")


def test_the_last_page_tells_category_township_unit_day_and_date_and_not_a_word_of_the_other_case(
    visitor: Visitor, desk: Desk
) -> None:
    number = lamp(desk)
    page = last_page(visitor).page
    offer = page[page.index(OFFER) : page.index("</ul>", page.index(OFFER))]
    for said in ("城区路灯不亮", "天马街道", "1 人反映", "正在办", "答复"):
        assert said in offer
    for hidden in (number, "王", "3幢", "13900001111", "社区", "村"):
        assert hidden not in offer


def test_one_press_sends_it_with_a_number_of_its_own_handled_with_the_other(
    visitor: Visitor, desk: Desk
) -> None:
    lead = lamp(desk)
    last_page(visitor).press("", join=ref(visitor.page))
    own = number_on(visitor.page)
    assert own != lead and "已和同一件事一起办" in visitor.page
    page = visitor.get(f"/follow/{own}/").page
    assert "和同一件事一起办" in page and lead not in page.replace(" ", "")
    assert "王老五" not in page and MINE in page
    assert "不是同一件事，单独办" in page


def test_the_next_one_reads_that_two_have_told_of_it(visitor: Visitor, desk: Desk) -> None:
    lamp(desk)
    last_page(visitor).press("", join=ref(visitor.page))
    other = Visitor()
    assert "2 人反映" in last_page(other).page


def test_while_typing_it_is_shown_once_the_words_name_a_place_and_the_choice_travels_to_the_end(
    visitor: Visitor, desk: Desk
) -> None:
    lamp(desk)
    assert OFFER not in visitor.get(f"/alike/?practice=hotline&body={MINE}").page
    part = visitor.get(f"/alike/?practice=hotline&body=天马街道的{MINE}").page
    assert OFFER in part
    visitor.get("/").press("next", body=f"天马街道的{MINE}", join=ref(part))
    visitor.press().press(phone="13812345678")
    assert "提交后和这一件一起办" in visitor.page
    visitor.press("send")
    assert "已和同一件事一起办" in visitor.page


def test_a_choice_can_be_taken_back_on_the_last_page(visitor: Visitor, desk: Desk) -> None:
    lamp(desk)
    part = visitor.get(f"/alike/?practice=hotline&body=天马街道的{MINE}").page
    visitor.get("/").press("next", body=f"天马街道的{MINE}", join=ref(part))
    visitor.press().press(phone="13812345678").press("send", join="alone")
    assert "提交后和这一件一起办" not in visitor.page and OFFER in visitor.page
    visitor.press("send")
    assert "已和同一件事一起办" not in visitor.page


@pytest.mark.parametrize(
    "answers",
    [
        {"public_consent": ""},
        {"public_consent": "", "confidential": "true"},
        {"sort": "report"},
        {"category": LEAKS},
        {"about_unit": "tax"},
        {"division": ""},
    ],
    ids=["no consent", "confidential", "a report", "a private matter", "about somebody", "another township"],
)
def test_what_is_not_shared_or_not_near_is_not_told(
    visitor: Visitor, desk: Desk, answers: dict[str, str]
) -> None:
    lamp(desk, **answers)
    matter = "楼上漏水，墙都湿了，没有人管。" if answers.get("category") == LEAKS else MINE
    assert OFFER not in last_page(visitor, matter).page


def test_what_nobody_has_looked_at_or_what_was_answered_is_not_told(visitor: Visitor, desk: Desk) -> None:
    desk.register(THEIRS, category=LAMPS, division=VILLAGE, public_consent="true")
    assert OFFER not in last_page(visitor).page
    number = lamp(desk)
    desk.step(number, "sign", desk.handler)
    desk.step(number, "contact", desk.handler, contact_way="phone")
    desk.step(number, "reply", desk.handler, outcome="resolved", result="已经修好。", basis="现场查看")
    assert OFFER not in last_page(Visitor()).page


def test_trying_out_words_of_the_other_case_changes_nothing(visitor: Visitor, desk: Desk) -> None:
    lamp(desk)
    told = []
    for words in ("3幢王老五家楼下的路灯坏了", "全部无关的另一些字", "王老五王老五王老五王老五"):
        page = visitor.get(f"/alike/?practice=hotline&body=天马街道{words}").page
        told.append(page[page.index(OFFER) : page.index("</ul>", page.index(OFFER))])
    assert len(set(told)) == 1


def test_another_requesters_number_cannot_be_joined_by_guessing_it(visitor: Visitor, desk: Desk) -> None:
    lead = lamp(desk, public_consent="")
    own = last_page(visitor).send()
    for number in (lead, "202699999999"):
        visitor.act(own, "join_in", into=number)
        assert visitor.status == 422
    assert "和同一件事一起办" not in visitor.get(f"/follow/{own}/").page


def test_a_choice_that_no_longer_stands_leaves_the_report_registered_on_its_own(
    visitor: Visitor, desk: Desk
) -> None:
    number = lamp(desk)
    last_page(visitor)
    chosen = ref(visitor.page)
    desk.step(number, "withdraw_for", desk.clerk, withdraw_asked="来电说不办了")
    visitor.press("", join=chosen)
    assert "没有并到一起" in visitor.page and "已经登记" in visitor.page


def test_whoever_asks_too_often_is_shown_none(
    visitor: Visitor, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongban.apps.patience import Bound

    monkeypatch.setattr(together, "SHOWINGS", Bound("report:open", 2, 600))
    lamp(desk)
    address = f"/alike/?practice=hotline&body=天马街道的{MINE}"
    shown = [OFFER in visitor.get(address).page for _ in range(3)]
    assert shown == [True, True, False]


def test_the_page_of_the_case_offers_no_form_for_the_number_of_another(visitor: Visitor, desk: Desk) -> None:
    own = last_page(visitor).send()
    assert "join_in" not in visitor.get(f"/follow/{own}/").page


def test_over_the_api_a_resident_is_told_the_same_and_joins_by_naming_it(desk: Desk) -> None:
    from django.test import Client

    lead = lamp(desk)
    asked = {"practice": "hotline", "words": MINE, "division": VILLAGE}
    (told,) = Client().post("/api/v1/public/open", asked, "application/json").json()["matters"]
    assert {"ref", "category", "place", "unit", "opened", "people", "stands", "due"} == set(told)
    assert not any(hidden in str(told) for hidden in (lead, "王", "3幢", "社区"))

    def opened(**more: str) -> dict[str, object]:
        answers = {"body": MINE, "phone": "13812345678", "division": VILLAGE}
        body = {"practice": "hotline", "answers": answers, **more}
        taken: dict[str, object] = Client().post("/api/v1/cases", body, "application/json").json()
        return taken

    joined, alone = opened(together=told["ref"]), opened(together="0" * 24)
    assert (joined["joined"], joined["stage"]) == (True, "merged") and joined["number"] != lead
    assert (alone["joined"], alone["stage"]) == (False, "registered")


def test_whoever_told_of_it_before_in_this_browser_reads_where_that_one_stands_and_nobody_else_does(
    visitor: Visitor, desk: Desk
) -> None:
    own = last_page(visitor).send()
    again = last_page(visitor, "路灯坏了快半个月，晚上还是黑得很。").page
    assert "这件事您好像反映过" in again and f"/follow/{own}/" in again
    assert "在那一件上补充" in again
    assert "您好像反映过" not in last_page(Visitor(), "路灯坏了快半个月，晚上还是黑得很。").page
    assert "您好像反映过" not in last_page(visitor, "楼上漏水，厨房的墙都湿了，物业不理。").page


def test_what_is_new_is_added_to_ones_own_case(visitor: Visitor, desk: Desk) -> None:
    own = last_page(visitor).send()
    page = visitor.act(own, "add", more="隔壁那盏也不亮了").page
    assert "已补充" in page and "隔壁那盏也不亮了" in page


def test_a_settled_case_of_ones_own_is_named_with_the_way_to_have_it_opened_again(
    visitor: Visitor, desk: Desk
) -> None:
    own = last_page(visitor).send()
    visitor.act(own, "withdraw")
    page = last_page(visitor, "路灯坏了快半个月，晚上还是黑得很。").page
    assert "在那一件上要求重办" in page


def test_whoever_handles_the_leading_case_reads_what_those_told_who_joined_it_and_its_requester_does_not(
    visitor: Visitor, desk: Desk
) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.casework.look import look
    from tongban.apps.casework.views import CasePage
    from tongban.kernel.commands import Actor, ActorKind

    lead = lamp(desk)
    last_page(visitor).press("", join=ref(visitor.page))
    own = number_on(visitor.page)
    page = look(lead, desk.acting(desk.handler))
    assert isinstance(page, CasePage)
    assert [each.number.replace(" ", "") for each in page.followers] == [own]
    told = look(own, desk.acting(desk.handler))
    assert isinstance(told, CasePage) and MINE in told.told
    requester = Acting(desk.acting(desk.handler).now, Actor(ActorKind.REQUESTER, owns=frozenset({page.id})))
    theirs = look(lead, requester)
    assert isinstance(theirs, CasePage) and theirs.followers == ()
