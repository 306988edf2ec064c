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
from tongban.library.texts import product_texts, refusal_words

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


KEYS = product_texts().keys()
CODES = frozenset(
    key.removesuffix(".fix")
    for key in KEYS
    if key.endswith(".fix")
    and key.count(".") == 2
    and product_texts().has(f"{key.removesuffix('.fix')}.says", "en")
)


def said_on(page: str) -> str:
    """What a reader sees, without what stands in the tags."""
    return re.sub(r"<[^>]*>", " ", re.sub(r"<(script|style|head)\b.*?</\1>", " ", page, flags=re.DOTALL))


def shown_codes(page: str) -> set[str]:
    return CODES & set(re.findall(r"[a-z_]+\.[a-z_]+", said_on(page)))


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_no_refusal_is_shown_by_its_code(language: str) -> None:
    from django.template.loader import render_to_string

    assert len(CODES) > 300
    words = [refusal_words(Refused(code), language) for code in sorted(CODES)]
    for template, context in (
        ("errors/refused.html", {"refusals": words, "title": "errors.refused.title", "back": "/"}),
        (
            "errors/refused.html",
            {"refusals": words, "title": "errors.refused.title", "back": "/", "rows": True},
        ),
        ("studio/faults.html", {"faults": words}),
    ):
        page = render_to_string(template, {**context, "language": language, "calm": True})
        assert words[0].says in page.replace("&#x27;", "'").replace("&quot;", '"')
        assert not shown_codes(page)


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/desk/000000000000/", 404, "case.unknown"),
        ("/desk/new/?practice=nothing", 403, "authority.way"),
        ("/open/practices/hotline/", 404, "adoption.not_shared"),
        ("/studio/nothing/", 404, "adoption.unknown_practice"),
    ],
)
def test_a_page_of_a_refusal_keeps_its_code_for_programs_alone(
    desk: Desk, address: str, status: int, code: str
) -> None:
    client = Client()
    client.force_login(User.objects.get(username=desk.clerk))
    response = client.get(address)
    page = response.content.decode()
    assert response.status_code == status
    assert code in page
    assert not shown_codes(page)
