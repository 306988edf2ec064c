"""Every figure of ``docs/explanation/dispatch.md`` on the shared real data, each with the split that it is on.

``python -m benches.bench_dispatch_shared [categories short few units places matters]``; all by default, about ten minutes on one
core. The data are beside the repository or where ``TONGBAN_SHARED`` says; they are not in it.
"""

from __future__ import annotations

import csv
import gzip
import os
import random
import re
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import numpy as np
from benches.bench_dispatch import COUNTY, demo
from benches.unit_names import UnitNames
from sklearn.model_selection import GroupKFold

from tongban.apps.dispatch.characters import joined
from tongban.apps.dispatch.evaluation import Scores, evaluate
from tongban.apps.dispatch.labelled import examples_of
from tongban.apps.dispatch.model import Model
from tongban.apps.dispatch.place import FoundDivision, Gazetteer, NamedDivision
from tongban.apps.dispatch.scheme import Scheme, path_of
from tongban.apps.dispatch.scoring import calibration_error, macro_f1
from tongban.apps.dispatch.suggest import Message, matters_apart
from tongban.apps.dispatch.train import Example, train
from tongban.apps.dispatch.units import Dispatched, UnitModel, learn_units
from tongban.kernel.county import Level

SHARED = Path(os.environ.get("TONGBAN_SHARED") or COUNTY.parents[2] / "shared" / "data")
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(SHARED / name, "rt", encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)


def labelled() -> tuple[list[Example], Scheme]:
    """The real messages, and our scheme cut to the seven first levels that they are labelled with."""
    scheme, _ = demo()
    found, faults = examples_of(enumerate(rows("messages/labelled.csv.gz"), 2), scheme)
    assert not faults
    return list(found), scheme.only({each.category for each in found})


def categories() -> None:
    examples, scheme = labelled()
    for seed in (0, 1):
        found = evaluate(examples, scheme, NOW, seed=seed)
        assert isinstance(found, Scores)
        print(
            f"first level      macro-F1 {found.macro_f1:.4f}  accuracy {found.accuracy:.4f}"
            f"  surest 85 % {found.accuracy_of_surest:.4f}  calibration error {found.calibration_error:.3f}"
            f"  offered {found.sure:.3f} of these right {found.accuracy_when_sure:.3f}"
            f"  | {found.messages} messages, 5 folds, grouped, seed {seed}",
            flush=True,
        )
        for each in found.classes:
            print(
                f"  {scheme.title(each.category)}  F1 {each.f1:.3f}  of {each.truly} found {each.both / each.truly:.3f}"
            )


def few() -> None:
    examples, scheme = labelled()
    truth = {code: n for n, code in enumerate(scheme.first_level)}
    for count in (5, 20, 100, 0):
        scores = []
        for seed in range(3):
            order = random.Random(seed).sample(examples, len(examples))
            taught: list[Example] = []
            for code in scheme.first_level:
                seen: set[str] = set()
                own = [each for each in order if path_of(each.category)[0] == code]
                own = [e for e in own if not (e.group in seen or seen.add(e.group))]  # type: ignore[func-returns-value]
                taught += own[:count]
            groups = {each.group for each in taught}
            asked = [each for each in order if each.group not in groups][:1_000]
            model = train(taught, scheme, NOW)
            given = [truth[model.first_of(each.text).category] for each in asked]  # type: ignore[union-attr]
            scores.append(macro_f1(np.array([truth[e.category] for e in asked]), np.array(given)))
        print(
            f"few labels       {count:3d} a category: macro-F1 {np.mean(scores):.3f} ({min(scores):.3f} to {max(scores):.3f})"
            "  | 1,000 others, no group on both sides, three draws; the scheme's descriptions are learnt too",
            flush=True,
        )


BESIDE = [
    "县养老院旁边",
    "职业高中后门",
    "卫健局门口",
    "粮站对面",
    "老供销社旁边",
    "文化宫门前",
    "粮油店楼下",
    "三中东门",
    "市民中心附近",
    "鞋厂宿舍对面",
    "福利院门口",
    "高铁站出口",
    "中医馆隔壁",
    "人才市场门口",
    "少年宫旁边",
    "殡仪馆附近",
    "消防队对面",
    "税务所门口",
    "电影院门口",
    "游泳馆旁边",
]
"""Landmarks that stood before no message; written before anything was measured on them."""


def short(folds: int = 2) -> None:
    """Titles alone, as they are and behind a landmark that has nothing to do with the matter."""
    examples, scheme = labelled()
    groups = [each.group or each.text for each in examples]
    split = GroupKFold(5, shuffle=True, random_state=0).split(groups, groups=groups)
    chance = random.Random(0)
    plain: list[bool] = []
    behind: list[bool] = []
    same: list[bool] = []
    for kept, left_out in islice(split, folds):
        model = train([examples[each] for each in kept], scheme, NOW)
        for each in (examples[n] for n in left_out):
            title = each.text.partition("\n")[0]
            if not 4 <= len(title) <= 30:
                continue
            one, other = (
                model.first_of(joined("", said)).category  # type: ignore[union-attr]
                for said in (title, chance.choice(BESIDE) + title)
            )
            truth = path_of(each.category)[0]
            plain.append(one == truth)
            behind.append(other == truth)
            same.append(one == other)
    print(
        f"short            titles alone {np.mean(plain):.3f} right  behind a landmark {np.mean(behind):.3f}"
        f"  same category {np.mean(same):.3f}  | {len(plain)} titles, {folds} of 5 folds, grouped",
        flush=True,
    )


FACTS = ("event_type", "main_type", "sub_type", "street", "community", "event_source", "property")


def units() -> None:
    records = sorted(rows("events/dispatched.csv.gz"), key=lambda row: row["create_time"])
    names = UnitNames.of((row["dispose_unit"], row["street"]) for row in records)
    spelled = {
        "as written": [row["dispose_unit"] for row in records],
        "brackets left off": [re.sub(r"（.*?）", "", row["dispose_unit"]).strip("-") for row in records],
        "normal names": [names.normal(row["dispose_unit"], row["street"]) for row in records],
    }
    cut = round(0.8 * len(records))
    for way, found in spelled.items():
        history = [
            Dispatched(
                {fact: row[fact] for fact in FACTS if row[fact] != "-"},
                unit,
                date.fromisoformat(row["create_time"]).toordinal(),
            )
            for row, unit in zip(records, found, strict=True)
        ]
        model = learn_units(history[:cut])
        assert isinstance(model, UnitModel)
        later = [each for each in history[cut:] if each.unit]
        shares = model.shares([each.facts for each in later])
        order = np.array(model.units)[np.argsort(-shares, axis=1, kind="stable")[:, :3]]
        truth = np.array([each.unit for each in later])[:, None]
        right = order[:, 0] == truth[:, 0]
        print(
            f"unit             top-1 {right.mean():.4f}  top-3 {(order == truth).any(axis=1).mean():.4f}"
            f"  calibration error {calibration_error(shares.max(axis=1), right):.3f}"
            f"  | {way}, {len(set(found))} names; {cut} earlier taught, {len(later)} later asked",
            flush=True,
        )


def places() -> None:
    with (COUNTY / "divisions.csv").open(encoding="utf-8", newline="") as stream:
        divisions = [
            NamedDivision(row["code"], row["name"], Level(row["level"]), row["parent"], row["short_name"])
            for row in csv.DictReader(stream)
        ]
    gazetteer = Gazetteer.of(divisions)
    foreign = [
        (row.get("title") or row.get("留言主题") or "", row.get("body") or row.get("留言详情") or "")
        for name in ("labelled", "unlabelled", "hot")
        for row in rows(f"messages/{name}.csv.gz")
    ]
    wrong = sum(gazetteer.find("", *texts) is not None for texts in foreign)
    print(
        f"division         {wrong} found in {len(foreign)} messages of another city, where every find is wrong"
    )
    others = sum(gazetteer.look("", *texts)[1] is not None for texts in foreign)
    print(f"another county   {others} told in the same, of which the names of their own county are masked")
    chance = random.Random(0)
    villages = [each for each in divisions if each.level is Level.VILLAGE]
    bodies = [body for body, _ in demo()[1] if "{village}" in body or "{township}" in body]
    for way in ("whole names", "names without their ending"):
        asked = right = missed = 0
        for body in bodies * 5:
            village = chance.choice(villages)
            township = gazetteer.divisions[village.parent]
            said = [_said(each.name, way) for each in (village, township)]
            text = re.sub(
                r"\{[a-z]+\}", "某", body.replace("{village}", said[0]).replace("{township}", said[1])
            )
            found: FoundDivision | None = gazetteer.find(text)
            asked += 1
            missed += found is None
            right += found is not None and found.code in (village.code, township.code)
        print(
            f"division         precision {right / max(1, asked - missed):.3f}  found {1 - missed / asked:.3f}"
            f"  | {asked} demo messages filled with random villages, {way}"
        )


def _said(name: str, way: str) -> str:
    short = re.sub(r"(?<=村)(民委员会|委会)$|(居民委员会|居委会)$", "", name)
    return short if way == "whole names" else re.sub(r"(街道|镇|乡|村|社区)$", "", short)


def matters() -> None:
    """How often two matters are told: of messages about one, of two titles in a row, of two short messages in a row."""
    examples, scheme = labelled()
    groups = sorted({each.group for each in examples})
    random.Random(0).shuffle(groups)
    left_out = set(groups[: len(groups) // 5])
    model = train([each for each in examples if each.group not in left_out], scheme, NOW)
    assert isinstance(model, Model)
    asked = [
        (*each.text.split("\n", 1), path_of(each.category)[0]) for each in examples if each.group in left_out
    ]

    def told(title: str, body: str) -> set[str]:
        best = model.suggest(joined(title, body), 1)
        own = best[0].category if best else ""
        apart = matters_apart(Message(title, body), own, model)
        return (
            {path_of(code)[0] for code in (own, *(each.category for each in apart)) if code}
            if apart
            else set()
        )

    one = sum(bool(told(title, body)) for title, body, _ in asked[::2])
    print(
        f"two matters      told of {one / len(asked[::2]):.3f} of {len(asked[::2])} messages that are about one (some are about two)"
    )
    titles = [(title, field) for title, _, field in asked if 8 <= len(title) <= 30]
    bodies = [(body.strip(), field) for _, body, field in asked if 20 <= len(body) <= 120]
    for what, texts, between in (
        ("titles", titles, "。另外，"),
        ("messages of 20 to 120 characters", bodies, "\n"),
    ):
        chance = random.Random(1)
        drawn = [chance.sample(texts, 2) for _ in range(1000)]
        pairs = [pair for pair in drawn if pair[0][1] != pair[1][1]][:500]
        found = [
            (told("", between.join(text for text, _ in pair)), {field for _, field in pair}) for pair in pairs
        ]
        some = [each for each in found if each[0]]
        print(
            f"two matters      told of {len(some) / len(found):.3f} of {len(found)} pairs of {what};"
            f" of these both right {sum(a == b for a, b in some) / len(some):.3f}"
        )


ALL = {
    "categories": categories,
    "short": short,
    "few": few,
    "units": units,
    "places": places,
    "matters": matters,
}


def main() -> None:
    if not SHARED.exists():
        sys.exit(f"the shared real data are not here: {SHARED}")
    for name in sys.argv[1:] or ALL:
        ALL[name]()


if __name__ == "__main__":
    main()
