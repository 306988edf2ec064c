"""A page that only shows is of one moment: how the registers stand is asked once, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import Client

from desk_ground import Desk, county, desk, sent_queries
from tongban.apps.office import office, one_office
from tongban.store.models import DivisionRow

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "sent_queries"]

NEW = "330822001299"


@pytest.mark.parametrize(
    "path", ["/desk/", "/desk/?view=all&words=%E8%B7%AF", "/lead/", "/studio/", "/services/", "/api/v1/cases"]
)
def test_a_page_asks_once_how_the_registers_stand(
    desk: Desk, sent_queries: Callable[[Callable[[], object]], list[str]], path: str
) -> None:
    desk.register()
    client = Client()
    client.force_login(User.objects.get(username=desk.supervisor))
    asked = sent_queries(lambda: client.get(path))
    assert len([each for each in asked if "FROM store_stamp" in each]) <= 1, asked


def test_the_next_page_is_of_its_own_moment(desk: Desk) -> None:
    with one_office():
        before = office()
        DivisionRow.objects.create(
            county="330822",
            code=NEW,
            level="village",
            parent="330822001",
            name="新设村",
            since=date(2020, 1, 1),
        )
        assert office() is before
        assert office(before.stamp + 1) is not before, "a case that knows better brings the newer one"
        assert NEW in office().county.divisions
    DivisionRow.objects.filter(code=NEW).delete()
    assert NEW not in office().county.divisions
    with one_office():
        assert NEW not in office().county.divisions
