"""What a practice rests on must be in force on the day on which it is adopted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec.structs import replace
from test_studio import ADMINISTRATOR, body, reader

from desk_ground import Desk, county, desk
from scenario_ground import ROOT
from tongban.apps.adoption import drafts
from tongban.apps.adoption.adopting import Adopted, adopt
from tongban.apps.adoption.basis import unfounded
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.library.checking import check
from tongban.library.practice import Practice
from tongban.library.reading import read_packed, read_practice

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

BASIS = "  - {title: 某办法, document: 某号, title_en: Some rules, document_en: No. 1, since: SINCE}\n"


def resting_on(*since: str) -> Practice:
    """The contest, on documents that begin on these days and on nothing else."""
    read = read_practice(ROOT / "practices" / "contest")
    assert isinstance(read, Practice)
    kept, inside = [], False
    for line in read.files["practice.yaml"].splitlines(keepends=True):
        inside = line.startswith("legal_basis:") or (inside and line.startswith((" ", "-", "#")))
        if not inside:
            kept.append(line)
    told = "".join(BASIS.replace("SINCE", each) for each in since)
    found = read_packed({**read.files, "practice.yaml": f"{''.join(kept)}legal_basis:\n{told}"})
    assert isinstance(found, Practice), found
    return found


def test_a_practice_whose_only_basis_begins_later_is_not_adopted_before_that_day(desk: Desk) -> None:
    acting = desk.acting(ADMINISTRATOR)
    later = (local_date(acting.now) + timedelta(days=40)).isoformat()
    practice = resting_on(later)
    assert check(practice) == ()  # the folder is sound on every day
    refused = adopt(practice, {}, (), acting)
    assert isinstance(refused, Refused)
    assert (refused.code, refused.facts["day"]) == ("adoption.basis_not_begun", later)
    assert isinstance(adopt(practice, {}, (), replace(acting, now=acting.now + timedelta(days=41))), Adopted)


def test_one_that_begins_later_beside_one_in_force_is_said_and_hinders_nothing() -> None:
    today = date(2026, 5, 4)
    assert unfounded(resting_on("2020-01-01", "2030-01-01"), today) == ()
    assert [each.code for each in unfounded(resting_on("2030-01-01"), today)] == ["adoption.basis_not_begun"]


def test_beside_a_draft_stands_that_its_basis_begins_later(desk: Desk) -> None:
    acting = desk.acting(ADMINISTRATOR)
    begun = drafts.begin(resting_on("2999-01-01"), "contest", acting)
    assert not isinstance(begun, Refused), begun
    page = body(reader(ADMINISTRATOR).get("/studio/contest/draft/"))
    assert "到 2999年1月1日 才施行" in page or "到 2999-01-01 才施行" in page
    assert "没有毛病" not in page
    assert "才施行" in body(reader(ADMINISTRATOR).get("/studio/contest/?of=draft"))
