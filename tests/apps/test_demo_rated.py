"""The demo county's ratings: three matters of the service hall, rated well, put right, and wrongly pressed."""

from __future__ import annotations

import pytest

from demo_ground import lived
from tongban.kernel.case import Case


@pytest.fixture(scope="module")
def ratings() -> list[Case]:
    cases = lived(1).history.cases.values()
    return sorted((case for case in cases if case.kind == "rating"), key=lambda case: case.opened_at)


def test_each_matter_that_ended_may_be_rated_once(ratings: list[Case]) -> None:
    about = [case.about for case in ratings]
    assert len(ratings) >= 3 and len(set(about)) == len(about) and all(about)


def test_one_is_rated_well_one_is_put_right_and_one_is_left_out(ratings: list[Case]) -> None:
    rated = [
        (case.outcome, case.facts["rating"], case.facts.get("again_rating"))
        for case in ratings
        if "rating" in case.facts
    ]
    assert rated == [("good", 5, None), ("rectified", 2, 4), ("left_out", 1, None)]
    assert {case.facts["through"] for case in ratings if "rating" in case.facts} == {"code", "web"}


def test_who_took_the_matter_through_has_no_part_in_its_rating(ratings: list[Case]) -> None:
    for case in ratings:
        took_part = set(case.doers["hear"])
        assert took_part and not took_part & {
            each for step, done in case.doers.items() if step != "hear" for each in done
        }
