"""A case that an office opens about somebody: theirs from the first word to them, and of it they read what was written for them and
released by whoever must, nothing that is kept among colleagues."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from desk_ground import ROOT, Desk, county, desk
from gateway_ground import gateway
from guarded_ground import person_named
from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import Adopted, adopt
from tongban.apps.casework.look import look
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import CasePage, Taken
from tongban.apps.people.ownership import prove_ownership
from tongban.kernel.commands import SYSTEM, Actor
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

HOME, ABOUT, PHONE = "petitions", "housing", "13911112222"
SEALED, SOURCE, FOR_THEM = "玄武湖畔独一字丁的饭局", "查了茶楼的账", "关于收受礼金的反映，查明不属实。"


@pytest.fixture
def ready(desk: Desk) -> Desk:
    for practice, roles in {
        "exoneration": ("verifier", "head"),
        "cadre_review": ("gatherer", "proposer", "head"),
    }.items():
        for role in roles:
            person_named(f"{practice}-{role}", (HOME, f"{practice}.{role}"))
        person_named(f"{practice}-above", ("county-government", f"{practice}.reviewer"))
        done = adopt(ROOT / "practices" / practice, {}, (HOME,), Acting(datetime.now(UTC), SYSTEM))
        assert isinstance(done, Adopted), done
    return desk


def opened(desk: Desk, practice: str, role: str, step: str, *, kind: str = "", **answers: object) -> str:
    given = {"name": "王一", "phone": PHONE, "work_unit": ABOUT, **answers}
    taken = open_case(
        practice, given, desk.acting(f"{practice}-{role}"), step=step, kind=kind, channel="desk"
    )
    assert isinstance(taken, Taken), taken
    return taken.number


def proposed(desk: Desk, **more: object) -> str:
    return opened(
        desk, "exoneration", "verifier", "propose",
        finding="found_untrue", matter=SEALED, told_matter=FOR_THEM, verified_by=SOURCE, **more,
    )  # fmt: skip


def step(
    desk: Desk, number: str, name: str, role: str, practice: str = "exoneration", **answers: object
) -> None:
    taken = take(number, name, answers, desk.acting(f"{practice}-{role}"))
    assert isinstance(taken, Taken), taken


def theirs(number: str) -> Actor | Refused:
    return prove_ownership(number, PHONE, "10.0.0.9", datetime.now(UTC))


def page_of(number: str) -> CasePage:
    actor = theirs(number)
    assert isinstance(actor, Actor), actor
    page = look(number, Acting(datetime.now(UTC), actor, language="en"))
    assert isinstance(page, CasePage), page
    return page


def read(number: str) -> str:
    """Everything that the person reads on their page."""
    actor = theirs(number)
    assert isinstance(actor, Actor), actor
    client = Client(headers={"accept-language": "en"}, REMOTE_ADDR="10.0.0.7")
    client.post("/follow/", {"number": number, "phone": PHONE})
    answer = client.get(f"/follow/{number.replace(' ', '')}/")
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_before_the_head_has_approved_the_person_finds_no_case(ready: Desk, settings: Any) -> None:
    number = proposed(ready)
    found = theirs(number)
    assert isinstance(found, Refused) and found.code == "people.no_match"
    with gateway() as sms:
        settings.TONGBAN_CHANNELS = {"sms": sms.sms}
        client = Client(headers={"accept-language": "en"})
        client.post("/follow/by-phone/", {"phone": PHONE})
        code = "".join(each for each in sms.came[-1]["content"] if each.isdigit())[:6]
        page = client.post("/follow/by-phone/code/", {"second": code}, follow=True).content.decode()
    assert "Nothing was brought with this number" in page and number not in page


def test_what_the_head_did_not_approve_is_never_the_persons_to_read(ready: Desk) -> None:
    number = proposed(ready)
    step(ready, number, "turn_down", "head", turn_down_reason="还要再查。")
    assert isinstance(theirs(number), Refused)


def test_the_person_reads_what_was_written_for_them_and_nothing_of_what_was_reported(ready: Desk) -> None:
    other = proposed(ready)
    number = proposed(ready, source=other)
    step(ready, number, "approve", "head", told_safe=True)
    page = page_of(number)
    assert page.title == "Clearing"
    text = read(number)
    assert FOR_THEM.rstrip("。") in text
    assert SEALED not in text and SOURCE not in text and SEALED[:4] not in str(page)
    assert not {other, other.replace(" ", "")} & set(text.split()) and other not in str(page.facts)
    inside = look(number, ready.acting("exoneration-head"))
    assert isinstance(inside, CasePage) and inside.title == SEALED


def test_words_that_were_sent_back_are_never_shown(ready: Desk) -> None:
    number, told = proposed(ready), "有人反映的一件事，查明不属实"
    step(ready, number, "send_back_words", "head", words_reason="猜得出是谁")
    step(ready, number, "reword", "verifier", told_matter=told)
    assert isinstance(theirs(number), Refused)
    step(ready, number, "approve", "head", told_safe=True)
    text = read(number)
    assert told in text and FOR_THEM.rstrip("。") not in text


def test_a_text_that_nobody_has_checked_yet_is_not_shown(ready: Desk) -> None:
    number, first = proposed(ready), "经查，饭局一事不属实"
    step(ready, number, "approve", "head", told_safe=True)
    taken = take(number, "consent", {"ways_wanted": ["letter"]}, Acting(datetime.now(UTC), theirs(number)))  # type: ignore[arg-type]
    assert isinstance(taken, Taken), taken
    step(ready, number, "draft_text", "verifier", way="letter", clearing_text=first)
    assert first not in read(number)
    step(ready, number, "settle_text", "head", reporter_safe=True)
    facts = [fact.value for line in page_of(number).story for fact in line.facts]
    assert first in read(number) and first in facts


def test_a_conclusion_is_read_as_it_was_confirmed(ready: Desk) -> None:
    wrong, right = "结论抄错了一行。", "结论原文一字不差。"
    given = {"organ": "organisation", "document_code": "组函〔2026〕3号"}
    number = opened(
        ready,
        "cadre_review",
        "gatherer",
        "file_conclusion",
        kind="political_check",
        conclusion=wrong,
        **given,
    )
    assert isinstance(theirs(number), Refused)
    for name, role, answers in (
        ("send_back", "head", {"send_back_why": "抄错了"}),
        ("file_again", "gatherer", {"conclusion": right, **given}),
        ("confirm", "head", {"as_written": True}),
    ):
        step(ready, number, name, role, "cadre_review", **answers)
    text = read(number)
    assert right.rstrip("。") in text and wrong.rstrip("。") not in text and "抄错了" not in text


def test_whose_matter_it_is_may_add_to_it_and_is_shown_no_number_of_another_case(ready: Desk) -> None:
    why = {"track": "colour", "occasion": "两次误工期。", "rule": "办法第八条"}
    other = opened(ready, "cadre_review", "gatherer", "start", **{**why, "phone": "13911113333"})
    number = opened(ready, "cadre_review", "gatherer", "start", **why)
    given = {"speaks": "against_them", "evidence": "误了五天。", "source": "case", "seen_case": other}
    step(ready, number, "add_evidence", "gatherer", "cadre_review", **given)
    page = page_of(number)
    offered = {each.id: {field.id for field in each.fields} for each in page.steps}
    assert "evidence" in offered["add_evidence"] and "seen_case" not in offered["add_evidence"]
    assert (
        "误了五天" in read(number)
        and other not in read(number)
        and other.replace(" ", "") not in read(number)
    )
