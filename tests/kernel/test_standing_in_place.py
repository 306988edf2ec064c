"""Whoever stands in for a colleague may do what that one may, never more, and never counts as a second person."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from rich_practice import COUNTY, RICH, STAFF, in_place_of
from story import CLERK, LIN, NOBODY, QIAN, SUN, WU, ZHAO, Story

from tongban.kernel.authority import apart, authorise
from tongban.kernel.commands import Actor, ActorKind, Post, Scene
from tongban.kernel.events import Doer
from tongban.kernel.ledger.canonical import canonical, parse
from tongban.kernel.record import deed, event_from
from tongban.kernel.refusal import Refused

FOR_ZHAO = in_place_of(ZHAO, NOBODY)
STEPS = RICH.kinds["appeal"].steps


def working() -> Story:
    return Story(category="01.01").then("dispatch", CLERK)


def replied(actor: Actor) -> Story:
    return working().then("contact", actor).then("reply", actor, result="Mended", result_kind="resolved")


def test_a_step_in_another_ones_place_names_both() -> None:
    story = working().then("contact", FOR_ZHAO)
    event = story.last.events[0]
    assert event.by == Doer("nobody", "housing", "handler", "post", "zhao")
    assert story.case.doers["contact"] == ("nobody", "zhao")
    again = event_from(event.case, event.seq, event.at, parse(canonical(deed_facts(story))), ())
    assert again.by == event.by


def deed_facts(story: Story) -> object:
    import msgspec

    return msgspec.to_builtins(deed(story.last.events[0]))


def test_a_step_of_ones_own_is_written_as_it_always_was() -> None:
    story = working().then("contact", ZHAO)
    assert "behalf" not in str(deed_facts(story))


def test_who_gave_a_post_and_who_stands_in_are_one_person_for_whatever_takes_two() -> None:
    both = in_place_of(QIAN, WU)
    story = replied(in_place_of(ZHAO, WU))
    assert story.refused("approve", WU) == "authority.own_work"
    assert story.refused("approve", in_place_of(ZHAO, both)) == "authority.own_work"
    story = replied(in_place_of(QIAN, NOBODY))
    assert story.refused("approve", QIAN) == "authority.own_work"
    assert story.refused("approve", in_place_of(QIAN, NOBODY)) == "authority.own_work"
    story = replied(QIAN)
    assert story.refused("approve", in_place_of(QIAN, NOBODY)) == "authority.own_work"
    assert story.then("approve", WU).case.stage == "closed"


def test_whoever_stands_in_for_two_uses_the_one_who_had_no_part_in_it() -> None:
    story = replied(QIAN)
    for_both = in_place_of(WU, in_place_of(QIAN, NOBODY))
    assert story.then("approve", for_both).last.events[0].by.behalf == "wu"


def test_ones_own_post_comes_before_one_that_was_given() -> None:
    story = working().then("contact", in_place_of(ZHAO, QIAN))
    assert story.last.events[0].by == Doer("qian", "housing", "handler", "post")


def test_what_was_given_is_not_given_on() -> None:
    story = working()
    refused = story.refused("lend", in_place_of(LIN, NOBODY), lead="urban", until="2026-10-30")
    assert refused == "authority.given_on"


def test_a_post_given_for_some_practices_opens_no_other() -> None:
    story = working()
    assert story.refused("contact", in_place_of(ZHAO, NOBODY, ("another",))) == "authority.not_yours"
    named = in_place_of(ZHAO, NOBODY, (story.case.practice,))
    assert story.then("contact", named).last.events[0].by.behalf == "zhao"


def test_whoever_a_matter_is_about_has_no_part_in_it_by_standing_in_nor_by_being_stood_in_for() -> None:
    case = structs.replace(working().case, recused=("urban",))
    away = Actor(ActorKind.PERSON, "zhao", (*ZHAO.posts, Post("urban", "leader")))
    by_giver = in_place_of(away, NOBODY)
    assert [post.unit for post in apart(by_giver.posts, case, COUNTY)] == []
    by_stand_in = in_place_of(ZHAO, SUN)
    assert apart(by_stand_in.posts, case, COUNTY) == ()
    assert apart(FOR_ZHAO.posts, case, COUNTY) == FOR_ZHAO.posts
    one_post = Post("housing", "handler", "zhao", ("housing", "urban"))
    assert apart((*QIAN.posts, one_post), case, COUNTY) == QIAN.posts


@given(
    away=st.sampled_from(STAFF),
    step=st.sampled_from(sorted(STEPS)),
    holder=st.sampled_from(sorted(COUNTY.units)),
    recused=st.sampled_from(("", *sorted(COUNTY.units))),
    judged=st.sampled_from(("", "zhao", "wu", "nobody")),
)
def test_whoever_has_nothing_of_their_own_may_never_do_what_the_one_away_may_not(
    away: Actor, step: str, holder: str, recused: str, judged: str
) -> None:
    doers = dict.fromkeys(STEPS, (judged,)) if judged else {}
    case = structs.replace(working().case, holder=holder, recused=(recused,) if recused else (), doers=doers)
    scene = Scene(COUNTY, Story().now)
    in_place = authorise(STEPS[step], case, in_place_of(away, Actor(ActorKind.PERSON, "nobody")), scene)
    if isinstance(in_place, Refused):
        return
    own = authorise(STEPS[step], case, away, scene)
    assert isinstance(own, Doer)
    assert structs.replace(own, person="nobody", behalf=away.person) == in_place
