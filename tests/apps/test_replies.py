"""What seems missing in a reply or beside the point; what is complete is left alone."""

from __future__ import annotations

import pytest

from tongban.apps.replies import marks
from tongban.apps.replies.about import left_out
from tongban.apps.replies.formulas import substance
from tongban.apps.replies.judging import Finding, Matter, Reply, Said, judge
from tongban.apps.replies.nearness import Matters
from tongban.kernel.form import Says

LAMP = Matter("小区门口路灯不亮", "小区门口的路灯坏了半个月，老人晚上摔了一跤。")
DRAIN = Matter("下水道堵塞", "城东菜市场后门的下水道堵了一个星期，污水流到路上，臭得开不了窗。")
BUS = Matter("咨询老年卡怎么办", "请问六十五岁的老人办公交老年卡要带什么，去哪里办？")
MENDED = "当天换好三盏路灯，晚上已亮。依据《城市照明设施养护标准》。"
MATTERS = Matters.of(
    [
        f"{where}{what}"
        for where in ("东门", "西街", "河边", "学校", "村口", "车站")
        for what in (
            "下水道堵了，污水流到路上，臭得开不了窗",
            "下水道不通，菜市场污水没人清理",
            "后门污水横流，要疏通下水道",
            "夜里工地打桩，吵得睡不着",
            "公交车不按时，等了四十分钟",
            "老人办医保卡跑了三趟",
            "自来水发黄，一股铁锈味",
            "烧烤摊占道，油烟熏人",
            "工资拖了两个月没发",
            "围墙边堆满垃圾，苍蝇很多",
            "水泥路塌了一个坑，车子过不去",
        )
    ]
)
COPIED = "我局执法人员已到现场查看，责令当事人限期整改，后续将加强巡查，避免问题反弹。"


def found(matter: Matter, *texts: str | Said, others: tuple[str, ...] = (), dated: bool = False) -> list[str]:
    return [each.code.removeprefix("replies.") for each in judged(matter, *texts, others=others, dated=dated)]


def judged(
    matter: Matter, *texts: str | Said, others: tuple[str, ...] = (), dated: bool = False
) -> tuple[Finding, ...]:
    said = tuple(each if isinstance(each, Said) else Said(each) for each in texts)
    asked = frozenset(each.says for each in said if each.says is not None)
    return judge(matter, Reply(said, dated, asked), others, MATTERS)


def test_a_reply_that_says_what_was_done_and_on_what_basis_is_left_alone() -> None:
    assert found(LAMP, MENDED) == []


def test_nothing_is_said_of_a_reply_that_is_not_written_yet() -> None:
    assert found(LAMP, "") == []
    assert found(LAMP, " \n…123") == []


@pytest.mark.parametrize(
    "text",
    [
        "您好，您的留言已收悉，感谢您对我们工作的关心、理解与支持！",
        "您反映的问题已转相关部门调查处理。2026年3月9日",
        "网友：您好！对于您提出的意见和建议，我们将认真研究。",
        "此事正在调查处理中。",
        "关于“小区门口路灯不亮”的问题已收悉，谢谢！",
    ],
)
def test_receipt_passing_on_and_thanks_could_stand_in_any_case(text: str) -> None:
    assert found(LAMP, text) == ["hollow"]


def test_the_words_it_never_takes_up_are_those_of_the_matter_and_not_of_places() -> None:
    matter = Matter(
        "紫港街道东明路银杉雅苑小区路灯不亮",
        "我住在银杉雅苑小区3栋，门口路灯坏了，天马一带晚上很黑，老人摔了一跤",
    )
    words = left_out(matter.title, matter.body, "已安排洒水车降尘。", Matters(), frozenset({"天马"}))
    assert {"路灯", "老人"} <= set(words)
    assert not {"紫港", "东明路", "银杉", "雅苑", "小区", "天马"} & set(words)
    only = left_out("银杉雅苑小区", "", "已安排洒水车降尘。", Matters())
    assert only, "where a matter says nothing but where it is, that is named"


def test_a_reply_of_another_matter_is_told_with_the_words_it_never_takes_up() -> None:
    fault = judged(LAMP, "下水道已安排环卫所疏通，菜市场后门的污水当天清理干净。")[0]
    assert fault.code == "replies.beside"
    assert "路灯" in str(fault.facts["words"])
    assert "beside" not in found(DRAIN, "下水道已安排环卫所疏通，菜市场后门的污水当天清理干净。")


@pytest.mark.parametrize("text", ["当天换好三盏灯，晚上已亮。", "公交老年卡：带身份证到政务中心二楼窗口办。"])
def test_a_short_reply_in_other_words_is_not_taken_for_another_matter(text: str) -> None:
    assert "beside" not in found(LAMP if "灯" in text else BUS, text)


def test_without_other_matters_only_a_reply_that_shares_nothing_is_told() -> None:
    apart = Reply((Said("旅行社退还每人二百元并致歉。"),))
    near = Reply((Said("小区物业已安排保安夜间巡逻。"),))
    assert [each.code for each in judge(LAMP, apart)][:1] == ["replies.beside"]
    assert "replies.beside" not in [each.code for each in judge(LAMP, near)]


def test_a_reply_to_one_of_many_alike_matters_is_as_near_to_the_others() -> None:
    twins = Matters.of([*MATTERS.texts, *(f"{LAMP.title}{LAMP.body}第{n}次反映" for n in range(40))])
    assert "replies.beside" not in [each.code for each in judge(LAMP, Reply((Said(MENDED),)), (), twins)]


def test_what_is_promised_wants_a_day() -> None:
    open_still = (
        "经现场查看，路灯线路老化，下一步将更换电缆。依据《城市照明管理规定》。有疑问请联系路灯管理所。"
    )
    assert "no_date" in found(LAMP, open_still)
    assert "no_date" not in found(LAMP, open_still.replace("将更换", "将于3月20日前更换"))
    assert "no_date" not in found(LAMP, open_still, dated=True)


def test_the_day_under_a_letter_is_no_promise() -> None:
    text = "经现场查看，路灯线路老化，下一步将更换电缆。2026年3月9日"
    assert "no_date" in found(LAMP, text)
    assert marks.promised("将于6月底前完工。2026年3月9日") == ("6月底",)


def test_what_remains_wants_somebody_to_ask() -> None:
    text = "经现场查看，路灯线路老化，将于3月20日前更换。依据《城市照明管理规定》。"
    assert "nobody_to_ask" in found(LAMP, text)
    assert "nobody_to_ask" not in found(LAMP, f"{text}可拨打路灯管理所电话0570-5012345。")


def test_a_reply_without_a_deed_is_told_unless_the_matter_only_asks() -> None:
    assert "no_deed" in found(LAMP, "路灯归小区物业，路灯不在市政养护范围，小区门口属于红线以内。")
    assert "no_deed" not in found(BUS, "公交老年卡带身份证和一张照片就能办，老人本人不用到场。")


def test_a_part_is_looked_for_where_the_practice_says_that_it_stands() -> None:
    done, none = Said("换好三盏路灯。", Says.deed), Said("按相关规定办理", Says.basis)
    assert "vague_basis" in found(LAMP, done, none)
    assert "no_basis" in found(LAMP, done)
    assert found(LAMP, done, Said("城市照明设施养护标准", Says.basis)) == []
    left = Said("还有两盏等配件", Says.remains)
    assert {"no_date", "nobody_to_ask"} <= set(found(LAMP, done, left))
    assert "no_date" not in found(LAMP, done, Said("无", Says.remains))
    assert "nobody_to_ask" not in found(LAMP, done, left, Said("路灯所王师傅", Says.whom_to_ask))


def test_a_hollow_answer_stays_one_whatever_stands_in_the_other_fields() -> None:
    thanks = Said("您好，来信收悉，感谢您的支持。", Says.deed)
    left = Said("还有两盏路灯等配件", Says.remains)
    assert found(LAMP, thanks, Said("城市照明管理规定", Says.basis), left) == ["hollow"]


def test_nearly_the_same_text_in_other_cases_is_counted_and_not_shown() -> None:
    others = (COPIED, COPIED.replace("当事人", "店主"), MENDED)
    (again,) = [each for each in judged(DRAIN, COPIED, others=others) if each.code == "replies.alike"]
    assert again.facts == {"n": 2}
    assert "alike" not in found(LAMP, "已修好。", others=("已修好。",))


def test_a_supposed_deed_is_none() -> None:
    assert not marks.deed("如有违规，将依法查处")
    assert not marks.deed("请您到窗口办理")
    assert marks.deed("执法队到现场责令整改")


def test_a_platform_and_a_post_are_no_rule() -> None:
    assert not marks.basis("您在《问政平台》反映的问题")
    assert marks.basis("根据《城市道路管理条例》第二十七条")
    assert marks.basis("依据浙政发〔2020〕12号")


def test_formulas_go_and_what_is_about_the_matter_stays() -> None:
    assert substance("您好！来信收悉。\n路灯已修好，感谢您的支持！") == "路灯已修好"


def test_reading_any_text_takes_no_harm() -> None:
    for text in ("👍👍👍", "a" * 5_000, "。" * 3_000, "将" * 5_000, "\x00\ud800", "如何" * 2_000):
        judge(Matter(text[:50], text), Reply((Said(text),)), (text,))
