"""What the pages can do against what the API can: every act of the table of rights has a route, or a reason why it has none."""

from __future__ import annotations

from pathlib import Path

from tongban.api.v1.rights import ACT_OF
from tongban.api.v1.routes import ROUTES
from tongban.web.doors import DOORS

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "use-the-api.md"
OTHERWISE = {
    "follow_case": "see_case",
    "register_case": "report",
    "read_practices": "read_public",
}
"""Acts of pages that programs do by the routes of another act."""
WITHOUT = frozenset({"own_account"})
"""Acts that programs cannot do at all: whoever stole a token would lock its owner out with them."""


def pages_acts() -> set[str]:
    return {door.act(method) for door in DOORS.values() for method in ("GET", "POST")}


def test_every_act_of_the_pages_has_a_route_or_stands_among_those_without() -> None:
    acts = set(ACT_OF.values())
    missing = {act for act in pages_acts() if OTHERWISE.get(act, act) not in acts}
    assert missing == WITHOUT
    told = PAGE.read_text(encoding="utf-8").partition("## What has no route")[2]
    assert [act for act in sorted(missing) if f"`{act}`" not in told] == []


def test_whatever_makes_something_acts_once_for_a_key_or_says_why_it_need_not() -> None:
    naturally = {
        "sign_in", "prove",  # a token more is no harm, and none is kept
        "suggest", "similar_public", "open_public", "search_cards", "foresee_step",  # they keep nothing
        "preview_practice", "pack_practice", "plan_load",  # nor do these
        "upload",  # what is kept is named by its content
        "take_steps",  # each row is known by itself
        "take_message",  # known by its conversation and number
        "publish_model", "set_webhook",  # the second time changes nothing
        "look_identity",  # each look is noted, also a second one
    }  # fmt: skip
    once = {route.name for route in ROUTES if route.method == "POST" and not (route.once or route.keyed)}
    assert once == naturally
