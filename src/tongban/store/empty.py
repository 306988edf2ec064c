"""Characters that are about nothing by themselves: pronouns, particles, directions, times. Needs no database."""

from __future__ import annotations

EMPTY = frozenset(
    "的了一是不在有我你他她它们这那个么什怎哪些都就也还又很太多少几两二三四五六七八九十百千万零半第年月日天"
    "周时候分钟秒点星期次回趟上下里外前后左右中间去到过从向把被让给对和跟与或但而且因为所以如果没能会可要想应该"
    "请问谢您好村口边旁处今昨明晚早午夜现已经常总再才只吗呢吧啊呀嘛得地着之其此每各己别人家大小说讲看觉知道做弄搞起出进开"
    "始终于直真挺最更比较等用以及将则当然后成无非某本贵先生女士领导"
)
"""Characters that are about nothing by themselves: pronouns, numbers, times, directions, particles, address."""
