"""Makes the files of the neighbouring county that follow from those of the demo county: divisions, units, duties, people.

    python demo/make_neighbour.py

Everything in them is invented, the code of the county too. What is told of it stands in the files beside them, written by hand.
"""

from __future__ import annotations

import csv
import re
from itertools import product
from pathlib import Path

import yaml

HERE = Path(__file__).parent
FROM, TO = HERE / "county", HERE / "neighbour"
CODE, ZH, EN = "330897", "望溪县（虚构）", "Wangxi County (invented)"
TOWNS = (  # id, name, English, setting; the first is where the county's offices are
    ("chengguan", "城关街道", "Chengguan Subdistrict", "urban"),
    ("xikou", "溪口镇", "Xikou Town", "rural"),
    ("shangping", "上坪镇", "Shangping Town", "rural"),
    ("shiliang", "石梁镇", "Shiliang Town", "rural"),
    ("fenglin", "枫林乡", "Fenglin Township", "rural"),
    ("zhuyuan", "竹源乡", "Zhuyuan Township", "rural"),
)
VILLAGES = (("上湾", "Shangwan"), ("下湾", "Xiawan"), ("后山", "Houshan"), ("桥头", "Qiaotou"))
SURNAMES = (
    ("陈", "Chen"), ("林", "Lin"), ("周", "Zhou"), ("朱", "Zhu"), ("马", "Ma"), ("蒋", "Jiang"), ("蔡", "Cai"), ("潘", "Pan"),
    ("杜", "Du"), ("金", "Jin"), ("陆", "Lu"), ("石", "Shi"),
)  # fmt: skip
GIVEN = (
    ("建平", "Jianping"), ("秀兰", "Xiulan"), ("文涛", "Wentao"), ("丽华", "Lihua"), ("国强", "Guoqiang"), ("晓燕", "Xiaoyan"),
    ("志远", "Zhiyuan"), ("美玲", "Meiling"), ("海东", "Haidong"), ("玉兰", "Yulan"), ("明亮", "Mingliang"), ("春红", "Chunhong"),
)  # fmt: skip
CENTRE = (
    "clerk clerk clerk dispatcher dispatcher reviewer reviewer adjudicator leader publisher administrator"
)
POSTS = {
    "hotline-centre": CENTRE,
    "county-government": "leader leader",
    "government-office": "supervisor supervisor handler leader publisher",
}
LATER = (("government-office", "administrator"),)
"""Posts that came to be needed later (what takes two people wants a second administrator): at the end, so that nobody who is told of gets
another name."""
OTHERS = {"township": "handler handler leader desk desk", "": "handler handler leader"}
LEFT_OUT = {"rural-bank-tianma", "last-resort-desk"}
HEAD = (
    "# Made by demo/make_neighbour.py. Every name and the county itself are invented; a likeness is chance.\n"
)


def main() -> None:
    units = yaml.safe_load((FROM / "units.yaml").read_text("utf-8"))
    kept = [each for each in units["units"] if each["level"] == "county" and each["id"] not in LEFT_OUT]
    for each in kept:
        each["division"] = CODE
        each["zh"] = each["zh"].replace("常山县", "望溪县").replace("常山", "望溪")
        each["en"] = each["en"].replace("Changshan", "Wangxi")
    for n, (id, zh, en, _) in enumerate(TOWNS, 1):
        office, english = ("办事处", "Office") if zh.endswith("街道") else ("人民政府", "Government")
        kept.append(
            {"id": id, "zh": f"{zh}{office}", "en": f"{en} {english}", "level": "township", "division": f"{CODE}{n:03}",
             "parent": "county-government", "kind": "township"}
        )  # fmt: skip
    text = _flow("village", units["village"]) + "units:\n" + "".join(f"  - {_line(each)}\n" for each in kept)
    (TO / "units.yaml").write_text(HEAD + text, "utf-8")
    _divisions()
    _duties({each["id"] for each in kept})
    _people(kept)


def _divisions() -> None:
    with (FROM / "divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] in ("province", "city")]
    blank = dict.fromkeys(rows[0], "") | {"valid_from": "2020-01-01"}
    county = {
        "code": CODE,
        "name": ZH,
        "level": "county",
        "parent": "3308",
        "name_en": EN,
        "short_name": "望溪",
    }
    rows.append(blank | county)
    for n, (_, zh, en, setting) in enumerate(TOWNS, 1):
        town = {
            "code": f"{CODE}{n:03}",
            "name": zh,
            "level": "township",
            "parent": CODE,
            "name_en": en,
            "short_name": zh,
        }
        rows.append(blank | town | {"setting": setting})
    for n, (_, zh, en, setting) in enumerate(TOWNS, 1):
        word, english = ("社区", "Community") if setting == "urban" else ("村", "Village")
        for m, (short, latin) in enumerate(VILLAGES, 1):
            name = f"{zh[:2]}{short}{word}"
            row = {"code": f"{CODE}{n:03}{200 + m}", "name": name, "level": "village", "parent": f"{CODE}{n:03}",
                   "name_en": f"{en.partition(' ')[0]} {latin} {english}", "short_name": name, "setting": setting}  # fmt: skip
            rows.append(blank | row)
    with (TO / "divisions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _duties(units: set[str]) -> None:
    duties = yaml.safe_load((FROM / "duties.yaml").read_text("utf-8"))
    duties["township_template"]["units"] = [id for id, *_ in TOWNS]
    duties["units"] = {unit: own for unit, own in duties["units"].items() if unit in units}
    own = duties.pop("units")
    template = duties["township_template"]
    entries = template.pop("duties")
    text = f"{_flow('fallback', duties['fallback'])}township_template:\n  {_flow('units', template['units'])}  duties:\n"
    text += "".join(f"    - {_line(each)}\n" for each in entries) + "units:\n"
    for unit, found in own.items():
        text += f"  {unit}:\n" + "".join(f"    - {_line(each)}\n" for each in found)
    (TO / "duties.yaml").write_text(HEAD + text.replace("常山", "望溪"), "utf-8")


def _people(units: list[dict[str, str]]) -> None:
    """One person a post; who dispatches at the centre is nobody who registers there."""
    taken = set(re.findall(r"login: (\w+)", (FROM / "people.yaml").read_text("utf-8")))
    pairs = product(GIVEN, SURNAMES)
    names = ((s[0] + g[0], f"{s[1]} {g[1]}", (s[1] + g[1]).lower()) for g, s in pairs)
    free = (each for each in names if each[2] not in taken)
    posts = [
        (unit["id"], role)
        for unit in units
        for role in POSTS.get(unit["id"], OTHERS.get(unit["kind"], OTHERS[""])).split()
    ]
    people = []
    for unit, role in (*posts, *LATER):
        zh, en, login = next(free)
        people.append({"login": login, "zh": zh, "en": en, "posts": [{"unit": unit, "role": role}]})
    text = "people:\n" + "".join(f"  - {_line(each)}\n" for each in people)
    (TO / "people.yaml").write_text(HEAD + text, "utf-8")


def _flow(name: str, content: object) -> str:
    return f"{name}: {_line(content)}\n"


def _line(content: object) -> str:
    return yaml.safe_dump(
        content, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=True
    ).strip()


if __name__ == "__main__":
    main()
