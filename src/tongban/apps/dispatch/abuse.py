"""Abusive words, left out of what is classified: who curses about a lamp still speaks of a lamp.

The list was written for this product from the curses that are common in messages to hotlines; it is no register of forbidden
words and nothing is refused or changed for it: the text stays as it was written. A word that is also a matter (废物 for waste, 垃圾,
骗子) is here only with what makes it a curse.
"""

from __future__ import annotations

import re
from typing import Final

_CURSES: Final = (
    *(
        "操你妈",
        "操你大爷",
        "草泥马",
        "肏",
        "我操",
        "卧槽",
        "他妈的",
        "你妈的",
        "妈的",
        "妈了个逼",
        "去你妈",
        "滚你妈的蛋",
        "你妈逼",
        "尼玛",
    ),
    *(
        "傻逼",
        "傻比",
        "煞笔",
        "沙比",
        "狗日的",
        "龟孙子",
        "龟儿子",
        "王八蛋",
        "王八羔子",
        "混蛋",
        "混账东西",
        "畜生",
        "狗东西",
        "狗官",
        "垃圾东西",
    ),
    *(
        "滚蛋",
        "滚犊子",
        "去死吧",
        "不得好死",
        "生儿子没屁眼",
        "放屁",
        "放你妈的屁",
        "吃屎",
        "吃干饭的",
        "饭桶",
        "白痴",
        "脑残",
        "智障",
        "神经病啊",
    ),
    *("不要脸", "不是东西", "没一个好东西", "良心被狗吃了", "良心都被狗吃了"),
)
_BEFORE: Final = r"(?:你们|他们|你|这|那|都|全|就|简直|真|是|一|群|帮|个|些)*"
"""What leads up to a curse and says nothing without it."""
_CURSE: Final = re.compile(
    rf"{_BEFORE}(?:{'|'.join(sorted(_CURSES, key=len, reverse=True))}|(?<=[群帮是个些])废物(?![处回利料品箱堆站]))(?:们|的)?"
)


def without(text: str) -> str:
    """The text with gaps where it is abusive, every other character in its place."""
    return _CURSE.sub(lambda found: " " * len(found[0]), text)
