"""In the list of one's own cases the parts of one application are told apart, and what stands alone is left as it is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tongban.web.resident.by_phone import _apart


def page(title: str, kind: str, **facts: str) -> Any:
    told = [SimpleNamespace(label=label, value=value) for label, value in facts.items()]
    return SimpleNamespace(title=title, kind=kind, facts=told)


def test_parts_that_are_called_the_same_are_told_by_what_no_other_has() -> None:
    whole = page("老伴住院两次", "救助申请", words="老伴住院两次")
    parts = [
        page("老伴住院两次", "一项救助", persons="2 人", item="低保"),
        page("老伴住院两次", "一项救助", persons="2 人", item="医疗救助"),
    ]
    alone = page("路灯不亮", "诉求", words="路灯不亮")
    every = [whole, *parts, alone]
    told = [_apart(each, every) for each in every]
    assert told == ["救助申请", "一项救助 · 低保", "一项救助 · 医疗救助", ""]


def test_what_nothing_tells_apart_is_told_by_its_kind() -> None:
    twice = [page("路灯不亮", "诉求", place="桥头"), page("路灯不亮", "诉求", place="桥头")]
    assert [_apart(each, twice) for each in twice] == ["诉求", "诉求"]
