"""What was put down long after it happened says so: a deadline may have been kept by it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk_ground import Desk, county, desk
from tongban.apps.casework.story import story
from tongban.apps.casework.whole import Whole, whole
from tongban.apps.office import office

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]


def put_down(desk: Desk, hours: tuple[float, ...], language: str = "zh-Hans") -> list[str]:
    """What the story of a signed case says, oldest first, when its steps were put down so many hours after they happened."""
    here, acting = office(), desk.acting("liuzeyu")
    found = whole(desk.signed(), acting, here)
    assert isinstance(found, Whole), found
    wording = here.wording(found.case.adoption, language)
    recorded = {e.seq: e.at + timedelta(hours=n) for e, n in zip(found.events, hours, strict=True)}
    kind = wording.procedure.kinds[found.case.kind]
    lines = story(
        found.events, found.contents, wording, kind, acting.now, resident=False, person="", recorded=recorded
    )
    return [line.put_down for line in reversed(lines)]


def test_a_step_put_down_at_once_says_nothing(desk: Desk) -> None:
    assert put_down(desk, (0, 0, 0.5)) == ["", "", ""]


def test_a_step_put_down_hours_later_says_when(desk: Desk) -> None:
    first, second, third = put_down(desk, (0, 0, 30))
    assert (first, second) == ("", "") and third.endswith(" 补记")
    assert put_down(desk, (0, 0, 30), "en")[2].startswith("put down ")


def test_a_case_that_came_in_whole_from_an_old_list_says_nothing_at_every_step(desk: Desk) -> None:
    assert put_down(desk, (5000, 5000, 5000)) == ["", "", ""]


def test_when_a_step_came_into_the_ledger_is_read_with_the_case(desk: Desk) -> None:
    found = whole(desk.signed(), desk.acting("liuzeyu"), office())
    assert isinstance(found, Whole)
    assert sorted(found.recorded) == [each.seq for each in found.events]
    assert all(found.recorded[each.seq] >= each.at - timedelta(seconds=5) for each in found.events)
