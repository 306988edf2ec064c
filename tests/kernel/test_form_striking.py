"""What identifies a person is struck out of words in every spelling that a form reads as the same value."""

from __future__ import annotations

import pytest

from tongban.kernel.form import FieldKind, struck_out

PHONE = (FieldKind.phone, "13812345678")
ID = (FieldKind.id_card, "33082219800101123X")
NAME = (FieldKind.name, "欧阳小明")


@pytest.mark.parametrize(
    "spelt",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "138－1234－5678",
        "１３８１２３４５６７８",
        "+86 13812345678",
        "0086-138-1234-5678",
        "（138）1234 5678",
    ],
)
def test_a_telephone_number_goes_however_it_is_spelt(spelt: str) -> None:
    left = struck_out(f"请打{spelt}，谢谢", [PHONE])
    assert left.endswith("***，谢谢") and not any(each.isdigit() for each in left)


@pytest.mark.parametrize(
    "spelt", ["33082219800101123X", "33082219800101123x", "330822 19800101 123X", "３３０８２２１９８００１０１１２３Ｘ", "330822800101123"]
)  # fmt: skip
def test_an_identity_number_goes_also_in_its_older_form(spelt: str) -> None:
    assert struck_out(f"证号{spelt}。", [ID]) == "证号***。"


@pytest.mark.parametrize("spelt", ["欧阳小明", "欧阳 小明", "欧阳　小明", "欧 阳 小 明"])
def test_a_name_goes_with_blanks_in_it(spelt: str) -> None:
    assert struck_out(f"我是{spelt}，住城东", [NAME]) == "我是***，住城东"


def test_a_latin_name_goes_as_a_word_only() -> None:
    name = [(FieldKind.name, "Ann Lee")]
    assert (
        struck_out("ann  LEE called; Annlee's cat; Joann Leeds", name) == "*** called; ***'s cat; Joann Leeds"
    )


def test_other_numbers_and_short_words_stay() -> None:
    text = "订单113812345678，金额1381234567元，王家桥，电话13812345679"
    assert struck_out(text, [PHONE, (FieldKind.name, "王"), (FieldKind.line, "桥")]) == text


def test_everything_else_stays_as_it_was_written() -> None:
    assert struck_out("（急）　１２　𠀀", [PHONE, ID, NAME]) == "（急）　１２　𠀀"
