"""A hotspot in the demo county: four cases about one problem, and two others beside them."""

from __future__ import annotations

import pytest

from desk_ground import Desk

TEXTS = (
    "枫林雅苑旁边建混凝土搅拌站，灰尘满天飞，开不了窗。",
    "枫林雅苑小区边上的搅拌站夜里施工，噪音大得睡不着。",
    "搅拌站离枫林雅苑不到五十米，灰尘和噪音谁来管？",
    "投诉枫林雅苑旁的混凝土搅拌站，孩子咳了一个月。",
    "医保报销等了三个月还没有到账。",
    "201路公交车早上四十分钟没来一班。",
)


@pytest.fixture
def hotspot(desk: Desk) -> list[str]:
    """The numbers of four cases about one problem, the earliest first; two others stand beside them."""
    from tongban.apps.office import office
    from tongban.store.search import index

    numbers = [desk.dispatched(text, phone=f"1381234567{n}") for n, text in enumerate(TEXTS)]
    here = office()
    index(here.journal, [each.case.id for each in here.journal.load(numbers=numbers)])
    return numbers[:4]
