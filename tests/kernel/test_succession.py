"""A unit ends while it has a part in a case: whoever took over has that part, and nothing else changes."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich_practice import COUNTY, MONDAY, person
from test_sums import PRACTICE, granted, take

from tongban.kernel.case import Case, Mandate
from tongban.kernel.commands import Command, Scene
from tongban.kernel.county import County, Level, Unit
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.evolve import evolve
from tongban.kernel.procedure.ladder import succeed
from tongban.kernel.record import deed, event_from
from tongban.kernel.refusal import Refused

NAMES = ("office", "a", "b", "c", "d")
UNITS = st.sampled_from(NAMES)
AFTER = st.dictionaries(UNITS, UNITS, max_size=4)
"""Who took over from whom; some chains, some circles."""


def county(ended: dict[str, str]) -> County:
    there = {
        each: Unit(each, Level.COUNTY, COUNTY.code, "", "department") for each in NAMES if each not in ended
    }
    return replace(COUNTY, units=there, succeeded=ended)


def parts(case: Case) -> set[str]:
    lent = {unit for each in case.mandates if each.ended is None for unit in (each.unit, each.giver)}
    return {case.home, case.holder, case.previous_holder, *case.recused, *lent}


@given(AFTER, UNITS, UNITS, UNITS, UNITS, UNITS)
def test_whoever_took_over_has_every_part_and_clocks_number_and_history_stay(
    ended: dict[str, str], home: str, holder: str, previous: str, lent: str, about: str
) -> None:
    mandate = Mandate("m", lent, ("pay",), MONDAY, giver=home)
    over = replace(mandate, id="over", ended=MONDAY)
    before = replace(
        granted(100),
        home=home,
        holder=holder,
        previous_holder=previous,
        recused=(about,),
        mandates=(mandate, over),
    )
    here = county(ended)
    assume(all(here.present(unit) in here.units for unit in NAMES))
    decided = succeed(before, Scene(here, MONDAY + timedelta(hours=1)), dict.fromkeys(ended, "会议纪要"))
    moved = {unit for unit in parts(before) if here.present(unit) != unit}
    if decided is None:
        assert not moved
        return
    (event,), (after,) = decided.events, decided.cases
    assert parts(after) == {here.present(unit) for unit in parts(before)}
    assert event_from(event.case, event.seq, event.at, _json(deed(event)), ()) == event
    assert evolve(before, event) == after
    assert (after.clocks, after.number, after.facts, after.doers, after.stage) == (
        before.clocks, before.number, before.facts, before.doers, before.stage,
    )  # fmt: skip
    assert next(each for each in after.mandates if each.id == "over") == over
    assert {each.unit for each in event.follows} == moved  # type: ignore[union-attr]
    assert succeed(after, Scene(here, MONDAY + timedelta(hours=2)), {}) is None


def _json(value: object) -> object:
    import msgspec

    return msgspec.json.decode(msgspec.json.encode(value))


def test_a_case_that_is_still_written_down_for_the_old_unit_is_acted_on_by_its_successor_alone() -> None:
    case = granted(100)
    here = replace(COUNTY, units={**county({}).units, "next": Unit("next", Level.COUNTY, COUNTY.code)})
    here = replace(
        here, units={k: u for k, u in here.units.items() if k != "office"}, succeeded={"office": "next"}
    )
    command, scene = Command("pay", {"paid": 1, "on": "2026-03-02"}), Scene(here, MONDAY)
    new = decide(PRACTICE, case, command, person("lin", "handler@next"), scene)
    old = decide(PRACTICE, case, command, person("chen", "handler@office"), scene)
    assert isinstance(new, Decided), new
    assert isinstance(old, Refused) and old.code == "authority.not_yours"
    assert isinstance(take(case, "pay", paid=1, on="2026-03-02"), Decided)
