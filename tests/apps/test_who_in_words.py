"""Who may take a step, as it is told to somebody who may not."""

from __future__ import annotations

from typing import cast

import pytest

from scenario_ground import ROOT, practice_in
from tongban.apps.wording import Names, Wording
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "zh-Hans",
            "这一步由以下岗位办理：受理单位的负责人、持授权单位的负责人、系统到点自动。",
        ),
        (
            "en",
            "It is for: Head of unit at the receiving unit, Head of unit at a unit with a mandate, the system when time is up.",
        ),
    ],
    ids=["Chinese", "English"],
)
def test_a_refused_person_reads_whose_role_a_mandate_lends(language: str, told: str) -> None:
    practice = practice_in(ROOT / "practices" / "task_force")
    bound = bind(practice, {})
    assert isinstance(bound, Procedure)
    wording = Wording(practice, bound, cast(Names, None), language)  # no register is asked for a role
    roles = ("leader@home", "leader@mandate", "system")
    assert wording.refusal(Refused("authority.not_yours", "remind", {"roles": roles})).fix == told
