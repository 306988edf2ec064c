"""How long it takes to lay a county's aid side by side: rows that meet, of 100,000 households and 40 programmes.

    python -m benches.bench_matching [--households 100000] [--held 4 | --held some | --held 40 --households 10000]

A county is made in a temporary home with the practice of social aid; the rows of its register are put straight into the database, as
its cases would have written them: every household holds ``--held`` of forty programmes. ``some`` is what a county is like: none (in
no register) to six, half of all households nothing, a quarter one. The list of pairs names each programme with seven others, some from a
day in mid-month, and a list of caps three programmes each. Timed is what the step reads and finds, and opening what was found.
Goal: under 30 seconds.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

from benches.own_home import own_home

ROOT = Path(__file__).parents[1]
PRACTICE = "social_aid"
PROGRAMMES, GOAL = 40, 30.0
NOW = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)
Rows = dict[tuple[str, str], dict[str, str | int]]


def pairs() -> Rows:
    """Each programme with seven others: excluded, capped, once a household; and a signal that calls for one."""
    relations = ("exclusive", "capped", "stackable", "exclusive", "stackable", "once_a_household", "capped")
    called = json.dumps(["signal", "p39", "2021-01-01"])
    found: Rows = {("pairing", called): {"relation": "calls_for", "policy": "p"}}
    for n in range(PROGRAMMES):
        for step, relation in enumerate(relations, start=1):
            other, since = (n + step * 5) % PROGRAMMES, "2026-03-16" if step % 2 else "2021-01-01"
            row: dict[str, str | int] = {"relation": relation, "policy": "p"}
            found["pairing", json.dumps([f"p{n:02d}", f"p{other:02d}", since])] = (
                {**row, "cap": 150_000} if relation == "capped" else row
            )
    return found


SOME = (0,) * 50 + (1,) * 25 + (2,) * 12 + (3,) * 6 + (4,) * 4 + (5,) * 2 + (6,)
"""How many of a hundred households hold how many programmes."""


def caps() -> Rows:
    """Ten caps, each over three programmes."""
    row: dict[str, str | int] = {"policy": "p", "cap": 185_000}
    three = {n: [f"p{(n * 4 + k * 7) % PROGRAMMES:02d}" for k in range(3)] for n in range(10)}
    return {("aid_cap", json.dumps([f"b{n}", "2021-01-01"])): {**row, "members": three[n]} for n in three}  # type: ignore[dict-item]


def rows(households: int, each: int | None) -> Iterator[tuple[tuple[str, str], dict[str, str | int]]]:
    """What each household holds; most of it neighbours in the list, which go together, and one household in two hundred has what
    does not, so that few findings are left."""
    for n in range(households):
        held = SOME[n * 37 % 100] if each is None else each
        for k in range(held):
            item = (n * 7 + (k if n % 200 else k * 5)) % PROGRAMMES
            key = json.dumps(
                [
                    f"h{n:07d}",
                    f"s{n:07d}",
                    "signal" if n % 200 == 1 and not k else f"p{item:02d}",
                    f"2{n:07d}{k:02d}",
                ]
            )
            since = "2026-01-01" if k % 3 else "2025-07-01"
            yield (
                ("aid", key),
                {"since_day": since, "until_day": "2026-12-31" if k % 2 else "2026-11-30", "month_money": 60_000 + k * 1_000, "payer": "labour"},
            )  # fmt: skip


def timed(what: str, began: float, busy: float) -> float:
    spent = perf_counter() - began
    print(f"{what:<58}{spent:8.2f} s {process_time() - busy:8.2f} s CPU", flush=True)
    return spent


def in_a_county(households: int, held: int | None) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.casework.take import open_case, take
    from tongban.apps.office import office
    from tongban.apps.rungs import settle
    from tongban.kernel.commands import Actor, ActorKind, Post
    from tongban.kernel.refusal import Refused
    from tongban.library.binding import bind
    from tongban.library.calendars import read_calendars
    from tongban.library.counties import scenario_county
    from tongban.library.reading import read_practice
    from tongban.library.story.runner import Ground
    from tongban.store.models import EntryRow, Subject

    practice, calendar = (
        read_practice(ROOT / "practices" / PRACTICE),
        read_calendars(ROOT / "calendars" / "cn"),
    )
    assert not isinstance(practice, Refused) and not isinstance(calendar, Refused)
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused)
    settle(Ground(practice, {}, procedure, scenario_county(calendar), NOW))
    county = office().county.code

    def doing(role: str) -> Acting:
        who = Actor(ActorKind.PERSON, role, (Post("labour", role),))
        return Acting(NOW, who, language="en")

    asked = {"purpose": "all", "purpose_basis": "bench", "valid_until": "2026-12-31"}
    opened = open_case(PRACTICE, asked, doing("handler"), step="ask", kind="comparison", home="labour")
    assert not isinstance(opened, Refused), opened.all()
    approved = take(opened.number, "approve", {}, doing("leader"))
    assert not isinstance(approved, Refused), approved.all()
    since = datetime(2021, 1, 1, tzinfo=UTC)
    chain = opened.case_id
    for (register, key), fields in {**pairs(), **caps()}.items():
        held_by = {
            "county": county,
            "register": register,
            "key": key,
            "chain": chain,
            "seq": 1,
            "since": since,
        }
        EntryRow.objects.create(**held_by, fields=json.dumps(fields))
    began, busy = perf_counter(), process_time()
    every = (
        Subject(county=county, register=r, key=k, fields=json.dumps(f), chain=chain, seq=1, at=since)
        for (r, k), f in rows(households, held)
    )
    Subject.objects.bulk_create(every, batch_size=5_000)
    timed(f"(set up: {Subject.objects.count()} rows of the register)", began, busy)
    began, busy = perf_counter(), process_time()
    taken = take(opened.number, "compare", {}, doing("handler"))
    assert not isinstance(taken, Refused), taken.all()[:3]
    spent = timed(f"compared in a county, {taken.events - 1} findings opened", began, busy)
    print(f"{'':<58}{'':>8}  goal {GOAL:.0f} s: {spent < GOAL}")
    began, busy = perf_counter(), process_time()
    again = take(opened.number, "compare", {}, doing("handler"))
    assert not isinstance(again, Refused)
    timed(f"compared again, {again.events - 1} findings opened", began, busy)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--households", type=int, default=100_000)
    options.add_argument("--held", default="4")
    chosen = options.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with own_home():
        in_a_county(chosen.households, None if chosen.held == "some" else int(chosen.held))


if __name__ == "__main__":
    main()
