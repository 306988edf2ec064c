"""How often forecasts of figures held: in generated months, on the demo's two years, and on other towns' real requests.

    python -m benches.bench_targets [--home DEMO_HOME] [--data FOLDER]

Every month is forecast from the months before it alone, at its beginning; and, where moments are known, once more when half or nine tenths of it are over.
Afterwards it is seen whether what the month came to lay in the interval of 80 %. ``--data`` is a folder with ``requests311`` (nobody else's to give on: not in the
repository). The same seed gives the same figures.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random

from tongban.apps.targets.forecast import LEAST, forecast
from tongban.kernel.indicator import Tally

SEEN = (0.0, 0.5, 0.9)
"""The share of the month that is over when it is forecast."""
Days = dict[date, Tally]


def judge(name: str, courses: Sequence[Days], parts: Sequence[float] = SEEN) -> None:
    """Tell how often the months of some courses lay in their intervals, and how wide those were."""
    for seen in parts:
        hits = total = 0
        wide = 0.0
        for course in courses:
            for found, width in _months(course, seen):
                hits, total, wide = hits + found, total + 1, wide + width
        if total:
            print(
                f"{name:34} {seen:4.0%} over: {hits:5} of {total:5} held, {hits / total:.1%}, half width {wide / total / 2:.3f}"
            )


def _months(course: Days, seen: float) -> Iterator[tuple[bool, float]]:
    months: dict[str, Tally] = defaultdict(Tally)
    early: dict[str, Tally] = defaultdict(Tally)
    for day, tally in course.items():
        months[f"{day:%Y-%m}"].add(tally)
        if day.day <= seen * 30:
            early[f"{day:%Y-%m}"].add(tally)
    names = sorted(months)[:-1]  # the last one is not whole
    for n in range(LEAST, len(names)):
        before = [months[each] for each in names[:n]]
        whole = months[names[n]]
        if min(each.denominator for each in (*before, whole)) < 30:
            continue
        said = forecast(before, early[names[n]], 1 - seen)
        if said is not None:
            yield said.low <= whole.numerator / whole.denominator <= said.high, said.high - said.low


def generated(chance: Random, wander: float) -> Days:
    """Thirty months of about 200 cases whose true rate wanders by so much from month to month."""
    found: Days = {}
    rate = chance.uniform(0.6, 0.95)
    for n in range(30):
        rate = min(max(rate + chance.gauss(0, wander), 0.02), 0.98)
        for day in range(1, 29):
            cases = chance.randrange(4, 11)
            good = sum(chance.random() < rate for _ in range(cases))
            found[date(2024 + n // 12, n % 12 + 1, day)] = Tally(good, cases)
    return found


def real(path: Path, opened: str, closed: str, by: str, within: int) -> list[Days]:
    """By office the share that was closed within so many days of its opening, by the day of opening."""
    found: dict[str, Days] = defaultdict(dict)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if len(row[opened]) != len("2025-01-09"):
                continue
            day = date.fromisoformat(row[opened])
            good = bool(row[closed]) and (date.fromisoformat(row[closed]) - day).days <= within
            for name in (row[by], ""):
                found[name].setdefault(day, Tally()).add(Tally(int(good), 1))
    return [each for each in found.values() if sum(t.denominator for t in each.values()) > 3000]


def demo(home: str) -> list[Days]:
    """Every indicator of the demo that has cases, month by month."""
    os.environ["TONGBAN_HOME"] = home
    from tongban.cli.machine import open_up

    open_up()
    from datetime import UTC, datetime

    from tongban.apps.disclosure.counting import counted, indicators_of
    from tongban.apps.disclosure.figures import month_bounds, months
    from tongban.apps.office import office
    from tongban.kernel.refusal import Refused

    here, now = office(), datetime.now(UTC)
    courses: dict[str, Days] = defaultdict(dict)
    for practice, adoption in here.practices(now):
        rates = {each.id for each in indicators_of(here, adoption).values() if each.kind == "rate"}
        for month in months(now):
            bounds = month_bounds(month)
            assert not isinstance(bounds, Refused)
            tallies = counted(here, practice, adoption, *bounds).tallies
            for name in rates:
                courses[f"{practice}/{name}"][date.fromisoformat(f"{month}-01")] = tallies[name][""]
    return list(courses.values())


def main() -> None:
    reads = argparse.ArgumentParser(description=__doc__)
    reads.add_argument("--home")
    reads.add_argument("--data", type=Path)
    options = reads.parse_args()
    for wander in (0.0, 0.02, 0.05):
        chance = Random(20)
        judge(f"generated, wandering by {wander:.2f}", [generated(chance, wander) for _ in range(60)])
    if options.data:
        path = options.data / "requests311" / "nycomplaints.csv.gz"
        for within in (7, 30):
            judge(
                f"requests closed in {within} days, real",
                real(path, "opendate", "closedate", "account", within),
            )
    if options.home:
        judge("indicators of the demo", demo(options.home), SEEN[:1])


if __name__ == "__main__":
    main()
