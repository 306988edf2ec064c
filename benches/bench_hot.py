"""Whether the known large hotspots of a year of real messages are found, and how long looking takes.

``python -m benches.bench_hot``; half a minute. Issues are told by keywords in title or text; the messages are beside
the repository or where ``TONGBAN_SHARED`` says.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from benches.bench_dispatch_shared import SHARED, rows
from benches.bench_twins import told

from tongban.apps.dispatch.grouping import Message, problems
from tongban.apps.dispatch.heat import heat_of
from tongban.apps.dispatch.place_words import of_the_matter
from tongban.apps.dispatch.twins import Told

KNOWN = {
    "丽发新城": "丽发新城|丽发.*搅拌",
    "伊景园": "伊景园",
    "魅力之城": "魅力之城",
    "购房补贴": "购房补贴",
    "58车贷": "58车贷",
    "经济学院": "经济学院",
    "五矿万境": "五矿万境",
    "泉星公园": "泉星公园",
    "海外滩": "海外滩",
}


LEAST = 3
Found = list[tuple[int, ...]]


def main() -> None:
    if not SHARED.exists():
        sys.exit(f"the shared real data are not here: {SHARED}")
    listed = list(rows("messages/hot.csv.gz"))
    messages = list(told().values())
    texts = [row["留言主题"] + row["留言详情"] for row in listed]
    persons = {name: n for n, name in enumerate(sorted({row["留言用户"] for row in listed}))}
    whose = [persons[row["留言用户"]] for row in listed]
    _year(messages, texts, whose)
    for name in ("丽发新城", "伊景园", "魅力之城"):
        _busiest_month(name, messages, texts, whose)


def _year(messages: list[Told], texts: list[str], whose: list[int]) -> None:
    begin = time.process_time()
    found = _problems(messages, range(len(messages)))
    print(
        f"{len(messages)} messages of a year in {time.process_time() - begin:.1f} s of CPU time: {len(found)} hotspots"
    )
    by_people = sorted(found, key=lambda group: -len({whose[n] for n in group}))
    for name, pattern in KNOWN.items():
        own = {n for n, text in enumerate(texts) if re.search(pattern, text)}
        group = max(found, key=lambda each: len(own.intersection(each)))
        both = len(own.intersection(group))
        print(
            f"{name:6s} {len(own):3d} messages, found {both / len(own):.2f}; its group {len(group)}, of these by keyword"
            f" {both / len(group):.2f}; rank by people {by_people.index(group) + 1}"
        )


def _busiest_month(name: str, messages: list[Told], texts: list[str], whose: list[int]) -> None:
    """What a lead would have seen at the end of an hotspot's busiest month: the rank of its group by heat."""
    own = {n for n, text in enumerate(texts) if re.search(KNOWN[name], text)}
    month = Counter((messages[n].at.year, messages[n].at.month) for n in own).most_common(1)[0][0]
    inside = [n for n, each in enumerate(messages) if (each.at.year, each.at.month) == month]
    now = max(messages[n].at for n in inside) + timedelta(hours=12)
    found = _problems(messages, inside)
    by_heat = sorted(found, key=lambda group: -heat_of([(whose[n], messages[n].at) for n in group], now).heat)
    group = max(found, key=lambda each: len(own.intersection(each)))
    both, mine = len(own.intersection(group)), len(own.intersection(inside))
    print(
        f"{name} in {month[0]}-{month[1]:02d}, {len(inside)} messages, {len(found)} hotspots: found {both / mine:.2f} of {mine},"
        f" of its group by keyword {both / len(group):.2f}, rank by heat {by_heat.index(group) + 1}"
    )


def _problems(messages: list[Told], places: Sequence[int]) -> Found:
    chosen = [
        Message(messages[n].heading, messages[n].whole, of_the_matter(messages[n].whole)) for n in places
    ]
    return [tuple(places[n] for n in group) for group in problems(chosen, LEAST)]


if __name__ == "__main__":
    main()
