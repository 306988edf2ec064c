"""Whoever may decide about a case has it in their list, also where another unit holds it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from test_tree_pages import GATE, ISSUER, a_township, drafted, handler_at, issued

from desk_ground import Desk, county, desk, sent_queries
from tongban.apps.casework.take import take
from tongban.apps.casework.tree import Tree, tree
from tongban.apps.casework.views import Taken
from tongban.apps.casework.worklist import Filter, worklist, worklists
from tongban.apps.office import office
from tongban.apps.progress.undertakings import undertakings
from tongban.kernel.commands import Post

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]


def waiting(desk: Desk, login: str) -> list[str]:
    return [row.number.replace(" ", "") for row in worklist(desk.acting(login), Filter()).rows]


def objected(desk: Desk, number: str, unit: str) -> None:
    acting = desk.acting(ISSUER)
    acting = replace(acting, actor=replace(acting.actor, person="handler", posts=(Post(unit, "handler"),)))
    words = {"contest_reason": "not_ours", "contest_words": "本镇没有隐患点"}
    assert isinstance(take(number, "contest", words, acting), Taken)


def test_an_objection_stands_in_the_list_and_on_top_of_the_tree_of_whoever_gave_the_order(desk: Desk) -> None:
    number = issued(desk)
    child, unit = a_township(number)
    objected(desk, child, unit)
    assert child in waiting(desk, ISSUER)
    assert child not in waiting(desk, handler_at(unit))
    top = tree(number, desk.acting(ISSUER))
    assert isinstance(top, Tree)
    assert [(each.number.replace(" ", ""), each.step_id) for each in top.decisions] == [(child, "insist")]
    [whole] = [each for each in undertakings(desk.acting(ISSUER)) if each.number.replace(" ", "") == number]
    assert whole.waiting == 1
    mine = worklists(desk.acting(ISSUER), Filter(), office())[1][0]
    assert mine.total == len(waiting(desk, ISSUER))


def test_a_village_objects_to_its_township_and_not_to_the_county(desk: Desk) -> None:
    number = issued(desk)
    child, town = a_township(number)
    village = f"{child}-01"
    loaded = office().load(village)
    assert loaded is not None
    objected(desk, village, loaded.case.holder)
    assert village in waiting(desk, handler_at(town))
    assert village not in waiting(desk, ISSUER)


def test_the_gate_stands_in_the_list_of_every_one_who_may_open_it(desk: Desk) -> None:
    number = desk.step(drafted(desk, "villages", 100), "issue", ISSUER)
    assert number in waiting(desk, GATE)
    assert number not in waiting(desk, Desk.handler)
    desk.step(number, "approve_burden", GATE)
    assert number not in waiting(desk, GATE)
