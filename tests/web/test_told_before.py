"""What whoever takes a step should look at again stands beside it before it is taken, and stops nothing."""

from __future__ import annotations

import pytest
from test_upgrade_gaps import CHIEF, HOME, PLACED, PRACTICE, by, done, opened

from desk_ground import ROOT, Desk, county, desk
from tongban.apps.adoption.adopting import adopt
from tongban.apps.casework.look import look
from tongban.apps.casework.views import CasePage
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]


def told(number: str) -> list[str]:
    """What the leader reads beside the step that is theirs to take."""
    page = look(number, by("leader", "two"))
    assert isinstance(page, CasePage)
    return [each.says for step in page.steps if step.foreseen is not None for each in step.foreseen.doubts]


def draft(code: str, phone: str) -> str:
    answers = {**CHIEF, **PLACED, "reach_code": code, "phone": phone}
    return opened("chief", "draft", answers, by("handler", "one"))


def test_whoever_confirms_is_shown_a_code_that_looks_like_one_confirmed_since_it_was_entered(
    desk: Desk,
) -> None:
    now = adopt(ROOT / "practices" / PRACTICE, {}, (HOME,), desk.acting("hushaohua"))
    assert not isinstance(now, Refused), now
    first, second = draft("QC-03", "13800138000"), draft("QC-O3", "13800138001")
    assert told(second) == []
    done(first, "confirm", by("leader", "two"))
    assert told(second) == ["登记册里没有“QC-O3”，有一个看起来差不多的“QC-03”。"]
