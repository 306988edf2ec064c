"""Turns of an expression that are said as one phrase: lists within lists, days from today, what is written as prescribed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

Own: TypeAlias = Callable[..., str]
"""Words of the product by the end of their key, with their facts."""

_LIST = r"((?:facts|given|subcases|settings)\.\w+)"
_DAY = re.compile(r"""string\(now(?: ([+-]) duration\(["'](\d+)h["']\))?\)""")
_SIZED = re.compile(r"\b(?:size\((?:given|facts)\.(\w+)\)|(?:given|facts)\.(\w+)\.size\(\)) > 0")
_NOT_AMONG = re.compile(r"!\((\w+\.\w+) in (\[[^\]]*\])\)")
_SHARES = re.compile(rf"(!?)\bfacts\.(\w+)\.exists\((\w+), \3 in {_LIST}\)")
_ALL_ARE = re.compile(r'\bfacts\.(\w+)\.all\((\w+), \2 == "(\w+)"\)')
_ALL_IN = re.compile(r"\bfacts\.(\w+)\.all\((\w+), (\2 in \w+\.\w+(?: \|\| \2 in \w+\.\w+)*)\)")
_ALL_OUT = re.compile(r"\bfacts\.(\w+)\.all\((\w+), (!\(\2 in \w+\.\w+\)(?: && !\(\2 in \w+\.\w+\))*)\)")
_LISTED = re.compile(r" in (\w+\.\w+)")
_WITHIN = re.compile(rf"(!\()?\b((?:facts|case|subject)\.\w+) in {_LIST}(?(1)\))")
_WRITTEN = re.compile(r'\bfacts\.(\w+)\.matches\("[^"]*"\)')
_OF_MONTH = re.compile(r'\bfacts\.(\w+)\.endsWith\("-" \+ (settings\.\w+)\)')
_CODE = re.compile(
    r"\b(?:facts|given|case|settings|count|sum|took|subcases|registered|mine|clock|subject)\.\w"
    r"|\.(?:exists|all|map|filter|matches|size|startsWith|endsWith)\(|\b(?:size|string|duration)\(|&&|\|\||!\w| in \["
)
_DAY_HOURS = 24


def unsaid(words: str) -> bool:
    """Whether code is left in what should be words."""
    return bool(_CODE.search(words))


def phrased(
    source: str, own: Own, label: Callable[[str], str], choice: Callable[[str, str], str], joint: str
) -> str:
    """The expression with these turns in words; all else, and the names within, as they were. ``label`` gives a field by its
    label as it is quoted, ``choice`` a choice of a field; ``joint`` stands between several lists."""

    def day(found: re.Match[str]) -> str:
        sign, hours = found.groups()
        if sign is None:
            return own("today")
        if int(hours) % _DAY_HOURS:
            return found[0]
        return own("days_after" if sign == "+" else "days_before", n=int(hours) // _DAY_HOURS)

    def every(key: str) -> Callable[[re.Match[str]], str]:
        return lambda found: own(key, what=label(found[1]), lists=joint.join(_LISTED.findall(found[3])))

    for pattern, say in (
        (_DAY, day),
        (_SIZED, lambda m: own("given", what=label(m[1] or m[2]))),
        (_SHARES, lambda m: own("shares_none" if m[1] else "shares", what=label(m[2]), list=m[4])),
        (_ALL_ARE, lambda m: own("all_are", what=label(m[1]), choice=choice(m[1], m[3]))),
        (_ALL_IN, every("all_in")),
        (_ALL_OUT, every("all_out")),
        (_NOT_AMONG, lambda m: own("not_so", what=f"{m[1]} in {m[2]}")),
        (_WITHIN, lambda m: own("not_within" if m[1] else "within", what=m[2], list=m[3])),
        (_WRITTEN, lambda m: own("written", what=label(m[1]))),
        (_OF_MONTH, lambda m: own("of_month", what=label(m[1]), day=m[2])),
    ):
        source = pattern.sub(say, source)
    return source


def denials(text: str, own: Own) -> str:
    """``!(…)`` that is left once all else is said, from within to without."""
    for start in reversed(list(_denied(text))):
        end = _closing(text, start + 1)
        text = f"{text[:start]}{own('not_so', what=text[start + 2 : end])}{text[end + 1 :]}"
    return text


def _denied(text: str) -> Iterator[int]:
    return (found.start() for found in re.finditer(r"!\(", text))


def _closing(text: str, opening: int) -> int:
    """Where the bracket at ``opening`` is closed; the end of the text where it is not."""
    depth = 0
    for place in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if not depth:
            return place
    return len(text)
