"""What is published in figures: they can be counted again by hand, and noise ranks nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk_ground import TEXT, Desk, county, desk, let_lots_be
from publication_ground import published
from tongban.apps.acting import Acting
from tongban.apps.casework.take import open_case, take
from tongban.apps.casework.views import Taken
from tongban.apps.disclosure import counting
from tongban.apps.disclosure.figures import (
    Figure,
    figures,
    month_bounds,
    months,
)
from tongban.apps.disclosure.ranking import ranks, together
from tongban.apps.office import office
from tongban.kernel.commands import Actor, ActorKind
from tongban.kernel.indicator import Tally, wilson
from tongban.kernel.indicator.suppression import FEWEST
from tongban.kernel.refusal import Refused
from tongban.library.indicators import Indicator

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

MARCH = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
COUNTS = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
UNITS = st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), COUNTS, max_size=12)


def tallies(counts: dict[str, tuple[int, int]]) -> dict[str, Tally]:
    return {unit: Tally(numerator, denominator) for unit, (numerator, denominator) in counts.items()}


def ranking(smallest: int = 30, more: bool = True) -> Indicator:
    """Only what a ranking looks at."""
    return cast(Indicator, SimpleNamespace(smallest_sample=smallest, more_is_better=more))


# -- arithmetic


@given(COUNTS)
def test_an_interval_holds_its_rate_and_narrows_with_the_sample(counts: tuple[int, int]) -> None:
    numerator, denominator = counts
    low, high = wilson(numerator, denominator)
    assert 0 <= low <= high <= 1
    if denominator:
        assert low <= numerator / denominator <= high
        wider = wilson(numerator * 4, denominator * 4)
        assert wider[1] - wider[0] < high - low


def test_an_interval_is_the_one_in_the_textbooks() -> None:
    """Newcombe 1998, table I: 15 of 148 is 0.0624 to 0.1605; 81 of 263 is 0.2553 to 0.3662; 0 of 20 is 0 to 0.1611."""
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=1e-4)
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)


@given(UNITS)
def test_no_unit_with_few_cases_is_shown_alone_nor_found_by_subtraction(
    counts: dict[str, tuple[int, int]],
) -> None:
    alone, small = together(tallies(counts))
    shown = {unit for unit, (_, denominator) in counts.items() if denominator}
    assert alone.keys() | small.keys() == shown
    assert not alone.keys() & small.keys()
    assert all(tally.denominator >= FEWEST for tally in alone.values())
    if small and alone:
        assert len(small) >= 2
        assert sum(tally.denominator for tally in small.values()) >= FEWEST


@given(UNITS, st.booleans())
def test_a_unit_ranks_behind_another_only_where_noise_cannot_be_the_reason(
    counts: dict[str, tuple[int, int]], more: bool
) -> None:
    units = tallies(counts)
    found = ranks(ranking(more=more), units)
    assert found.keys() == {unit for unit, tally in units.items() if tally.denominator >= 30}
    assert not found or min(found.values()) == 1
    for one in found:
        for other in found:
            better, worse = (wilson(units[u].numerator, units[u].denominator) for u in (one, other))
            apart = better[0] > worse[1] if more else better[1] < worse[0]
            assert not apart or found[one] < found[other]


def test_two_units_that_overlap_share_a_rank_and_a_distant_one_comes_after_both() -> None:
    units = tallies({"a": (95, 100), "b": (90, 100), "c": (40, 100), "d": (3, 3)})
    assert ranks(ranking(), units) == {"a": 1, "b": 1, "c": 3}
    assert ranks(ranking(more=False), units) == {"a": 2, "b": 2, "c": 1}


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "2026-1", "1999-12", "２０２６-01", "2026-01\0", "9" * 9999]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    assert isinstance(month_bounds(text), Refused)


def test_a_month_is_that_of_the_county_and_ends_where_the_next_begins() -> None:
    first, second = month_bounds("2026-12"), month_bounds("2027-01")
    assert isinstance(first, tuple)
    assert isinstance(second, tuple)
    assert first == (datetime(2026, 11, 30, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC))
    assert first[1] == second[0]
    assert months(datetime(2026, 12, 31, 16, tzinfo=UTC), 3) == ("2026-12", "2026-11", "2026-10")


# -- a small world, counted twice


class World:
    """Cases of March 2026, each with its own end."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.numbers: list[str] = []

    def acting(self, login: str, hours: float) -> Acting:
        now = MARCH + timedelta(hours=hours)
        return Acting(now, self.desk.acting(login).actor)

    def register(self, hours: float, **answers: object) -> str:
        given = {"body": TEXT, "phone": "13812345678", "category": "01.05.04", "sort": "help", **answers}
        taken = open_case("hotline", given, self.acting(self.desk.clerk, hours), channel="desk")
        assert isinstance(taken, Taken), taken
        self.numbers.append(taken.number)
        return taken.number

    def step(self, number: str, step: str, login: str, hours: float, **answers: object) -> None:
        acting = self.acting(login, hours) if login else self.owner(number, hours)
        taken = take(number, step, answers, acting)
        assert isinstance(taken, Taken), taken

    def owner(self, number: str, hours: float) -> Acting:
        loaded = office().load(number)
        assert loaded is not None
        return Acting(
            MARCH + timedelta(hours=hours), Actor(ActorKind.REQUESTER, owns=frozenset({loaded.case.id}))
        )

    def handled(
        self,
        start: float,
        *,
        sign: float,
        reply: float,
        solved: str,
        rating: int,
        prompted: bool = False,
        by: str = "",
    ) -> None:
        """From the first word to the callback, hours after the start."""
        number, desk = self.register(start), self.desk
        self.step(number, "dispatch", desk.dispatcher, start + 1)
        self.step(number, "sign", desk.handler, start + sign)
        self.step(number, "contact", desk.handler, start + sign + 0.5, contact_way="phone")
        self.step(
            number, "reply", desk.handler, start + reply, outcome="resolved", result="好了。", basis="现场"
        )
        self.step(number, "approve", desk.reviewer, start + reply + 1)
        answers = {"solved": solved, "rating": rating, "prompted": prompted}
        self.step(number, "answer_callback", by, start + reply + 2, **answers)


@pytest.fixture
def world(desk: Desk) -> World:
    counting.forget()
    found = World(desk)
    found.handled(0, sign=3, reply=30, solved="yes", rating=5)
    found.handled(2, sign=4, reply=40, solved="yes", rating=2)
    found.handled(1, sign=60, reply=90, solved="yes", rating=4, prompted=True)
    found.handled(3, sign=5, reply=500, solved="yes", rating=3)
    declined = found.register(5)
    found.step(declined, "decline", desk.dispatcher, 7, decline_reason="litigation", remedy="到县法院立案庭")
    withdrawn = found.register(6)
    found.step(withdrawn, "withdraw", "", 8)
    found.register(700)
    return found


def counted(name: str, period: str = "2026-03") -> Figure:
    found = figures(period, "zh-Hans", datetime.now(UTC), public=False)
    assert not isinstance(found, Refused)
    return next(figure for figure in found.figures if figure.id == name)


def bodies(number: str) -> list[dict[str, Any]]:
    """The ledger's own entries of a case: nothing that the counting itself looks at."""
    here = office()
    loaded = here.load(number)
    assert loaded is not None
    return [{"at": each.at, **json.loads(each.body)["facts"]} for each in here.journal.events(loaded.case.id)]


def ends(number: str, clock: str) -> Iterator[bool]:
    for entry in bodies(number):
        for follow in entry.get("follows", ()):
            if follow["is"] == "clock_ended" and follow["clock"] == clock:
                yield bool(follow.get("kept", False))


def test_figures_equal_what_is_counted_by_hand_from_the_ledger(world: World) -> None:
    steps = {number: [entry["step"] for entry in bodies(number)] for number in world.numbers}
    answers = {
        n: entry["facts"] for n in world.numbers for entry in bodies(n) if entry["step"] == "answer_callback"
    }
    rated = [facts for facts in answers.values() if not facts.get("prompted")]
    satisfied = counted("satisfaction_rate")
    assert (satisfied.numerator, satisfied.denominator) == (sum(f["rating"] >= 3 for f in rated), len(rated))
    assert satisfied.excluded == (("被要求评好的", 1),) or [n for _, n in satisfied.excluded] == [1]

    settled = [n for n in world.numbers if {"answer_callback", "decline", "withdraw"} & set(steps[n])]
    declined = counted("declined_share")
    assert (declined.numerator, declined.denominator) == (
        sum("decline" in steps[n] for n in settled),
        len(settled),
    )

    signed = counted("signed_on_time")
    kept = [next(iter(ends(number, "sign"))) for number in world.numbers if "sign" in steps[number]]
    assert (signed.numerator, signed.denominator) == (sum(kept), len(kept))
    assert 0 < signed.numerator < signed.denominator, "one was signed late"

    handled = counted("handled_on_time")
    replies = [list(ends(number, "handle")) for number in world.numbers if "reply" in steps[number]]
    assert (handled.numerator, handled.denominator) == (sum(all(laps) for laps in replies), len(replies))


def test_what_was_done_before_its_month_began_counts_in_the_month_in_which_it_fell_due(world: World) -> None:
    assert counted("handled_on_time", "2026-04").denominator == 0
    world.handled(24 * 28, sign=3, reply=20, solved="yes", rating=5)  # all over by the last evening of March
    counting.forget()
    april = counted("handled_on_time", "2026-04")
    assert (april.numerator, april.denominator) == (1, 1)


def test_every_unit_adds_up_to_the_county(world: World) -> None:
    found = figures("2026-03", "zh-Hans", datetime.now(UTC), public=False)
    assert not isinstance(found, Refused)
    for figure in found.figures:
        if figure.units:
            assert sum(unit.denominator for unit in figure.units) == figure.denominator
            assert sum(unit.numerator for unit in figure.units) == figure.numerator


def test_a_month_is_told_apart_from_one_that_is_not_over_or_has_not_begun(world: World) -> None:
    after, end = timedelta(seconds=1), datetime(2026, 3, 31, 16, tzinfo=UTC)
    over, running = (figures("2026-03", "zh-Hans", at, public=False) for at in (end, end - after))
    assert not isinstance(over, Refused) and over.complete
    assert not isinstance(running, Refused) and not running.complete
    assert running.as_of == end - after
    untold = figures("2026-03", "zh-Hans", end - after)
    assert isinstance(untold, Refused) and untold.code == "disclosure.month_running"
    ahead = figures("2026-04", "zh-Hans", end - after)
    assert isinstance(ahead, Refused) and ahead.code == "disclosure.month_ahead"
    assert not isinstance(figures("2026-04", "zh-Hans", end, public=False), Refused)


def test_the_public_reads_what_was_released_and_nothing_that_was_counted_since(world: World) -> None:
    now = datetime.now(UTC)
    untold = figures("2026-03", "en", now)
    assert isinstance(untold, Refused) and untold.code == "disclosure.not_released"
    done = published(world.desk)
    inside = figures("2026-03", "en", now, public=False)
    outside = figures("2026-03", "en", now)
    assert not isinstance(inside, Refused) and not isinstance(outside, Refused)
    assert outside.released is not None and outside.released.digest == done.digest
    pairs = list(zip(inside.figures, outside.figures, strict=True))
    assert any(0 < one.sample_size < FEWEST for one, _ in pairs)
    for one, other in pairs:
        if 0 < one.sample_size < FEWEST:
            assert other.denominator == 0 and (other.few or other.why)
            assert (other.numerator, other.units, other.excluded) == (0, (), ())
        elif not other.why:
            same = ("rate", "numerator", "denominator", "sample_size", "low", "high", "excluded")
            assert all(getattr(one, name) == getattr(other, name) for name in same)
    another = world.register(10)
    world.step(
        another, "decline", world.desk.dispatcher, 12, decline_reason="litigation", remedy="到县法院立案庭"
    )
    assert counted("declined_share").denominator == 7
    assert figures("2026-03", "en", now) == outside


def test_a_month_in_which_nothing_happened_says_so_and_divides_by_nothing(world: World) -> None:
    quiet = counted("satisfaction_rate", "2024-02")
    assert (quiet.rate, quiet.denominator, quiet.units) == ("本月没有", 0, ())


def test_what_somebody_says_who_rang_without_having_been_drawn_counts_in_no_rate(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = counted("resolution_rate")
    for lot in (99, 0):
        let_lots_be(monkeypatch, [lot])
        world.handled(9, sign=3, reply=30, solved="yes", rating=5, by=world.desk.clerk)
    after = counted("resolution_rate")
    assert (after.numerator, after.denominator) == (before.numerator + 1, before.denominator + 1)
    assert ("没抽中、来电由坐席代记的", 1) in after.excluded


def test_a_month_is_counted_again_after_the_ledger_has_grown(world: World) -> None:
    before = counted("declined_share")
    another = world.register(10)
    world.step(
        another, "decline", world.desk.dispatcher, 12, decline_reason="litigation", remedy="到县法院立案庭"
    )
    after = counted("declined_share")
    assert (after.numerator, after.denominator) == (before.numerator + 1, before.denominator + 1)
