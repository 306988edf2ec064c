"""What a page offers, whom a case waits for, and what is drawn of it."""

from __future__ import annotations

from rich_practice import COUNTY, MONDAY, RICH
from story import CLERK, SUN, ZHAO, Story, at

from tongban.kernel.clock import Unit
from tongban.kernel.commands import Scene, Subcases
from tongban.kernel.procedure.available import available, waits_on
from tongban.kernel.procedure.drawing import drawing
from tongban.kernel.refusal import Refused


def test_a_condition_on_an_answer_still_to_come_blocks_nothing() -> None:
    story = Story(category="01.01").then("dispatch", CLERK)
    scene = Scene(COUNTY, story.now, subcases=Subcases(1, 1))
    offers = {offer.step_id: offer.refusal for offer in available(RICH, story.case, ZHAO, scene)}
    assert offers["reply"] == Refused("step.condition", "reply", {"condition": "helped"})
    offers = {
        offer.step_id: offer.refusal for offer in available(RICH, story.case, ZHAO, Scene(COUNTY, story.now))
    }
    assert offers["reply"] is None
    assert offers["contest"] == Refused("step.condition", "contest", {"condition": "returned"})
    assert "dispatch" not in offers
    assert "grant" not in offers


def test_a_step_used_up_is_shown_with_its_reason() -> None:
    story = Story(category="01.01").then("dispatch", CLERK).then("return_case", ZHAO)
    story.then("redispatch", CLERK, unit="urban")
    offers = {
        offer.step_id: offer.refusal for offer in available(RICH, story.case, SUN, Scene(COUNTY, story.now))
    }
    assert offers["return_case"] == Refused("step.too_often", "return_case", {"at_most": 1})
    assert offers["contest"] is None


def test_a_stage_waits_for_the_owner_of_its_narrowest_clock() -> None:
    appeal = RICH.kinds["appeal"]
    assert [waits_on(appeal, stage) for stage in ("working", "returned", "closed", "archived")] == [
        "holder", "home", "requester", "holder",
    ]  # fmt: skip


def test_a_drawing_shows_the_way_the_clock_and_what_comes_next() -> None:
    story = Story(category="01.01").then("dispatch", CLERK)
    travelled = (("registered", MONDAY), ("working", story.now), ("working", story.now))
    drawn = drawing(RICH.kinds["appeal"], story.case, at("2026-09-24T09:00"), COUNTY.calendar, travelled)
    assert [each.stage for each in drawn.travelled] == ["registered", "working"]
    assert drawn.holder == "housing"
    assert drawn.clock is not None
    assert (drawn.clock.id, drawn.clock.used, drawn.clock.allowed, drawn.clock.unit) == (
        "handle", 2, 5, Unit.WORKING_DAYS,
    )  # fmt: skip
    assert (drawn.clock.percent, drawn.clock.late, drawn.clock.promise) == (40, False, True)
    assert ("reply", "replied") in {(move.step, move.to) for move in drawn.next}
    assert drawn.phases[0].title == "phases.phase"


def test_a_drawing_without_a_case_is_the_whole_loop_and_nothing_else() -> None:
    drawn = drawing(RICH.kinds["appeal"], None, MONDAY, COUNTY.calendar)
    assert (drawn.stage, drawn.holder, drawn.next, drawn.clock, drawn.travelled) == ("", "", (), None, ())
    assert {move.step for move in drawn.moves} == set(RICH.kinds["appeal"].steps)
