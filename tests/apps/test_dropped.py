"""What was called off or excused is counted apart: no count of what is done has it. And what was read, apart from what was delivered."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from test_tree_pages import DRAFTER, ISSUER, a_township, counted, issued
from test_turns_of_others import objected

from desk_ground import Desk, county, desk, sent_queries
from tongban.apps.casework.burnup import burnup
from tongban.apps.casework.heads import head
from tongban.apps.casework.take import take
from tongban.apps.casework.tree import Part, Tree, tree
from tongban.apps.casework.views import Taken
from tongban.apps.office import office
from tongban.apps.progress.places import Places, places
from tongban.apps.progress.undertakings import undertakings
from tongban.kernel.commands import Post
from tongban.kernel.refusal import Refused
from tongban.store.below import below
from tongban.store.rebuilding import rebuild

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]


def whole(number: str, desk: Desk) -> Part:
    found = tree(number, desk.acting(DRAFTER))
    assert isinstance(found, Tree)
    [part] = found.parts
    return part


def places_of(part: Part) -> dict[str, int]:
    return {phase.title: phase.n for phase in part.phases}


def excused(desk: Desk) -> tuple[str, int]:
    """An order of which one township was excused, and how many stand below that: they are called off with it."""
    number = issued(desk)
    child, unit = a_township(number)
    objected(desk, child, unit)
    desk.step(child, "excuse", ISSUER)
    here = office()
    loaded = here.load(child)
    assert loaded is not None
    return number, loaded.subcases.total


def test_a_unit_that_was_excused_has_finished_nothing(desk: Desk) -> None:
    number, villages = excused(desk)
    counted()
    part = whole(number, desk)
    assert (part.done, part.dropped) == (0, 1)
    assert places_of(part)["不再办（免办、取消等）"] == 1
    [mine] = [each for each in undertakings(desk.acting(ISSUER)) if each.number.replace(" ", "") == number]
    assert mine.done == 0
    found = places(number, desk.acting(DRAFTER))
    assert isinstance(found, Places)
    assert sum(tile.done for tile in found.tiles) == 0
    assert sum(stretch.n for tile in found.tiles for stretch in tile.phases if stretch.dropped) == 1
    assert villages > 0


def test_what_was_excused_is_no_part_of_what_is_still_to_be_finished(desk: Desk) -> None:
    number, _ = excused(desk)
    counted()
    acting = desk.acting(DRAFTER)
    of = head(number, acting, office())
    assert not isinstance(of, Refused)
    course = burnup(office(), of, acting)
    assert course is not None
    part = whole(number, desk)
    assert (course.total, course.done[-1]) == (part.total - 1, 0)


def test_what_was_only_read_stands_apart_from_what_nobody_opened(desk: Desk) -> None:
    number = issued(desk)
    child, unit = a_township(number)
    total = whole(number, desk).total
    acting = desk.acting(ISSUER)
    reader = replace(acting, actor=replace(acting.actor, person="reader", posts=(Post(unit, "handler"),)))
    assert isinstance(take(child, "read", {}, reader), Taken)
    counted()
    assert places_of(whole(number, desk)) == {"已送达": total - 1, "已读未签": 1}


def test_counts_made_anew_from_the_ledger_are_the_same(desk: Desk) -> None:
    number, _ = excused(desk)
    counted()
    here = office()
    loaded = here.load(number)
    assert loaded is not None
    before = below(here.journal, [loaded.case.id])
    rows = here.rows(
        "SELECT number, phase FROM store_case WHERE county = %s ORDER BY number", [here.county.code]
    )
    rebuild(here.journal, here.procedure)
    counted()
    assert below(here.journal, [loaded.case.id]) == before
    assert (
        here.rows(
            "SELECT number, phase FROM store_case WHERE county = %s ORDER BY number", [here.county.code]
        )
        == rows
    )
    assert "-" in {row[1] for row in rows}
