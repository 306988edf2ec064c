"""What is counted over a log: by hand for a few cases, and beside a tool that is not ours on real logs."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mining_ground import mining
from scenario_ground import ROOT, calendar
from tongban.analytics import flow
from tongban.analytics.flow import DAY, Asked, Turn, laid, micros
from tongban.analytics.walking import COLUMNS

LOGS = Path(os.environ.get("TONGBAN_SHARED") or ROOT.parent / "shared" / "data") / "logs"
SHOWN = Asked(
    "p",
    "matter",
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2027, 1, 1, tzinfo=UTC),
    datetime(2026, 3, 12, 4, tzinfo=UTC),
)
TURNS = [
    Turn("p-1", "matter", "new", "home", True, 0), Turn("p-1", "matter", "sent", "holder", True, 1),
    Turn("p-1", "matter", "asked", "requester", True, 2), Turn("p-1", "matter", "closed", "holder", False, 3),
]  # fmt: skip
EMPTY = {
    "VARCHAR": "",
    "BIGINT": 0,
    "INTEGER": 0,
    "BOOLEAN": False,
    "UUID": "00000000-0000-0000-0000-000000000000",
}


def at(text: str) -> int:
    return micros(datetime.fromisoformat(f"2026-{text}+08:00"))


def chain(n: int) -> str:
    return f"00000000-0000-0000-0000-{n:012d}"


def row(case: int, seq: int, moment: int, source: str, stage: str, **more: Any) -> dict[str, Any]:
    known = {
        "chain": chain(case),
        "seq": seq,
        "moment": moment,
        "source": source,
        "stage": stage,
        "since": moment,
        "opened": moment,
    }
    names = {
        "practice": "p",
        "adoption": "p-1",
        "kind": "matter",
        "home": "centre",
        "step": f"to_{stage}",
        "visit": 1,
    }
    return {**{name: EMPTY[kind] for name, kind in COLUMNS.items()}, **known, **names, **more}


def asked_of(rows: Sequence[dict[str, Any]], turns: Sequence[Turn] = TURNS) -> Any:
    """A DuckDB that holds these rows as its log."""
    made = laid("(SELECT 1 WHERE false)", calendar(), turns)
    made.execute("DROP VIEW log")
    made.execute(f"CREATE TABLE log ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
    kinds = {"BIGINT": "int64", "INTEGER": "int32", "BOOLEAN": "bool"}
    rows_ = {
        name: np.array([each[name] for each in rows], dtype=kinds.get(kind, "object"))
        for name, kind in COLUMNS.items()
    }
    made.register("given_rows", rows_)
    made.execute("INSERT INTO log SELECT * FROM given_rows")
    return made


def test_a_wait_leaves_out_days_off_and_stands_with_whoever_was_waited_for() -> None:
    friday, monday = at("03-06T16:00:00"), at("03-09T10:00:00")
    made = asked_of([
        row(1, 1, friday, "", "new", held="centre", holder="centre"),
        row(1, 2, monday, "new", "sent", since=friday, held="centre", holder="roads"),
        row(1, 3, monday + DAY, "sent", "asked", since=monday, held="roads", holder="centre"),
        row(1, 4, monday + 2 * DAY, "asked", "closed", since=monday + DAY, held="centre", holder="centre", last=True),
        row(2, 1, monday, "", "new", held="centre", holder="centre", last=True),
    ])  # fmt: skip
    found = {(each.stage, each.unit): each for each in flow.waits(made, SHOWN)}
    centre, roads, asked = found["new", "centre"], found["sent", "roads"], found["asked", "@requester"]
    assert (centre.n, centre.median) == (1, 18 * 3_600_000_000)  # 8 hours of Friday, 10 of Monday
    assert (centre.open, centre.longest) == (1, micros(SHOWN.now) - monday)
    assert (roads.n, roads.median, roads.most, roads.open) == (1, DAY, DAY, 0)
    assert asked.n == 1
    [there, was] = flow.stays(made, SHOWN, "new", "centre", 10)
    assert (there.chain, there.ended, was.chain) == (chain(2), None, chain(1))


def test_only_the_units_that_were_asked_for_are_counted() -> None:
    begun = at("03-09T10:00:00")
    rows = [
        row(n, 1, begun, "new", "sent", since=begun - 1, held=unit, holder=unit, last=True)
        for n, unit in enumerate("aab")
    ]
    made = asked_of(rows)
    some = Asked(SHOWN.practice, SHOWN.kind, SHOWN.start, SHOWN.end, SHOWN.now, ("a",))
    assert [(each.unit, each.open) for each in flow.waits(made, some) if each.stage == "sent"] == [("a", 2)]


def test_a_funnel_counts_a_case_once_at_each_place_and_a_duration_ends_with_the_last_settling() -> None:
    begun = at("03-09T10:00:00")
    made = asked_of([
        row(1, 1, begun, "", "new"),
        row(1, 2, begun + DAY, "new", "sent", opened=begun),
        row(1, 3, begun + DAY, "sent", "new", opened=begun, visit=2),
        row(1, 4, begun + 2 * DAY, "new", "closed", opened=begun, outcome="solved", worker="roads"),
        row(1, 5, begun + 3 * DAY, "closed", "closed", opened=begun, outcome="solved", worker="roads", last=True),
        row(2, 1, begun, "", "new", last=True),
    ])  # fmt: skip
    assert [(each.place, each.cases, each.median) for each in flow.reached(made, SHOWN)] == [
        (0, 2, 0),
        (1, 1, DAY),
        (3, 1, 2 * DAY),
    ]
    assert [(each.unit, each.n, each.median) for each in flow.lasting(made, SHOWN)] == [
        ("", 1, 3 * DAY),
        ("roads", 1, 3 * DAY),
    ]
    assert [(each.stage, each.n, each.cases) for each in flow.returns(made, SHOWN)] == [("new", 1, 1)]
    assert flow.sums(made, SHOWN) == flow.Sums(2, 6, 1)
    assert flow.kinds(made) == [("p", "matter", 2)]


def test_a_log_without_events_counts_nothing_and_fails_nowhere() -> None:
    made = asked_of([])
    for ask in (flow.waits, flow.handings, flow.returns, flow.reached, flow.lasting):
        assert ask(made, SHOWN) == ()
    assert flow.sums(made, SHOWN) == flow.Sums(0, 0, 0)
    assert flow.ways(made, SHOWN, 5) == ()


def _real(name: str, case: str, activity: str, group: str, time: str) -> Any:
    """A real log as a table: case, activity, group and moment, in the order of time."""
    import pandas as pd

    if not (LOGS / name).exists():
        pytest.skip("the shared real logs are not beside the repository")
    rows = pd.read_csv(LOGS / name, usecols=[case, activity, group, time], dtype=str, keep_default_na=False)
    rows = rows.rename(
        columns={
            case: "case:concept:name",
            activity: "concept:name",
            group: "org:resource",
            time: "time:timestamp",
        }
    )
    rows["time:timestamp"] = pd.to_datetime(rows["time:timestamp"], utc=True, format="ISO8601")
    return rows.sort_values(["case:concept:name", "time:timestamp"], kind="stable").reset_index(drop=True)


def _as_ours(rows: Any) -> Iterator[dict[str, Any]]:
    """The same events as rows of our log: an activity is a step into a stage of its own, a group holds the case."""
    before: dict[str, Any] = {}
    cases: dict[str, int] = {}
    last = rows.groupby("case:concept:name", sort=False).tail(1).index
    ends = set(last)
    for n, (case, step, group, moment) in enumerate(
        zip(
            rows["case:concept:name"],
            rows["concept:name"],
            rows["org:resource"],
            rows["time:timestamp"],
            strict=True,
        )
    ):
        number = cases.setdefault(case, len(cases))
        known = before.get("case") == case
        seq = before["seq"] + 1 if known else 1
        held = before["group"] if known else group
        yield row(
            number, seq, micros(moment.to_pydatetime()), before["step"] if known else "", step, step=step, held=held, holder=group,
            handed=known and held != group, back=known and held != group and before["from"] == group, home="", last=n in ends,
            outcome="end" if n in ends else "",
        )  # fmt: skip
        came = held if known and held != group else before["from"] if known else ""
        before = {"case": case, "seq": seq, "group": group, "step": step, "from": came}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("receipt_wabo.csv.gz", ("case:concept:name", "concept:name", "org:group", "time:timestamp")),
        ("bpic2013_incidents.csv.gz", ("case:concept:name", "concept:name", "org:group", "time:timestamp")),
    ],
)
def test_on_real_logs_hand_overs_and_ways_are_what_another_tool_counts(
    name: str, columns: tuple[str, str, str, str]
) -> None:
    log = _real(name, *columns)
    made = asked_of(list(_as_ours(log)))
    ever = Asked(
        "p",
        "matter",
        datetime(2000, 1, 1, tzinfo=UTC),
        datetime(2090, 1, 1, tzinfo=UTC),
        SHOWN.now + timedelta(days=1),
    )
    with mining() as pm4py:
        pm4py_ways = Counter({tuple(way): n for way, n in pm4py.get_variants(log).items()})
        network = pm4py.discover_handover_of_work_network(log)
    ours = {each.steps: each.cases for each in flow.ways(made, ever, 100_000)}
    assert ours == dict(pm4py_ways)
    pairs = Counter({(each.source, each.target): each.n for each in flow.handings(made, ever)})
    whole = sum(n for pair, n in Counter(_pairs(log)).items())
    theirs = {pair: round(share * whole) for pair, share in network.connections.items() if pair[0] != pair[1]}
    assert dict(pairs) == {pair: n for pair, n in theirs.items() if n}
    assert flow.sums(made, ever).cases == log["case:concept:name"].nunique()


def _pairs(log: Any) -> Iterator[tuple[str, str]]:
    groups, cases = list(log["org:resource"]), list(log["case:concept:name"])
    for n in range(1, len(groups)):
        if cases[n] == cases[n - 1]:
            yield groups[n - 1], groups[n]
