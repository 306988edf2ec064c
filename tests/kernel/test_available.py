"""What a page offers, whom a case waits for, and what is drawn of it."""

from __future__ import annotations

from procedure_builder import clock, kind, step
from rich_practice import COUNTY, MONDAY, RICH
from story import CLERK, SUN, ZHAO, Story, at

from tongban.kernel.clock import Unit
from tongban.kernel.commands import Scene, Subcases
from tongban.kernel.procedure.available import (
    Available,
    available,
    foremost,
    rests,
    turn,
    waited_for,
    waits_on,
)
from tongban.kernel.procedure.drawing import drawing
from tongban.kernel.procedure.model import Join, Trigger
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


def test_what_a_stage_is_there_for_is_offered_first_and_makes_its_takers_the_ones_waited_for() -> None:
    office = kind(
        "office",
        "open>answer parked done!",
        step("register", "", "open", "@anyone"),
        step("park", "open", "parked", "clerk@home"),
        step("answer", "open", "done", "handler@holder"),
        step("resume", "parked", "open", "clerk@home"),
    )
    assert [waited_for(office, "open", role) for role in ("handler", "clerk")] == [True, False]
    offered = (Available("park"), Available("answer"))
    assert foremost(office, "open", offered) == "answer"
    assert foremost(office, "open", (Available("park"),)) == ""
    assert foremost(office, "open", (Available("answer", Refused("step.condition")),)) == ""


def test_what_lasts_on_purpose_is_nobodys_turn() -> None:
    """A public notice, the term of a contract: what may be done meanwhile presses nobody, but the requester may have their say."""
    notice = kind(
        "notice",
        "open noticed running parked done!",
        step("register", "", "open", "@anyone"),
        step("release", "open", "noticed", "leader@home"),
        step("objected", "noticed", "open", "handler@home"),
        step("over", "noticed", "running", "@system"),
        step("tell_trouble", "running", "done", "@requester handler@home"),
        step("expire", "running", "done", "@system"),
        step("remind", "open parked", "", "@system"),
        step("park", "open", "parked", "leader@home"),
        step("take_up", "parked", "open", "handler@home"),
        clock("promise", "open", "5 working_days", ("due", "remind")),
        clock("parking", "parked", "5 calendar_days", ("due", "remind"), lasts=True),
        clock("notice", "noticed", "7 calendar_days", ("due", "over"), lasts=True),
        clock("term", "running", "90 calendar_days", ("due", "expire"), lasts=True),
    )
    assert [stage for stage in notice.stages if rests(notice, stage)] == ["noticed", "running"]
    assert waited_for(notice, "open", "leader")
    assert waited_for(notice, "parked", "handler"), (
        "whose time is over without anything that follows needs somebody"
    )
    assert not any(waited_for(notice, stage, "handler") for stage in ("noticed", "running"))
    assert foremost(notice, "noticed", (Available("objected"),)) == ""
    assert foremost(notice, "running", (Available("tell_trouble"),)) == "tell_trouble"


def test_a_term_of_the_requesters_is_told_as_nobodys_turn_though_their_time_runs() -> None:
    lease = kind(
        "lease",
        "asked living over!",
        step("register", "", "asked", "@anyone"),
        step("answer", "asked", "living", "@requester"),
        step("tell", "living", "asked", "@requester"),
        step("end", "asked living", "over", "@system"),
        clock("answering", "asked", "5 working_days", ("due", "end"), owner="requester"),
        clock("term", "living", "90 calendar_days", ("due", "end"), lasts=True, owner="requester"),
    )
    assert (waits_on(lease, "living"), turn(lease, "living")) == ("requester", "nobody")
    assert turn(lease, "asked") == "requester"


def test_a_case_that_follows_another_waits_for_nobody() -> None:
    joined = kind(
        "joined",
        "open merged>follow done!",
        step("register", "", "open", "@anyone"),
        step("merge", "open", "merged", "clerk@home", Join("into")),
        step("split", "merged", "open", "clerk@home"),
        step("follow", "merged", "done", "@system", on=Trigger.JOINED_SETTLED),
        clock("promise", "open merged", "5 working_days", ("due", "remind")),
    )
    assert waits_on(joined, "merged") == "joined"
    assert not waited_for(joined, "merged", "clerk")


def test_a_stage_that_names_nothing_waits_for_the_first_step_that_leads_on() -> None:
    appeal = RICH.kinds["appeal"]
    first = next(s for s in appeal.steps_from("working") if any(b.to not in ("", "working") for b in s.to))
    assert appeal.next_from("working") == (first,)
    assert appeal.next_from("closed") == ()


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
