"""Chinese on an English page: what people wrote, what registers and documents are called in Chinese alone.

It is shown as it is, and marked as Chinese, so that a screen reader says it with a Chinese voice and a browser
sets it in a Chinese face. Done once for every page, because such words may stand anywhere on it.
"""

from __future__ import annotations

import re

_SIGN = "\u2e80-\u303f\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U000323af"
"""Chinese characters, and the punctuation that is set among them."""
_RUN = re.compile(f"([{_SIGN}](?:[^A-Za-z<>&]*[{_SIGN}])?)(”?)")
"""From the first such sign to the last, over figures and spaces but not over words of another language; and the
quotation mark after it, which may be of the run or of the sentence around it."""
_PIECE = re.compile(
    r"<(script|style|textarea|svg|title)\b[^>]*>.*?</\1>"  # no span may be put into these
    r"|<option\b[^>]*>[^<]*"
    rf"|(?<=>)[^<]*[{_SIGN}][^<]*",
    re.DOTALL,
)
_DRAWN = re.compile(rf"(<(text|tspan|title)\b[^>]*>)([^<]*[{_SIGN}][^<]*)")
_ONE, _WORD = re.compile(f"[{_SIGN}]"), re.compile(r"[A-Za-z]{2,}")
LANG = ' lang="zh-Hans"'


def marked(page: str) -> str:
    """HTML in which every run of Chinese between its tags bears its language."""
    return _PIECE.sub(_marked, page)


def _marked(found: re.Match[str]) -> str:
    piece = found[0]
    if piece.startswith("<option"):
        tag, _, words = piece.partition(">")
        return f"{tag}{LANG}>{words}" if _RUN.search(words) else piece
    if piece.startswith("<svg"):
        return _DRAWN.sub(_written, piece)
    if piece.startswith("<title>") and _mostly_chinese(piece):
        return f"<title{LANG}>{piece.removeprefix('<title>')}"
    return piece if piece.startswith("<") else _RUN.sub(_spoken, piece)


def _written(found: re.Match[str]) -> str:
    """The text of a drawing: a run of it may stand in a tspan, a title within it bears its language as a whole."""
    opening, tag, words = found.groups()
    if tag != "title":
        return f"{opening}{_RUN.sub(lambda run: f'<tspan{LANG}>{run[1]}</tspan>{run[2]}', words)}"
    return f"<title{LANG}{opening.removeprefix('<title')}{words}" if _mostly_chinese(words) else found[0]


def _mostly_chinese(words: str) -> bool:
    """Whether a title, which can hold no markup, has more Chinese signs than words of another language."""
    return len(_ONE.findall(words)) > len(_WORD.findall(words))


def _spoken(run: re.Match[str]) -> str:
    words, mark = run.groups()
    own = mark if words.count("“") > words.count("”") else ""
    return f"<span{LANG}>{words}{own}</span>{mark.removesuffix(own) if own else mark}"
