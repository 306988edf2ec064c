"""Two practices that declare the same register meet in it: who rents a stretch is not its chief, whichever came first."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tongban.kernel.commands import ActorKind
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.calendars import read_calendars
from tongban.library.counties import scenario_county
from tongban.library.reading import read_practice
from tongban.library.story.rehearsal import Rehearsal
from tongban.library.story.runner import Act, By, Ground, Opens

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OPERATOR, OTHER = "13800138000", "13900139000"


def rehearsal(name: str, beside: Rehearsal | None = None) -> Rehearsal:
    """A practice in the county of the stories; ``beside`` another one whose registers are the county's, too."""
    practice, calendar = read_practice(ROOT / "practices" / name), read_calendars(ROOT / "calendars" / "cn")
    assert not isinstance(practice, Refused) and not isinstance(calendar, Refused)
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused)
    found = Rehearsal(Ground(practice, {}, procedure, scenario_county(calendar), NOW))
    if beside is not None:
        found.registers = beside.registers
    return found


def by(role: str) -> By:
    return By(ActorKind.PERSON, f"{role}@town_a", role, "town_a")


def name(county: Rehearsal, phone: str) -> Refused | None:
    answers = {
        "reach_code": "R-01", "reach_level": "village",
        "division": "330899101201", "chief_unit": "village_a1", "chief_name": "林大河", "chief_post": "书记",
        "phone": phone, "operates_here": False, "water": "小溪", "length_m": 900, "board_phone": "1", "watch_phone": "2",
        "chief_duties": "巡河", "goal": "不黑不臭", "public_text": "小溪",
    }  # fmt: skip
    county.names.pop("chief", None)
    return county.open(
        Act("chief", "draft", by("handler"), NOW, answers), Opens("chief", "town_a", "330899", "desk")
    ).refused


def confirm(county: Rehearsal) -> Refused | None:
    return county.step(Act("chief", "confirm", by("leader"), NOW, {})).refused


def chief(county: Rehearsal, phone: str) -> Refused | None:
    return name(county, phone) or confirm(county)


def draft(county: Rehearsal, phone: str) -> Refused | None:
    answers = {
        "reach_code": "R-01", "title": "下坝段承包", "operator": "林大河", "phone": phone, "related": False, "way": "tender", "first_day": "2026-04-01",
        "years_let": 5, "rent": "9000.00", "deposit": "3000.00", "duties": "三天清一次",
    }  # fmt: skip
    county.registers["reach", "R-01"] = {
        "village": "village_a1",
        "length_m": 900,
        "years": 5,
        "least_rent": 0,
    }
    return county.open(
        Act("let", "draft", by("handler"), NOW, answers), Opens("contract", "town_a", "330899", "desk")
    ).refused


def sign(county: Rehearsal) -> Refused | None:
    signed = {"last_day": "2031-03-31", "contract_number": "HQ-1"}
    return county.step(Act("let", "sign", by("leader"), NOW, signed)).refused


def let(county: Rehearsal, phone: str) -> Refused | None:
    return draft(county, phone) or sign(county)


@pytest.mark.parametrize(("phone", "refused"), [(OPERATOR, True), (OTHER, False)])
def test_who_rents_a_stretch_is_not_named_its_chief(phone: str, refused: bool) -> None:
    rights = rehearsal("river_right")
    assert let(rights, OPERATOR) is None
    said = chief(rehearsal("river_chief", rights), phone)
    assert (said.facts["condition"] if said is not None else "") == ("not_the_operator" if refused else "")


@pytest.mark.parametrize(("phone", "refused"), [(OPERATOR, True), (OTHER, False)])
def test_who_is_chief_of_a_reach_does_not_rent_it(phone: str, refused: bool) -> None:
    chiefs = rehearsal("river_chief")
    assert chief(chiefs, OPERATOR) is None
    said = let(rehearsal("river_right", chiefs), phone)
    assert (said.facts["condition"] if said is not None else "") == ("not_the_chief" if refused else "")


@pytest.mark.parametrize(("phone", "refused"), [(OPERATOR, True), (OTHER, False)])
def test_drafted_side_by_side_whoever_signed_first_is_not_confirmed_as_chief(
    phone: str, refused: bool
) -> None:
    rights = rehearsal("river_right")
    chiefs = rehearsal("river_chief", rights)
    assert draft(rights, OPERATOR) is None
    assert name(chiefs, phone) is None
    assert sign(rights) is None
    said = confirm(chiefs)
    assert (said.facts["condition"] if said is not None else "") == ("not_the_operator" if refused else "")


@pytest.mark.parametrize(("phone", "refused"), [(OPERATOR, True), (OTHER, False)])
def test_drafted_side_by_side_whoever_was_confirmed_first_does_not_sign(phone: str, refused: bool) -> None:
    chiefs = rehearsal("river_chief")
    rights = rehearsal("river_right", chiefs)
    assert draft(rights, phone) is None
    assert name(chiefs, OPERATOR) is None
    assert confirm(chiefs) is None
    said = sign(rights)
    assert (said.facts["condition"] if said is not None else "") == ("not_the_chief" if refused else "")
