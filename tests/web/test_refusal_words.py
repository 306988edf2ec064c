"""Refusals in words: labels and titles, never the ids behind them; set as their language is."""

from __future__ import annotations

import re

import msgspec
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from desk_ground import Desk, county, desk
from tongban.apps.casework.refused import in_words
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

WRONG_CHOICE = Refused(
    "form.not_a_choice", "outcome", {"given": "solved", "nearest": "resolved", "choices": ("resolved", "explained")}
)  # fmt: skip


def test_a_wrong_choice_is_told_with_the_words_of_the_choices(desk: Desk) -> None:
    number, acting = desk.signed(), desk.acting(desk.handler)
    (words,) = in_words([WRONG_CHOICE], number, acting)
    assert words.fix == "最接近的是“已解决”。可选：已解决、不能解决，已解释。"
    (words,) = in_words([WRONG_CHOICE], number, msgspec.structs.replace(acting, language="en"))
    assert "resolved" not in words.fix.replace("Resolved", "")


def test_a_reason_that_the_law_does_not_list_is_told_with_those_that_it_does(desk: Desk) -> None:
    facts = {"reason": "third_party", "lawful": ("hearing", "testing")}
    refused = Refused("clock.unlawful_reason", "lawful_reason", facts)
    (words,) = in_words([refused], desk.signed(), desk.acting(desk.handler))
    assert "听证、检验检测" in words.fix
    assert "third_party" not in words.says


def test_units_that_help_are_named_when_they_cannot(desk: Desk) -> None:
    refused = Refused("step.not_from_here", "reply", {"step": "reply", "stage": "signed"})
    (words,) = in_words([refused], desk.signed(), desk.acting(desk.handler))
    assert "已签收" in words.says
    assert "signed" not in words.says


def test_a_choice_sent_by_a_program_is_told_with_the_codes_to_send(desk: Desk) -> None:
    from tongban.apps.office import office

    loaded = office().load(desk.signed().replace(" ", ""))
    assert loaded is not None
    words = office().wording(loaded.case.adoption, "en").refusal(WRONG_CHOICE, coded=True)
    assert "(resolved)" in words.fix


def test_a_step_that_may_not_be_taken_yet_says_why_and_not_what_the_page_shows_anyway(desk: Desk) -> None:
    client = Client()
    client.force_login(User.objects.get(username=desk.handler))
    page = client.get(f"/desk/{desk.signed()}/").content.decode()
    blocked = page.partition('class="blocked-steps"')[2].partition("</section>")[0]
    assert "还可以退单，请先退单。" in blocked
    assert "办件页面上列着" not in blocked


def test_the_shell_names_an_argument_in_the_language_it_speaks(capsys: pytest.CaptureFixture[str]) -> None:
    refused = Refused("case.number_mistyped", "number")
    for language, begins in (
        ("zh-Hans", "编号里有一位数字不对。"),
        ("en", "One digit of this number is wrong."),
    ):
        Voice(language).refuse(refused)
        assert capsys.readouterr().err.startswith(begins)
    Voice("zh-Hans").refuse(Refused("people.no_name", "wang"))
    assert capsys.readouterr().err.startswith("wang：没有姓名。")


@pytest.mark.parametrize(("language", "heading"), [("zh", "没有办成"), ("en", "This was not done")])
def test_what_is_said_above_a_refused_file_fits_a_file(desk: Desk, language: str, heading: str) -> None:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username="hushaohua"))
    refused = client.post("/studio/parcels/", {"file": SimpleUploadedFile("parcel.yaml", b"nothing")})
    assert refused.status_code == 422
    assert f"<h1>{heading}</h1>" in refused.content.decode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_tab_of_a_refused_file_says_what_the_page_says(desk: Desk, language: str) -> None:
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username="hushaohua"))
    wrong = SimpleUploadedFile("people.csv", "账号,姓名\nwang,\n".encode())
    page = client.post("/studio/people/bring/", {"file": wrong}).content.decode()
    tab, heading = (re.search(rf"<{tag}>(.*?)(?: ·.*)?</{tag}>", page, re.DOTALL) for tag in ("title", "h1"))
    assert tab is not None and heading is not None and tab[1].strip() == heading[1].strip(), page[:400]
    assert heading[1].strip() not in ("没有办成", "This was not done")
