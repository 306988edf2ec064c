"""A name as people shorten it in talk: its characters stand in the full one, in their order."""

from __future__ import annotations

import pytest

from tongban.apps.casework.choices import fitting
from tongban.apps.casework.views import Option

COUNTY = tuple(
    Option(name, name)
    for name in (
        "县市场监督管理局",
        "县自然资源和规划局",
        "县住房和城乡建设局",
        "球川镇 · 球川村村民（居民）委员会",
        "球川镇 · 三里村村民（居民）委员会",
        "Housing office",
    )
)


@pytest.mark.parametrize(
    ("said", "full"),
    [
        ("市监局", ["县市场监督管理局"]),
        ("资规局", ["县自然资源和规划局"]),
        ("住建局", ["县住房和城乡建设局"]),
        ("球川村委会", ["球川镇 · 球川村村民（居民）委员会"]),
        ("村委会", ["球川镇 · 球川村村民（居民）委员会", "球川镇 · 三里村村民（居民）委员会"]),
        ("市场监督", ["县市场监督管理局"]),
        ("局监市", []),
        ("住局", []),
        ("hse", []),
        ("", []),
    ],
)
def test_what_a_shortened_name_stands_for(said: str, full: list[str]) -> None:
    assert [each.label for each in fitting(said, COUNTY)] == full
