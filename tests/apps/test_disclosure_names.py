"""Names are pointed out before a text is published, and what names nobody is left alone."""

from __future__ import annotations

import pytest

from tongban.apps.disclosure.names import named, people


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("白鹭洲小区西门的路灯坏了", ("白鹭洲小区",)),
        ("家住柚香花苑3幢2单元", ("柚香花苑", "3幢", "2单元")),
        ("在望溪路12号，张记面馆旁边", ("望溪路12号", "张记面馆")),
        ("王师傅当天就来了", ("王师傅",)),
        ("车牌浙A12345占着通道", ("浙A12345",)),
        ("大埂的水站停了", ("大埂",)),
        ("天马街道定阳路小区的路灯坏了", ("定阳路小区",)),
        ("古镇花园门口积水", ("古镇花园",)),
    ],
)
def test_what_looks_like_a_name_is_found(text: str, names: tuple[str, ...]) -> None:
    assert named([text], ["大埂"]) == names


@pytest.mark.parametrize(
    "text",
    [
        "我们小区门口的路灯坏了半个月",
        "某小区西门，某路口，某店门口",
        "老旧小区加装电梯，县医院门前的公路不好走",
        "交警在三所学校门口画了斑马线",
        "紫港街道已上门核实",
    ],
)
def test_a_text_that_names_nobody_is_left_alone(text: str) -> None:
    assert named([text], ["大埂"]) == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "王小明住东明小区3幢201室，电话13800138000，路灯已修好。",
            ("王小明", "东明小区", "3幢", "201室", "138****8000"),
        ),
        ("李强反映路灯不亮。", ("李强",)),
        ("张某反映路灯不亮，已经修好。", ()),
        ("金川街道反映路灯不亮，已经修好。", ()),
        ("路灯已经修好。", ()),
        ("王建国家门口的路灯修好了", ("王建国",)),
        ("已与陈志强、吴小燕沟通，谢谢理解", ("陈志强", "吴小燕")),
        ("路灯是修给徐飞鹏的，许可证已经办好，孙子上学方便了", ("徐飞鹏",)),
    ],
)
def test_a_full_name_before_what_only_a_person_does_is_pointed_out(text: str, names: tuple[str, ...]) -> None:
    assert named([text]) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("我叫张建国，路灯不亮", ("张建国",)),
        ("来信写明我叫欧阳小明", ("欧阳小明",)),
        ("我是方志远，路灯不亮", ("方志远",)),
        ("经查，诉求人张建国反映属实", ("张建国",)),
        ("来电人：李强 要求修路灯", ("李强",)),
        ("来电人姓赵，要求修路灯", ("姓赵",)),
        ("来电人王某要求修路灯", ()),
        ("诉求人满意，老百姓方便了，我是本地人", ()),
        ("我是一名教师，我叫了师傅来修", ()),
    ],
)
def test_whom_a_text_introduces_is_pointed_out(text: str, names: tuple[str, ...]) -> None:
    assert named([text]) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("其母患精神分裂症多年", ("患精神分裂症",)),
        ("当事人有抑郁症，二级残疾", ("抑郁症", "二级残疾")),
        ("因肺癌住院，查出艾滋病", ("肺癌", "艾滋病")),
        ("安全隐患是多年的老毛病", ()),
        ("中风险地区已排查，回流产生的积水已清", ()),
        ("残疾人通道已修好，无障碍设施齐全", ()),
    ],
)
def test_what_tells_of_an_illness_is_pointed_out(text: str, names: tuple[str, ...]) -> None:
    assert named([text]) == names


def test_numbers_are_pointed_out_as_the_machine_will_mask_them() -> None:
    text = "路灯修好了，联系138 0013 8000，身份证330822199001011234，办事电话0570-5012345，12345"
    assert named([text]) == ("138****8000", "33*************234", "0570-****2345")


def test_a_name_that_the_case_gives_is_known_wherever_it_stands() -> None:
    known = people(["我叫张建国，住在和平。", "路灯坏了"])
    assert known == {"张建国"}
    assert named(["已与张建国沟通，路灯修好。"], known) == ("张建国",)
