"""Forms: what is taken as it is meant, what is refused, and that every fault is told at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

import tongban
from tongban.kernel.expression import Expression, Kind, compile_expression
from tongban.kernel.form import (
    Answers,
    Check,
    Field,
    FieldKind,
    Form,
    Held,
    check,
    read,
    stricter_or_equal,
)
from tongban.kernel.form.amounts import decimal, yuan
from tongban.kernel.form.answers import doubts
from tongban.kernel.refusal import Refused

TODAY = date(2026, 3, 2)
GOOD_ID = "11010519491231002X"


def one(kind: FieldKind, given: object, **limits: object) -> object:
    """The value read by a form of one field, or its refusal's codes."""
    result = read(Form("f", (Field("x", kind, **limits),)), {"x": given}, known={}, today=TODAY)
    if isinstance(result, Refused):
        assert all(fault.where == "x" for fault in result.all())
        return tuple(fault.code for fault in result.all())
    return result.values.get("x")


def when(source: str, **kinds: Kind) -> Expression:
    names = {name.replace("__", "."): kind for name, kind in kinds.items()}
    expression = compile_expression(source, names, Kind.flag)
    assert isinstance(expression, Expression)
    return expression


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        (FieldKind.line, "  路灯  不亮\n", "路灯 不亮"),
        (FieldKind.text, "一\r\n二\x0b三\u2028四\t五  ", "一\n二\n三\n四\t五"),
        (FieldKind.text, "e\u0301\u200b\ufeff", "é"),
        (FieldKind.text, "👨\u200d👩\u200d👧 𠀀𪚥 😀", "👨\u200d👩\u200d👧 𠀀𪚥 😀"),
        (FieldKind.text, "Ａ１", "Ａ１"),
        (FieldKind.name, "张 三", "张 三"),
        (FieldKind.name, "阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        (FieldKind.name, "𠮷𤭢", "𠮷𤭢"),
        (FieldKind.name, "\ue000某", "\ue000某"),
        (FieldKind.flag, "是", True),
        (FieldKind.flag, "否", False),
        (FieldKind.flag, "TRUE", True),
        (FieldKind.flag, "０", False),
        (FieldKind.flag, "on", True),
        (FieldKind.flag, 0, False),
        (FieldKind.flag, 1.0, True),
        (FieldKind.whole, "１２", 12),
        (FieldKind.whole, "1,234,567", 1234567),
        (FieldKind.whole, "-3", -3),
        (FieldKind.whole, 3.0, 3),
        (FieldKind.money, "12.30", 1230),
        (FieldKind.money, "12.3", 1230),
        (FieldKind.money, "¥1,200元", 120000),
        (FieldKind.money, "￥ ５．０5", 505),
        (FieldKind.money, "0.07", 7),
        (FieldKind.money, 1230, 1230),
        (FieldKind.decimal, "6.5", 650),
        (FieldKind.decimal, "-0.07", -7),
        (FieldKind.decimal, "１,234.50", 123450),
        (FieldKind.decimal, "12.300", 1230),
        (FieldKind.decimal, 650, 650),
        (FieldKind.date, "2026-03-01", "2026-03-01"),
        (FieldKind.date, "2026/3/1", "2026-03-01"),
        (FieldKind.date, "2026.3.1", "2026-03-01"),
        (FieldKind.date, "2026年3月1日", "2026-03-01"),
        (FieldKind.date, "２０２６年３月１号", "2026-03-01"),
        (FieldKind.date, "20260301", "2026-03-01"),
        (FieldKind.date, "2026-03-01 00:00:00", "2026-03-01"),
        (FieldKind.date, date(2026, 3, 1), "2026-03-01"),
        (FieldKind.date, datetime(2026, 3, 1), "2026-03-01"),  # noqa: DTZ001
        (FieldKind.date, datetime(2026, 2, 28, 17, tzinfo=UTC), "2026-03-01"),
        (FieldKind.moment, "2026-03-01 14:30", "2026-03-01T06:30:00Z"),
        (FieldKind.moment, "2026-03-01T14:30", "2026-03-01T06:30:00Z"),
        (FieldKind.moment, "2026年3月1日 14时30分", "2026-03-01T06:30:00Z"),
        (FieldKind.moment, "2026-03-01T06:30:00.123Z", "2026-03-01T06:30:00Z"),
        (FieldKind.moment, "2026-03-01T14:30:00+08:00", "2026-03-01T06:30:00Z"),
        (FieldKind.moment, datetime(2026, 3, 1, 14, 30), "2026-03-01T06:30:00Z"),  # noqa: DTZ001
        (FieldKind.phone, "138 0000 1234", "13800001234"),
        (FieldKind.phone, "+86-138-0000-1234", "13800001234"),
        (FieldKind.phone, "008613800001234", "13800001234"),
        (FieldKind.phone, "１３８００００１２３４", "13800001234"),
        (FieldKind.phone, 13800001234, "13800001234"),
        (FieldKind.phone, 13800001234.0, "13800001234"),
        (FieldKind.phone, "057188001234", "0571-88001234"),
        (FieldKind.phone, "(0571)88001234转801", "0571-88001234-801"),
        (FieldKind.phone, "010-6552 9999", "010-65529999"),
        (FieldKind.phone, "+86 571 88001234", "0571-88001234"),
        (FieldKind.id_card, "11010519491231002x", GOOD_ID),
        (FieldKind.id_card, "１１０１０５ 19491231 ００２Ｘ", GOOD_ID),
        (FieldKind.credit_code, "91110000600037341l", "91110000600037341L"),
        (FieldKind.credit_code, "9111 0000 6000 3734 1L", "91110000600037341L"),
        (FieldKind.division, "330102001001", "330102001001"),
        (FieldKind.division, 330102001001, "330102001001"),
        (FieldKind.category, "noise.night", "noise.night"),
        (FieldKind.case, " HL-2026-000123 ", "HL-2026-000123"),
        (FieldKind.unit, "housing_bureau", "housing_bureau"),
        (FieldKind.code, "M-12/3", "M-12/3"),
        (FieldKind.code, "常民社救字〔2026〕第12号", "常民社救字〔2026〕第12号"),
        (FieldKind.code, "常政发[2026]12号", "常政发〔2026〕12号"),
        (FieldKind.code, "常政发（２０２６）１２号", "常政发〔2026〕12号"),
        (FieldKind.code, "国办函【2024】3号", "国办函〔2024〕3号"),
        (FieldKind.files, ["a1", "b2", "a1"], ("a1", "b2")),
        (FieldKind.files, "a1", ("a1",)),
        (FieldKind.rating, "５", 5),
        (FieldKind.rating, 1, 1),
    ],
)
def test_an_entry_is_read_as_it_is_meant_and_reading_it_again_changes_nothing(kind, given, value):
    assert one(kind, given) == value
    assert type(one(kind, given)) is type(value)
    assert one(kind, value) == value


REFUSED = [
    (FieldKind.text, "a\x00b", "form.bad_character"),
    (FieldKind.text, "a\ud800b", "form.bad_character"),
    (FieldKind.text, "a\x1bb", "form.bad_character"),
    (FieldKind.text, "a" + "\u0300\u0316" * 2_000, "form.bad_character"),
    (FieldKind.phone, "138\x000001234", "form.bad_character"),
    (FieldKind.text, "字" * 5_001, "form.too_long"),
    (FieldKind.text, "字" * 34_000, "form.too_long"),
    (FieldKind.text, "a" * 30_000_000, "form.too_long"),
    (FieldKind.line, "字" * 201, "form.too_long"),
    (FieldKind.name, "字" * 51, "form.too_long"),
    (FieldKind.phone, "1" * 100_000, "form.too_long"),
    (FieldKind.name, "123", "form.name"),
    (FieldKind.flag, "也许", "form.flag"),
    (FieldKind.flag, 2, "form.flag"),
    (FieldKind.flag, 10**9_000, "form.flag"),
    (FieldKind.whole, "12.5", "form.whole"),
    (FieldKind.whole, "1,23", "form.whole"),
    (FieldKind.whole, "十二", "form.whole"),
    (FieldKind.whole, "٣", "form.whole"),
    (FieldKind.whole, 2**53, "form.too_large"),
    (FieldKind.whole, float("inf"), "form.whole"),
    (FieldKind.whole, float("nan"), "form.whole"),
    (FieldKind.whole, True, "form.wrong_kind"),
    (FieldKind.money, "12.345", "form.money"),
    (FieldKind.money, "一百元", "form.money"),
    (FieldKind.money, "-1", "form.too_small"),
    (FieldKind.money, 12.3, "form.money_float"),
    (FieldKind.decimal, "6.125", "form.decimal"),
    (FieldKind.decimal, "6.5%", "form.decimal"),
    (FieldKind.decimal, "1/2", "form.decimal"),
    (FieldKind.decimal, 6.5, "form.decimal_float"),
    (FieldKind.decimal, "99999999999999", "form.too_large"),
    (FieldKind.date, "2026-02-30", "form.date"),
    (FieldKind.date, "0226-03-01", "form.date"),
    (FieldKind.date, "昨天", "form.date"),
    (FieldKind.date, 46082, "form.wrong_kind"),
    (FieldKind.moment, "2026-03-01", "form.moment"),
    (FieldKind.moment, "2026-03-01 25:00", "form.moment"),
    (FieldKind.moment, "2026-03-01 12:00+99:99", "form.moment"),
    (FieldKind.moment, date(2026, 3, 1), "form.wrong_kind"),
    (FieldKind.phone, "12800001234", "form.phone"),
    (FieldKind.phone, "1380000123", "form.phone"),
    (FieldKind.phone, "138000012345", "form.phone"),
    (FieldKind.phone, "没有电话", "form.phone"),
    (FieldKind.phone, "88001234", "form.phone_area"),
    (FieldKind.phone, "+1 202 555 0100", "form.phone"),
    (FieldKind.id_card, "110105194912310021", "form.id_card_check"),
    (FieldKind.id_card, "11010519491331002X", "form.id_card_date"),
    (FieldKind.id_card, "110105202603030020", "form.id_card_date"),
    (FieldKind.id_card, "110105491231002", "form.id_card_old"),
    (FieldKind.id_card, "1101051949123100", "form.id_card"),
    (FieldKind.id_card, "X10105194912310021", "form.id_card"),
    (FieldKind.credit_code, "9111000060003734IL", "form.credit_code"),
    (FieldKind.credit_code, "9111000060003734", "form.credit_code_length"),
    (FieldKind.credit_code, "91A10000600037341L", "form.credit_code_place"),
    (FieldKind.division, "桐庐", "form.code"),
    (FieldKind.case, "a b", "form.code"),
    (FieldKind.case, "发〔2026〕1号", "form.code"),
    (FieldKind.code, "发〔26〕1号", "form.code"),
    (FieldKind.code, "〔2026〕1号", "form.code"),
    (FieldKind.code, "发〔2026〕" + "1" * 60, "form.code"),
    (FieldKind.files, ["../etc/passwd"], "form.code"),
    (FieldKind.files, [1], "form.wrong_kind"),
    (FieldKind.files, [f"f{number}" for number in range(21)], "form.too_many"),
    (FieldKind.rating, 6, "form.out_of_range"),
    (FieldKind.rating, "0", "form.out_of_range"),
    (FieldKind.text, ["a"], "form.wrong_kind"),
    (FieldKind.text, b"a", "form.wrong_kind"),
    (FieldKind.text, {"a": 1}, "form.wrong_kind"),
    (FieldKind.phone, True, "form.wrong_kind"),
]


@pytest.mark.parametrize(
    ("kind", "given", "code"), REFUSED, ids=[f"{code}-{place}" for place, (_, _, code) in enumerate(REFUSED)]
)
def test_an_entry_that_cannot_be_meant_is_refused_with_a_code(kind, given, code):
    assert one(kind, given) == (code,)


@pytest.mark.parametrize("digit", range(18))
def test_one_wrong_digit_of_an_identity_number_is_always_found(digit):
    for other in "0123456789":
        wrong = GOOD_ID[:digit] + other + GOOD_ID[digit + 1 :]
        assert (one(FieldKind.id_card, wrong) == wrong) is (wrong == GOOD_ID)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("我的身份证是 330822199001011236，低保没批下来。", True),
        ("账号６２２２０２１２３４５６７８９０１２３被划走两笔。", True),
        ("电话13812345678，楼道堆了杂物。", False),
        ("订单 20260302 至 20260309 的快递没到。", False),
    ],
)
def test_a_number_of_identity_in_words_is_pointed_out_and_taken(text: str, told: bool) -> None:
    asked = Field("body", FieldKind.text)
    result = read(Form("f", (asked,)), {"body": text}, known={}, today=TODAY)
    assert isinstance(result, Answers) and result.values["body"] == text
    codes = [each.code for each in result.warnings]
    assert codes == [each.code for each in doubts(asked, text)] == (["form.number_in_words"] if told else [])


def test_a_real_credit_code_with_a_wrong_check_character_is_kept_with_a_warning():
    form = Form("f", (Field("code", FieldKind.credit_code),))
    result = read(form, {"code": "91350211M0000XUF46"}, known={}, today=TODAY)
    assert isinstance(result, Answers)
    assert result.values == {"code": "91350211M0000XUF46"}
    assert [(warning.code, warning.where) for warning in result.warnings] == [
        ("form.credit_code_check", "code")
    ]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (FieldKind.id_card, "110105194912310021"),
        (FieldKind.phone, "12345678901"),
        (FieldKind.name, "12345"),
        (FieldKind.credit_code, "9111000060003734IL"),
    ],
)
def test_a_refusal_never_repeats_an_identity(kind, given):
    result = read(Form("f", (Field("x", kind),)), {"x": given}, known={}, today=TODAY)
    assert isinstance(result, Refused)
    assert given not in repr(result)


@pytest.mark.parametrize(
    ("kind", "given", "rule", "outcome"),
    [
        (FieldKind.date, "2026-03-02", Check.past, "2026-03-02"),
        (FieldKind.date, "2026-03-03", Check.past, ("form.in_the_future",)),
        (FieldKind.date, "2026-03-03", Check.none, "2026-03-03"),
        (FieldKind.date, "2026-03-01", Check.future, ("form.in_the_past",)),
        (FieldKind.date, "2026-03-02", Check.future, "2026-03-02"),
        (FieldKind.moment, "2026-03-02 23:59", Check.past, "2026-03-02T15:59:00Z"),
        (FieldKind.moment, "2026-03-03 00:00", Check.past, ("form.in_the_future",)),
    ],
)
def test_a_day_is_held_to_its_side_of_today_in_china(kind, given, rule, outcome):
    assert one(kind, given, check=rule) == outcome


def test_choices_are_kept_in_their_order_and_a_near_miss_is_pointed_out():
    choices = {"choices": ("noise", "smoke", "water")}
    assert one(FieldKind.choice, "smoke", **choices) == "smoke"
    assert one(FieldKind.choices, ["water", "noise", "water"], **choices) == ("noise", "water")
    assert one(FieldKind.choices, "water、noise", **choices) == ("noise", "water")
    assert one(FieldKind.choices, ["water", "fire"], **choices) == ("form.not_a_choice",)
    assert one(FieldKind.choices, ["water"], min=2, **choices) == ("form.too_few",)
    assert one(FieldKind.choices, ["water", "noise"], max=1, **choices) == ("form.too_many",)
    refusal = read(
        Form("f", (Field("x", FieldKind.choice, **choices),)), {"x": "smok"}, known={}, today=TODAY
    )
    assert isinstance(refusal, Refused)
    assert refusal.facts["nearest"] == "smoke"


def test_limits_of_a_field_hold():
    assert one(FieldKind.text, "短", min=5) == ("form.too_short",)
    assert one(FieldKind.text, "字" * 6_000, max=10_000) == "字" * 6_000
    assert one(FieldKind.whole, 5, min=1, max=4) == ("form.out_of_range",)
    assert one(FieldKind.money, "-1", min=-100) == -100


@pytest.mark.parametrize(
    ("kind", "given", "limits", "code", "told"),
    [
        (FieldKind.money, "-5", {}, "form.too_small", {"min": 0}),
        (FieldKind.whole, 0, {"min": 1}, "form.too_small", {"min": 1}),
        (FieldKind.whole, 9, {"max": 8}, "form.too_large", {"max": 8}),
        (FieldKind.whole, 9, {"min": 1, "max": 8}, "form.out_of_range", {"min": 1, "max": 8}),
    ],
)
def test_only_a_bound_that_the_form_sets_is_told(kind, given, limits, code, told):
    refusal = read(Form("f", (Field("x", kind, **limits),)), {"x": given}, known={}, today=TODAY)
    assert isinstance(refusal, Refused)
    assert (refusal.code, refusal.facts) == (code, told)


@pytest.mark.parametrize("blank", [None, "", "  ", "\u3000", "\ufeff", [], ()])
def test_a_blank_entry_is_no_entry(blank):
    assert one(FieldKind.text, blank) is None
    assert one(FieldKind.text, blank, required=True) == ("form.required",)


def test_a_no_and_a_zero_are_entries():
    assert one(FieldKind.flag, False, required=True) is False
    assert one(FieldKind.whole, 0, required=True) == 0


INTAKE = Form(
    "intake",
    (
        Field("matter", FieldKind.text, required=True),
        Field("phone", FieldKind.phone, required=True),
        Field("name", FieldKind.name),
        Field("happened", FieldKind.date, check=Check.past),
        Field("cost", FieldKind.money),
        Field("why", FieldKind.line, required=True, when=when("given.cost > 10000", given__cost=Kind.whole)),
        Field("division", FieldKind.division, infer="facts.division"),
    ),
)


def test_every_fault_is_told_at_once_with_its_field():
    raw = {"phone": "1234", "name": "a\x00", "happened": "2026-04-01", "cost": "x", "hapened": "2026-01-01"}
    result = read(INTAKE, raw, known={}, today=TODAY)
    assert isinstance(result, Refused)
    assert {fault.where: fault.code for fault in result.all()} == {
        "hapened": "form.unknown_field",
        "matter": "form.required",
        "phone": "form.phone",
        "name": "form.bad_character",
        "happened": "form.in_the_future",
        "cost": "form.money",
    }
    assert result.facts["nearest"] == "happened"


def test_a_field_is_asked_only_when_its_condition_holds():
    raw = {"matter": "路面塌陷", "phone": "13800001234"}
    assert isinstance(read(INTAKE, {**raw, "cost": "100.00"}, known={}, today=TODAY), Answers)
    refusal = read(INTAKE, {**raw, "cost": "100.01"}, known={}, today=TODAY)
    assert isinstance(refusal, Refused)
    assert (refusal.code, refusal.where) == ("form.required", "why")
    answers = read(INTAKE, {**raw, "cost": "1", "why": "修路"}, known={}, today=TODAY)
    assert isinstance(answers, Answers)
    assert "why" not in answers.values
    assert answers.warnings == (Refused("form.not_asked", "why", {"name": "why"}),)


def test_what_the_case_already_knows_is_not_asked_again():
    raw = {"matter": "路面塌陷", "phone": "13800001234"}
    known = {"facts.division": "330122001"}
    answers = read(INTAKE, raw, known=known, today=TODAY)
    assert isinstance(answers, Answers)
    assert answers.values["division"] == "330122001"
    corrected = read(INTAKE, {**raw, "division": "330122002"}, known=known, today=TODAY)
    assert isinstance(corrected, Answers)
    assert corrected.values["division"] == "330122002"
    unfit = read(INTAKE, raw, known={"facts.division": "somewhere"}, today=TODAY)
    assert isinstance(unfit, Answers)
    assert "division" not in unfit.values


def test_a_condition_over_a_fact_of_the_wrong_kind_is_a_refusal_at_its_field():
    form = Form("f", (Field("x", FieldKind.line, when=when("facts.n > 1", facts__n=Kind.whole)),))
    result = read(form, {}, known={"facts.n": "two"}, today=TODAY)
    assert isinstance(result, Refused)
    assert (result.code, result.where) == ("expression.failed", "x")


def test_a_flood_of_unknown_fields_is_answered_briefly():
    result = read(INTAKE, {f"f{number}" * 50: "x" for number in range(5_000)}, known={}, today=TODAY)
    assert isinstance(result, Refused)
    assert sum(fault.code == "form.unknown_field" for fault in result.all()) == 10
    assert all(len(fault.where) <= 60 for fault in result.all())


def test_values_are_parted_by_the_place_where_they_are_kept():
    answers = read(INTAKE, {"matter": "m", "phone": "13800001234", "cost": "1"}, known={}, today=TODAY)
    assert isinstance(answers, Answers)
    assert INTAKE.by_place(answers.values) == {
        Held.ledger: {"cost": 100},
        Held.content: {"matter": "m"},
        Held.identity: {"phone": "13800001234"},
    }


def test_a_value_may_move_to_a_stricter_place_only():
    order = [Held.ledger, Held.content, Held.identity]
    for place, held in enumerate(order):
        for other_place, other in enumerate(order):
            assert stricter_or_equal(held, other) is (place >= other_place)
    assert not check(Form("f", (Field("x", FieldKind.flag, held=Held.identity),)))
    loose = check(Form("f", (Field("x", FieldKind.phone, held=Held.content),)))
    assert [fault.code for fault in loose] == ["form.field_held"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ((Field("X", FieldKind.line),), "form.field_id"),
        ((Field("类别", FieldKind.line),), "form.field_id"),
        ((Field("x", FieldKind.line), Field("x", FieldKind.line)), "form.field_twice"),
        ((Field("x", FieldKind.choice),), "form.field_choices"),
        ((Field("x", FieldKind.choice, choices=("a", "a")),), "form.field_choices"),
        ((Field("x", FieldKind.line, choices=("a",)),), "form.field_choices"),
        ((Field("x", FieldKind.whole, min=2, max=1),), "form.field_limits"),
        ((Field("x", FieldKind.text, max=100_001),), "form.field_limits"),
        (
            (
                Field("x", FieldKind.line, when=when("given.y", given__y=Kind.flag)),
                Field("y", FieldKind.flag),
            ),
            "form.field_when",
        ),
    ],
)
def test_a_form_with_a_fault_is_found_before_anybody_fills_it(fields, code):
    assert [fault.code for fault in check(Form("f", fields))] == [code]
    assert not check(INTAKE)


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_every_code_has_words_that_its_facts_fill(language):
    texts = Path(tongban.__file__).parent / "texts" / "refusals" / "form.yaml"
    words = yaml.safe_load(texts.read_text("utf-8"))
    faults: list[Refused] = []
    for kind, given, _ in REFUSED:
        result = read(Form("f", (Field("x", kind),)), {"x": given, "y": 1}, known={}, today=TODAY)
        assert isinstance(result, Refused)
        faults += result.all()
    bad = (
        Field("X", FieldKind.choice, min=1, max=0, held=Held.ledger),
        Field("X", FieldKind.name, held=Held.ledger),
    )
    faults += check(Form("f", bad))
    faults.append(Refused("form.credit_code_check", "x"))
    for fault in faults:
        for line in ("says", "fix"):
            assert "{" not in words[fault.code][language][line].format(where=fault.where, **fault.facts)


@pytest.mark.parametrize(
    ("kind", "given", "check", "read"),
    [
        (FieldKind.date, "2026-03-12", Check.future, "2026-03-12"),
        (FieldKind.date, "2026-03-13", Check.future, ("form.too_far_ahead",)),
        (FieldKind.date, "2090-12-31", Check.future, ("form.too_far_ahead",)),
        (FieldKind.date, "2026-02-20", Check.past, "2026-02-20"),
        (FieldKind.date, "2026-02-19", Check.past, ("form.too_long_ago",)),
        (FieldKind.date, "1901-01-01", Check.past, ("form.too_long_ago",)),
        (FieldKind.moment, "2026-03-13 00:00", Check.future, ("form.too_far_ahead",)),
    ],
)
def test_a_day_may_be_bounded_by_how_far_it_lies_from_today(
    kind: FieldKind, given: str, check: Check, read: object
) -> None:
    assert one(kind, given, check=check, max=10) == read


@pytest.mark.parametrize(
    ("kept", "typed", "told"),
    [
        (650, "6.5", "6.5"),
        (0, "0", "0"),
        (10_000, "100", "100"),
        (-7, "-0.07", "-0.07"),
        (123_400_050, "1234000.5", "1,234,000.5"),
    ],
)
def test_a_decimal_is_typed_and_told_without_noughts_that_say_nothing(
    kept: int, typed: str, told: str
) -> None:
    assert (decimal(kept), decimal(kept, grouped=True)) == (typed, told)
    assert one(FieldKind.decimal, typed) == one(FieldKind.decimal, told) == kept


def test_money_below_nought_is_told_as_it_is() -> None:
    assert yuan(-50, grouped=True) == "-0.50"


@pytest.mark.parametrize("fen", [0, 5, 10, 123450, -1, -250, 9_007_199_254_740_991])
def test_money_as_it_is_typed_is_read_as_the_same_money(fen: int) -> None:
    assert one(FieldKind.money, yuan(fen), min=-(2**53 - 1), max=2**53 - 1) == fen
