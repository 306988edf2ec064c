"""Who is said to have ended a case: an office that granted or refused did not do it for anybody."""

from __future__ import annotations

from typing import cast

import pytest
from msgspec import Struct

from scenario_ground import ROOT, practice_in
from tongban.apps.casework.ended import for_them
from tongban.kernel.case import Case
from tongban.kernel.procedure.model import Kind
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind


class Ended(Struct, frozen=True):
    outcome: str


def kind(practice: str, name: str) -> Kind:
    procedure = bind(practice_in(ROOT / "practices" / practice), {})
    assert not isinstance(procedure, Refused)
    return procedure.kinds[name]


@pytest.mark.parametrize(
    ("practice", "name", "outcome", "theirs"),
    [
        ("hotline", "appeal", "withdrawn", True),
        ("policy_entitlement", "entitlement", "declined", True),
        ("policy_entitlement", "entitlement", "settled", False),
        ("service_bundle", "bundle", "refused", False),
    ],
)
def test_an_office_speaks_for_somebody_only_where_they_could_have_ended_it_themselves(
    practice: str, name: str, outcome: str, theirs: bool
) -> None:
    assert for_them(cast("Case", Ended(outcome)), kind(practice, name)) is theirs
