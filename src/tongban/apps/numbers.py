"""Case numbers: twelve digits that can be read over a telephone and that nobody can count through.

Two digits of the year, nine drawn at random and one check digit (Damm, 2004, which finds every single wrong
digit and every swap of neighbours). Chance instead of counting: a number tells neither how many cases
there are nor what the next one is called. A subcase has its parent's number and ``-01``, ``-02`` behind it.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from tongban.kernel.clock import LOCAL
from tongban.kernel.refusal import Refused

_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
_SHAPE = re.compile(r"(\d{12})((?:-\d{2,4})*)")


def check_digit(digits: str) -> str:
    here = 0
    for digit in digits:
        here = int(_DAMM[here][int(digit)])
    return str(here)


def new_number(at: datetime) -> str:
    """A number for a case opened at that moment. Whether it is free the database decides."""
    digits = f"{at.astimezone(LOCAL).year % 100:02d}{secrets.randbelow(10**9):09d}"
    return digits + check_digit(digits)


def written(number: str) -> str:
    """As it is shown and read aloud: 2648 2107 3451."""
    head, tail = number[:12], number[12:]
    return f"{head[:4]} {head[4:8]} {head[8:]}{tail}"


def read_number(text: str) -> str | Refused:
    """A number as somebody typed it: spaces, hyphens and full-width digits are forgiven, a wrong digit is not."""
    plain = "".join(str(int(c)) if c.isdecimal() else c for c in text.strip())
    plain = re.sub(r"[\s·._‐-―－]", "-", plain)
    head = "".join(re.findall(r"\d", plain))[:12]
    seen = 0
    tail = ""
    for at, char in enumerate(plain):
        seen += char.isdigit()
        if seen == 12:
            tail = plain[at + 1 :]
            break
    shaped = _SHAPE.fullmatch(head + tail)
    if shaped is None:
        return Refused("case.number_shape", "number")
    if check_digit(head[:-1]) != head[-1]:
        return Refused("case.number_mistyped", "number")
    return head + shaped[2]
