"""What a notice says beneath its line: the practice's words with what was so then, for whoever may read it, and kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email import message_from_string
from typing import Any

import pytest
from msgspec.structs import replace

from desk_ground import TEXT
from desk_ground import county as county
from desk_ground import desk as desk
from desk_ground import sent_queries as sent_queries
from notice_ground import Told
from notice_ground import told as told

pytestmark = pytest.mark.database

MATTER = TEXT.rstrip("。")


def owner(told: Told, number: str, language: str = "zh-Hans") -> Any:
    from tongban.apps.acting import Acting
    from tongban.apps.office import office
    from tongban.kernel.commands import Actor, ActorKind

    case = office().find(number).case  # type: ignore[union-attr]
    whoever = Actor(ActorKind.REQUESTER, owns=frozenset({case.id}))
    return Acting(told.desk.acting(told.desk.clerk).now, whoever, language=language)


def beneath(told: Told, number: str, language: str = "zh-Hans") -> dict[str, str]:
    """What the requester reads: line and body."""
    from tongban.apps.notices.shown import told_requester

    found = told_requester(number, owner(told, number, language))
    assert isinstance(found, tuple), found
    return {each.text: each.body for each in found[0]}


def desk_lines(told: Told, login: str, language: str = "zh-Hans") -> list[Any]:
    from tongban.apps.notices.shown import own_list

    return list(own_list(replace(told.desk.acting(login), language=language)))


def letters(told: Told) -> str:
    """The text of the one letter that came."""
    ((_, letter),) = told.post.came
    parts = (each for each in message_from_string(letter).walk() if each.get_content_maintype() == "text")
    return "".join(each.get_payload(decode=True).decode() for each in parts)  # type: ignore[union-attr]


def test_whoever_asked_reads_what_became_of_it_beneath_the_line(told: Told) -> None:
    number = told.desk.replied()
    told.send()
    found = beneath(told, number)
    (answer,) = (body for line, body in found.items() if "已答复" in line)
    assert MATTER in answer and "的答复：已经疏通。答复正由没有经手的人核对" in answer
    assert not [body for body in found.values() if "{" in body or not body]


def test_a_notice_says_what_was_so_then_and_not_what_is_so_now(told: Told) -> None:
    from tongban.apps.office import office
    from tongban.apps.wording import due_moment

    number = told.desk.dispatched()
    case = office().find(number).case  # type: ignore[union-attr]
    (due,) = (state.due for state in case.running() if state.clock == "handle")
    told.desk.step(number, "sign", told.desk.handler)
    told.desk.step(number, "contact", told.desk.handler, contact_way="phone")
    told.desk.step(
        number, "ask_extension", told.desk.handler, extension_reason="等管材到货。", done_so_far="已定购"
    )
    told.desk.step(number, "grant_extension", told.desk.reviewer)
    told.send()
    found = beneath(told, number)
    (first,) = (
        body for line, body in found.items() if "承办" in line and "答复" in line and "多" not in line
    )
    (longer,) = (body for line, body in found.items() if "要多等几天" in line)
    words = due_moment(due, "zh-Hans", told.desk.acting(told.desk.clerk).now)
    assert words in first and words not in longer
    (wanted,) = (body for line, body in found.items() if "想多要几天" in line)
    assert "原因：等管材到货。批不批准" in wanted


def test_line_and_body_are_in_the_language_of_the_reader(told: Told) -> None:
    number = told.desk.dispatched()
    told.send(told.window())
    english = beneath(told, number, "en")
    assert any(line.startswith("We have your appeal") for line in english)
    assert all("is registered under" in body or "is handled by" in body for body in english.values())
    (handed,) = (
        each for each in desk_lines(told, told.desk.handler, "en") if each.text.startswith("New case")
    )
    assert "Please sign for it" in handed.body


def test_who_works_here_reads_it_at_the_desk_and_on_the_page_of_the_case(told: Told) -> None:
    from tongban.apps.notices.shown import OfCase, told_of_case

    number = told.desk.dispatched()
    told.send(told.window())
    (handed,) = (each for each in desk_lines(told, told.desk.handler) if "新诉求" in each.text)
    assert MATTER in handed.body and "请先签收" in handed.body
    page = told_of_case(number, told.desk.acting(told.desk.clerk))
    assert isinstance(page, OfCase) and all(each.body for each in page.lines)


def test_of_a_case_that_is_theirs_no_longer_they_read_the_line_alone(told: Told) -> None:
    from tongban.store.models import PostRow

    told.desk.dispatched()
    told.send(told.window())
    PostRow.objects.filter(person=told.desk.handler).update(unit="water-resources")
    (line,) = (each for each in desk_lines(told, told.desk.handler) if "新诉求" in each.text)
    assert line.body == ""


def test_what_was_erased_comes_back_in_no_notice(told: Told) -> None:
    from tongban.store.models import CaseRow
    from tongban.store.models import Content as ContentRow

    number = told.desk.replied()
    told.send(told.window())
    ContentRow.objects.all().delete()
    CaseRow.objects.all().update(title="")
    bodies = [*beneath(told, number).values(), *(each.body for each in desk_lines(told, told.desk.handler))]
    assert bodies and not [each for each in bodies if "下水道" in each or "疏通" in each]
    assert any(each == "答复正由没有经手的人核对，之后会请您评价。" for each in bodies), bodies


def test_where_the_words_have_gone_nothing_is_told_anew(told: Told) -> None:
    from tongban.store.models import DeliveryRow

    number = told.desk.register()
    told.send()
    DeliveryRow.objects.update(text="")
    assert beneath(told, number) == {"文字已按期删去": ""}


def test_a_letter_has_the_body_in_it_and_nothing_of_the_matter(told: Told) -> None:
    told.choose(told.desk.handler)
    told.desk.dispatched()
    told.send(told.window())
    text = letters(told)
    assert "新诉求" in text and "请先签收，再联系诉求人" in text
    assert "下水道" not in text and "“诉求”（" in text


def test_what_was_answered_stays_out_of_a_letter(told: Told) -> None:
    told.choose(told.desk.reviewer, pace="once")
    number = told.desk.signed()
    told.desk.step(number, "contact", told.desk.handler, contact_way="phone")
    told.desk.step(
        number, "ask_extension", told.desk.handler, extension_reason="王家的地要挖开。", done_so_far="已勘查"
    )
    told.send()
    told.send(told.window())
    text = letters(told)
    assert "请审批延期" in text and "王家" not in text and "理由" not in text
    assert "请在一个工作日内审批，逾期视为不同意。" in text


def test_a_text_message_stays_as_short_as_it_was(told: Told) -> None:
    told.choose(told.desk.handler, channel="sms")
    told.desk.dispatched()
    told.send(told.window())
    assert not [each for each in told.sms.came if "请先签收" in each["content"]]


def test_however_much_one_was_told_it_takes_the_same_questions(
    told: Told, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    told.desk.dispatched()
    told.send(told.window())
    once = sent_queries(lambda: desk_lines(told, told.desk.handler))
    for n in range(6):
        told.desk.dispatched(f"第 {n} 处路面塌了。")
    told.send(told.window() + timedelta(minutes=1))
    assert len(desk_lines(told, told.desk.handler)) >= 7
    often = sent_queries(lambda: desk_lines(told, told.desk.handler))
    assert len(often) == len(once)
