"""Names and numbers go when the years of the practice are over, and not a day before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desk_ground import Desk, county, desk
from tongban.apps.office import office
from tongban.apps.people.looking import look_identity
from tongban.apps.people.retention import YEAR, forget_due, keep_years
from tongban.kernel.refusal import Refused

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]


def ended(desk: Desk) -> str:
    number = desk.register()
    return desk.step(number, "withdraw_for", desk.clerk, withdraw_asked="phone")


def years(number: str) -> int:
    loaded = office().find(number)
    assert not isinstance(loaded, Refused)
    return max(keep_years(office(), loaded.case.adoption).values())


def test_what_is_over_goes_and_goes_once(desk: Desk) -> None:
    number, now = ended(desk), datetime.now(UTC)
    assert forget_due(now + years(number) * YEAR - timedelta(days=2)) == 0
    later = now + years(number) * YEAR + timedelta(days=2)
    assert forget_due(later) >= 1
    assert forget_due(later) == 0
    case = office().find(number)
    assert not isinstance(case, Refused)
    rows = office().rows("SELECT count(*) FROM store_identity WHERE chain = %s::uuid", (case.case.id,))
    assert rows[0][0] == 0


def test_an_open_case_keeps_what_it_needs_however_long_it_takes(desk: Desk) -> None:
    number = desk.signed()
    forget_due(datetime.now(UTC) + 100 * YEAR)
    opened = look_identity(number, "contact", "约时间上门看现场", desk.acting(desk.handler))
    assert not isinstance(opened, Refused)
    assert "13812345678" in opened.values.values()
