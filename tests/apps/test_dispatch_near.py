"""Near-duplicates: versions of a message share a group, other messages do not."""

from __future__ import annotations

from tongban.apps.dispatch.near import fingerprint, groups_of
from tongban.apps.dispatch.reading import joined

LAMP = "我们村口的路灯坏了半个月，晚上老人出门摔了一跤，打了几次电话都没有人来修，请尽快处理。"
WAGES = "厂里已经三个月没有发工资了，老板说没有钱，我们几十个工人等着这笔钱给孩子交学费。"


def test_a_message_sent_again_with_a_few_words_changed_is_in_its_group() -> None:
    texts = [joined("", LAMP), joined("", WAGES), joined("", LAMP.replace("半个月", "二十天") + "急")]
    groups = groups_of(texts)
    assert groups[0] == groups[2] != groups[1]


def test_given_groups_are_kept_together_and_what_says_nothing_stays_alone() -> None:
    texts = [joined("", LAMP), joined("", WAGES), "\n", "\n"]
    groups = groups_of(texts, ["7", "7", "", ""])
    assert groups[0] == groups[1]
    assert len(set(groups)) == 3


def test_a_message_is_known_again_however_it_is_spaced_or_written() -> None:
    assert fingerprint(joined("路灯", "路灯不亮，3 盏")) == fingerprint(joined("路燈", " 路灯不亮 , ３盏\n"))
    assert fingerprint(joined("路灯", "亮了")) != fingerprint(joined("路灯", "不亮"))
