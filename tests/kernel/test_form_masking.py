"""What outsiders see of personal data: every format, and numbers inside free text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.form import FieldKind, mask, mask_bank, mask_text


@pytest.mark.parametrize(
    ("kind", "text", "masked"),
    [
        (FieldKind.phone, "13812341234", "138****1234"),
        (FieldKind.phone, "+86 138-1234-1234", "138****1234"),
        (FieldKind.phone, "8613812341234", "138****1234"),
        (FieldKind.phone, "0571-88001234", "0571-****1234"),
        (FieldKind.phone, "0571-88001234-801", "0571-****1234"),
        (FieldKind.phone, "010-65529999", "010-****9999"),
        (FieldKind.phone, "0570-6012345", "0570-****2345"),
        (FieldKind.phone, "12345", "*****"),
        (FieldKind.phone, "", ""),
        (FieldKind.id_card, "350102199001011123", "35*************123"),
        (FieldKind.id_card, "35010219900101112x", "35*************12X"),
        (FieldKind.id_card, "350102900101112", "35**********112"),
        (FieldKind.id_card, "35010219", "********"),
        (FieldKind.name, "张三", "张*"),
        (FieldKind.name, "张三丰", "张**"),
        (FieldKind.name, "欧阳修", "欧阳*"),
        (FieldKind.name, "司马相如", "司马**"),
        (FieldKind.name, "諸葛亮", "諸葛*"),
        (FieldKind.name, "欧阳", "欧*"),
        (FieldKind.name, "𠮷野", "𠮷*"),
        (FieldKind.name, "阿卜杜拉·买买提", "阿*******"),
        (FieldKind.name, "张", "*"),
        (FieldKind.name, "", ""),
        (FieldKind.credit_code, "91110000600037341L", "91************341L"),
        (FieldKind.case, "HL-2026-000123", "HL-2026-000123"),
        (FieldKind.text, "请回电13812341234", "请回电138****1234"),
    ],
)
def test_each_kind_has_its_mask(kind, text, masked):
    assert mask(kind, text) == masked
    assert mask(kind, masked) == masked or kind is FieldKind.phone


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("6222021234567890123", "6222***********0123"),
        ("6222 0212 3456 7890", "6222********7890"),
        ("33001234567", "***********"),
    ],
)
def test_a_bank_account_loses_its_middle(text, masked):
    assert mask_bank(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812341234,身份证35010219900101112X。", "电话138****1234,身份证35*************12X。"),
        ("138 1234 1234或139-1234-1234", "138****1234或139****1234"),
        ("1381 234 1234", "138****1234"),
        ("１３８１２３４１２３４", "138****1234"),
        ("(0571)88001234", "0571-****1234"),
        ("0571 8800 1234", "0571-****1234"),
        ("卡号6222 0212 3456 7890 123", "卡号6222***********0123"),
        ("卡号6222-0212-3456-7890", "卡号6222********7890"),
        ("老证350102900101112", "老证35**********112"),
        ("请致电88001234", "请致电****1234"),
        ("座机:6012345", "座机:***2345"),
        ("金额88001234元", "金额88001234元"),
        ("2026-03-01 12:30 编号20260301000123", "2026-03-01 12:30 编号20260301000123"),
        ("HL-2026-000123", "HL-2026-000123"),
        ("12345热线", "12345热线"),
        ("面积1200平方米,工期365天", "面积1200平方米,工期365天"),
        ("13812341234、13912341234", "138****1234、139****1234"),
        ("微信同号13812341234abc", "微信同号138****1234abc"),
    ],
)
def test_numbers_in_free_text_are_masked_and_others_are_left(text, masked):
    assert mask_text(text) == masked
    assert mask_text(masked) == masked


_mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
_words = st.text(alphabet=st.characters(exclude_categories=["Nd", "Cs", "No"]), max_size=12)


@given(before=_words, mobile=_mobiles, after=_words)
def test_no_mobile_number_survives_wherever_it_stands(before, mobile, after):
    masked = mask_text(before + "。" + mobile + "。" + after)
    assert mobile not in masked
    assert mobile[:3] + "****" + mobile[-4:] in masked


@given(st.text(max_size=200))
def test_masking_takes_any_text_and_a_second_time_changes_nothing(text):
    once = mask_text(text)
    assert mask_text(once) == once
    for kind in FieldKind:
        mask(kind, text)


@given(st.text(alphabet="0123456789 -+()Xx电话１", max_size=80))
def test_no_run_of_eleven_digits_of_a_mobile_is_left(text):
    assert not re.search(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])", mask_text(text))
