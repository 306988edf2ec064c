"""In a guarded practice only a post of one's own that names it opens anything; everywhere else nothing has changed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from rich_practice import COUNTY, RICH, STAFF, in_place_of
from story import CLERK, NOBODY, ZHAO, Story

from tongban.kernel.authority import apart, authorise
from tongban.kernel.commands import Actor, ActorKind, Post, Scene
from tongban.kernel.county import County
from tongban.kernel.events import Doer
from tongban.kernel.refusal import Refused

PRACTICE = RICH.practice
GUARDED = replace(COUNTY, guarded=frozenset({PRACTICE}))
STEP = RICH.kinds["appeal"].steps["contact"]


def named(actor: Actor) -> Actor:
    return replace(actor, posts=tuple(replace(post, practices=(PRACTICE,)) for post in actor.posts))


def taken(actor: Actor, county: County) -> Doer | Refused:
    story = Story(category="01.01").then("dispatch", CLERK)
    return authorise(STEP, story.case, actor, Scene(county, story.now))


def code(found: Doer | Refused) -> str:
    return found.code if isinstance(found, Refused) else ""


def test_a_post_for_all_practices_opens_no_guarded_one() -> None:
    assert code(taken(ZHAO, COUNTY)) == ""
    assert code(taken(ZHAO, GUARDED)) == "authority.not_yours"


def test_a_post_that_names_the_practice_opens_it_and_no_other() -> None:
    assert code(taken(named(ZHAO), GUARDED)) == ""
    other = replace(named(ZHAO), posts=tuple(replace(p, practices=("another",)) for p in ZHAO.posts))
    assert code(taken(other, GUARDED)) == code(taken(other, COUNTY)) == "authority.not_yours"


@pytest.mark.parametrize("practices", [(), (PRACTICE,)])
def test_nobody_stands_in_for_it(practices: tuple[str, ...]) -> None:
    lent = in_place_of(named(ZHAO), NOBODY)
    lent = replace(lent, posts=tuple(replace(post, practices=practices) for post in lent.posts))
    assert code(taken(lent, GUARDED)) == "authority.not_yours"


def test_nobody_of_the_county_has_a_part_in_it_by_what_they_hold_for_all() -> None:
    case = Story(category="01.01").then("dispatch", CLERK).case
    for actor in STAFF:
        assert apart(actor.posts, case, COUNTY) == actor.posts
        assert apart(actor.posts, case, GUARDED) == ()
        assert apart(named(actor).posts, case, GUARDED) == named(actor).posts


def test_no_step_of_it_is_taken_by_any_role_anywhere_without_the_name() -> None:
    story = Story(category="01.01").then("dispatch", CLERK)
    roles = {who.role for kind in RICH.kinds.values() for step in kind.steps.values() for who in step.by}
    everything = tuple(Post(unit, role) for unit in COUNTY.units for role in roles if role)
    anybody = Actor(ActorKind.PERSON, "eve", everything)
    for step in RICH.kinds["appeal"].steps.values():
        assert isinstance(authorise(step, story.case, anybody, Scene(GUARDED, story.now)), Refused), step.id


def test_a_post_is_read_as_it_is_written_down() -> None:
    assert Post.written("labour", "receiver") == Post("labour", "receiver")
    assert Post.written("labour", "reports.receiver") == Post("labour", "receiver", practices=("reports",))
