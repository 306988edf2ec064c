"""Striking what identifies a person out of words, however it is spelt.

A form reads a telephone number with blanks, dashes, full-width digits and a country code as the same number;
so whoever strikes it out must find all of these. What people wrote in other words, only a person can see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeAlias

from tongban.kernel.form.characters import narrowed
from tongban.kernel.form.field import FieldKind

Known: TypeAlias = tuple[FieldKind, str]
"""A kind and a value of it, as a form read it."""

STRUCK = "***"
"""What stands in the place of what was struck out."""
_NUMBERS = (FieldKind.phone, FieldKind.id_card)
_BETWEEN_DIGITS = r"[\s().-]*"
_BETWEEN = r"[\s·•]*"
_SHORTEST = {FieldKind.name: 2}
_SHORTEST_WORDS = 4
"""Shorter words say too little to be struck out wherever they stand."""


def struck_out(text: str, known: Iterable[Known]) -> str:
    """The text with every one of these values struck out, in whatever spelling a form would have read it."""
    for kind, value in sorted(known, key=lambda each: -len(each[1])):
        for pattern in _patterns(kind, value):
            text = _without(text, pattern)
    return text


def _without(text: str, pattern: re.Pattern[str]) -> str:
    parts: list[str] = []
    end = 0
    for found in pattern.finditer(narrowed(text)):
        parts += [text[end : found.start()], STRUCK]
        end = found.end()
    return "".join([*parts, text[end:]])


def _patterns(kind: FieldKind, value: str) -> list[re.Pattern[str]]:
    plain = narrowed(value)
    if kind in _NUMBERS:
        digits = re.sub(r"[^0-9A-Za-z]", "", plain)
        spelt = [digits]
        if kind is FieldKind.id_card and len(digits) == 18:
            spelt.append(digits[:6] + digits[8:17])  # the older form, without the century and the check digit
        if kind is FieldKind.phone:
            spelt.append(re.sub(r"^(?:0086|86)(?=1[3-9]|0)", "", digits))
        before = r"(?:(?:\+|00)?86[\s-]*)?" if kind is FieldKind.phone else ""
        return [
            re.compile(rf"(?<![0-9]){before}\(?{_BETWEEN_DIGITS.join(each)}(?![0-9])", re.I)
            for each in spelt
            if len(each) >= 7
        ]
    letters = re.sub(r"[\s·•]", "", plain)
    if len(letters) < _SHORTEST.get(kind, _SHORTEST_WORDS):
        return []
    inside = _BETWEEN.join(map(re.escape, letters))
    edges = (r"(?<![A-Za-z])", r"(?![A-Za-z])") if letters.isascii() else ("", "")
    return [re.compile(f"{edges[0]}{inside}{edges[1]}", re.I)]
