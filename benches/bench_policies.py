"""How long it takes to find whom policies are for: 10,000 people on a roll, 40 policies, each with its own condition.

    python -m benches.bench_policies [--people 10000] [--policies 40]

A county is made in a temporary home with the practice of policies; the rows of the roll are put straight into the database, as their
cases would have written them. Timed is each policy's look: reading the roll, trying every row, opening what fits (about one in a
hundred). The machine's own limit is given beside it: as many evaluations of the compiled conditions and nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import perf_counter, process_time

from benches.own_home import own_home

ROOT = Path(__file__).parents[1]
PRACTICE = "policy_entitlement"
NOW = datetime(2026, 3, 20, 1, 0, tzinfo=UTC)
Row = dict[str, str | int | bool | list[str]]


def people(many: int) -> list[Row]:
    """Ages, households and groups by chance; one in twelve rows lacks what a condition may ask for."""
    chance, groups = Random(7), ("subsistence", "near_line", "disabled", "served")
    found: list[Row] = []
    for n in range(many):
        row: Row = {"of_case": f"2{n:011d}", "keeper": "insurance", "until_day": "2026-12-31"}
        row |= {"birth_year": chance.randint(1930, 2020), "household_size": chance.randint(1, 7)}
        row |= {"insured": chance.random() < 0.9, "groups": [g for g in groups if chance.random() < 0.1]}
        if n % 12 == 0:
            del row["household_size"]
        found.append(row)
    return found


def condition(n: int) -> str:
    group = ("subsistence", "near_line", "disabled", "served")[n % 4]
    year = 1935 + n
    return f'insured && "{group}" in groups && birth_year >= {year} && birth_year < {year + 20} && household_size >= {3 + n % 3}'


def timed(what: str, began: float, busy: float) -> None:
    print(f"{what:<66}{perf_counter() - began:8.2f} s {process_time() - busy:8.2f} s CPU", flush=True)


def in_a_county(many: int, policies: int) -> None:
    from tongban.apps.acting import Acting
    from tongban.apps.casework.take import open_case, take
    from tongban.apps.office import office
    from tongban.apps.rungs import settle
    from tongban.kernel.commands import Actor, ActorKind, Post
    from tongban.kernel.expression import Expression
    from tongban.kernel.refusal import Refused
    from tongban.library.binding import bind
    from tongban.library.calendars import read_calendars
    from tongban.library.counties import scenario_county
    from tongban.library.reading import read_practice
    from tongban.library.story.runner import Ground
    from tongban.store.models import EntryRow, Subject

    practice = read_practice(ROOT / "practices" / PRACTICE)
    calendar = read_calendars(ROOT / "calendars" / "cn")
    assert not isinstance(practice, Refused) and not isinstance(calendar, Refused)
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused)
    settle(Ground(practice, {}, procedure, scenario_county(calendar), NOW))
    county = office().county.code

    def doing(role: str) -> Acting:
        who = Actor(ActorKind.PERSON, role, (Post("insurance", role),))
        return Acting(NOW, who, language="en")

    said = next(each for each in procedure.registers if each.id == "resident").vocabulary
    conditions = [condition(n) for n in range(policies)]
    rows = people(many)
    read = [said.read(each) for each in conditions]
    values = [{**row, "groups": tuple(row["groups"])} for row in rows]  # type: ignore[arg-type]
    began, busy = perf_counter(), process_time()
    for each in read:
        assert isinstance(each, Expression)
        for value in values[: many // 10]:
            each.holds(value)  # type: ignore[arg-type]
    spent = (perf_counter() - began) * 10
    print(f"limit: {many * policies:,} evaluations and nothing else, from a tenth: {spent:.1f} s")

    opened = []
    for n, text in enumerate(conditions):
        fields = {
            "title": f"p{n}",
            "basis": "bench",
            "in_charge": "insurance",
            "gives": "subsidy",
            "whom": "person",
        }
        fields |= {"ends_on": "2026-12-31", "fits_resident": text}
        since, chain = datetime(2021, 1, 1, tzinfo=UTC), "00000000-0000-0000-0000-000000000001"
        held = {"county": county, "register": "policy", "key": f"p{n:02d}", "chain": chain, "seq": n + 1}
        EntryRow.objects.create(**held, since=since, fields=json.dumps(fields))
    for n in range(policies):
        asked = {"policy": f"p{n:02d}", "match_purpose": "bench"}
        case = open_case(PRACTICE, asked, doing("handler"), step="enter", kind="policy", home="insurance")
        assert not isinstance(case, Refused), case.all()
        done = take(case.number, "open_policy", {"public_text": "bench"}, doing("leader"))
        assert not isinstance(done, Refused), done.all()
        opened.append(case)
    every = (
        Subject(
            county=county,
            register="resident",
            key=f"seal{n:07d}",
            fields=json.dumps(row),
            chain=opened[0].case_id,
            seq=1,
            at=NOW,
        )
        for n, row in enumerate(rows)
    )
    Subject.objects.bulk_create(every, batch_size=5_000)
    for again in ("looked for", "looked for again, nothing new"):
        found, began, busy = 0, perf_counter(), process_time()
        for case in opened:
            taken = take(case.number, "match", {}, doing("handler"))
            assert not isinstance(taken, Refused), taken.all()[:3]
            found += taken.events - 1
        timed(f"{policies} policies {again} among {many:,}, {found:,} offers opened", began, busy)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--people", type=int, default=10_000)
    options.add_argument("--policies", type=int, default=40)
    chosen = options.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with own_home():
        in_a_county(chosen.people, chosen.policies)


if __name__ == "__main__":
    main()
