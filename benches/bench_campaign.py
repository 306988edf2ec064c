"""A clearance of ten thousand flats: thirty days of steps from two sheets, then the map, the course and the wall.

    python -m benches.bench_campaign [--flats 10000]

Through the use cases that the doors call, on the embedded PostgreSQL with fsync on. The campaign is opened with its table as an office opens
it; two sheets (CSV) hold what the teams did in thirty days, with the real moment of each step: the first all steps until a flat is empty, the second those of somebody who had no
part in it. Every step is decided by the kernel at its own moment. Beside it what the same server does at best: the ledger's rows written by one statement, and a
sheet read without deciding anything.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from benches.bench_tree import timed
from benches.limits import server_cpu
from benches.own_home import own_home

ROOT = Path(__file__).parents[1]
TOP = "county-government"
BEGAN = timedelta(days=62)
"""Before now: the campaign is drafted; its households are visited from 31 days ago on."""
STEPS: tuple[tuple[str, float, dict[str, str]], ...] = (
    ("survey", 0, {"people": "3", "lived_in_by": "owner_lives"}),
    ("inform", 1, {"informed_on": "{day}", "inform_number": "告知{n}号"}),
    ("say", 1.2, {"consents": "true", "opinion": "愿意"}),
    ("order_appraisal", 2, {"appraiser": "县房屋安全鉴定所"}),
    ("record_appraisal", 4, {"danger": "d", "report_number": "鉴定{n}号"}),
    ("deliver_report", 5, {"delivered_on": "{day}"}),
    ("urge", 6, {"urge_number": "解危{n}号"}),
    ("value", 7, {"offered_money": "100000", "value_report": "评估{n}号"}),
    (
        "sign",
        9,
        {
            "agreement_number": "X-{n}",
            "compensation": "100000",
            "signed_on": "{day}",
            "in_between": "rent_money",
        },
    ),
    ("pay", 11, {"paid": "100000", "receipt_number": "付款{n}号"}),
    ("hand_keys", 12, {"keys_on": "{day}"}),
    ("vacate", 14, {"vacated_on": "{day}", "vacate_deed": "已搬到过渡住处"}),
)
CHECKS: tuple[tuple[str, float, dict[str, str]], ...] = (
    ("accept", 15, {"empty": "true"}),
    ("settle_up", 16, {"made_safe_by": "torn_down"}),
)
"""The steps of a flat, in days after its first; they begin on any of fourteen days."""


SPENT: list[Any] = []
"""How much processor time the server has spent, to be asked again and again."""


def cpu() -> float:
    """Processor seconds of this process and of its copies that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def acting(unit: str, role: str, person: str, now: datetime) -> Any:
    from tongban.apps.acting import Acting
    from tongban.kernel.commands import Actor, ActorKind, Post

    return Acting(now, Actor(ActorKind.PERSON, person, (Post(unit, role),)))


def settle(now: datetime) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.adoption.adopting import adopt
    from tongban.apps.registry.calendars import import_calendars
    from tongban.apps.registry.loading import load_county
    from tongban.demo.script import county_folder
    from tongban.kernel.commands import SYSTEM
    from tongban.kernel.refusal import Refused

    before = Acting(now - BEGAN - timedelta(days=1), SYSTEM)
    for done in (
        load_county(county_folder()),
        import_calendars(ROOT / "calendars" / "cn", before),
        adopt(ROOT / "practices" / "clearance_campaign", {}, (TOP,), before),
    ):
        if isinstance(done, Refused):
            sys.exit(f"{done.code}: {dict(done.facts)}")


def flats(count: int) -> list[dict[str, str]]:
    """Buildings of thirty flats: two entrances, five floors, three a floor."""
    return [
        {
            "building": f"{n // 30 + 1}",
            "entrance": f"{n % 30 // 15 + 1}",
            "flat": f"{n % 15 // 3 + 1}0{n % 3 + 1}",
            "owner": "田小禾",
            "area": "8830",
        }
        for n in range(count)
    ]


def campaign(now: datetime, lead: str, rows: list[dict[str, str]]) -> str:
    """Drafted, with its households from a table; the scheme decided long before the thirty days."""
    from tongban.apps.casework.take import open_case, take
    from tongban.apps.casework.views import Taken

    began = now - BEGAN
    day = [(began + timedelta(days=n)).date().isoformat() for n in (1, 90, 120)]
    answers = {"title": "城北危旧房", "aim": "解除危险，一户不漏", "lead": lead, "renewal": False}
    answers |= dict(zip(("signing_first", "signing_last", "moving_last"), day, strict=True))
    opened = open_case("clearance_campaign", answers, acting(TOP, "handler", "drafter", began))
    assert isinstance(opened, Taken), opened
    listed = timed(
        f"a table of {len(rows):,} flats taken: a subcase each",
        lambda: take(
            opened.number,
            "list_households",
            {"register_number": "登记表第1号"},
            acting(lead, "handler", "drafter", now - timedelta(days=32)),
            rows,
        ),
    )
    assert isinstance(listed, Taken), listed
    return opened.number


def sheet(
    rows: list[dict[str, str]], steps: tuple[tuple[str, float, dict[str, str]], ...], now: datetime
) -> bytes:
    """All these steps of all flats as an office keeps them: day by day."""
    random = Random(1)
    fields = list(dict.fromkeys(name for _, _, answers in steps for name in answers))
    lines: list[tuple[datetime, list[str]]] = []
    for n, flat in enumerate(rows):
        first = now - timedelta(days=31 - random.randrange(14), minutes=random.randrange(200))
        for step, after, answers in steps:
            at = first + timedelta(days=after)
            day = (at + timedelta(hours=8)).date().isoformat()
            said = {name: value.format(day=day, n=n) for name, value in answers.items()}
            moment = (at + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M")
            key = [flat["building"], flat["entrance"], flat["flat"]]
            lines.append((at, [*key, step, moment, *(said.get(name, "") for name in fields)]))
    lines.sort(key=lambda line: line[0])
    out = StringIO()
    table = csv.writer(out)
    table.writerow(["building", "entrance", "flat", "step", "when", *fields])
    table.writerows(row for _, row in lines)
    return out.getvalue().encode()


def measure(count: int) -> None:
    from tongban.apps.office import office
    from tongban.store.below import count_below

    now = datetime.now(UTC).replace(second=0, microsecond=0)
    settle(now)
    here = office()
    lead = next(unit for unit in here.county.units if here.county.units[unit].kind == "department")
    rows = flats(count)
    number = campaign(now, lead, rows)
    whole = 0.0
    for name, steps, person in (("first", STEPS, "officer"), ("second", CHECKS, "checker")):
        whole += _sheet(number, name, sheet(rows, steps, now), acting(lead, "handler", person, now))
    print(f"{'both sheets, from bytes to disk':58s} {whole:8.3f} s")
    began = perf_counter()
    with here.journal.connection().cursor() as cursor:
        cursor.execute(
            "CREATE TABLE floor AS SELECT chain, seq, at, recorded, kind, body, seal FROM store_event"
        )
    print(f"{'the same events written by one statement of the server':58s} {perf_counter() - began:8.3f} s")

    def counted() -> int:
        n = 0
        while read := count_below(here.journal, here.procedure):
            n += read
        return n

    print(f"{timed('counted by phase and day', counted):58,d} events")
    _pages(number, lead, now)


def _sheet(number: str, name: str, content: bytes, who: Any) -> float:
    """Take one sheet; the seconds it took."""
    from tongban.apps.casework.many.reading import read_steps
    from tongban.apps.casework.many.taking import take_rows
    from tongban.apps.office import office

    began, spent, served = perf_counter(), cpu(), SPENT[0]()
    book = timed(
        f"the {name} sheet read ({len(content) / 1e6:.0f} MB)",
        lambda: read_steps(content, who, office(), number),
    )
    assert not book.faults, book.faults
    done = timed(
        f"its {len(book.rows):,} rows taken",
        lambda: take_rows(book.rows, who, under=number, processors=os.cpu_count() or 1),
    )
    seconds = perf_counter() - began
    refused = [each for each in done.rows if each.refused is not None]
    if refused:
        codes = {each.refused.code: (each.step, each.refused) for each in refused}
        sys.exit(f"{len(refused)} rows refused: {codes}")
    mine, server = cpu() - spent, SPENT[0]() - served
    print(
        f"{'':58s} {len(book.rows) / seconds:8,.0f} steps a second;"
        f" processor µs a step: {1e6 * mine / len(book.rows):,.0f} here, {1e6 * server / len(book.rows):,.0f} in the server"
    )
    return seconds


def _pages(number: str, lead: str, now: datetime) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    from tongban.apps.office import office
    from tongban.apps.people.accounts import add_person

    refused = add_person(
        office().county.code, "looker", "看图人", "a-long-enough-word", [(lead, "leader")], now
    )
    assert refused is None, refused
    client = Client(headers={"accept-language": "zh"}, SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="looker"))
    for path in ("map", "wall", "tree"):
        times: list[float] = []
        spent, served = cpu(), SPENT[0]()
        for _ in range(7):
            began = perf_counter()
            response = client.get(f"/desk/{number}/{path}/")
            times.append(perf_counter() - began)
            assert response.status_code == 200, response.status_code
        size = len(gzip.compress(response.content, 6))
        page = f"/{path}/, median of seven ({len(response.content) / 1e3:,.0f} kB, {size / 1e3:,.0f} kB gz)"
        processors = (cpu() - spent + SPENT[0]() - served) / 7
        print(f"{page:58s} {median(times):8.3f} s, processor {processors:.3f} s")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--flats", type=int, default=10_000)
    chosen = options.parse_args()
    with own_home() as server:
        SPENT.append(server_cpu(server))
        measure(chosen.flats)


if __name__ == "__main__":
    main()
