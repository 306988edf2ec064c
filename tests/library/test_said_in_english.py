"""Whatever a practice rests on and comes from is called by its customary name in English too, beside the name it has."""

from __future__ import annotations

import pytest

from scenario_ground import ROOT
from tongban.apps.measures import limits_of, source_of, source_words
from tongban.library.practice import Practice
from tongban.library.reading import read_practice

PRACTICES = sorted(path.parent.name for path in (ROOT / "practices").glob("*/practice.yaml"))


def chinese(words: str) -> bool:
    return any("\u4e00" <= each <= "\u9fff" for each in words)


@pytest.mark.parametrize("practice", PRACTICES)
def test_an_english_page_of_a_practice_cites_in_english(practice: str) -> None:
    read = read_practice(ROOT / "practices" / practice)
    assert isinstance(read, Practice)
    for each in (*read.manifest.origin, *read.manifest.legal_basis):
        assert not chinese(each.called("en")), each.title
        assert not chinese(each.found_in("en")), each.document
        assert each.called("zh-Hans") == each.title
    for datum in read.manifest.data:
        assert not chinese(datum.allowed_by("en")), datum.basis
        assert datum.allowed_by("zh-Hans") == datum.basis
    assert "\n## In short\n" in read.files["README.md"]
    for rule in limits_of(read):  # those of clocks, and of what extends them
        assert not chinese(source_words(rule.source, "en", rule.source_en)), rule.source
        assert source_of(rule.source, read, "en") == source_words(rule.source, "en", rule.source_en)
