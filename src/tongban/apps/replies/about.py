"""What a matter is about, in words: to name those that a reply never takes up.

Named are whole words of the tokenizer's dictionary, and not places or people: that a reply does not say the township again, or half the name of an
estate, shows nothing.
A word of the title counts three times more: a title says what the matter is. Words that nearly every matter has
(领导, 希望, 问题) are about nothing, and of others a word says the less, the more matters have it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import log

from tongban.apps.replies.nearness import Matters

LONGEST = 1_500
"""Characters of a matter that are read; what it is about is said before that."""
TELLING = 12
TITLE = 3.0
OFTEN = 3.0
"""A word of the body counts as often as it stands there, but not more often than this."""

_HAN = re.compile(r"[㐀-鿿]{2,}")
_NAMED = re.compile(r"[0-9]{1,4}(?:路|号线|栋|号楼)|[A-Za-z]{2,}[0-9]*")
_ABOUT_NOTHING = """
反映 投诉 举报 咨询 请求 建议 希望 关于 问题 情况 有关 相关 部门 单位 领导 书记 市长 县长 局长 您好 你好 尊敬 谢谢 感谢 解决 处理
回复 答复 政府 政策 规定 工作 我们 你们 他们 自己 大家 老百姓 百姓 群众 居民 市民 村民 业主 人员 现在 目前 以前 已经 一直 没有 不是
就是 可以 不能 是否 什么 怎么 怎样 如何 为什么 多少 哪里 这个 那个 这样 那样 这些 那些 但是 因为 所以 如果 虽然 而且 或者 以及 还有
时候 时间 今年 去年 明年 今天 昨天 上午 下午 晚上 请问 了解 知道 认为 觉得 需要 应该 进行 通过 根据 按照 由于 为了 对于 影响 严重
多次 无人 有人 一个 一些 几个 很多 非常 特别 真的 尽快 及时 加强 关注 重视 盼望 恳请 呼吁 质疑 反对 要求 本人 我家 家里 这里 那里
附近 旁边 地方 不要 出现 造成 导致 存在 发现 之后 之前 以后 后来 还是 都是 只有 只是 然后 不到 不了 起来 出来 下来 一下 一样 一次
两个 三个 来信 留言 网友 全体 此致 敬礼 生活 安全 管理 办理 国家 社会 人民 发展 建设 相应 具体 所有 任何 其他 方面 原因 事情 结果
能够 得到 给予 落实 调查 核实 不会 一点
"""
_MASKED = re.compile(r"[A-Z]{1,2}[0-9]{0,3}[省市县区]+")
"""A place whose name was taken out."""
_DIVISION = re.compile(r".*[^中农新乡山](?:镇|乡|村|街道|社区)")
_ROAD = re.compile(r".*[^公铁道马线电思一出走](?:路|街|大道|巷|弄)")
_GROUNDS = re.compile(
    r".*(?:小区|花园|家园|公寓|新城|[佳雅豪嘉馨名府]苑|名邸|华府|居委会|村委会|街道|社区|号楼)"
)
_BEFORE_NAMED = frozenset(["镇", "乡", "村", "路", "街", "大道", "巷", "弄", "县", "市", "区"])
"""What a name of a place ends with where the tokenizer cuts it off: what stands before it is half a name."""
_NAMES = frozenset({"ns", "nr", "nt"})
"""How the tokenizer marks names of places, people and bodies."""
_EMPTY = frozenset(_ABOUT_NOTHING.split())


def left_out(
    title: str, body: str, reply: str, others: Matters, places: frozenset[str] = frozenset()
) -> list[str]:
    """The words that say what a matter is about and that the reply never takes up, the weightiest first.

    ``places`` are names of places that the county knows. Where nothing but names is left out, these are named.
    """
    body = body[:LONGEST]
    matter = _telling(words(title, places), words(body, places), reply, others)
    return matter or _telling(_everything(title), _everything(body), reply, others)


def _telling(title: list[str], body: list[str], reply: str, others: Matters) -> list[str]:
    weights = {word: min(OFTEN, float(n)) for word, n in Counter(body).items()}
    for word in set(title):
        weights[word] = weights.get(word, 0.0) + TITLE
    rare = 2 + len(others.texts)
    told = {word: weight * log(rare / (1 + others.having(word))) for word, weight in weights.items()}
    return [word for word in sorted(told, key=lambda each: -told[each])[:TELLING] if not _stands(word, reply)]


def words(text: str, places: frozenset[str] = frozenset()) -> list[str]:
    """Words that may be telling: of two ideographs or more that name no place and nobody, and names of letters or with a number."""
    text = _MASKED.sub(" ", text)
    cut = _cut(text)
    found = [
        word
        for n, (word, kind) in enumerate(cut)
        if not (kind in _NAMES or word in places or _is_place(word) or (len(word) <= 2 and _half(cut, n + 1)))
    ]
    return [*_spoken(found), *_NAMED.findall(text)]


def _half(cut: Sequence[tuple[str, str]], at: int) -> bool:
    """Whether what stands here, behind single characters of a name, makes a name of what is before it: 银杉 雅 苑 小区."""
    while at < len(cut) and len(cut[at][0]) == 1 and cut[at][1] in _NAMES:
        at += 1
    return at < len(cut) and (cut[at][0] in _BEFORE_NAMED or _GROUNDS.fullmatch(cut[at][0]) is not None)


def _is_place(word: str) -> bool:
    return any(kind.fullmatch(word) for kind in (_DIVISION, _ROAD, _GROUNDS))


def _everything(text: str) -> list[str]:
    import rjieba

    return [*_spoken(rjieba.cut(text)), *_NAMED.findall(text)]


def _spoken(cut: Iterable[str]) -> list[str]:
    return [word for word in cut if word not in _EMPTY and _HAN.fullmatch(word)]


@lru_cache(maxsize=2_000)
def _cut(text: str) -> tuple[tuple[str, str], ...]:
    """The words of the dictionary with their kinds; no word is guessed, as 购车和 would be."""
    import rjieba  # half a second for its dictionary, and only a reply beside the point needs it

    return tuple(rjieba.tag(text, False))


def _stands(word: str, reply: str) -> bool:
    """Whether a reply has the word or, of a longer one, its first or last two characters: 公交车 by 公交."""
    ends = (word[:2], word[-2:]) if len(word) > 2 else ()
    return word in reply or any(end not in _EMPTY and end in reply for end in ends)
