"""Cases of the past go on here: late as they are, without the alarms of a time when nobody here knew of them."""

from __future__ import annotations

from datetime import timedelta

from procedure_builder import clock, matter
from rich_practice import COUNTY
from story import CLERK, DAY, HOUR, Story, at

from tongban.kernel.case import Case
from tongban.kernel.commands import Scene
from tongban.kernel.events import Noticed
from tongban.kernel.procedure.ladder import take_over

REMINDED = clock(
    "handle", "registered working checking", "5 working_days",
    ("-24 hours", "remind"), ("due", "remind"), ("5 working_days", "remind"), promise=True,
)  # fmt: skip
DUE = at("2026-09-29T00:00")


def taken_over(story: Story, after: timedelta) -> Case | None:
    decided = take_over(story.told, story.case, Scene(COUNTY, DUE + after))
    if decided is None:
        return None
    (event,) = decided.events
    assert event.step == "taken_over" and event.source == event.to == story.case.stage
    assert not [each for each in event.follows if isinstance(each, Noticed)]
    story.case, story.now = decided.cases[0], event.at
    return story.case


def test_what_was_due_before_stays_late_and_only_later_rungs_are_climbed() -> None:
    story = Story(matter(REMINDED), category="01.01").then("dispatch", CLERK)
    case = taken_over(story, 2 * DAY)
    assert case is not None and case.due() == DUE, "no due date moves"
    assert [name for name, _ in story.swept(DUE + 60 * DAY)] == ["remind"], "the two before are left out"
    assert story.case.facts == {"category": "01.01"}


def test_a_ladder_that_lies_ahead_is_left_alone() -> None:
    story = Story(matter(REMINDED), category="01.01").then("dispatch", CLERK)
    assert taken_over(story, -3 * DAY) is None
    assert len(story.swept(DUE + 60 * DAY)) == 3


def test_a_rung_that_does_more_than_tell_somebody_is_never_left_out() -> None:
    story = Story(category="01.01").then("dispatch", CLERK)
    assert taken_over(story, 60 * DAY) is not None
    assert story.case.wake() == DUE + DAY, "on the day after it goes to the superior"
    assert story.swept(DUE + 60 * DAY + HOUR)[0][0] == "raise"


def test_taking_over_twice_changes_nothing_more() -> None:
    story = Story(matter(REMINDED), category="01.01").then("dispatch", CLERK)
    assert taken_over(story, DAY) is not None
    assert taken_over(story, 2 * DAY) is None
