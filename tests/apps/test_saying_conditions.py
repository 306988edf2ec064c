"""A condition of a row in words: as whoever checks a case reads it, and no sign of it is lost."""

from __future__ import annotations

import pytest

from tongban.apps.saying_conditions import said
from tongban.kernel.expression import Kind
from tongban.kernel.procedure.fitting import Vocabulary

KINDS = {"certified": Kind.flag, "scale": Kind.text, "founded_on": Kind.text, "staff": Kind.whole}
SPEAKS = Vocabulary(
    "enterprise",
    {**KINDS, **{f"given.{name}": Kind.flag for name in KINDS}, "today": Kind.text},
    {"scale": ("micro", "small")},
    frozenset({"founded_on", "today"}),
)

WORDS = {
    "zh-Hans": {
        "registers.enterprise.fields.certified": "有认定",
        "registers.enterprise.fields.scale": "规模",
        "fields.founded_on.label": "成立日期",
        "choices.scale.micro": "微型",
        "choices.scale.small": "小型",
    },
    "en": {"registers.enterprise.fields.certified": "Certified", "fields.founded_on.label": "Founded on"},
}


@pytest.mark.parametrize(
    ("source", "language", "words"),
    [
        ("certified", "zh-Hans", "有认定"),
        ("!certified", "en", "not Certified"),
        ('scale == "micro"', "zh-Hans", "规模是微型"),
        (
            'scale in ["micro", "small"] && (!given.certified || founded_on < "2025-01-01")',
            "zh-Hans",
            "规模是微型、小型之一，并且(不是：填了有认定，或者成立日期<2025-01-01)",
        ),
        (
            '(certified || scale == "small") && !(certified && staff > 3)',
            "en",
            "(Certified or scale is small) and not (Certified and staff > 3)",
        ),
        ("staff + 1 > 3", "en", "staff + 1 > 3"),
        ("no_such_column > 3", "en", "no_such_column > 3"),
        ("founded_on <= today && certified != true", "en", "Founded on ≤ today and Certified is not yes"),
    ],
)
def test_a_condition_is_said_with_the_words_of_its_register(source: str, language: str, words: str) -> None:
    assert said(source, language, SPEAKS, WORDS[language].get) == words
