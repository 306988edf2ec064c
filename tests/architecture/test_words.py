"""Words as they should be set, in everything that the product and its practices say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tongban.library.texts import PLACEHOLDER

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = sorted((ROOT / "src" / "tongban" / "texts").rglob("*.yaml"))
PRACTICES = sorted(
    file.parent for shelf in ("practices", "docs/tutorial") for file in (ROOT / shelf).glob("*/practice.yaml")
)
HAN = r"[\u3400-\u9fff\u3001-\u3011\uff00-\uffef“”‘’]"
HALF_WIDTH = re.compile(rf"{HAN}\s?[,;:?!]|[,;:?!]\s?{HAN}|[\u3400-\u9fff]\(|\)[\u3400-\u9fff]")
"""A half-width sign beside a Chinese character or a Chinese sign."""
EITHER = re.compile(r"\w\(e?s\)")
"""A plural that leaves the reader to count: case(s)."""


def leaves(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text below a value with its dotted key."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from leaves(inner, f"{key}[{n}]")
    elif isinstance(value, str):
        yield key, value


def said(language: str) -> dict[str, str]:
    """All texts of the product and of the practices in a language, by where they stand."""
    found: dict[str, str] = {}
    for path in PRODUCT:
        for key, text in leaves(yaml.safe_load(path.read_text(encoding="utf-8"))):
            if key.rpartition(".")[2] == language:
                found[f"{path.relative_to(ROOT)} {key}"] = text
    for folder in PRACTICES:
        path = folder / "texts" / f"{language}.yaml"
        for key, text in leaves(yaml.safe_load(path.read_text(encoding="utf-8"))):
            found[f"{path.relative_to(ROOT)} {key}"] = text
    return found


def test_chinese_texts_have_no_half_width_punctuation() -> None:
    """What stands for a fact counts as Chinese: a sign beside it is set like any other."""
    texts = said("zh-Hans")
    assert len(texts) > 1000
    filled = {where: PLACEHOLDER.sub("某", text) for where, text in texts.items()}
    assert {where: texts[where] for where, text in filled.items() if HALF_WIDTH.search(text)} == {}


def test_english_texts_count_for_their_reader() -> None:
    texts = said("en")
    assert len(texts) > 1000
    assert {where: text for where, text in texts.items() if EITHER.search(text)} == {}


@pytest.mark.parametrize("practice", PRACTICES, ids=[folder.name for folder in PRACTICES])
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_a_history_has_its_own_words_wherever_a_receipt_is_given(practice: Path, language: str) -> None:
    steps = yaml.safe_load((practice / "texts" / f"{language}.yaml").read_text(encoding="utf-8"))["steps"]
    lacking = [name for name, words in steps.items() if "done" in words and "past" not in words]
    assert lacking == []
