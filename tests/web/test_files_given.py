"""Files in a form: chosen by a control that speaks the page's language; told to be chosen again only where they must be."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from desk_ground import Desk, county, desk
from resident_ground import PHONE, Visitor, form_of, picture, unhurried, visitor

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "unhurried", "visitor"]

AGAIN = "没收下的照片和文件要重新选"
ALL_THERE = "您填的内容都还在"


def fake() -> SimpleUploadedFile:
    return SimpleUploadedFile("现场.jpg", b"MZ not a picture at all")


def test_a_fault_that_concerns_no_file_speaks_of_none(visitor: Visitor) -> None:
    page = visitor.begin().press(photos=picture()).press(phone="138").page
    assert ALL_THERE in page
    assert AGAIN not in page


def test_a_file_that_was_not_taken_has_to_be_chosen_again_and_the_others_stay(visitor: Visitor) -> None:
    page = visitor.begin().press(photos=[fake(), picture()]).page
    assert AGAIN in page
    assert len(form_of(page)["photos"]) == 1


def test_files_of_a_form_that_is_too_old_are_told_to_be_gone(visitor: Visitor) -> None:
    visitor.begin()
    page = visitor.press(stamp="nobody's", photos=picture()).page
    assert visitor.status == 422
    assert "photos" not in form_of(page)
    assert AGAIN in page


def test_good_photos_stay_when_another_field_of_the_page_is_wrong(visitor: Visitor) -> None:
    page = visitor.begin().press(photos=picture(), division="龙宫村").page
    assert visitor.status == 422
    assert len(form_of(page)["photos"]) == 1
    assert AGAIN not in page
    assert visitor.press(division="").press(phone=PHONE).send()


def test_on_the_desk_a_file_for_a_step_that_is_gone_is_told_to_be_chosen_again(desk: Desk) -> None:
    number, client = desk.replied(), Client()
    client.force_login(User.objects.get(username=desk.handler))
    given = {"_key": str(uuid4()), "result": "再去看过", "evidence": picture()}
    page = client.post(f"/desk/{number}/steps/reply/", given).content.decode()
    assert "再去看过" in page
    assert "1 个附件" in page
    assert "照片和文件要在新的一步里重新选" in page


def test_the_control_is_named_in_the_language_of_the_page_and_keeps_its_label(visitor: Visitor) -> None:
    page = visitor.begin().page
    picked = page.partition('class="file-pick"')[2].partition("</div>")[0]
    assert "选择照片或文件" in picked and "还没有选" in picked
    assert re.search(r'<label for="field-photos">照片', page)
    assert re.search(r'<input type="file" id="field-photos"', picked)
