"""Editions are current for a time that who publishes sets; then the office's own work archives them, and the file stays true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from desk_ground import Desk
from desk_ground import committed_desk as desk
from published_ground import PERIOD, acting, given, keys, later, lived, released
from tongban.apps.editions.expiry import archive_due, current_for, set_current_for
from tongban.apps.editions.publishing import Done, propose, take_down
from tongban.apps.editions.reading import newest_list
from tongban.apps.editions.reading import released as all_released
from tongban.apps.registry.upkeep import verify_ledger
from tongban.kernel.edition.checking import check
from tongban.kernel.refusal import Refused
from tongban.store.edition_term import ends

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
__all__ = ["desk"]
LONG_AFTER = timedelta(days=5 * 366)


def shown(address: str) -> str:
    return Client().get(address, headers={"Accept-Language": "en"}).content.decode()


def test_a_term_is_so_many_months_and_ends_with_a_shorter_month() -> None:
    at = datetime(2026, 1, 31, 3, 0, tzinfo=UTC)
    assert ends(at, 1) == datetime(2026, 2, 27, 16, tzinfo=UTC)
    assert ends(at, 11) == datetime(2026, 12, 30, 16, tzinfo=UTC)
    assert ends(at, 12) == datetime(2027, 1, 30, 16, tzinfo=UTC)


def test_an_edition_past_its_day_is_archived_once_and_stays_true(desk: Desk) -> None:
    lived(desk)
    text = released(desk)
    now = later()
    assert archive_due(now) == 0
    assert f"/open/data/{PERIOD}/figures.csv" in shown("/open/data/")
    assert archive_due(now + LONG_AFTER) == 1
    assert archive_due(now + LONG_AFTER) == 0
    [edition] = all_released("en")
    assert (edition.state, edition.has_file) == ("archived", True)
    assert "is archived" in shown(f"/open/figures/{PERIOD}/")
    assert "archived" in shown(f"/open/figures/{PERIOD}/proof/") and "archived" in shown("/open/check/")
    assert f"/open/data/{PERIOD}/figures.csv" not in shown("/open/data/"), "it is not offered any more"
    assert Client().get(f"/open/data/{PERIOD}/figures.csv").status_code == 200
    assert given(PERIOD, 1) == text
    listed = newest_list(now)
    assert isinstance(listed, str) and check(text, keys(), listed, now).true
    assert not [each for each in verify_ledger(later()).findings if each.code.startswith("ledger.edition")]


@pytest.mark.parametrize(
    ("sql", "member"),
    [
        ("UPDATE store_edition SET archived_at = now()", "archived"),
        ("UPDATE store_edition SET until = until + interval '1 day'", "until"),
    ],
)
def test_a_term_that_was_changed_in_the_database_is_found(desk: Desk, sql: str, member: str) -> None:
    lived(desk)
    released(desk)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    found = [
        each.facts["member"]
        for each in verify_ledger(later()).findings
        if each.code == "ledger.edition_differs"
    ]
    assert found == [member]


def test_what_is_archived_can_be_corrected_and_taken_down(desk: Desk) -> None:
    lived(desk)
    released(desk)
    archive_due(later() + LONG_AFTER)
    lived(desk, 1)
    assert isinstance(propose(PERIOD, "补登一件", acting(desk, "liuzeyu")), Done)
    for login in ("liuzeyu", "zengjiayi"):
        assert isinstance(take_down(PERIOD, 1, "写错了", acting(desk, login)), Done)
    assert [each.state for each in all_released("en")] == ["withdrawn"]


def test_who_publishes_sets_for_how_long_what_is_released_from_now_on_is_current(desk: Desk) -> None:
    assert current_for() == 36
    client = Client()
    client.force_login(User.objects.get(username="liuzeyu"))
    page = client.get("/lead/publish/?lang=en").content.decode()
    assert "How long an edition is current" in page and 'value="36"' in page
    assert client.post("/lead/publish/", {"months": "0"}).status_code == 422
    assert client.post("/lead/publish/", {"months": "2"}).status_code == 302
    assert current_for() == 2
    lived(desk)
    released(desk)
    assert archive_due(later() + timedelta(days=40)) == 0
    assert archive_due(later() + timedelta(days=70)) == 1
    refused = set_current_for("12", acting(desk, "zhengjinhua"))
    assert isinstance(refused, Refused) and refused.code == "edition.not_allowed"
