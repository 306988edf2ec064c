"""Published texts like a message: what is really alike, or nothing."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from small_practice import COUNTY, MONDAY

from tongban.store import alike, published
from tongban.store.journal import Journal
from tongban.store.keys import Lookup
from tongban.store.models import Pair, PublicText

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LAMP = "小区门口路灯不亮，已更换灯泡。"
NOISE = [
    "楼下广场舞的音响太吵，已劝导队伍移到河边。",
    "垃圾池三天没有清运，现已改为每天一次。",
    "养猪场把粪水放进水沟，已责令整改。",
    "孩子上幼儿园要哪些材料，已当面说明。",
    "公交线路下午四点以后没有班车，已加一班。",
    "自来水发黄，管网冲洗后水质合格。",
    "工地拖欠工资三个月，已全部支付。",
    "电梯一个月关人三次，已更换主板。",
]


@pytest.fixture
def ledger() -> Journal:
    return Journal(COUNTY, Lookup(b"k" * 32))


def name(n: int) -> str:
    return str(UUID(int=n))


def out(ledger: Journal, n: int, words: str, division: str = "330822001", title: str = "") -> str:
    since = MONDAY + timedelta(hours=n)
    text = published.Text("case", name(n), "01", division, title or words.split("，")[0], "{}", words, since)
    published.put(ledger, text)
    return name(n)


def like(ledger: Journal, words: str, division: str = "") -> list[str]:
    return list(alike.alike(ledger, "case", words, division, 4))


@pytest.fixture
def others(ledger: Journal) -> None:
    for n, words in enumerate(NOISE, start=100):
        out(ledger, n, words)


def test_the_same_trouble_is_found_in_other_words(ledger, others):
    lamp = out(ledger, 1, LAMP)
    assert like(ledger, "村口的路灯不亮，老人晚上摔了一跤") == [lamp]


@pytest.mark.parametrize(
    "words",
    [
        "三个月没有，一天到晚",
        "你们什么时候能把我的猫找回来",
        "今天天气真好",
        "我等了四十分钟，现在已经下午四点了",
        "要哪些材料才能结婚",
        "asdf qwerty",
        "。，！",
        "",
        "\0",
        "' & | ! :*",
        "𠮷𠮷𠮷",
    ],
)
def test_what_shares_only_times_and_turns_of_phrase_is_not_alike(ledger, others, words):
    out(ledger, 1, LAMP)
    assert like(ledger, words) == []


def test_of_repeats_the_latest_is_shown_alone(ledger, others):
    made = [
        out(ledger, n, f"{place}的路灯不亮，已更换灯泡，当晚亮灯。")
        for n, place in enumerate(["竹编街", "青石街", "望溪路"], start=1)
    ]
    assert like(ledger, "路灯不亮了") == made[-1:]


def test_a_case_of_the_same_place_comes_first(ledger, others):
    here = out(ledger, 1, "桔园小区路灯不亮，灯杆被车撞歪，已扶正。", "330822105")
    there = out(ledger, 2, "文峰桥上路灯不亮，电缆被盗，已报警重装。", "330822001")
    assert like(ledger, "路灯不亮", "330822105") == [here, there]
    assert like(ledger, "路灯不亮", "330822001") == [there, here]


def test_a_long_text_does_not_win_by_its_length(ledger, others):
    short = out(ledger, 1, LAMP)
    long = out(ledger, 2, "说几件事，" + "".join(NOISE) + "还有路灯不亮也没人管。" + "".join(NOISE))
    found = like(ledger, "路灯不亮")
    assert found[0] == short
    assert like(ledger, "路灯不亮，垃圾没人清运") != [long]


def test_a_word_in_passing_is_no_likeness(ledger, others):
    out(ledger, 1, "老樟树空心了，风一吹掉下一根大丫，底下就是幼儿园的路，已请园林部门加固。")
    assert like(ledger, "幼儿园收费太贵") == []


def test_what_was_withdrawn_or_is_of_another_sort_is_not_shown(ledger, others):
    lamp = out(ledger, 1, LAMP)
    assert alike.alike(ledger, "card", "村口的路灯不亮", "", 4) == ()
    PublicText.objects.filter(chain=lamp).update(until=MONDAY)
    assert like(ledger, "村口的路灯不亮") == []


def test_a_message_of_common_words_is_still_compared_by_its_rare_ones(ledger, monkeypatch):
    monkeypatch.setattr(alike, "LOOKED_AT", 5)
    for n in range(100, 140):
        out(ledger, n, f"第{n}号路灯不亮，已修复。", title=f"第{n}号")
    rare = out(ledger, 1, "路灯不亮，白蚁蛀空了灯杆。")
    assert like(ledger, "路灯不亮，灯杆被白蚁蛀了") == [rare]
    assert like(ledger, "路灯不亮") == []


def test_how_often_pairs_stand_in_texts_is_counted_once_a_text(ledger):
    def counted() -> dict[str, int]:
        return {pair: n for pair, n in Pair.objects.values_list("pair", "n") if n}

    out(ledger, 1, "路灯不亮")
    out(ledger, 2, "路灯坏了")
    first = counted()
    assert first == {"": 2, "路灯": 2, "灯不": 1, "不亮": 1, "灯坏": 1, "坏了": 1}
    out(ledger, 2, "路灯坏了")
    assert counted() == first
    out(ledger, 2, "桥坏了")
    assert counted() == {"": 2, "路灯": 1, "灯不": 1, "不亮": 1, "桥坏": 1, "坏了": 1}
