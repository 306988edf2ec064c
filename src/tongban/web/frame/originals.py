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
    r"<(script|style|textarea|svg|title)\b[^>]*>.*?</\1>"  # nothing may be put into these
    r"|<option\b[^>]*>[^<]*"
    rf"|(?<=>)[^<]*[{_SIGN}][^<]*",
    re.DOTALL,
)
LANG = ' lang="zh-Hans"'


def marked(page: str) -> str:
    """HTML in which every run of Chinese between its tags bears its language."""
    return _PIECE.sub(_marked, page)


def _marked(found: re.Match[str]) -> str:
    piece = found[0]
    if piece.startswith("<option"):
        tag, _, words = piece.partition(">")
        return f"{tag}{LANG}>{words}" if _RUN.search(words) else piece
    if piece.startswith("<"):
        return piece
    return _RUN.sub(_spoken, piece)


def _spoken(run: re.Match[str]) -> str:
    words, mark = run.groups()
    own = mark if words.count("“") > words.count("”") else ""
    return f"<span{LANG}>{words}{own}</span>{mark.removesuffix(own) if own else mark}"
