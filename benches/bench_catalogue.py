"""Finding an item among ten thousand by the words people have: ``python -m benches.bench_catalogue``; a few seconds.

The rows are those of the demo's catalogue, taken over and over under other codes and titles. Processor time, so that other work on the machine does not count. Beside each figure stands the
machine's own limit for this: going once through all text that is searched, part by part, in one piece of memory.
"""

from __future__ import annotations

import csv
import os
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from time import process_time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.config.settings")
import django

django.setup()

from tongban.apps.catalogue.finding import Question, find, parts_of  # noqa: E402 - the tables want Django set up first
from tongban.apps.catalogue.rows import Catalogue, Row, found_by, text_of  # noqa: E402
from tongban.kernel.value import Value  # noqa: E402
from tongban.library.reading import read_practice  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
SHEETS = ROOT / "demo" / "county" / "catalogue"
QUESTIONS = (
    *(
        "",
        "新生儿上户口",
        "baby insurance",
        "开饭店",
        "身份证丢了",
        "登记",
        "给孩子交医保在哪里办要带什么材料",
        "飞碟驾照",
    ),
    "I lost my identity card and need another one",
)
TIMES = 20
MANY = 10_000
SINCE = datetime(2026, 1, 1, tzinfo=UTC)


def rows(name: str) -> dict[str, Row]:
    """The rows of a sheet of the demo by their first column."""
    found: dict[str, Row] = {}
    with (SHEETS / f"{name}.csv").open(encoding="utf-8", newline="") as text:
        for cells in csv.DictReader(text):
            code, *_ = cells.values()
            said: dict[str, Value] = {column: cell for column, cell in cells.items() if cell}
            for column in ("groups", "papers", "asks"):
                said[column] = tuple(cells.get(column, "").split(";"))
            found[code] = Row(code, said, SINCE)
    return found


def catalogue(many: int) -> Catalogue:
    practice = read_practice(ROOT / "practices" / "service_catalogue")
    spec = getattr(practice, "catalogue", None)
    assert spec is not None, practice
    behind = {"groups": rows("group"), "papers": rows("paper"), "asks": rows("question")}
    own = list(rows("item").values())
    made: dict[str, Row] = {}
    for n in range(many):
        row, turn = own[n % len(own)], n // len(own)
        title = f"{row.said['title']}{turn or ''}"
        made[f"{row.code}_{turn}"] = Row(f"{row.code}_{turn}", {**row.said, "title": title}, SINCE)
    found = {code: found_by(row, spec, behind) for code, row in made.items()}
    return Catalogue("bench", "bench", spec, made, found, text_of(found), behind, {}, (), "")


def main() -> None:
    for many in (991, MANY):
        began = process_time()
        whole = catalogue(many)
        print(f"{many} items, read and prepared in {process_time() - began:.2f} s")
        text = "\n".join(each.all for each in whole.found.values())
        for words in QUESTIONS:
            taken, limit = [], []
            for _ in range(TIMES):
                began = process_time()
                answer = find(whole, Question(words), {}, "2026-11-29")
                taken.append((process_time() - began) * 1000)
                began = process_time()
                for part in parts_of(words):
                    text.count(part)
                limit.append((process_time() - began) * 1000)
            p95 = quantiles(taken, n=20)[-1]
            print(
                f"  {words or '(all)':<24} {len(answer.rows):>6} found"
                f"  p50 {median(taken):6.2f} ms  p95 {p95:6.2f} ms  limit {median(limit):6.2f} ms"
            )


if __name__ == "__main__":
    main()
