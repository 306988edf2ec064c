"""What was taken from somebody is not given back by a restore: a list outside the database takes it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from desk_ground import PASSWORD, Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.doctor.county import county as looked
from tongban.apps.office import office
from tongban.apps.people import posting, withdrawn
from tongban.apps.people.helping import new_password
from tongban.apps.people.own import note
from tongban.apps.safekeeping.restore import CHAIN, RESTORED
from tongban.apps.safekeeping.shutting import Shut, checked, shut_again
from tongban.kernel.clock import local_date
from tongban.kernel.commands import SYSTEM
from tongban.kernel.refusal import Refused
from tongban.store.models import FactorRow, PostRow
from tongban.store.notes import append_note

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk"]

COUNTY = "330822"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _own_list(tmp_path: Path, settings: Any) -> None:
    """Keys stay where the module has them; the list is this test's own."""
    (tmp_path / "keys").symlink_to(settings.TONGBAN_HOME / "keys")
    settings.TONGBAN_HOME = tmp_path


def home() -> Path:
    return Path(settings.TONGBAN_HOME)


def acting(now: datetime | None = None) -> Acting:
    return Acting(now or datetime.now(UTC), SYSTEM)


def undone(act: Callable[[], object]) -> None:
    """Something happens, and the database goes back to before it; what lies beside the database stays."""
    inside = transaction.savepoint()
    done = act()
    assert not isinstance(done, Refused), done
    transaction.savepoint_rollback(inside)


def again(moment: datetime) -> Shut:
    return shut_again(office(), home(), home() / "copies", moment, datetime.now(UTC))


def may_sign_in(login: str) -> bool:
    user = User.objects.get(username=login)
    return user.is_active and user.check_password(PASSWORD)


def open_posts(person: str) -> int:
    today = local_date(datetime.now(UTC))
    rows = PostRow.objects.filter(county=COUNTY, person=person)
    return sum(row.until is None or row.until > today for row in rows)


def test_who_left_after_the_moment_has_left(desk: Desk) -> None:
    moment = datetime.now(UTC)
    withdrawn.begin(home(), COUNTY, moment - HOUR)
    undone(lambda: posting.leave(desk.handler, acting()))
    assert may_sign_in(desk.handler) and open_posts(desk.handler)
    found = again(moment)
    assert found == Shut((desk.handler,), (), True)
    assert not may_sign_in(desk.handler) and not open_posts(desk.handler)
    assert may_sign_in(desk.clerk)


def test_a_post_that_ended_ends_again_and_the_others_stay(desk: Desk) -> None:
    now = datetime.now(UTC)
    row = PostRow.objects.filter(county=COUNTY, person=desk.handler).first()
    assert row is not None
    posts = open_posts(desk.handler)
    undone(lambda: posting.end(desk.handler, row.unit, row.role, row.since, None, acting()))
    again(now)
    assert open_posts(desk.handler) == posts - 1 and may_sign_in(desk.handler)


def test_who_signs_in_otherwise_since_then_gets_a_first_password(desk: Desk) -> None:
    moment = datetime.now(UTC)
    undone(lambda: new_password(desk.clerk, acting()))
    FactorRow.objects.create(
        county=COUNTY, id="lost", person=desk.reviewer, kind="totp", name="", sealed=b"", last=0, since=moment
    )
    undone(lambda: note(desk.reviewer, "factors_reset", {}, datetime.now(UTC)))
    again(moment)
    for login in (desk.clerk, desk.reviewer):
        assert not may_sign_in(login) and open_posts(login)
    assert not FactorRow.objects.filter(county=COUNTY, person=desk.reviewer).exists()
    assert isinstance(made := new_password(desk.clerk, acting()), str)
    assert User.objects.get(username=desk.clerk).check_password(made)


def test_the_only_administrator_is_not_shut_out_and_is_named(desk: Desk) -> None:
    moment = datetime.now(UTC)
    PostRow.objects.filter(county=COUNTY, role="administrator").exclude(person="hushaohua").delete()
    withdrawn.put_down(COUNTY, "hushaohua", "left", {}, moment + timedelta(seconds=1))
    found = again(moment)
    assert found.left_over == ("hushaohua",) and open_posts("hushaohua")


def test_what_came_before_the_moment_is_in_the_database_already(desk: Desk) -> None:
    withdrawn.put_down(COUNTY, desk.handler, "left", {}, datetime.now(UTC) - HOUR)
    assert again(datetime.now(UTC)).people == () and may_sign_in(desk.handler)


def test_the_list_says_nothing_to_who_reads_the_file_and_a_changed_line_vouches_for_nothing(
    desk: Desk,
) -> None:
    moment = datetime.now(UTC)
    path = withdrawn.place(home(), COUNTY)
    withdrawn.begin(home(), COUNTY, moment - HOUR)
    withdrawn.put_down(COUNTY, desk.handler, "left", {}, moment + HOUR)
    assert desk.handler.encode() not in path.read_bytes() and path.stat().st_mode & 0o077 == 0
    assert again(moment).whole
    path.write_bytes(path.read_bytes() + b"AAAA\n")
    found = again(moment)
    assert not found.whole and found.people == (desk.handler,), "what can be read counts all the same"


def test_a_list_that_was_lost_with_the_disk_begins_anew_and_vouches_for_nothing_before(desk: Desk) -> None:
    moment = datetime.now(UTC)
    copy = withdrawn.place(home() / "copies", COUNTY)
    withdrawn.begin(home(), COUNTY, moment - HOUR)
    withdrawn.put_down(COUNTY, desk.handler, "left", {}, moment + HOUR)
    copy.parent.mkdir(parents=True)
    withdrawn.place(home(), COUNTY).rename(copy)
    found = again(moment)
    assert found.people == (desk.handler,) and not found.whole, (
        "somebody may have left after it was laid beside the copies"
    )
    withdrawn.place(home(), COUNTY).unlink()
    withdrawn.begin_anew(home(), COUNTY, copy, moment + 3 * HOUR)
    told = withdrawn.listed(withdrawn.place(home(), COUNTY), COUNTY)
    assert told.since == moment + 3 * HOUR and desk.handler in {each.person for each in told.entries}


def test_the_doctor_says_so_until_somebody_has_gone_through_the_accounts(desk: Desk) -> None:
    now, here = datetime.now(UTC), office()

    def said() -> bool:
        return "doctor.restored_unlisted" in {each.refused.code for each in looked(here, now)}

    append_note(here.journal, CHAIN, RESTORED, {"listed": True}, now, now)
    assert not said()
    append_note(here.journal, CHAIN, RESTORED, {"listed": False}, now, now)
    assert said()
    checked(here, "operator", now)
    assert not said()
