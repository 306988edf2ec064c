"""Where something is said to be, as far as it says nothing of what it is: 人民医院门口, 中心小学旁边.

In a short sentence the landmark would outweigh the matter: 人民医院门口井盖丢了 is about a manhole and not about
health. What is read of a short message leaves such words out, in training and in use alike.
"""

from __future__ import annotations

import re

_LANDMARK = r"小区|花园|公司|酒店|中心|市场|广场|地铁|幼儿园|[初高一二三四五六七八九]中|[院校学站店厂场所馆园局楼厦城苑府行社宫寺桥港厅部队吧]"
"""How names of buildings and grounds end."""
_BESIDE = (
    r"(?:大|正|前|后|侧|边|东|南|西|北|出入|进)?门(?:口|外|前)|[大正前后侧东南西北]门(?:口|外)?|"
    r"附近|旁边?|斜?对面|对过|后面|前面|背后|周边|周围|一带|楼下|隔壁|边上|路口|站口|出口|入口"
)
_NO_NAME = r"的了被把不没有是让给吗怎什请为何在到去从和与及后"
"""What stands in no name of a place: a phrase with one of them says more than where."""
_NAME = rf"(?:(?![{_NO_NAME}])[\u4e00-\u9fff0])"
_HOMES = r"小区|花园|家园|公寓|[雅豪嘉佳馨]苑"
_BEGINS = r"(?:^|(?<= )|(?<=在)|(?<=位于))"
_WHERE = re.compile(
    rf"{_BEGINS}{_NAME}{{0,12}}?(?:{_LANDMARK})(?:{_BESIDE})|{_BEGINS}{_NAME}{{1,6}}?(?:{_HOMES})+(?=[\u4e00-\u9fff]{{3}})"
)
_ROAD = rf"{_NAME}{{1,6}}?(?:大道|(?<![公道马铁线电修一走水])[路街巷弄])"
_WAY = re.compile(
    rf"{_ROAD}(?:[与和跟、]{_ROAD})?(?:十字|三岔|丁字)?(?:交叉|交汇|相交)?(?:路?口|处)?|[\u4e00-\u9fff]{{1,4}}?(?:街道|镇|乡|村|社区)|{_BESIDE}"
)
"""Roads, crossings, divisions and what stands beside them."""
_SAID = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{2}")
_LEFT = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{3}")
"""What must remain for the rest to say anything by itself."""


def matter_of(said: str) -> str:
    """The text, read alike, with gaps where it only says beside what something is; as it is where little else remains."""
    left = _WHERE.sub(lambda found: " " * len(found[0]), said)
    return left if left == said or _LEFT.search(left) else said


def only_where(said: str) -> bool:
    """Whether a sentence says nothing but where: 定阳路与人民路口."""
    return _SAID.search(_WAY.sub(" ", said)) is None
