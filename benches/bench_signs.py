"""Signs on real replies: how many are marked where nobody plays, and how many of a planted letter are found.

``python -m benches.bench_signs``; some seconds. The pairs are beside the repository or where ``TONGBAN_SHARED`` says. Nothing of their text
is shown. They come from one city's web portal and name no unit, so all of them are taken for one unit's: the worst case.
"""

from __future__ import annotations

import csv
import gzip
import random
from datetime import datetime, timedelta
from time import perf_counter

from benches.bench_replies_shared import SHARED

from tongban.apps.signs.alike import alike

FORMATS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S")
LETTER = (
    "您好，您反映的问题已收悉。我单位高度重视，已安排专人到现场核实，按照有关规定妥善处理，"
    "感谢您对我们工作的支持与理解，如有问题请拨打{}，{}。"
)
PLANTED = 30
HALVES = 2


def moment(text: str) -> datetime | None:
    for each in FORMATS:
        try:
            return datetime.strptime(text.strip(), each)  # noqa: DTZ007 - only differences count
        except ValueError:
            continue
    return None


def main() -> None:
    with gzip.open(SHARED / "messages" / "replies.csv.gz", "rt", encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["答复意见"].strip()]
    settled = {str(n): at for n, row in enumerate(rows) if (at := moment(row["答复时间"])) is not None}
    replies = {id_: rows[int(id_)]["答复意见"] for id_ in settled}
    matters = {id_: f"{rows[int(id_)]['留言主题']}\n{rows[int(id_)]['留言详情']}" for id_ in settled}
    began = perf_counter()
    for least in (2, 3, 5):
        marked = alike(replies, matters, settled, least)
        print(f"{len(settled)} real replies, {least} alike: {len(marked)} marked")
    print(f"in {(perf_counter() - began) / 3:.1f} s each")
    chance = random.Random(7)
    ids = sorted(settled, key=lambda id_: settled[id_])
    for days in (10, 60):
        first = chance.randrange(len(ids) // HALVES)
        near = [id_ for id_ in ids if timedelta(0) <= settled[id_] - settled[ids[first]] <= timedelta(days)]
        chosen = chance.sample(near, min(PLANTED, len(near)))
        planted = {id_: LETTER.format(chance.randrange(10**7), chance.choice("张李王赵")) for id_ in chosen}
        marked = alike({**replies, **planted}, matters, settled, 3)
        print(f"{len(chosen)} form letters within {days} days: {len(set(chosen) & set(marked))} found")


if __name__ == "__main__":
    main()
