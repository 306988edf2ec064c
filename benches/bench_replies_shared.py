"""Every figure of ``docs/explanation/replies.md``: what is found in replies, beside labels set by hand.

``python -m benches.bench_replies_shared``; about half a minute. The pairs are beside the repository or where
``TONGBAN_SHARED`` says; ids and labels are in ``benches/replies``, with the rules by which they were set.
"""

from __future__ import annotations

import csv
import gzip
import os
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from sklearn.metrics import cohen_kappa_score

from tongban.apps.replies import marks
from tongban.apps.replies.formulas import substance
from tongban.apps.replies.judging import Matter, Reply, Said, Weight, judge
from tongban.apps.replies.nearness import Matters
from tongban.kernel.form import Says

ROOT = Path(__file__).resolve().parents[1]
LABELS = ROOT / "benches" / "replies"
SHARED = Path(os.environ.get("TONGBAN_SHARED") or ROOT.parent / "shared" / "data")
HEAD, TAIL = 230, 170
"""Characters of a long reply that were labelled, and so are judged: its beginning and its end."""
BESIDE = 200
"""Other matters of the same set that a reply is compared with, none of them labelled."""
PARTS = ("deed", "basis", "remains", "date", "whom")


@dataclass(frozen=True)
class Pair:
    matter: Matter
    reply: str
    half: str
    first: frozenset[str]
    second: frozenset[str]
    label: frozenset[str]

    @property
    def hollow(self) -> bool:
        return "hollow" in self.label


def pairs() -> tuple[dict[str, Pair], Matters]:
    """The labelled pairs by id, and what other messages are about."""
    with gzip.open(SHARED / "messages" / "replies.csv.gz", "rt", encoding="utf-8") as stream:
        rows = {row["留言编号"]: row for row in csv.DictReader(stream)}
    found = {}
    for each in read("labels.csv"):
        row = rows.pop(each["id"])
        found[each["id"]] = Pair(
            _matter(row),
            _cut(_plain(row["答复意见"])),
            each["half"],
            *(frozenset(each[name].split()) for name in ("first", "second", "settled")),
        )
    others = random.Random(4).sample([row for row in rows.values() if row["留言详情"]], BESIDE)
    told = [_matter(row) for row in others]
    return found, Matters.of([f"{each.title}{each.body}" for each in told])


def read(name: str) -> Iterator[Mapping[str, str]]:
    with (LABELS / name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _matter(row: Mapping[str, str]) -> Matter:
    return Matter(_plain(row["留言主题"]), _plain(row["留言详情"]))


def _plain(text: str) -> str:
    return re.sub(r"\s+|_x000D_", "", text or "")


def _cut(text: str) -> str:
    return text if len(text) <= HEAD + TAIL + 10 else f"{text[:HEAD]}…{text[-TAIL:]}"


def flagged(matter: Matter, reply: Reply, matters: Matters | None) -> bool:
    return any(each.weight is Weight.flag for each in judge(matter, reply, (), matters))


def told(pair: Pair) -> frozenset[str]:
    """The parts that are found in a reply."""
    rest = substance(pair.reply, pair.matter.title)
    has = {
        "deed": marks.deed(rest),
        "basis": marks.basis(rest),
        "remains": marks.remains(rest),
        "date": bool(marks.promised(rest)),
        "whom": marks.whom_to_ask(pair.reply),
    }
    return frozenset(name for name, here in has.items() if here)


def agreement(name: str, wanted: list[bool], found: list[bool]) -> None:
    hits = sum(a and b for a, b in zip(wanted, found, strict=True))
    print(
        f"{name:22} n {len(wanted):4} true {sum(wanted):4} told {sum(found):4}"
        f"  precision {hits / max(1, sum(found)):.2f}  recall {hits / max(1, sum(wanted)):.2f}"
        f"  kappa {cohen_kappa_score(wanted, found):.2f}",
        flush=True,
    )


def passes(found: Mapping[str, Pair]) -> None:
    for name in ("hollow", *PARTS):
        first = [name in each.first for each in found.values()]
        agreement(f"two passes: {name}", first, [name in each.second for each in found.values()])


def halves(found: Mapping[str, Pair], matters: Matters) -> None:
    for half in ("set", "measured"):
        mine = [each for each in found.values() if each.half == half]
        reply = {id(each): Reply((Said(each.reply),)) for each in mine}
        for name, known in (("", matters), (" without history", None)):
            agreement(
                f"{half}: flag{name}",
                [each.hollow for each in mine],
                [flagged(each.matter, reply[id(each)], known) for each in mine],
            )
        for chosen in ("chance", "nearest"):
            wrong = [
                e for e in read("mismatches.csv") if e["chosen"] == chosen and found[e["id"]].half == half
            ]
            hits = sum(
                flagged(found[e["id"]].matter, Reply((Said(found[e["reply_of"]].reply),)), matters)
                for e in wrong
            )
            print(f"{half}: made-up mismatches by {chosen}: flagged {hits} of {len(wrong)}", flush=True)
        parts = [(each, told(each)) for each in mine]
        for name in PARTS:
            agreement(
                f"{half}: {name}", [name in e.label for e, _ in parts], [name in has for _, has in parts]
            )


def invented() -> None:
    """The demo's own messages and replies, all of which answer."""
    files = sorted((ROOT / "demo" / "county" / "messages").glob("*.yaml"))
    every = [each for file in files for each in yaml.safe_load(file.read_text("utf-8"))["messages"]]
    of = [_invented(each) for each in every]
    matters = Matters.of([f"{m.title}{m.body}" for m in random.Random(3).sample(of, BESIDE)])
    asked = frozenset({Says.deed, Says.basis, Says.remains})
    parts = (("text", Says.deed), ("basis", Says.basis), ("remains", Says.remains))
    replies = [
        (matter, Reply(tuple(Said(_slots(r[k]), s) for k, s in parts if r.get(k)), asked=asked))
        for matter, each in zip(of, every, strict=True)
        for r in each.get("replies", ())
    ]
    false = sum(flagged(matter, reply, matters) for matter, reply in replies)
    chance = random.Random(1)
    wrong = sum(flagged(matter, chance.choice(replies)[1], matters) for matter, _ in replies)
    print(f"demo: flagged {false} of {len(replies)} replies; {wrong} with the reply of another message")


def _invented(each: Mapping[str, str]) -> Matter:
    return Matter(_slots(each.get("title") or ""), _slots(each["body"]))


def _slots(text: str) -> str:
    return re.sub(r"\{\w+\}", "", text)


def main() -> None:
    found, matters = pairs()
    passes(found)
    halves(found, matters)
    invented()


if __name__ == "__main__":
    main()
