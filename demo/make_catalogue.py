"""Writes the invented catalogue of the demo from its parts: ``python demo/make_catalogue.py``.

The same parts always give the same rows: nothing is drawn. A test says when this is due. The rows come in rounds (first
every thing's first application, then the next thing that can be done with each, and so on) until each level of
government has as many as ``parts.yaml`` says.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml

CATALOGUE = Path(__file__).resolve().parent / "county" / "catalogue"
COLUMNS = (
    *(
        "item",
        "title",
        "title_en",
        "plain",
        "plain_en",
        "groups",
        "level",
        "unit",
        "situations",
        "who",
        "who_en",
    ),
    *(
        "legal_basis",
        "papers",
        "deferrable",
        "promisable",
        "statutory_days",
        "promised_days",
        "instant",
        "silence",
    ),
    *("promised_visits", "online", "delivery", "place", "place_en", "fee", "fee_en", "asks"),
)
ONLINE = ("apply", "whole", "whole_with_post", "whole", "information", "whole_with_post", "apply", "whole")
"""How far it can be done online, in turn; at a window only where a test is taken."""
AT_HOME = ("whole", "whole_with_post")
FREE = ("benefit", "proof", "record")
"""What is done free of charge wherever it is done; of everything else nothing is said."""
WHO = {
    "person": ("本人，也可以委托别人代办", "You yourself, or somebody for you"),
    "firm": ("在本县的企业、个体工商户和其他组织", "Firms, traders and organisations of this county"),
}
PLACE = {
    "province": (
        "县政务服务中心综合窗口代收，报省级办理",
        "Received at the service hall, decided by the province",
    ),
    "city": (
        "县政务服务中心窗口、网上；市级权限在县里办",
        "Service hall or online; the city's power is used in the county",
    ),
    "county": (
        "县政务服务中心窗口、乡镇（街道）便民服务中心、网上",
        "Service hall, every township, or online",
    ),
}

Row = dict[str, Any]


def sheets() -> dict[str, str]:
    """Every file and what should stand in it."""
    parts = yaml.safe_load((CATALOGUE / "parts.yaml").read_text("utf-8"))
    with (CATALOGUE / "things.csv").open(encoding="utf-8", newline="") as given:
        things = list(csv.DictReader(given))
    exceptions = [(code, zh, en) for code, (_, zh, en) in parts["exceptions"].items()]
    papers = [(code, zh, en, source, *where) for code, (zh, en, source, *where) in parts["papers"].items()]
    questions = [(code, *said) for code, said in parts["questions"].items()]
    return {
        "item.csv": _sheet(COLUMNS, [[row.get(name) for name in COLUMNS] for row in _items(parts, things)]),
        "group.csv": _sheet(
            ("group", "title", "title_en"), [(code, *names) for code, names in parts["groups"].items()]
        ),
        "paper.csv": _sheet(
            ("paper", "title", "title_en", "source", "from", "from_en", "valid_days"),
            [(*row[:-1], row[-1] or None) for row in papers],
        ),
        "question.csv": _sheet(
            ("question", "title", "title_en", "expects", "otherwise", "otherwise_en"), questions
        ),
        "visit_exception.csv": _sheet(("item", "exception_reason", "exception_reason_en"), exceptions),
    }


def _items(parts: Mapping[str, Any], things: Sequence[Mapping[str, str]]) -> list[Row]:
    """The rows in the order of groups and things: those written by hand first."""
    left = Counter(parts["levels"])
    left.subtract(row["level"] for row in parts["own"])
    numbered = list(_numbered(things))
    rounds = max(len(acts) for acts in parts["acts"].values())
    chosen: list[tuple[int, int]] = []
    for n in range(rounds):
        for at, (_, thing) in enumerate(numbered):
            if n < len(parts["acts"][thing["acts"]]) and left[thing["level"]] > 0:
                left[thing["level"]] -= 1
                chosen.append((at, n))
    assert not any(left.values()), f"too few things: {left}"
    made = [
        _item(parts, *numbered[at], list(parts["acts"][numbered[at][1]["acts"]])[n])
        for at, n in sorted(chosen)
    ]
    return [*parts["own"], *made]


def _numbered(things: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each thing with its code: the group and its place in it."""
    places: dict[str, int] = defaultdict(int)
    for thing in things:
        places[thing["group"]] += 1
        yield f"{thing['group']}_{places[thing['group']]:02}", thing


def _item(parts: Mapping[str, Any], stem: str, thing: Mapping[str, str], act: str) -> Row:
    code, doing = f"{stem}_{act}", parts["acts"][thing["acts"]][act]
    whose, law = thing["for"], thing["law"]
    beside = parts["beside"].get(thing["group"], {}).get(whose, []) if act == "first" else []
    papers = list(dict.fromkeys([*doing[whose], *beside]))
    visits, online = _how(code, parts)
    days, basis = (
        parts["by_law"].get(law, (None, ""))
        if thing["acts"] in ("registration", "matter", "licence")
        else (None, "")
    )
    promised = doing["days"] if days is None else min(days, doing["days"])
    free = thing["acts"] in FREE
    return {
        "item": code,
        "title": _title(thing["zh"], doing["zh"]),
        "title_en": f"{thing['en']}: {doing['en']}",
        "plain": doing["plain"].replace("〇", thing["zh"]),
        "plain_en": doing["plain_en"],
        "groups": [thing["group"]],
        "level": thing["level"],
        "unit": thing["unit"],
        "situations": f"{thing['words']} {doing['words']}",
        "who": WHO[whose][0],
        "who_en": WHO[whose][1],
        "legal_basis": basis or parts["laws"].get(law, ""),
        "papers": papers,
        "deferrable": [each for each in papers if each in parts["deferrable"]],
        "promisable": [each for each in papers if each in parts["promisable"]],
        "statutory_days": days,
        "promised_days": promised,
        "instant": promised == 0,
        "silence": "escalated",
        "promised_visits": visits,
        "online": online,
        "delivery": ["electronic"] if thing["acts"] == "proof" else ["window", "post", "electronic"],
        "place": PLACE[thing["level"]][0],
        "place_en": PLACE[thing["level"]][1],
        "fee": "不收费" if free else "",
        "fee_en": "Free" if free else "",
        "asks": [each for each in thing["asks"].split(";") if each] if act == "first" else [],
    }


def _title(thing: str, doing: str) -> str:
    """What it is called, without the same word twice: 生育登记, not 生育登记登记."""
    return thing if thing.endswith(doing) else f"{thing}{doing}"


def _how(code: str, parts: Mapping[str, Any]) -> tuple[int, str]:
    """How often one must come, and how far it can be done online: never more than one visit but by the list."""
    if code in parts["exceptions"]:
        return parts["exceptions"][code][0], "apply"
    online = ONLINE[crc32(code.encode()) % len(ONLINE)]
    return (0 if online in AT_HOME else 1), online


def _sheet(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\n")
    out.writerow(columns)
    out.writerows([[_cell(value) for value in row] for row in rows])
    return text.getvalue()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return ";".join(map(str, value))
        case _:
            return str(value)


def main() -> None:
    for name, text in sheets().items():
        path = CATALOGUE / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.name}")


if __name__ == "__main__":
    main()
