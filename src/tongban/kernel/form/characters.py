"""Making entered words comparable without changing what they say.

NFC, not NFKC: the compatibility form would change rare characters of names. Full-width digits and
letters become ASCII only where a code or number is read.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from datetime import date
from functools import cache

from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts

_BAD = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Invisible, and able to show a text in another order than it is read: pasted in by accident or worse.
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_BLANKS = re.compile(r"\s+")
_MARKS_WORTH_COUNTING = 1_000
_MOST_MARKS = 30

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), ord("-"))
_NARROW = {**_WIDE, **_DASHES, 0x3000: 0x20, 0x3002: ord(".")}


def clean(raw: str, where: str) -> str | Refused:
    """The text in NFC, with one kind of line end, without invisible marks and outer blanks.

    Refuses NUL and other control characters (all but newline and tab), lone surrogates, and towers of
    combining marks, with the character's number and place.
    """
    bad = _BAD.search(raw)
    if bad is None and len(raw) > _MARKS_WORTH_COUNTING and not raw.isascii():
        # Normalising takes time that grows with the square of such a tower.
        bad = _towers().search(raw)
    if bad is not None:
        facts: Facts = {"character": f"U+{ord(bad[0][0]):04X}", "place": bad.start() + 1}
        return Refused("form.bad_character", where, facts)
    if raw.isascii() and raw.isprintable():
        return raw.strip()
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", raw))
    return unicodedata.normalize("NFC", text).strip()


def one_line(text: str) -> str:
    """Every run of blanks and line ends as one space."""
    return _BLANKS.sub(" ", text)


def narrow(text: str) -> str:
    """Full-width letters, digits and signs, and every sort of dash, as ASCII."""
    return text if text.isascii() else text.translate(_NARROW).strip()


def capitals(text: str) -> str:
    """A code as it is compared: two offices may write the same one in small letters and in capitals."""
    return text.upper()


def narrowed(text: str) -> str:
    """``narrow`` with every character at its place, so that what is found in one is found in the other."""
    return text if text.isascii() else text.translate(_NARROW)


def shown(given: str | int | float | date) -> str:
    """What was entered as a refusal may repeat it: short, without what could break a page or a log."""
    if isinstance(given, int) and given.bit_length() > 200:
        return "…"
    text = str(given)
    short = text if len(text) <= 60 else text[:59] + "…"
    return "".join(char if char.isprintable() else "�" for char in short)


@cache
def _towers() -> re.Pattern[str]:
    marks = "".join(
        map(chr, filter(lambda code: unicodedata.combining(chr(code)), range(sys.maxunicode + 1)))
    )
    return re.compile(f"[{re.escape(marks)}]{{{_MOST_MARKS + 1},}}")
