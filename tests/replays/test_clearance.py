"""73 buildings, 2,111 households: signed on day 24, vacated on day 27, through the kernel and through the store."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from clearance_ground import (
    BUILDINGS,
    FLATS,
    SIGNED_BY,
    VACATED_BY,
    Campaign,
    begun,
    day,
    flats,
    households,
    prepare,
    walk,
)

from tongban.kernel.commands import Subcases
from tongban.store.intake import intake
from tongban.store.journal import Journal
from tongban.store.keys import Lookup
from tongban.store.tallies import keys_below, tallies

KEY = ("building", "entrance", "flat")


def counted(campaign: Campaign, step: str) -> Counter[int]:
    """How many households took a step, by the day of the campaign."""
    began = day(1).date()
    events = campaign.history.events[campaign.id]
    return Counter((each.at.date() - began).days + 1 for each in events if each.step == step)


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    found = begun()
    prepare(found)
    for _ in walk(found):
        pass
    return found


def test_the_register_is_the_one_that_was_reported() -> None:
    rows = [flat.row for flat in flats()]
    assert (len(rows), len({row["building"] for row in rows})) == (FLATS, BUILDINGS)
    assert len({tuple(row[name] for name in KEY) for row in rows}) == FLATS
    assert round(FLATS * 10 / BUILDINGS) == 289  # 28.9 a building


def test_all_are_signed_on_day_24_and_vacated_on_day_27(campaign: Campaign) -> None:
    signed, vacated = counted(campaign, "sign"), counted(campaign, "vacate")
    assert (signed.total(), max(signed)) == (FLATS, SIGNED_BY)
    assert (vacated.total(), max(vacated)) == (FLATS, VACATED_BY)
    assert round(FLATS / SIGNED_BY) == 88  # a day
    assert counted(campaign, "take_effect") == {SIGNED_BY: 1}
    assert campaign.history.cases[campaign.id].stage == "moving"


def test_nobody_moved_out_before_being_compensated(campaign: Campaign) -> None:
    paid: set[str] = set()
    for event in campaign.history.events[campaign.id]:
        if event.step == "pay":
            paid.add(event.case)
        assert event.step != "vacate" or event.case in paid


def test_no_owner_is_named_outside_their_own_household(campaign: Campaign) -> None:
    named = {each.case for each in campaign.history.events[campaign.id] if each.identity}
    assert named == set(households(campaign))
    assert "甲" not in str([each.facts for each in campaign.history.events[campaign.id]])


@pytest.mark.database
@pytest.mark.django_db
def test_the_store_counts_what_the_kernel_counted(campaign: Campaign) -> None:
    county = campaign.history.county.code
    journal = Journal(county, Lookup(b"k" * 32))
    stored = intake(journal, campaign.history.appends(), datetime.now(UTC) + timedelta(days=365))
    assert stored == 1
    names = ("of.household", "of.obstacle", "took.sign", "took.vacate", "took.settle_up", "said.consents")
    assert tallies(journal, campaign.id, names) == {
        "of.household": FLATS, "of.obstacle": 0, "took.sign": FLATS, "took.vacate": FLATS, "took.settle_up": 0,
        "said.consents": FLATS,
    }  # fmt: skip
    assert tallies(journal, campaign.id, ()) == {}
    keys = keys_below(journal, campaign.id, "household", KEY)
    assert keys == {tuple(str(flat.row[name]) for name in KEY) for flat in flats()}
    [loaded] = journal.load(ids=[campaign.id])
    assert loaded.subcases == Subcases(FLATS, FLATS)
    assert loaded.case == campaign.history.cases[campaign.id]
