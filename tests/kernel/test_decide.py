"""Decisions one by one: what a step does, what it refuses, and what follows."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from msgspec import structs
from msgspec.structs import replace
from procedure_builder import (
    START,
    asks,
    branch,
    cel,
    clock,
    extended,
    form,
    kind,
    limit,
    matter,
    step,
)
from rich_practice import COUNTY, MONDAY, OTHER_CALENDAR, RICH, opening, person
from story import CLERK, DAY, HOUR, LI, LIN, QIAN, SUN, WU, ZHAO, ZHENG, Story, at

from tongban.kernel.authority import authorise
from tongban.kernel.case import Mandate
from tongban.kernel.commands import ANYBODY, SYSTEM, Actor, ActorKind, Command, Scene, Subcases
from tongban.kernel.county import Duty, DutyKind
from tongban.kernel.draws import Draws
from tongban.kernel.events import Doer, Drawn, Held, SubcaseOpened
from tongban.kernel.expression import Expression, compile_expression
from tongban.kernel.expression import Kind as ValueKind
from tongban.kernel.form import AskedOf
from tongban.kernel.procedure.available import available
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.evolve import Draft, evolve
from tongban.kernel.procedure.ladder import recalculate
from tongban.kernel.procedure.model import (
    Extend,
    Hold,
    LimitRule,
    Notify,
    OpenSubcases,
    Procedure,
    Settle,
)
from tongban.kernel.procedure.sight import Sight
from tongban.kernel.refusal import Refused
from tongban.kernel.routing import may_hold, route

# -- opening and going on


def test_a_case_begins_with_the_step_that_opens_it() -> None:
    story = Story(category="01.01")
    assert (story.case.stage, story.case.holder, story.case.seq) == ("registered", "centre", 1)
    assert story.last.events[0].opened is not None
    assert story.case.facts == {"category": "01.01"}
    assert story.case.given == {"body"}


def test_the_requester_opens_a_case_without_having_proved_anything_yet() -> None:
    asked = matter(step("register", "", "registered", "@requester", form="intake"))
    assert Story(asked).case.stage == "registered"


def test_later_the_requester_must_have_proved_that_the_case_is_theirs() -> None:
    story = Story()
    assert story.refused("withdraw", ANYBODY) == "authority.not_yours"
    assert (
        story.then("withdraw", Actor(ActorKind.REQUESTER, owns=frozenset({"case"}))).case.outcome
        == "withdrawn"
    )


def test_a_step_that_does_not_open_cannot_be_the_first() -> None:
    command = Command("dispatch", {}, opening("case", "1"))
    refused = decide(RICH, None, command, CLERK, Scene(COUNTY, MONDAY))
    assert isinstance(refused, Refused)
    assert refused.code == "step.not_from_here"


def test_an_opening_says_nothing_about_a_case_that_exists() -> None:
    """Nobody can slip a holder into a later step by sending an opening along with it."""
    story = Story(category="01.01").then("dispatch", CLERK)
    stolen = replace(opening("case", "2026-1"), holder="urban")
    decided = decide(RICH, story.case, Command("contact", {}, stolen), ZHAO, Scene(COUNTY, story.now))
    assert isinstance(decided, Decided)
    assert decided.cases[0].holder == "housing"


def test_routing_names_the_rule_and_the_duty_entry() -> None:
    story = Story(category="01.01").then("dispatch", CLERK)
    held = next(each for each in story.last.events[0].follows if isinstance(each, Held))
    assert held == Held("housing", "duty", "H1")


def test_an_end_lets_nothing_out_even_if_the_practice_says_so() -> None:
    """The check refuses such a practice; the kernel does not rely on it."""
    unsound = matter(step("revive", "archived closed", "working", "@anyone"))
    owner = Actor(ActorKind.REQUESTER, owns=frozenset({"case"}))
    story = Story(unsound).then("withdraw", owner).then("archive", SYSTEM)
    assert story.refused("revive", owner) == "step.case_ended"


def test_a_step_without_a_branch_that_applies_is_refused() -> None:
    unsound = matter(step("contact", "registered", (branch("working", "count.contact > 5"),), "clerk@home"))
    assert Story(unsound).refused("contact", CLERK) == "step.no_branch"


def test_an_answer_beyond_the_limits_of_expressions_is_refused_not_raised() -> None:
    looking = matter(step("contact", "registered", "", "clerk@home", needs={"small": 'subject.size != ""'}))
    story = Story(looking)
    assert story.refused("contact", CLERK, {"subject": {"size": "9" * 200_000}}) == "expression.failed"


def test_what_only_the_office_is_asked_no_resident_may_answer() -> None:
    """The clerk's own sorting stays the clerk's: the same answer is taken from one and refused from the other."""
    office = replace(asks("category", "category", required=False), asked_of=AskedOf.office)
    either = step("register", "", "registered", "@anyone clerk@home", form="intake")
    sorting = replace(
        matter(either), forms={**matter().forms, "intake": form("intake", asks("body", "text"), office)}
    )
    opened = replace(opening("case", "2026-1"), kind="matter")
    command = Command("register", {"body": "The lamp is broken", "category": "01.01"}, opened)
    refused = decide(sorting, None, command, ANYBODY, Scene(COUNTY, MONDAY))
    taken = decide(sorting, None, command, CLERK, Scene(COUNTY, MONDAY))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.where) == ("form.not_yours", "category")
    assert isinstance(taken, Decided)


def test_what_the_kernel_notes_for_itself_is_no_answer() -> None:
    """A rung whose step was refused is noted with its reason, which must not become a fact of the case."""
    idle = step(
        "nudge", "working", "", "@system", Notify("late", "superior"), needs={"again": "count.nudge > 0"}
    )
    stages, ladder = "registered working checking", (("due", "nudge"), ("1 working_days", "remind"))
    story = Story(
        matter(idle, clock("handle", stages, "5 working_days", *ladder, promise=True)), category="01.01"
    )
    story.then("dispatch", CLERK)
    assert [name for name, _ in story.swept(story.now + 40 * DAY)] == ["passed", "remind"]
    assert story.case.facts == {"category": "01.01"}


def test_a_clock_that_runs_out_leads_home_where_nobody_is_above() -> None:
    """A person who raises what cannot be raised is refused; a deadline must lead somewhere."""
    story = Story(category="01.01").then("dispatch", CLERK)
    story.then("raise", ZHENG)
    assert story.case.holder != story.case.home
    assert "raise" in [name for name, _ in story.swept(story.now + 40 * DAY)]
    assert story.case.holder == story.case.home


def test_a_matter_taken_back_from_townships_does_not_stay_with_one_by_being_sent_back() -> None:
    """Corrected while its return is looked at, it can be given to another unit, not left where it was."""
    sorting = extended(
        matter(
            step("give_back", "working", "returned", "handler@holder"),
            step("sort", "working returned", "", "clerk@home", form="sort"),
            step("keep", "returned", "working", "clerk@home"),
            step("hand_on", "returned", "working", "clerk@home", Hold("route")),
            stages="returned",
        ),
        forms=(form("sort", asks("category", "category")),),
    )
    story = Story(sorting, category="10.02").then("dispatch", CLERK)
    assert story.case.holder == "town"
    assert story.refused("sort", CLERK, category="02.09") == "routing.taken_back", (
        "not while the town works on it"
    )
    story.then("give_back", LI).then("sort", CLERK, category="02.09")
    assert story.refused("keep", CLERK) == "routing.taken_back"
    assert story.then("hand_on", CLERK).case.holder == "urban"


def test_a_gap_between_events_is_never_folded_over() -> None:
    story = Story().then("dispatch", CLERK)
    event = story.last.events[0]
    with pytest.raises(ValueError, match="does not follow"):
        evolve(story.case, event)
    with pytest.raises(ValueError, match="must open"):
        evolve(None, event)


# -- clocks


def test_the_ladder_is_climbed_at_its_moments() -> None:
    """Five working days from Monday the 21st end on Monday the 28th at 24:00; the days after are counted on,
    through the week of holidays and over the Saturday that is worked instead."""
    story = Story(category="01.01").then("dispatch", CLERK)
    assert story.case.due() == at("2026-09-29T00:00")
    assert story.swept(at("2026-10-16T00:00")) == [
        ("remind", at("2026-09-28T00:00")),
        ("remind", at("2026-09-29T00:00")),
        ("raise", at("2026-09-30T00:00")),
        ("remind", at("2026-10-11T00:00")),
    ]
    assert story.case.holder == "office"


def test_a_rung_that_comes_again_does_so_until_somebody_acts() -> None:
    nagged = matter(
        clock(
            "handle",
            "registered working checking",
            "1 working_days",
            ("due", "remind"),
            ("every 2 working_days", "remind"),
            promise=True,
        )
    )
    story = Story(nagged, since=at("2026-03-02T10:00"))
    assert story.swept(at("2026-03-12T01:00")) == [
        ("remind", at("2026-03-04T00:00")),
        ("remind", at("2026-03-06T00:00")),
        ("remind", at("2026-03-10T00:00")),
        ("remind", at("2026-03-12T00:00")),
    ]


def test_a_warning_in_working_days_comes_on_a_working_day() -> None:
    warned = matter(
        clock(
            "handle",
            "registered working checking",
            "1 working_days",
            ("-1 working_days", "remind"),
            promise=True,
        )
    )
    state = Story(warned, since=at("2026-09-25T10:00")).case.clocks[0]
    assert (state.due, state.wake) == (at("2026-09-29T00:00"), at("2026-09-26T00:00"))


def test_of_two_limits_the_later_law_counts_and_a_special_case_goes_before_both() -> None:
    limits = (
        LimitRule(limit("1 hours"), START, cel('facts.category == "99"')),
        LimitRule(limit("9 working_days"), START),
        LimitRule(limit("3 working_days"), date(2026, 1, 1)),
        LimitRule(limit("2 working_days"), date(2027, 1, 1)),
    )
    told = matter(clock("handle", "registered working checking", limits, ("due", "remind"), promise=True))
    assert Story(told).case.clocks[0].limit == limit("3 working_days")
    assert Story(told, category="99").case.clocks[0].limit == limit("1 hours")


def test_a_clock_is_stopped_only_for_a_lawful_reason_and_never_when_it_has_run_out() -> None:
    story = Story(category="01.01").then("dispatch", CLERK)
    assert story.refused("suspend", ZHAO, reason="holiday") == "clock.unlawful_reason"
    story.now = at("2026-09-29T00:00")
    assert story.refused("suspend", ZHAO, reason="hearing") == "clock.suspension_late"
    story.now -= timedelta(microseconds=1)
    story.then("suspend", ZHAO, timedelta(), reason="hearing")
    assert story.case.clocks[1].due is None


def test_a_stopped_clock_goes_on_where_it_was() -> None:
    """Stopped from the second to the third day: those two days are not counted, the holidays neither."""
    story = Story(category="01.01").then("dispatch", CLERK)
    story.then("suspend", ZHAO, DAY, reason="hearing").then("resume", ZHAO, DAY)
    assert story.case.clocks[1].due == at("2026-10-01T00:00")


def test_an_extension_asked_in_time_may_be_granted_late() -> None:
    story = Story(category="01.01").then("dispatch", CLERK)
    story.now = at("2026-09-28T23:00")
    story.then("ask", ZHAO, timedelta()).then("remind", SYSTEM, 2 * HOUR).then("grant", CLERK)
    assert story.case.clocks[1].due == at("2026-10-11T00:00")


def test_an_extension_asked_too_late_is_not_granted_by_asking_and_granting_at_once() -> None:
    at_once = matter(
        step("extend", "working", "", "reviewer@home", Extend(("handle",), limit("5 working_days")))
    )
    story = Story(at_once).then("dispatch", CLERK)
    story.now = at("2026-09-29T00:00")
    assert story.refused("extend", CLERK) == "clock.extension_late"


def test_a_new_calendar_moves_what_still_runs_and_says_so() -> None:
    story = Story(category="01.01").then("dispatch", CLERK)
    story.then("suspend", ZHAO, 2 * DAY, reason="hearing").then("resume", ZHAO, 7 * DAY)
    assert story.case.clocks[1].due == at("2026-10-13T00:00")
    scene = Scene(replace(COUNTY, calendar=OTHER_CALENDAR), story.now)
    moved = recalculate(RICH, story.case, scene)
    assert moved is not None
    assert moved.cases[0].clocks[1].due == at("2026-10-07T00:00")
    assert recalculate(RICH, moved.cases[0], scene) is None


def test_a_lap_ends_when_the_case_leaves_its_stages_and_a_new_one_begins_when_it_comes_back() -> None:
    story = Story(category="01.01").then("dispatch", CLERK).then("contact", ZHAO)
    story.then("reply", ZHAO, result_kind="resolved", result="mended").then("send_back", CLERK)
    laps = [(state.lap, state.kept) for state in story.case.clocks if state.clock == "handle"]
    assert laps == [(1, True), (2, None)]
    assert story.case.holder == "housing"


# -- subcases


def test_each_helper_gets_a_subcase_in_the_same_decision() -> None:
    story = Story(category="01.01").then("dispatch", CLERK)
    story.then("ask_help", ZHAO, units=["urban", "town"], task="look")
    parent, *children = story.last.cases
    assert [child.holder for child in children] == ["urban", "town"]
    assert [child.number for child in children] == ["2026-1-01", "2026-1-02"]
    assert all(child.parent == parent.id for child in children)
    assert children[0].facts == {"category": "01.01"}
    assert children[0].given == {"task"}
    story.then("ask_help", ZHAO, scene={"subcases": Subcases(2, 2)}, units=["village"], task="look")
    assert story.last.cases[1].number == "2026-1-03"


def test_two_kinds_of_helpers_asked_at_once_get_different_numbers() -> None:
    child = kind("help", "asked finished!", step("open", "", "asked", "@system"))
    asking = step(
        "ask", "working", (branch("", "", OpenSubcases("help", "units")),), "handler@holder",
        OpenSubcases("help", "units"), form="helpers",
    )  # fmt: skip
    told = extended(matter(asking), child, forms=(form("helpers", asks("units", "units")),))
    story = Story(told, category="01.01").then("dispatch", CLERK).then("ask", ZHAO, units=["urban"])
    opened = [each.case for each in story.last.events[0].follows if isinstance(each, SubcaseOpened)]
    assert len(set(opened)) == 2
    assert len({child.number for child in story.last.cases}) == 3


def test_a_subcase_does_not_see_its_parents_subcases() -> None:
    """Its opening decides by its own count, which is none."""
    child = kind(
        "help", "asked finished!",
        step("open", "", (branch("finished", "subcases.open > 0", Settle("odd")), branch("asked")), "@system"),
    )  # fmt: skip
    asking = step("ask", "working", "", "handler@holder", OpenSubcases("help", "units"), form="helpers")
    told = extended(matter(asking), child, forms=(form("helpers", asks("units", "units")),))
    story = Story(told, category="01.01").then("dispatch", CLERK)
    story.then("ask", ZHAO, scene={"subcases": Subcases(3, 3)}, units=["urban"])
    assert story.last.cases[1].stage == "asked"


def test_a_helper_is_neither_named_twice_nor_the_holder() -> None:
    story = Story(category="01.01").then("dispatch", CLERK)
    assert story.refused("ask_help", ZHAO, units=["housing"], task="look") == "step.subcase_unit"


def test_a_refused_subcase_refuses_the_whole_step() -> None:
    story = Story(category="02.09").then("dispatch", CLERK)
    assert story.case.holder == "urban"
    assert story.refused("ask_help", SUN, units=["housing", "town"], task="look") == "routing.taken_back"


# -- people


def test_what_the_receiving_unit_did_itself_goes_back_to_it_and_not_to_an_earlier_holder() -> None:
    story = Story(category="01.01").then("dispatch", CLERK)
    draft = Draft(story.case, story.now)
    for unit in ("centre", "centre"):  # it was given to the receiving unit, which answered it
        draft.apply(Held(unit, "chosen"))
    assert (draft.holder, draft.previous_holder) == ("centre", "centre")


def about(*, handed_up: bool = False) -> Procedure:
    """The rich practice, whose correction may say which unit the matter is about."""
    told = asks("about", "unit", required=False, again="corrected", recuses=True, handed_up=handed_up)
    fields = (*RICH.forms["intake"].fields, told)
    return extended(RICH, forms=(form("intake", *fields),))


def test_a_report_never_goes_to_whom_it_is_about_nor_to_those_below() -> None:
    told = about()
    usual = Story(told, category="01.01").then("dispatch", CLERK).case.holder
    story = Story(told, category="01.01", about=usual)
    assert story.case.recused == (usual,)
    story.then("dispatch", CLERK)
    assert not COUNTY.within(story.case.holder, (usual,))


def test_the_people_of_a_unit_that_a_case_is_about_take_no_step_on_it() -> None:
    story = Story(category="01.01").then("dispatch", CLERK)
    assert authorise(RICH.kinds["appeal"].steps["contact"], story.case, ZHAO, Scene(COUNTY, story.now))
    aside = structs.replace(story.case, recused=("housing",))
    refused = authorise(RICH.kinds["appeal"].steps["contact"], aside, ZHAO, Scene(COUNTY, story.now))
    assert isinstance(refused, Refused)
    assert refused.code == "authority.not_yours"


def test_the_receiving_unit_does_not_receive_what_is_about_itself() -> None:
    told = about()
    opened = replace(opening("case", "2026-1"), kind="appeal")
    given = {"body": "The lamp", "category": "01.01", "about": "centre"}
    decided = decide(told, None, Command("register", given, opened), ANYBODY, Scene(COUNTY, MONDAY))
    assert isinstance(decided, Refused)
    assert (decided.code, decided.facts["unit"]) == ("routing.recused_home", "centre")


@pytest.mark.parametrize(("named", "home"), [("centre", "office"), ("housing", "centre"), ("office", "")])
def test_what_is_about_the_receiver_is_received_above_where_the_practice_says_so(
    named: str, home: str
) -> None:
    opened = replace(opening("case", "2026-1"), kind="appeal")
    given = {"body": "The lamp", "category": "01.01", "about": named}
    scene = Scene(COUNTY, MONDAY)
    decided = decide(about(handed_up=True), None, Command("register", given, opened), ANYBODY, scene)
    if not home:
        assert isinstance(decided, Refused) and decided.code == "routing.recused_home"
        assert decided.facts["unit"] == named  # the unit reported, and not whoever would receive it
        return
    assert not isinstance(decided, Refused)
    case, event = decided.cases[0], decided.events[0]
    assert (case.home, case.holder, case.recused) == (home, home, (named,))
    assert event.opened is not None and event.opened.home == home
    assert case.previous_holder != named


def test_what_turns_out_later_to_be_about_the_receiver_goes_above_and_nothing_of_it_comes_back() -> None:
    told = about(handed_up=True)
    found = step("found", "registered", "", "clerk@home", form="found")
    asked = form("found", told.forms["intake"].fields[-1])
    appeal = told.kinds["appeal"]
    appeal = replace(appeal, steps={**appeal.steps, found.id: found})
    told = extended(told, appeal, forms=(asked,))
    story = Story(told, category="01.01")
    before = story.case
    assert before.home == "centre"
    story.then("found", CLERK, about="centre")
    case, event = story.case, story.last.events[0]
    assert (case.home, case.holder, case.previous_holder) == ("office", "office", "office")
    assert case.recused == ("centre",)
    assert Held("office", "handed_up") in event.follows
    assert story.refused("dispatch", CLERK) == "authority.not_yours"
    assert evolve(before, event) == case


def _always(lot: int, _: str) -> bytes:
    return bytes([lot])


def test_chance_alone_puts_a_case_into_a_sample_and_both_ways_are_kept() -> None:
    for lot, drawn, by in ((0, True, ""), (19, True, "a seed"), (20, False, "a seed"), (99, False, "")):
        story = Story(category="01.01").then("dispatch", CLERK).then("contact", ZHAO)
        story.then("reply", ZHAO, result_kind="resolved", result="mended").then(
            "approve", CLERK, scene={"draws": Draws(by, partial(_always, lot))}
        )
        assert Drawn("called", drawn, *((lot, 20, by) if by else ())) in story.last.events[0].follows
        assert story.case.drawn == (("called",) if drawn else ())


def test_a_case_that_comes_back_is_drawn_anew() -> None:
    draft = Draft(Story(category="01.01").case, MONDAY)
    for drawn in (True, True, False, True):
        draft.apply(Drawn("called", drawn))
        assert draft.drawn == (("called",) if drawn else ())


def test_it_is_known_whether_somebody_of_an_office_the_requester_or_the_system_took_a_step_last() -> None:
    names = {"took.register": ValueKind.text, "took.dispatch": ValueKind.text, "took.sign": ValueKind.text}

    def took(story: Story, step: str, who: str) -> bool:
        found = compile_expression(f'took.{step} == "{who}"', names, ValueKind.flag)
        assert isinstance(found, Expression)
        return found.holds(Sight(RICH, story.case, {}, Scene(COUNTY, story.now)))

    story = Story(category="01.01").then("dispatch", CLERK)
    assert took(story, "register", "requester")
    assert took(story, "dispatch", "person")
    assert took(story, "sign", "")
    by_system = structs.replace(story.last.events[0], seq=3, by=Doer(via="system"))
    story.case = evolve(story.case, by_system)
    assert took(story, "dispatch", "system")
    story.case = evolve(story.case, structs.replace(story.last.events[0], seq=4))
    assert took(story, "dispatch", "person")


def test_nobody_judges_their_own_work_not_even_from_another_post() -> None:
    story = Story(category="01.01").then("dispatch", CLERK).then("contact", QIAN)
    story.then("reply", QIAN, result_kind="resolved", result="mended")
    assert story.refused("approve", QIAN) == "authority.own_work"
    offers = {
        offer.step_id: offer.refusal for offer in available(RICH, story.case, QIAN, Scene(COUNTY, story.now))
    }
    assert offers["approve"] == Refused("authority.own_work", "approve", {"step": "reply"})
    assert story.then("approve", CLERK).case.outcome == "approved"


def test_borrowed_authority_works_from_its_moment_to_its_last_and_is_named() -> None:
    story = Story(category="01.01").then("dispatch", CLERK)
    assert story.refused("contact", SUN) == "authority.not_yours"
    story.then("lend", LIN, lead="urban", until="2026-09-25")
    story.now = at("2026-09-26T00:00")
    assert story.refused("contact", SUN) == "authority.not_yours"
    story.now -= timedelta(microseconds=1)
    story.then("contact", SUN, timedelta())
    assert story.last.events[0].by.via == f"mandate:{story.case.mandates[0].id}"


def test_a_mandate_lends_the_role_that_the_step_asks_for_not_every_role() -> None:
    story = (
        Story(category="01.01").then("dispatch", CLERK).then("lend", LIN, lead="urban", until="2026-12-31")
    )
    assert story.refused("contact", person("guard", "guard@urban")) == "authority.not_yours"


def test_ones_own_post_comes_before_a_superiors_and_before_a_mandate() -> None:
    story = (
        Story(category="01.01").then("dispatch", CLERK).then("lend", LIN, lead="housing", until="2026-12-31")
    )
    story.then("contact", ZHAO)
    assert story.last.events[0].by.via == "post"
    reminding = RICH.kinds["appeal"].steps["remind"]
    doer = authorise(reminding, story.case, ZHENG, Scene(COUNTY, story.now))
    assert not isinstance(doer, Refused)
    assert doer.via == "superior"


def test_a_mandate_goes_to_a_unit_that_exists_and_ends_when_the_case_is_settled() -> None:
    story = Story(category="01.01").then("dispatch", CLERK)
    assert story.refused("lend", LIN, lead="moon", until="2026-12-31") == "form.unknown_unit"
    story.then("lend", LIN, lead="urban", until="2026-12-31")
    story.then("withdraw", Actor(ActorKind.REQUESTER, owns=frozenset({"case"})))
    assert story.case.mandates[0].ended == story.now


def test_a_mandate_on_a_case_reaches_the_cases_below_it() -> None:
    child = (
        Story(category="01.01").then("dispatch", CLERK).then("ask_help", ZHAO, units=["urban"], task="look")
    )
    below = child.last.cases[1]
    mandate = Mandate("m", "town", ("finish",), MONDAY, None, None, giver="centre")
    command = Command("finish", {"co_outcome": "done"})
    assert isinstance(decide(RICH, below, command, LI, Scene(COUNTY, child.now)), Refused)
    assert isinstance(
        decide(RICH, below, command, LI, Scene(COUNTY, child.now, mandates=(mandate,))), Decided
    )
    # Nobody lends what they have not: a unit that neither received the case nor stands above its holder.
    elsewhere = structs.replace(mandate, giver="town")
    scene = Scene(COUNTY, child.now, mandates=(elsewhere,))
    assert isinstance(decide(RICH, below, command, LI, scene), Refused)
    ended = structs.replace(mandate, ended=child.now)
    assert isinstance(decide(RICH, below, command, LI, Scene(COUNTY, child.now, mandates=(ended,))), Refused)


# -- duty lists


def test_a_village_is_bound_by_the_list_of_its_township() -> None:
    refused = may_hold(COUNTY, "village", "02.09", "assist")
    assert refused is not None
    assert refused.code == "routing.taken_back"
    assert may_hold(COUNTY, "village", "10.02", "lead") is None


def test_of_two_entries_as_exact_the_stricter_binds() -> None:
    both = replace(
        COUNTY, duties=(Duty("town", "A", DutyKind.OWN, ("05",)), Duty("town", "B", DutyKind.ASSIST, ("05",)))
    )
    refused = may_hold(both, "town", "05.01", "lead")
    assert refused is not None
    assert refused.code == "routing.assist_only"
    assert may_hold(both, "town", "05.01", "assist") is None


def test_an_owner_that_may_not_lead_the_matter_is_passed_over_for_the_next() -> None:
    """Greening is the township's, but the county took part of it back: the department gets that part."""
    rules = RICH.routing
    near = route(rules, COUNTY, "02.01", "330899101", {}, MONDAY)
    back = route(rules, COUNTY, "02.09", "330899101", {}, MONDAY)
    assert not isinstance(near, Refused)
    assert not isinstance(back, Refused)
    assert (near.unit, back.unit) == ("town", "urban")


def test_a_case_from_an_unknown_place_still_finds_the_county_department() -> None:
    found = route(RICH.routing, COUNTY, "01.01", "999999999", {}, MONDAY)
    assert not isinstance(found, Refused)
    assert found.unit == "housing"


def test_a_case_does_not_go_back_to_a_holder_who_may_no_longer_lead_it() -> None:
    correcting = step("correct", "checking", "", "clerk@home", form="corrected")
    corrected = form("corrected", asks("category", "category", again="corrected"))
    story = Story(extended(matter(correcting), forms=(corrected,)), category="02.01").then("dispatch", CLERK)
    assert story.case.holder == "town"
    story.then("reply", LI, outcome="resolved", result="mended").then("correct", CLERK, category="02.09")
    assert story.then("send_back", WU).case.holder == "office"
