"""Who curses about a lamp still speaks of a lamp."""

from __future__ import annotations

import pytest

from tongban.apps.dispatch.abuse import without


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("操你妈的路灯坏了一个月了都没人管，一群废物！", "路灯坏了一个月了都没人管， ！"),
        ("他妈的小区物业乱收费", "小区物业乱收费"),
        ("你们都是废物，一群吃干饭的混蛋，滚蛋", "， ，"),
        ("危险废物处理", "危险废物处理"),
        ("一些废物回收站太臭", "一些废物回收站太臭"),
        ("物业都是骗子", "物业都是骗子"),
    ],
)
def test_curses_leave_gaps_and_what_is_a_matter_stays(said: str, left: str) -> None:
    found = without(said)
    assert len(found) == len(said)
    assert " ".join(found.split()) == left
