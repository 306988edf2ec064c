"""A form that is kept under a code: for whoever has the code, on any device, and for nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from desk_ground import Desk, county, desk, sent_queries
from resident_ground import MATTER, PHONE, Visitor, asked_back, form_of, picture, unhurried, visitor
from tongban.apps.casework import keeping
from tongban.apps.casework.files import remove_ended
from tongban.apps.office import office
from tongban.kernel.refusal import Refused
from tongban.store.models import Attachment, CaseRow, KeptPart

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries", "unhurried", "visitor"]

ANOTHER = "/report/last_resort_desk/"


def kept(visitor: Visitor, **filled: Any) -> str:
    """The code under which the page that is open was kept."""
    visitor.press("keep", **filled)
    found = re.search(r'big-number kept-code">([0-9A-Z-]{19})<', visitor.page)
    assert found, visitor.page[:3000]
    return found[1]


def back(code: str, path: str = "/") -> Visitor:
    """Somebody with another browser, at the form again; it is sent to where its form says."""
    other = Visitor().post("/go-on/", {"code": code})
    other.path = path
    return other


def test_what_was_entered_stands_in_the_form_again_on_another_device(visitor: Visitor) -> None:
    code = kept(visitor.begin().press(place="桥头"), phone="138")
    other = back(code)
    assert "怎么联系您" in other.page, "the page on which it was left"
    assert form_of(other.page)["body"] == [MATTER]
    assert form_of(other.page)["phone"] == ["138"], "also what is not right yet"
    other.press(phone=PHONE)
    number = other.send()
    assert office().load(number) is not None
    assert KeptPart.objects.count() == 0, "sent is deleted"
    assert "没有内容" in back(code).page


def test_nothing_is_kept_before_somebody_asks_for_it(visitor: Visitor) -> None:
    visitor.ready(place="桥头").press("reach")
    assert KeptPart.objects.count() == 0
    assert CaseRow.objects.count() == 0


def test_neither_the_database_nor_the_files_of_the_home_tell_what_is_kept(visitor: Visitor) -> None:
    visitor.begin().press(photos=picture(), place="桥头")
    name = form_of(visitor.page)["photos"][0]
    path = Path(settings.TONGBAN_HOME) / "attachments" / name[:2] / name[2:]
    plain = path.read_bytes()
    code = kept(visitor, phone=PHONE)
    parts = list(KeptPart.objects.order_by("n"))
    assert len(parts) == 2
    for part in parts:
        sealed = bytes(part.sealed)
        assert all(said.encode() not in sealed for said in ("桥头", PHONE, code.replace("-", "")))
        assert plain[:40] not in sealed
        assert code.replace("-", "") not in part.id
    assert not path.exists(), "the photo lies there no longer"
    assert Attachment.objects.count() == 0


def test_photos_come_back_with_the_form(visitor: Visitor, desk: Desk) -> None:
    code = kept(visitor.begin().press(photos=[picture(), picture("PNG")]))
    other = back(code)
    assert len(form_of(other.page)["photos"]) == 2
    other.press(phone=PHONE)
    number = other.send()
    assert Attachment.objects.filter(loose_until=None).count() == 2
    remove_ended(timezone.now() + timedelta(days=9))
    assert Attachment.objects.count() == 2, number


def test_photos_of_a_page_that_was_never_sent_go_after_two_days(visitor: Visitor) -> None:
    visitor.begin().press(photos=picture())
    keeping.tidy(timezone.now() + timedelta(days=1))
    assert Attachment.objects.count() == 1
    keeping.tidy(timezone.now() + timedelta(days=2, minutes=1))
    assert Attachment.objects.count() == 0


def test_going_back_to_the_page_after_keeping_says_that_photos_must_be_chosen_again(visitor: Visitor) -> None:
    visitor.begin().press(photos=picture())
    before = form_of(visitor.page)
    kept(visitor)
    visitor.post("/", {**before, "go": "next", "phone": "1"})
    assert "files_again" not in visitor.page and "note soon" in visitor.page


def test_keeping_it_again_renews_the_same_code(visitor: Visitor) -> None:
    code = kept(visitor.begin().press())
    other = back(code)
    assert kept(other, phone=PHONE) == code
    assert form_of(back(code).page)["phone"] == [PHONE]
    assert KeptPart.objects.count() == 1


def test_after_its_term_it_is_gone(visitor: Visitor) -> None:
    code = kept(visitor.begin().press())
    later = timezone.now() + timedelta(days=settings.KEPT_DAYS, minutes=1)
    assert isinstance(keeping.fetch(code, "1.2.3.4", later), Refused)
    keeping.tidy(later)
    assert KeptPart.objects.count() == 0


def test_whoever_has_the_code_may_delete_it(visitor: Visitor) -> None:
    code = kept(visitor.begin().press())
    Visitor().post("/go-on/", {"code": code, "go": "delete"})
    assert KeptPart.objects.count() == 0


def test_a_code_is_read_as_people_write_it_and_a_slip_is_told(visitor: Visitor) -> None:
    code = kept(visitor.begin().press())
    plain = code.replace("-", "")
    for typed in (plain.lower(), f" {code} ", plain.replace(plain[0], chr(ord(plain[0]) + 0xFEE0), 1)):
        assert isinstance(keeping.fetch(typed, "1.2.3.4", timezone.now()), keeping.Again), typed
    wrong = next(each for each in keeping.ALPHABET if each != plain[3])
    for typed, refused in (
        (plain[:3] + wrong + plain[4:], "kept.mistyped"),
        (plain[:-1], "kept.length"),
        ("O" + plain[1:], "kept.character"),
        ("", "kept.length"),
    ):
        found = keeping.fetch(typed, "1.2.3.4", timezone.now())
        assert isinstance(found, Refused)
        assert found.code == refused
    assert any(
        isinstance(keeping.read_code(plain[:n] + plain[n + 1] + plain[n] + plain[n + 2 :]), Refused)
        for n in range(15)
        if plain[n] != plain[n + 1]
    )


def test_guessing_has_to_wait(visitor: Visitor) -> None:
    now = timezone.now()
    for _ in range(keeping.TRIES.most):
        found = keeping.fetch(keeping.new_code(), "9.9.9.9", now)
        assert isinstance(found, Refused) and found.code == "kept.unknown"
    found = keeping.fetch(keeping.new_code(), "9.9.9.9", now)
    assert isinstance(found, Refused) and found.code == "kept.wait"
    code = kept(visitor.begin().press())
    assert isinstance(keeping.fetch(code, "8.8.8.8", now), keeping.Again), "others are not shut out"


def test_what_somebody_changed_in_the_database_opens_nothing(visitor: Visitor) -> None:
    code = kept(visitor.begin().press())
    part = KeptPart.objects.get()
    sealed = bytearray(part.sealed)
    sealed[-1] ^= 1
    KeptPart.objects.update(sealed=bytes(sealed))
    assert "没有内容" in back(code).page


def test_a_code_of_one_practice_opens_the_form_of_that_practice(visitor: Visitor) -> None:
    visitor.get(ANOTHER).press(body="证明开了三次都说不对")
    code = kept(visitor, visits="3")
    other = back(code, ANOTHER)
    assert f'action="{ANOTHER}"' in other.page
    other.press().press(phone=PHONE)
    number = other.send()
    loaded = office().load(number)
    assert loaded is not None and loaded.case.practice == "last_resort_desk"
    assert loaded.case.facts["visits"] == 3


def test_an_answer_that_a_newer_form_asks_no_longer_is_shown_and_stays_kept(visitor: Visitor) -> None:
    now = timezone.now()
    what = keeping.Unfinished(
        {"body": MATTER, "an_old_field": "以前问的", "title": "旧的标题"}, practice="hotline", at="more"
    )
    made = keeping.keep(what, "1.2.3.4", now)
    assert isinstance(made, keeping.Keeping)
    other = back(made.code)
    assert "这张表改过了" in other.page and "旧的标题" in other.page and "以前问的" in other.page
    again = keeping.fetch(kept(other.press()), "1.2.3.4", now)
    assert isinstance(again, keeping.Again)
    assert again.what.answers["an_old_field"] == "以前问的"
    other = back(made.code).press(phone=PHONE)
    other.press(phone=PHONE)
    assert "旧的标题" in other.page, "told once more before it is sent"
    assert other.send(), "what is asked no longer does not stand in the way"


def test_a_practice_that_takes_no_more_gives_back_what_was_written(visitor: Visitor) -> None:
    made = keeping.keep(keeping.Unfinished({"body": MATTER}, practice="gone"), "1.2.3.4", timezone.now())
    assert isinstance(made, keeping.Keeping)
    other = back(made.code)
    assert other.status == 410
    assert MATTER in other.page


def test_a_step_of_a_case_can_be_kept_and_asks_again_whose_it_is(visitor: Visitor, desk: Desk) -> None:
    number = asked_back(desk, phone=PHONE)
    visitor.prove(number)
    step = re.search(rf"/follow/{number}/do/(\w+)/", visitor.page)
    assert step is not None
    visitor.post(f"/follow/{number}/do/{step[1]}/", {"words": "还差一点没修好", "go": "keep"})
    found = re.search(r'big-number kept-code">([0-9A-Z-]{19})<', visitor.page)
    assert found
    other = Visitor().post("/go-on/", {"code": found[1]})
    assert "先确认是您本人" in other.page
    values = form_of(other.page, containing='name="step"')
    other.post("/follow/", {**values, "number": number, "phone": PHONE})
    assert "还差一点没修好" in other.page
    assert f'name="code" value="{found[1]}"' in other.page


def test_too_many_files_are_refused_and_the_page_keeps_them(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_BYTES", 10)
    visitor.begin().press(photos=picture()).press("keep")
    assert visitor.status == 422 and "存不下" in visitor.page
    assert len(form_of(visitor.page)["photos"]) == 1
