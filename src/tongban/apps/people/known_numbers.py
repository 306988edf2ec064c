"""Numbers that others know or try first: a password of digits alone may be chosen, but not one that is made of little else.

A telephone number and an identity number (GB 11643) stand in many hands, a day and a row of keys are tried first. What is left of the
digits without them must be a password's worth by itself.
"""

from __future__ import annotations

import re

LEFT = 8
"""Digits that must be left."""
DIFFERENT = 5
"""How many different ones there must be."""
_DAY = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_KNOWN = re.compile(rf"[1-9]\d{{5}}{_DAY}\d{{4}}|1[3-9]\d{{9}}|{_DAY}")
_ROW = 4
"""Digits that go up, go down or stay the same are a row from so many on."""


def made_of_known_numbers(password: str) -> bool:
    """Whether it is all digits and little else is in it."""
    if not password.isdecimal():
        return False
    digits = "".join(str(int(char)) for char in password)
    rest = "".join(_without_rows(part) for part in _KNOWN.sub(" ", digits).split())
    return len(rest) < LEFT or len(set(digits)) < DIFFERENT


def _without_rows(digits: str) -> str:
    """What stands in no row."""
    kept, begins = "", 0
    for end in range(1, len(digits) + 1):
        if end < len(digits) and _step(digits, end) == _step(digits, begins + 1) in (-1, 0, 1):
            continue
        if end - begins < _ROW:
            kept += digits[begins:end]
        begins = end
    return kept


def _step(digits: str, at: int) -> int:
    """From a digit to the next, 0 after 9 as on the keys."""
    between = (int(digits[at]) - int(digits[at - 1])) % 10
    return between - 10 if between > 5 else between
