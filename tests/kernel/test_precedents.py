"""What was adjudicated for matters to come: what it takes, what it may not contradict, where it stands in the order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from msgspec.structs import replace as changed
from procedure_builder import ROUTING, asks, extended, form, matter, step
from rich_practice import COUNTY as SMALL
from rich_practice import DUTIES, MONDAY
from story import CLERK, HOUR, Story

from tongban.kernel.commands import Actor, ActorKind, Command, Post, Related, Scene
from tongban.kernel.county import County, Duty, DutyKind
from tongban.kernel.events import CameBack, Held, PrecedentEnded, PrecedentSet
from tongban.kernel.precedent import Precedent
from tongban.kernel.procedure.decide import Decided, decide
from tongban.kernel.procedure.model import EndPrecedent, Hold, Procedure, RoutingRule, SetPrecedent
from tongban.kernel.procedure.precedents import kept_after
from tongban.kernel.record import case_from, state_of
from tongban.kernel.refusal import Refused
from tongban.kernel.routing import route
from tongban.kernel.routing.precedents import contradicted, in_both, precedent_for

COUNTY = replace(SMALL, categories=SMALL.categories | {"01", "02"})
RULES = (RoutingRule("adjudicated", "precedent"), *ROUTING)
WHOLE = "330899"
TOWN = "330899101"
VILLAGE = "330899101201"
JUDGE = Actor(ActorKind.PERSON, "judge", (Post("centre", "judge"),))
DUTY_H1 = next(duty for duty in DUTIES if duty.code == "H1")


def kept(case: str = "2026-9", category: str = "01.01", unit: str = "urban", **more: object) -> Precedent:
    plain = Precedent(case, category, WHOLE, unit, "housing", "H1", DUTY_H1.reads, "centre", MONDAY)
    return replace(plain, **more)  # type: ignore[arg-type]


def county(*precedents: Precedent, base: County = COUNTY) -> County:
    return replace(base, precedents=precedents)


def sent(here: County, category: str = "01.01", division: str = WHOLE, **more: object) -> str:
    found = route(RULES, here, category, division, {}, MONDAY + HOUR, **more)  # type: ignore[arg-type]
    assert not isinstance(found, Refused)
    return found.unit


# -- its place in the order


def test_a_precedent_goes_before_the_duty_lists_and_says_on_what_it_rests() -> None:
    found = route(RULES, county(kept()), "01.01", WHOLE, {}, MONDAY)
    assert not isinstance(found, Refused)
    assert (found.unit, found.rule, found.duty, found.precedent) == ("urban", "adjudicated", "H1", "2026-9")
    assert sent(county()) == "housing"


def test_the_hard_rules_stand_above_a_precedent() -> None:
    """One that was kept before the lists changed sends nobody what it may not lead."""
    assert (
        sent(county(kept(unit="town", division=TOWN)), division=VILLAGE) == "housing"
    )  # the town assists alone
    assert (
        sent(county(kept(category="02", unit="town", division=TOWN)), "02.09", VILLAGE) == "urban"
    )  # taken back
    assert sent(county(kept()), recused=("urban",)) == "housing"


def test_a_practice_that_does_not_ask_for_precedents_follows_none() -> None:
    found = route(ROUTING, county(kept()), "01.01", WHOLE, {}, MONDAY)
    assert not isinstance(found, Refused)
    assert found.unit == "housing"


@pytest.mark.parametrize(
    ("category", "division", "taken"),
    [("01.01", WHOLE, True), ("01.01.02", WHOLE, True), ("01", WHOLE, False), ("01.010", WHOLE, False),
     ("01.01", VILLAGE, True), ("01.01", "", True), ("", WHOLE, False)],
)  # fmt: skip
def test_it_takes_its_category_and_all_within(category: str, division: str, taken: bool) -> None:
    assert (precedent_for(county(kept()), category, division, MONDAY) is not None) is taken


def test_it_takes_its_division_and_all_within() -> None:
    here = county(kept(division=TOWN))
    assert [sent(here, division=each) for each in (VILLAGE, TOWN, WHOLE)] == ["urban", "urban", "housing"]


def test_it_ends_with_its_day() -> None:
    here = county(kept(until=MONDAY + 2 * HOUR))
    assert precedent_for(here, "01.01", WHOLE, MONDAY + HOUR) is not None
    assert precedent_for(here, "01.01", WHOLE, MONDAY + 2 * HOUR) is None


def test_it_stands_no_longer_than_the_duty_list_entry_reads_as_it_did() -> None:
    reworded = replace(COUNTY, duties=(replace(DUTY_H1, categories=("01", "03")), *DUTIES[1:]))
    gone = replace(COUNTY, duties=DUTIES[1:])
    for base in (reworded, gone):
        assert precedent_for(county(kept(), base=base), "01.01", WHOLE, MONDAY) is None


def test_of_several_that_agree_the_most_exact_is_named() -> None:
    here = county(kept("wide", "01"), kept("town", "01.01", division=TOWN), kept("exact", "01.01"))
    found = precedent_for(here, "01.01", VILLAGE, MONDAY)
    assert found is not None
    assert found.case == "town"


# -- contradiction

SCOPES = st.builds(
    kept,
    case=st.sampled_from(("a", "b", "c", "d")),
    category=st.sampled_from(("01", "01.01", "01.01.01", "02", "02.01")),
    unit=st.sampled_from(("housing", "urban", "office")),
    division=st.sampled_from((WHOLE, TOWN, VILLAGE)),
)


@given(SCOPES, SCOPES)
def test_the_example_of_a_contradiction_is_taken_by_both(one: Precedent, other: Precedent) -> None:
    found = in_both(COUNTY, one, other)
    both = [
        (category, division)
        for category in ("01", "01.01", "01.01.01", "02", "02.01")
        for division in (WHOLE, TOWN, VILLAGE)
        if all(precedent_for(county(each), category, division, MONDAY) for each in (one, other))
    ]
    assert (found is None) == (not both)
    if found is not None:
        assert (found.category, found.division) in both


@given(st.lists(SCOPES, max_size=6))
def test_what_is_taken_only_without_contradiction_never_disagrees(wanted: list[Precedent]) -> None:
    here = county()
    for each in wanted:
        if not contradicted(here, each):
            here = county(*(other for other in here.precedents if other.case != each.case), each)
    for category in ("01.01.01", "02.01"):
        units = {p.unit for p in here.standing if precedent_for(county(p), category, VILLAGE, MONDAY)}
        assert len(units) <= 1


def test_one_whose_day_has_passed_contradicts_nobody() -> None:
    old = kept("old", unit="urban", until=MONDAY)
    assert contradicted(county(old), kept("new", unit="housing", since=MONDAY + HOUR)) == ()


# -- setting, applying, ending


def practice() -> Procedure:
    decides = SetPrecedent("taker", "entry", "field", "where", "until", "instead")
    asked = form(
        "decide", asks("taker", "unit"), asks("entry", "duty"), asks("field", "category", required=False),
        asks("where", "division", required=False), asks("until", "date", required=False),
        asks("instead", "case", required=False),
    )  # fmt: skip
    told = matter(
        step("decide", "working", "", "judge@home", Hold("answer", "taker"), decides, form="decide"),
        step(
            "revoke",
            "working closed archived",
            "",
            "judge@home",
            EndPrecedent(),
            needs={"stands": "case.precedent"},
        ),
        step("give", "working", "registered", "handler@holder", Hold("home")),
    )
    return replace(extended(told, forms=(asked,)), routing=RULES)


class Deciding(Story):
    """A story in a county that remembers what was decided in it."""

    def __init__(self, here: County = COUNTY, category: str = "01.01") -> None:
        self.here = here
        super().__init__(_phased(practice()), category=category)
        self.then("dispatch", CLERK)

    def decides(self, taker: str = "urban", entry: str = "U1", **more: str) -> Decided | Refused:
        command = Command("decide", {"taker": taker, "entry": entry, **more})
        return decide(self.told, self.case, command, JUDGE, Scene(self.here, self.now))


def _phased(plain: Procedure) -> Procedure:
    kind = plain.kinds["matter"]
    stages = {
        name: replace(stage, phase="first" if name == "registered" else "second")
        for name, stage in kind.stages.items()
    }
    return replace(plain, kinds={"matter": replace(kind, stages=stages, phases=("first", "second"))})


def code(decided: Decided | Refused) -> str:
    return decided.code if isinstance(decided, Refused) else ""


def test_an_adjudication_sets_a_precedent_as_far_as_the_case_and_the_unit_go() -> None:
    decided = Deciding().decides()
    assert isinstance(decided, Decided)
    assert decided.events[0].follows[-1] == PrecedentSet("urban", "01.01", WHOLE, "urban", "U1", "own 02")
    here = kept_after(COUNTY, decided.events[0], decided.cases[0])
    assert sent(here, "01.01.03") == "urban"
    assert here.precedents[0].by == "centre"


@pytest.mark.parametrize(
    ("more", "refused"),
    [({"entry": "T1"}, "form.unknown_duty"), ({"field": "02"}, "routing.precedent_misses"),
     ({"field": "01.01.01"}, "form.unknown_category"), ({"where": VILLAGE}, "routing.precedent_elsewhere"),
     ({"field": "01"}, ""), ({"until": "2026-12-31"}, "")],
)  # fmt: skip
def test_a_precedent_takes_its_own_case_and_rests_on_a_list(more: dict[str, str], refused: str) -> None:
    assert code(Deciding().decides(**more)) == refused


def test_a_precedent_for_a_township_holds_in_the_township_alone() -> None:
    story = Deciding(category="10.02")
    outside = story.decides("town", "T1", where=WHOLE)
    assert code(outside) == "routing.precedent_outside"


def test_no_precedent_gives_a_township_what_was_taken_back_within_it() -> None:
    story = Deciding(category="02.01")
    story.case = changed(story.case, division=VILLAGE)
    refused = story.decides("town", "T1", field="02.09")
    assert code(refused) == "routing.precedent_misses"
    refused = story.decides("town", "T1", field="02")
    assert isinstance(refused, Refused)
    assert (refused.code, refused.facts["category"]) == ("routing.precedent_forbidden", "02.09")
    decided = story.decides("town", "T1")
    assert isinstance(decided, Decided)
    assert decided.events[0].follows[-1].division == TOWN  # type: ignore[union-attr]


def test_the_later_of_two_that_contradict_is_refused_with_a_matter_that_both_would_take() -> None:
    story = Deciding(county(kept(category="01", unit="office")))
    refused = story.decides()
    assert isinstance(refused, Refused)
    assert refused.code == "routing.precedent_contradicts"
    assert dict(refused.facts) == {
        "number": "2026-9",
        "unit": "office",
        "category": "01.01",
        "division": WHOLE,
    }
    assert code(story.decides("office", "H1")) == ""


def test_a_precedent_that_names_the_one_it_replaces_ends_it() -> None:
    story = Deciding(county(kept(category="01", unit="office")))
    known = {each: Related(each, each, "p", "office", False) for each in ("2026-9", "2026-8")}
    scene = Scene(story.here, story.now, related=known)
    answers = {"taker": "urban", "entry": "U1"}
    nothing = decide(
        story.told, story.case, Command("decide", {**answers, "instead": "2026-8"}), JUDGE, scene
    )
    assert code(nothing) == "routing.no_precedent"
    decided = decide(
        story.told, story.case, Command("decide", {**answers, "instead": "2026-9"}), JUDGE, scene
    )
    assert isinstance(decided, Decided)
    ended, new = decided.events[0].follows[-2:]
    assert ended == PrecedentEnded("2026-9")
    assert isinstance(new, PrecedentSet)
    assert [each.case for each in kept_after(story.here, decided.events[0], decided.cases[0]).precedents] == [
        "2026-1"
    ]


def test_a_case_sent_by_a_precedent_says_so_and_that_it_came_back() -> None:
    here = county(kept())
    story = Deciding()
    back = decide(story.told, story.case, Command("give"), staff("housing"), Scene(here, story.now + HOUR))
    assert isinstance(back, Decided)
    assert not any(isinstance(each, CameBack) for each in back.events[0].follows)  # the list had sent it
    again = decide(story.told, back.cases[0], Command("dispatch"), CLERK, Scene(here, story.now + 2 * HOUR))
    assert isinstance(again, Decided)
    held = next(each for each in again.events[0].follows if isinstance(each, Held))
    assert (held.unit, held.precedent) == ("urban", "2026-9")
    assert case_from(state_of(again.cases[0])).sent_by == "2026-9"
    back = decide(
        story.told, again.cases[0], Command("give"), staff("urban"), Scene(here, story.now + 3 * HOUR)
    )
    assert isinstance(back, Decided)
    assert CameBack("2026-9") in back.events[0].follows
    assert back.cases[0].sent_by == ""


def staff(unit: str) -> Actor:
    return Actor(ActorKind.PERSON, f"at {unit}", (Post(unit, "handler"),))


def test_a_precedent_is_revoked_once_also_after_the_end() -> None:
    story = Deciding()
    mine = kept("2026-1")
    scene = Scene(county(mine), story.now + HOUR)
    decided = decide(story.told, story.case, Command("revoke"), JUDGE, scene)
    assert isinstance(decided, Decided)
    assert decided.events[0].follows == (PrecedentEnded("2026-1"),)
    assert kept_after(county(mine), decided.events[0], decided.cases[0]).precedents == ()
    assert (
        code(decide(story.told, story.case, Command("revoke"), JUDGE, Scene(COUNTY, story.now + HOUR)))
        == "step.condition"
    )
    ended = changed(story.case, stage="archived")
    assert code(decide(story.told, ended, Command("revoke"), JUDGE, scene)) == ""


def test_a_contradiction_is_told_apart_from_a_duty_list_that_says_otherwise() -> None:
    """A duty list is not a precedent: an adjudication may decide against it, which is what it is for."""
    against = replace(COUNTY, duties=(*DUTIES, Duty("office", "O1", DutyKind.OWN, ("01.01",))))
    assert code(Deciding(against).decides()) == ""
