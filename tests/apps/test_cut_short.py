"""What was taken back before its day is neither kept nor broken, what was late before that is late: of a clock, and in every practice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from msgspec.structs import replace

from figures_ground import SHELF, Counted, counted
from tongban.kernel.case import Case, ClockState
from tongban.kernel.clock import Limit, Unit
from tongban.kernel.indicator import tally_of
from tongban.kernel.indicator.row import value_of
from tongban.kernel.procedure.model import Kind, Relation, Settle
from tongban.kernel.procedure.seen import Seen
from tongban.kernel.refusal import Refused
from tongban.library.indicators import Indicator, definition_of

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)
FIGURES = [
    pytest.param(of, indicator, id=f"{of.id}/{id}")
    for of in map(counted, SHELF)
    for id, indicator in of.indicators.items()
    if indicator.counted.startswith("due:")
]

DECIDED = {("service_rating/rectified_on_time", "left_out"), ("clearance_campaign/signed_in_time", "by_law")}
"""Ways of ending that take nothing back: somebody who is no party judged the rating to be none; the household goes by law, unsigned."""


def ends(of: Counted, indicator: Indicator, outcome: str, *laps: ClockState, settled: int) -> Case:
    """A case of a figure that somebody ended so, so many days after it began; nothing was done in it."""
    kind = of.procedure.kinds[indicator.of]
    home = sorted(of.county.units)[0]
    at = START + settled * DAY
    return Case(
        id="case", county=of.county.code, number="1", practice=of.id, adoption="1", kind=kind.id, opened_at=START,
        stage=next(iter(kind.stages)), home=home, holder=home, division="", channel="web", clocks=laps, outcome=outcome,
        settled_at=at, last_at=at,
    )  # fmt: skip


def lap(clock: str, ended: int, due: int = 10, n: int = 1) -> ClockState:
    limit = Limit(due, Unit.CALENDAR_DAYS, "")
    at, until = START + ended * DAY, START + due * DAY
    return ClockState(clock, n, START, limit, until, ended=at, kept=at < until)


def counts(of: Counted, indicator: Indicator, case: Case) -> str:
    """As what a case counts: ``kept`` (or whatever is counted), ``broken``, what it is left out as, "" where it belongs to nothing."""
    definition = definition_of(indicator, of.id, "0")
    assert not isinstance(definition, Refused)
    seen = Seen(of.procedure, of.county, case)
    tally = tally_of(definition, {name: value_of(name, sort, seen) for name, sort in indicator.names.items()})
    left_out = next((name for name, n in tally.excluded.items() if n), "")
    return left_out or ("" if not tally.denominator else "kept" if tally.numerator else "broken")


def called_off(kind: Kind, clock: str) -> Iterator[str]:
    """The outcomes by which a case can be taken back, by its requester or whoever opened it below theirs, while a clock runs."""
    for step in kind.steps.values():
        theirs = {Relation.REQUESTER, Relation.PARENT} & {who.relation for who in step.by}
        if (
            not theirs
            or not step.source & kind.clocks[clock].runs_in
            or kind.clocks[clock].owner == "requester"
        ):
            continue
        for branch in step.to:
            follows = (*step.follows, *branch.follows)
            settles = [each.outcome for each in follows if isinstance(each, Settle) and each.outcome]
            if branch.to and branch.to not in kind.clocks[clock].runs_in:
                yield from settles


@pytest.mark.parametrize(("of", "indicator"), FIGURES)
def test_no_way_of_ending_takes_back_what_was_late(of: Counted, indicator: Indicator) -> None:
    """Whatever outcome it is given: a case that ended after its day is left out by no exclusion."""
    clock = indicator.counted.removeprefix("due:")
    kind = of.procedure.kinds[indicator.of]
    settles = [each for step in kind.steps.values() for each in step.may_follow if isinstance(each, Settle)]
    for outcome in sorted({each.outcome for each in settles} - {""}):
        if (f"{of.id}/{indicator.id}", outcome) in DECIDED:
            continue
        late = ends(of, indicator, outcome, lap(clock, 11), settled=11)
        assert counts(of, indicator, late) in ("", "kept", "broken"), outcome


@pytest.mark.parametrize(("of", "indicator"), FIGURES)
def test_what_is_taken_back_before_its_day_is_no_promise_kept(of: Counted, indicator: Indicator) -> None:
    clock = indicator.counted.removeprefix("due:")
    for outcome in called_off(of.procedure.kinds[indicator.of], clock):
        if (f"{of.id}/{indicator.id}", outcome) in DECIDED:
            continue
        early = ends(of, indicator, outcome, lap(clock, 3), settled=3)
        assert counts(of, indicator, early) not in ("kept", "broken"), outcome


@pytest.mark.parametrize(
    ("laps", "settled", "said"),
    [
        ((lap("handle", 3),), 3, "withdrawn"),
        ((lap("handle", 3),), 5, "kept"),
        ((lap("handle", 11),), 11, "broken"),
        ((lap("handle", 11),), 12, "broken"),
        ((lap("handle", 11), lap("handle", 13, 20, 2)), 13, "broken"),
        ((lap("handle", 3), lap("handle", 13, 20, 2)), 13, "withdrawn"),
    ],
    ids=[
        "before its day",
        "done and then",
        "after its day",
        "late and then",
        "late once before",
        "in a second lap",
    ],
)
def test_a_clock_is_cut_short_where_settling_the_case_ended_it_in_time(
    laps: tuple[ClockState, ...], settled: int, said: str
) -> None:
    of = next(each for each in map(counted, SHELF) if each.id == "hotline")
    indicator = of.indicators["handled_on_time"]
    assert counts(of, indicator, ends(of, indicator, "withdrawn", *laps, settled=settled)) == said


def test_a_clock_that_runs_is_not_cut_short() -> None:
    of = next(each for each in map(counted, SHELF) if each.id == "hotline")
    indicator = of.indicators["handled_on_time"]
    case = replace(ends(of, indicator, "", lap("handle", 3), settled=3), settled_at=None)
    runs = replace(cast("ClockState", case.clocks[0]), ended=None, kept=None)
    seen = Seen(of.procedure, of.county, replace(case, clocks=(runs,)))
    assert seen["clock.handle.cut_short"] is False
    assert seen["clock.sign.cut_short"] is False
