"""Characters as a message is read: all ways of writing one made alike.

Reading keeps every character in its place, so that what decided can be shown as the resident wrote it.
Traditional characters are read as simplified ones, capitals as small letters, wide letters as narrow ones,
all digits as one; everything else is a gap. Nothing here needs numpy, which takes long to load.
"""

from __future__ import annotations

from tongban.store.simplified import SIMPLIFIED

LONGEST = 4_000
"""Characters that are read of a message; what it is about is said before that."""

GAP = 0x20
DIGIT = ord("0")


class _Alike(dict[int, int]):
    """What each character is read as; found once and remembered."""

    def __missing__(self, code: int) -> int:
        read = self._read(code)
        if code < 0x10000:
            self[code] = read
        return read

    @staticmethod
    def _read(code: int) -> int:
        if 0xFF01 <= code <= 0xFF5E:
            code -= 0xFEE0
        if code in SIMPLIFIED:
            return SIMPLIFIED[code]
        char = chr(code).lower()
        if char.isdecimal():
            return DIGIT
        if len(char) == 1 and ("a" <= char <= "z" or is_han(ord(char))):
            return ord(char)
        return GAP


_ALIKE = _Alike()


def is_han(code: int) -> bool:
    """Whether a code point is an ideograph of the unified blocks (extensions included)."""
    return 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0x20000 <= code <= 0x3FFFF


def joined(title: str, body: str) -> str:
    """A message as one text: the title is its first line, empty when there is none."""
    return " ".join(title.split()) + "\n" + body


def alike(text: str) -> str:
    """The text as it is read: as many characters as it has."""
    return text.translate(_ALIKE)
