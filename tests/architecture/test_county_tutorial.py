"""The tutorial of two counties names what is on the screen: every bold word, and every quoted one of its Chinese twin, is said by the product."""

from __future__ import annotations

import re

import pytest
import yaml
from test_words import ROOT, said

from tongban.library.texts import PLACEHOLDER

TUTORIAL = ROOT / "docs" / "tutorial"
CALLED = {"en": re.compile(r"\*\*([^*]+)\*\*"), "zh-Hans": re.compile(r"“([^”]+)”")}
FILES = {"en": "from-one-county-to-the-next.md", "zh-Hans": "from-one-county-to-the-next.zh.md"}
TOLD = ("demo/county/told", "demo/neighbour/told")


def on_screen(language: str) -> set[str]:
    """What the pages say whole: texts of the product and the practices, without what is filled in; and the titles of what was told."""
    words = {PLACEHOLDER.sub("", text).strip(" ，。") for text in said(language).values()}
    for folder in TOLD:
        for path in (ROOT / folder).glob("*.yaml"):
            for line in yaml.safe_load(path.read_text("utf-8"))["story"]:
                words |= {str(line.get("answers", {}).get(name)) for name in ("title", "way_title")}
    return words


@pytest.mark.parametrize("language", FILES)
def test_what_the_tutorial_has_its_reader_press_is_on_the_screen(language: str) -> None:
    known = on_screen(language)
    named = CALLED[language].findall((TUTORIAL / FILES[language]).read_text("utf-8"))
    assert named and not [each for each in named if each.strip("* ") not in known]


def test_both_languages_take_the_same_steps() -> None:
    steps = [
        re.findall(r"`([a-z_/.-]+)`|(?m:^(\d)\.)|<(http[^>]+)>", (TUTORIAL / name).read_text("utf-8"))
        for name in FILES.values()
    ]
    places = [[each for each in found if each[1] or each[2] or each[0].isalpha()] for found in steps]
    assert places[0] == places[1]
