"""What a reply says whatever it was asked: greetings, receipts, passing on, thanks. The rest is its substance."""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"[^，。！？；：,.!?;:\n]+")
_SPEAKS = re.compile(r"[㐀-鿿]")
_DAY = re.compile(
    r"[0-9〇零一二三四五六七八九十○]{2,4} ?[年./-] ?[0-9一二三四五六七八九十]{1,3} ?[月./-] ?[0-9一二三四五六七八九十]{1,3} ?[日号]?"
)
_FORMULA = re.compile(
    "您好|你好|尊敬的|网友|网民|市民朋友|来信人|群众朋友|收悉|悉收|已收到|已经收到|获悉|知悉|收到您的|来信收到|"
    "感谢|谢谢|敬请谅解|祝您|祝愿|此致|特此|如下|回复您|答复您|"
    "[已经我们]转|转交|转至|转由|转有关|转相关|交办|[已经]交.{0,12}(?:核|办|处理|调查|回复)|转.{0,14}(?:办理|处理|核实|核处|调查|办复|处置)|"
    "高度重视|非常重视|十分重视|耐心等待|及时(?:反馈|回复)|后续回复|近期回复|第一时间回复|会向您反馈|请留意|敬请关注|"
    "(?:宝贵|您的|你的|提出的|所提的?).{0,4}(?:意见|建议)|认真(?:考虑|研究|梳理|对待)|论证研究|进行研究|研究考虑|"
    "汇报给|(?:正在|抓紧|尽快|积极)(?:调查|核实|办理|处理|研究|落实)(?:中|之中|$)|调查处理中|按(?:照)?(?:规定|程序|实际情况)(?:办理|处理|处置)|"
    "您所?反映的?(?:问题|情况|事项)(?:$|已)|反映的(?:问题|情况)(?:$|已)|问题已|情况已|"
    "支持与|理解与|监督与|支持和|理解和|欢迎.{0,8}(?:监督|来电|咨询|提出)|拨打|致电|联系电话|咨询电话|详情"
)
"""A clause with one of these says nothing of any one matter."""


def substance(text: str, title: str = "") -> str:
    """The reply without its formulas, without days, and without the title where it only repeats that."""
    plain = _DAY.sub("", text)
    if len(title) > 3:
        plain = plain.replace(title, "")
    return "\n".join(each for each in _clauses(plain) if not _FORMULA.search(each))


def _clauses(text: str) -> list[str]:
    found = (hit[0].strip() for hit in _CLAUSE.finditer(text))
    return [each for each in found if _SPEAKS.search(each)]


def length(text: str) -> int:
    """How many characters of it speak."""
    return len(_SPEAKS.findall(text))
