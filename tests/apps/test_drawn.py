"""Who is called is drawn by chance; those who did the work do not see whom (domain rules 1.5)."""

from __future__ import annotations

import pytest

from desk_ground import Desk, county, desk, let_lots_be
from resident_ground import asked_back
from tongban.apps.casework.filtering import Filter
from tongban.apps.casework.look import look
from tongban.apps.casework.views import CasePage
from tongban.apps.casework.worklist import worklist
from tongban.apps.numbers import written

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

DRAWN, LEFT_OUT = 0, 99


def page(number: str, desk: Desk, login: str) -> CasePage:
    found = look(number, desk.acting(login))
    assert isinstance(found, CasePage), found
    return found


def waits(number: str, desk: Desk, login: str) -> bool:
    rows = worklist(desk.acting(login), Filter(view="waiting")).rows
    return written(number) in [row.number for row in rows] or number in [row.number for row in rows]


@pytest.fixture
def lots(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lot that is drawn from now on, in a list of one."""
    lot = [LEFT_OUT]
    let_lots_be(monkeypatch, lot)
    return lot


def test_a_case_that_chance_chose_waits_for_a_clerk_and_another_for_its_requester(
    desk: Desk, lots: list[int]
) -> None:
    left_out = asked_back(desk)
    lots[0] = DRAWN
    drawn = asked_back(desk)
    assert waits(drawn, desk, desk.clerk)
    assert not waits(left_out, desk, desk.clerk)
    assert "随机抽中" in page(drawn, desk, desk.clerk).sample
    assert "不计入公布的比率" in page(left_out, desk, desk.clerk).sample


def test_the_unit_that_did_the_work_sees_nothing_of_the_draw(desk: Desk, lots: list[int]) -> None:
    lots[0] = DRAWN
    drawn = page(asked_back(desk), desk, desk.handler)
    lots[0] = LEFT_OUT
    left_out = page(asked_back(desk), desk, desk.handler)
    for seen in (drawn, left_out):
        assert seen.sample == ""
        assert not [each for line in seen.story for each in line.follows if "抽中" in each]
    assert (drawn.stage, drawn.waits_for, drawn.waits_on, drawn.holder) == (
        left_out.stage, left_out.waits_for, left_out.waits_on, left_out.holder,
    )  # fmt: skip


def test_a_preview_of_the_approval_draws_nothing(desk: Desk, lots: list[int]) -> None:
    from tongban.apps.casework.foresee import foresee
    from tongban.apps.casework.views import Foreseen

    lots[0] = DRAWN
    seen = foresee(desk.replied(), "approve", {}, desk.acting(desk.reviewer))
    assert isinstance(seen, Foreseen), seen
    assert not [each for each in seen.follows if "抽" in each]
