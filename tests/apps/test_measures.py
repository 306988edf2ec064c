"""What a number counts and what a limit rests on are said in the reader's language."""

from __future__ import annotations

import pytest

from tongban.apps.measures import measured, source_words
from tongban.apps.wording import say


@pytest.mark.parametrize(
    ("n", "unit", "zh", "en"),
    [
        (1100, "万元", "1100 万元", "1100 × 10,000 yuan"),
        (1, "人", "1 人", "1 person"),
        (3, "人", "3 人", "3 people"),
        (2026, "年", "2026 年", "2026"),
        (7, "担", "7 担", "7 loads"),
    ],
)
def test_a_number_is_told_with_its_unit_in_both_languages(n: int, unit: str, zh: str, en: str) -> None:
    own = {"担": ("担", "loads")}.get(unit, ("", ""))  # a unit of the practice's own
    assert (measured(n, unit, "zh-Hans", own[0]), measured(n, unit, "en", own[1])) == (zh, en)


@pytest.mark.parametrize(
    ("source", "en"),
    [
        (
            "县定〔默认〕（1个工作日内签收）",
            "set by the county, as this practice proposes",
        ),
        ("县定（30日后归档）", "set by the county"),
        ("信访工作条例第三十四条", "信访工作条例第三十四条 (a document in Chinese)"),
        ("Lighting Rules, art. 3", "Lighting Rules, art. 3"),
    ],
)
def test_an_english_reader_is_told_who_set_a_limit_and_that_a_document_is_in_chinese(
    source: str, en: str
) -> None:
    assert source_words(source, "zh-Hans") == source
    assert source_words(source, "en") == en
    assert source_words(source, "en", "Licensing Law") == (en if source.isascii() else "Licensing Law")


def test_one_is_not_many() -> None:
    told = {"from": "1 December"}
    assert "1 order from above" in say("foresee.that_week", "en", n=1, **told)
    assert "2 orders from above" in say("foresee.that_week", "en", n=2, **told)
