"""An order to every township and village of a province, and what adds up when one of them has done it.

    python -m benches.bench_tree

The real divisions of Zhejiang (shared with developers, not part of the repository): eleven cities, ninety counties, some 1,400 townships and
25,000 villages. Through the use cases that the pages call, on the embedded PostgreSQL with fsync on; beside it the least that the
same server can do with the same bytes: one COPY of the ledger's rows into an empty table.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benches.own_home import own_home

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "data" / "divisions"
PROVINCE = "33"
COUNTY = "330000"
TOP = "province-office"


def rows(name: str) -> Iterator[dict[str, str]]:
    with (SHARED / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def units() -> list[tuple[str, str, str, str]]:
    """id, kind, parent and name of every unit; the division of a unit is its id."""
    found = [(TOP, "county_office", "", "浙江省人民政府办公厅")]
    found += [
        (r["code"], "city", TOP, r["name"]) for r in rows("cities.csv") if r["provinceCode"] == PROVINCE
    ]
    areas = [r for r in rows("areas.csv") if r["provinceCode"] == PROVINCE]
    found += [(r["code"], "county", r["cityCode"], r["name"]) for r in areas]
    streets = [r for r in rows("streets.csv") if r["provinceCode"] == PROVINCE]
    found += [(r["code"], "township", r["areaCode"], r["name"]) for r in streets]
    found += [(r["code"], "village", r["streetCode"], r["name"]) for r in rows("villages_zhejiang.csv")]
    return found


LEVELS = {
    "county_office": "province",
    "city": "city",
    "county": "county",
    "township": "township",
    "village": "village",
}


def settle(found: list[tuple[str, str, str, str]], now: datetime) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.adoption.adopting import adopt
    from tongban.apps.registry.calendars import import_calendars
    from tongban.kernel.commands import SYSTEM
    from tongban.kernel.refusal import Refused
    from tongban.store.models import DivisionRow, UnitRow

    since = date(2020, 1, 1)
    DivisionRow.objects.bulk_create(
        [
            DivisionRow(
                county=COUNTY,
                code=COUNTY if id_ == TOP else id_,
                level=LEVELS[kind],
                parent=COUNTY if parent == TOP else parent,
                name=name,
                since=since,
            )
            for id_, kind, parent, name in found
        ],
        batch_size=2000,
    )
    UnitRow.objects.bulk_create(
        [
            UnitRow(
                county=COUNTY,
                id=id_,
                kind=kind,
                level=LEVELS[kind],
                division=COUNTY if id_ == TOP else id_,
                parent=parent,
                name=name,
            )
            for id_, kind, parent, name in found
        ],
        batch_size=2000,
    )
    acting = Acting(now - timedelta(days=1), SYSTEM)
    for done in (
        import_calendars(ROOT / "calendars" / "cn", acting),
        adopt(ROOT / "practices" / "directive", {}, (TOP,), acting),
    ):
        if isinstance(done, Refused):
            sys.exit(f"{done.code}: {dict(done.facts)}")


def acting(unit: str, role: str, person: str) -> Any:
    from tongban.apps.acting import Acting
    from tongban.kernel.commands import Actor, ActorKind, Post

    return Acting(datetime.now(UTC), Actor(ActorKind.PERSON, person, (Post(unit, role),)))


def timed(what: str, doing: Any) -> Any:
    began = perf_counter()
    done = doing()
    print(f"{what:58s} {perf_counter() - began:8.3f} s")
    return done


def measure() -> None:
    from tongban.apps.casework.take import open_case, take
    from tongban.apps.casework.tree import tree
    from tongban.apps.casework.views import Taken
    from tongban.apps.office import office
    from tongban.apps.progress.places import places
    from tongban.store.below import count_below

    now = datetime.now(UTC)
    found = units()
    settle(found, now)
    here = timed(f"registers of {len(found):,} units read for the first time", office)
    timed("units below each unit found", lambda: (here.county.directed, here.county.beneath))
    answers = {
        "title": "地质灾害隐患点排查",
        "order": "把辖区内的隐患点走一遍，有险情的先撤人。",
        "measure": "每个点都有结论",
        "basis": "演习",
        "already_held": "nothing",
        "reach": "villages",
        "minutes": 0,
        "due_day": (now + timedelta(days=20)).date().isoformat(),
    }
    drafted = open_case("directive", answers, acting(TOP, "handler", "drafter"))
    assert isinstance(drafted, Taken), drafted
    number = drafted.number
    issued = timed(
        "issued: one decision, stored wholly or not at all",
        lambda: take(number, "issue", {}, acting(TOP, "leader", "issuer")),
    )
    assert isinstance(issued, Taken), issued
    print(f"{'':58s} {issued.events:8,d} cases")
    [[size]] = here.rows("SELECT sum(length(body)) FROM store_event", [])
    began = perf_counter()
    _floor(here)
    print(
        f"{'the same events written by one statement of the server':58s} {perf_counter() - began:8.3f} s  {size / 1e6:.0f} MB"
    )

    def all_counted() -> int:
        n = 0
        while read := count_below(here.journal, here.procedure):
            n += read
        return n

    timed("counted at every level, from nothing", all_counted)
    leader = acting(TOP, "leader", "issuer")
    timed("the whole tree's page, first time", lambda: tree(number, leader))
    print(f"{'the whole tree once more, median of nine':58s} {_median(lambda: tree(number, leader)):8.3f} s")
    print(
        f"{'its places, a tile a township, median of nine':58s} {_median(lambda: places(number, leader)):8.3f} s"
    )
    rows_ = here.rows(
        "SELECT number, holder FROM store_case WHERE parent IS NOT NULL ORDER BY length(number) DESC, number LIMIT 9",
        [],
    )
    signing = []
    for leaf, holder in rows_:
        began = perf_counter()
        done = take(str(leaf), "sign", {}, acting(str(holder), "leader", f"leader of {holder}"))
        assert isinstance(done, Taken), done
        signing.append(perf_counter() - began)
    print(f"{'a leaf signs, median of nine':58s} {median(signing):8.4f} s")
    began = perf_counter()
    n = all_counted()
    print(f"{f'{n} such steps added up at every level':58s} {perf_counter() - began:8.4f} s")


def _floor(here: Any) -> None:
    with here.journal.connection().cursor() as cursor:
        cursor.execute(
            "CREATE TABLE floor AS SELECT chain, seq, at, recorded, kind, body, seal FROM store_event"
        )


def _median(doing: Any) -> float:
    times = []
    for _ in range(9):
        began = perf_counter()
        doing()
        times.append(perf_counter() - began)
    return median(times)


def main() -> None:
    if not SHARED.exists():
        sys.exit(f"the shared real data are not here: {SHARED}")
    with own_home():
        measure()


if __name__ == "__main__":
    main()
