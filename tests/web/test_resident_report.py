"""Saying what is wrong: one question a page, nothing lost, a number at the end."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from desk_ground import Desk, county, desk, sent_queries
from resident_ground import MATTER, PHONE, Visitor, form_of, picture, unhurried, visitor
from tongban.apps.casework.look import look
from tongban.apps.casework.views import CasePage
from tongban.apps.office import office
from tongban.store.models import Attachment, CaseRow

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries", "unhurried", "visitor"]

MOST = 16
BASELINE = {
    "first page": 4,
    "last page": 14,
    "sending": 16,
}  # one fastens the photo, one asks what the answers spare
ANOTHER = "/report/last_resort_desk/"


def facts_of(number: str) -> dict[str, object]:
    loaded = office().load(number)
    assert loaded is not None
    return dict(loaded.case.facts)


def told(number: str, desk: Desk) -> str:
    page = look(number, desk.acting(desk.clerk))
    assert isinstance(page, CasePage)
    return " ".join(f"{fact.label} {fact.value}" for fact in page.facts)


def fields_on(page: str) -> set[str]:
    """What a page asks; what travels along unseen is not among it."""
    own = re.sub(r"<div hidden>.*?</div>", "", page, flags=re.DOTALL)
    return set(re.findall(r'id="field-(\w+)"', own))


# -- the way


def test_from_the_first_word_to_a_number_one_question_a_page(visitor: Visitor, desk: Desk) -> None:
    visitor.get("/")
    assert fields_on(visitor.page) == {"body"}
    visitor.press(body=MATTER)
    assert fields_on(visitor.page) == {"place", "division", "photos", "wish"}
    visitor.press(place="老街与河滨路交叉口")
    optional = {"confidential", "public_consent", "credit_code"}  # the last one folded away, as is:
    optional |= {"helper_relation", "helper_name", "helper_consent"}
    assert {"phone", "name"} <= fields_on(visitor.page) <= {"phone", "name"} | optional
    visitor.press(phone=PHONE, name="王小明", public_consent="true")
    assert fields_on(visitor.page) == set()
    for written in (MATTER, "老街与河滨路交叉口", PHONE, "王小明"):
        assert html.escape(written) in visitor.page
    number = visitor.send()
    assert visitor.path == f"/sent/{number}/"
    for shown in ("县12345政务服务热线中心", "<svg", f"/follow/{number}/why/", f"/follow/{number}/receipt/"):
        assert shown in visitor.page
    assert "老街与河滨路交叉口" in told(number, desk)


def test_only_the_matter_and_a_phone_are_needed(visitor: Visitor) -> None:
    number = visitor.ready().send()
    assert facts_of(number) == {}


def test_the_first_page_says_what_is_missing_beside_its_field_and_nothing_else(visitor: Visitor) -> None:
    visitor.get("/").press()
    assert visitor.status == 422
    assert 'id="field-body-fault"' in visitor.page
    assert "phone" not in fields_on(visitor.page)


def test_a_wrong_phone_is_told_beside_it_and_keeps_all(visitor: Visitor) -> None:
    visitor.begin().press(place="桥头").press(phone="1380013800")
    assert visitor.status == 422
    assert 'id="field-phone-fault"' in visitor.page
    assert 'value="1380013800"' in visitor.page
    kept = form_of(visitor.page)
    assert kept["body"] == [MATTER]
    assert kept["place"] == ["桥头"]
    visitor.press(phone=PHONE)
    assert visitor.send()


def test_every_page_can_be_gone_back_to_with_everything_in_it(visitor: Visitor) -> None:
    visitor.ready(place="桥头")
    visitor.press("say")
    assert form_of(visitor.page)["body"] == [MATTER]
    visitor.press(body="改过的话").press("back")
    assert form_of(visitor.page)["body"] == ["改过的话"]
    visitor.press().press().press()
    assert "改过的话" in visitor.page
    assert MATTER not in visitor.page


def test_sending_from_a_page_that_is_not_the_last_only_goes_on(visitor: Visitor) -> None:
    visitor.begin().press("send")
    assert CaseRow.objects.count() == 0
    assert "phone" in fields_on(visitor.page)


def test_whoever_skips_pages_is_led_to_what_is_missing(visitor: Visitor) -> None:
    visitor.begin().press("check").press("send")
    assert visitor.status == 422
    assert 'id="field-phone-fault"' in visitor.page
    assert form_of(visitor.page)["body"] == [MATTER]


def test_another_practice_has_its_own_door(visitor: Visitor) -> None:
    assert ANOTHER in visitor.get("/").page
    visitor.get(ANOTHER)
    assert fields_on(visitor.page) == {"body"}
    visitor.press(body="证明开了三次都说不对")
    assert {"refused_by", "visits", "slip", "division"} <= fields_on(visitor.page)
    visitor.press(visits="3", slip=picture()).press(phone=PHONE)
    number = visitor.send()
    loaded = office().load(number)
    assert loaded is not None
    assert loaded.case.practice == "last_resort_desk"
    assert loaded.case.facts["visits"] == 3
    assert Visitor().get("/report/nothing_like_it/").status == 404


def test_the_pages_speak_english_too(visitor: Visitor) -> None:
    visitor.client.cookies["language"] = "en"
    visitor.get("/")
    assert "No account, no categories: you get a number at once." in visitor.page
    for _ in range(3):
        visitor.press(body="The lamp is broken", phone=PHONE)
        content = re.sub(
            r"<select.*?</select>", "", visitor.page.partition('id="content"')[2], flags=re.DOTALL
        )
        assert not re.search("[\u4e00-\u9fff]", content), content
    assert "Is this what you mean to say?" in visitor.page
    assert visitor.send()


# -- what a resident is not asked


@pytest.mark.parametrize(
    ("name", "value"),
    [("urgency", "urgent"), ("sort", "complaint"), ("category", "01.05.04"), ("title", "急")],
)
def test_what_the_office_decides_is_neither_asked_nor_taken(visitor: Visitor, name: str, value: str) -> None:
    visitor.ready()
    for page in ("say", "more", "reach", "check"):
        assert f'name="{name}"' not in visitor.press(page).page
    visitor.press("send", **{name: value})
    assert visitor.status == 422
    assert "这一项不由您填写" in visitor.page
    assert CaseRow.objects.count() == 0


# -- photos


def test_photos_are_kept_at_once_shown_and_can_be_left_out_again(visitor: Visitor, desk: Desk) -> None:
    visitor.begin().press(photos=[picture(), picture("PNG")]).press(phone=PHONE)
    shown = re.findall(r'src="(/added/[^"]+)"', visitor.page)
    assert len(shown) == 2
    assert Visitor().client.get(shown[0])["Content-Type"] == "image/jpeg"
    visitor.press("more")
    first = form_of(visitor.page)["photos"][0]
    visitor.press(photos=[first]).press()
    number = visitor.send()
    page = look(number, desk.acting(desk.clerk))
    assert isinstance(page, CasePage)
    assert page.photos == (first,)
    own = visitor.client.get(f"/follow/{number}/photo/{first}/")
    assert own["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Client().get(f"/follow/{number}/photo/{first}/").status_code == 404


def test_a_photo_address_that_was_not_given_out_shows_nothing(visitor: Visitor) -> None:
    visitor.begin().press(photos=picture())
    digest = Attachment.objects.get().id
    for guess in (digest, f"{digest}:x", "x"):
        assert visitor.client.get(f"/added/{guess}/").status_code == 404


def test_a_file_that_is_no_picture_is_told_beside_its_field_and_the_text_stays(visitor: Visitor) -> None:
    fake = SimpleUploadedFile("现场.jpg", b"MZ not a picture at all")
    visitor.begin().press(photos=fake, place="桥头")
    assert visitor.status == 422
    assert "“现场.jpg”的内容不是可以接收的图片" in visitor.page
    assert form_of(visitor.page)["place"] == ["桥头"]
    assert form_of(visitor.page)["body"] == [MATTER]


def test_good_photos_chosen_with_bad_ones_are_kept_and_every_bad_one_is_named(visitor: Visitor) -> None:
    bad = [SimpleUploadedFile(f"坏{n}.jpg", b"MZ not a picture at all") for n in (1, 2)]
    visitor.begin().press(photos=[bad[0], picture(), bad[1]])
    assert visitor.status == 422
    assert "坏1.jpg" in visitor.page and "坏2.jpg" in visitor.page
    assert len(form_of(visitor.page)["photos"]) == 1
    assert visitor.page.count("<img") == 1


def test_confidential_and_published_cannot_both_be_wished(visitor: Visitor) -> None:
    visitor.begin().press().press(phone=PHONE, confidential="true", public_consent="true")
    assert visitor.status == 422
    fault = visitor.page.partition('id="field-public_consent-fault"')[2].partition("</p>")[0]
    assert "只能选一个。请去掉其中一个。" in fault
    assert "改好再提交" in fault


def test_another_language_keeps_the_page_and_what_was_entered(visitor: Visitor) -> None:
    visitor.begin().press(place="桥头")
    asked = visitor.client.post("/?lang=en", {**form_of(visitor.page), "phone": PHONE, "go": "reach"})
    page = asked.content.decode()
    assert 'lang="en"' in page and "Step 3 of 4" in page and f'value="{PHONE}"' in page
    assert 'formaction="/?lang=zh-Hans"' in page


def test_a_page_that_was_posted_is_shown_again_by_the_browser_though_a_cookie_has_changed(
    visitor: Visitor,
) -> None:
    visitor.begin()
    posted = visitor.client.post("/", form_of(visitor.page))
    assert "Cookie" not in posted.headers.get("Vary", "")
    assert "Cookie" in visitor.client.get("/")["Vary"]


def test_a_photo_of_thirty_megabytes_is_told_its_size_and_the_text_stays(visitor: Visitor) -> None:
    large = SimpleUploadedFile("large.jpg", b"\xff\xd8\xff" + bytes(30 * 2**20))
    visitor.begin().press(photos=large)
    assert visitor.status == 422
    assert "31 MB" in visitor.page
    assert form_of(visitor.page)["body"] == [MATTER]
    assert visitor.press().press(phone=PHONE).send()


def test_the_id_of_no_file_is_not_taken_along(visitor: Visitor, desk: Desk) -> None:
    visitor.begin().press(photos=["0" * 64])
    assert "note soon" in visitor.page, "whoever misses a file is told"
    number = visitor.press().press(phone=PHONE).send()
    page = look(number, desk.acting(desk.clerk))
    assert isinstance(page, CasePage)
    assert page.photos == ()


# -- what people type


@pytest.mark.parametrize(
    "matter",
    [
        "村里的𠮷野家门口𪚥𠀀积水 🚰👨‍👩‍👧 已经三天",
        "“引号”<b>尖括号</b> & '撇号' {{ 7*7 }} {% now %}",
        "<script>alert(1)</script><img src=x onerror=alert(1)></textarea><script>",
        "第一行\r\n\r\n第三行\t制表",
        "\n前面有空行",
    ],
)
def test_whatever_is_typed_arrives_as_it_was_and_runs_nowhere(
    visitor: Visitor, desk: Desk, matter: str
) -> None:
    visitor.ready(matter=matter)
    assert "<script>alert" not in visitor.page
    assert "<img src=x" not in visitor.page
    assert "{{ 7*7 }}" in visitor.page or "7*7" not in matter
    visitor.press("say").press().press().press()
    number = visitor.send()
    wanted = matter.replace("\r\n", "\n").strip()
    assert wanted in told(number, desk)
    shown = visitor.get(f"/follow/{number}/").page
    assert html.escape(wanted, quote=False).replace("'", "&#x27;").replace('"', "&quot;") in shown
    assert "<script>alert" not in shown


def test_a_text_of_a_hundred_thousand_characters_is_kept_and_told_its_length(visitor: Visitor) -> None:
    long = "水" * 100_000
    visitor.begin(matter=long)
    assert visitor.status == 422
    assert "100000 个字" in visitor.page
    assert form_of(visitor.page)["body"] == [long]


def test_a_character_that_cannot_be_kept_is_named_by_its_place(visitor: Visitor) -> None:
    visitor.begin(matter="路灯\0坏了")
    assert visitor.status == 422
    assert "第 3 个字符" in visitor.page
    assert "坏了" in form_of(visitor.page)["body"][0]


# -- what fails in the middle


def test_sending_twice_makes_one_case_and_shows_the_same_number(visitor: Visitor) -> None:
    visitor.ready()
    page, path = visitor.page, visitor.path
    first = visitor.send()
    visitor.page, visitor.path = page, path
    assert visitor.send() == first
    assert CaseRow.objects.count() == 1


def test_a_form_whose_secret_has_run_out_gives_back_what_was_written_and_goes_on(visitor: Visitor) -> None:
    strict = Visitor(enforce_csrf_checks=True)
    strict.ready()
    values = form_of(strict.page)
    del strict.client.cookies["csrftoken"]
    lost = strict.client.post("/", {**values, "go": "send"})
    assert lost.status_code == 403
    page = lost.content.decode()
    assert MATTER in page
    again = form_of(page, containing="csrfmiddlewaretoken")
    assert again["body"] == [MATTER]
    strict.post("/", {**again, "go": "send"})
    assert strict.path.startswith("/sent/")
    assert CaseRow.objects.count() == 1


def test_when_the_database_goes_in_mid_step_the_text_survives_and_the_step_happens_once(
    visitor: Visitor,
) -> None:
    visitor.ready()
    with patch("tongban.store.journal.Journal.append", side_effect=OperationalError("gone")):
        visitor.press("send")
    assert visitor.status == 503
    assert MATTER in visitor.page
    assert CaseRow.objects.count() == 0
    visitor.post("/", form_of(visitor.page, containing="csrfmiddlewaretoken"))
    assert visitor.path.startswith("/sent/")
    assert CaseRow.objects.count() == 1


def test_when_the_answer_is_lost_after_the_step_sending_again_finds_it(visitor: Visitor) -> None:
    visitor.ready()
    values = form_of(visitor.page)
    with patch("tongban.web.resident.reporting.remember", side_effect=OperationalError("gone")):
        visitor.press("send")
    assert visitor.status == 503
    assert CaseRow.objects.count() == 1
    visitor.post("/", {**values, "go": "send"})
    assert visitor.path.startswith("/sent/")
    assert CaseRow.objects.count() == 1


def test_a_disk_that_is_full_keeps_the_words(visitor: Visitor) -> None:
    visitor.begin()
    with patch("tongban.store.shelf.os.open", side_effect=OSError(28, "No space left on device")):
        visitor.press(photos=picture(size=(61, 47)), place="桥头")
    assert visitor.status == 503
    assert MATTER in visitor.page
    assert "桥头" in visitor.page


# -- what it costs


def test_the_pages_ask_the_database_no_more_often_than_they_did(
    visitor: Visitor, sent_queries: Callable[[Callable[[], object]], list[str]]
) -> None:
    visitor.ready(photos=picture())
    page, path = visitor.page, visitor.path
    found = {"first page": len(sent_queries(lambda: Client().get("/")))}
    found["last page"] = len(sent_queries(lambda: visitor.press("check")))
    visitor.page, visitor.path = page, path
    values = {**form_of(page), "go": "send"}
    found["sending"] = len(sent_queries(lambda: visitor.client.post(path, values)))
    assert all(found[page] <= BASELINE[page] <= MOST for page in BASELINE), found


def test_a_page_weighs_little(visitor: Visitor) -> None:
    visitor.ready()
    for name in ("say", "more", "reach", "check"):
        answer = visitor.client.post(
            "/", {**form_of(visitor.page), "go": name}, headers={"Accept-Encoding": "gzip"}
        )
        assert len(answer.content) < 12_000, name


def test_what_was_chosen_is_read_again_before_sending_in_its_words(visitor: Visitor) -> None:
    visitor.ready(helper_relation="family", helper_name="王大山", helper_consent="beside")
    visitor.press("check")
    read = re.sub(r"<div hidden>.*?</div>", "", visitor.page, flags=re.DOTALL)
    assert '<dd class="words">家人</dd>' in read
    assert '<dd class="words">family</dd>' not in read
