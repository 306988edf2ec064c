"""Names and numbers go when the years of the practice are over, and not a day before."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from desk_ground import Desk, county, desk
from tongban.apps.acting import Acting
from tongban.apps.casework.look import look
from tongban.apps.office import office
from tongban.apps.people.erasing import erase_person
from tongban.apps.people.looking import look_identity
from tongban.apps.people.retention import YEAR, forget, forget_due, keep_years
from tongban.kernel.commands import SYSTEM
from tongban.kernel.ledger.seal import SALT_LENGTH
from tongban.kernel.refusal import Refused
from tongban.store.attachments import Files
from tongban.store.models import Attachment, CheckpointRow, Identity
from tongban.store.shelf import FOLDER, Folder
from tongban.store.vault import Place

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
    assert forget(now + years(number) * YEAR - timedelta(days=2)) == 0
    later = now + years(number) * YEAR + timedelta(days=2)
    assert forget(later) >= 1
    assert forget(later) == 0
    case = office().find(number)
    assert not isinstance(case, Refused)
    rows = office().rows("SELECT count(*) FROM store_identity WHERE chain = %s::uuid", (case.case.id,))
    assert rows[0][0] == 0


@pytest.mark.parametrize("asked", [True, False])
def test_a_paper_that_says_who_somebody_is_goes_from_the_disk_with_it(
    desk: Desk, asked: bool, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    """A county may keep a picture of an identity card with the identity; here it stands where the number did."""
    now = datetime.now(UTC)
    first, second = ended(desk), ended(desk)
    shelf = Folder(Path(settings.TONGBAN_HOME) / FOLDER)
    files = Files(shelf)
    card = files.keep(office().journal, b"a card", "image/jpeg", now)
    for number in (first, second):
        case = office().find(number)
        assert not isinstance(case, Refused)
        chain, journal = case.case.id, office().journal
        for seq, field in office().rows(
            "SELECT seq, field FROM store_identity WHERE chain = %s::uuid", (chain,)
        ):
            place = Place(chain, int(str(seq)), str(field))
            sealed = journal.vault.seal(bytes(SALT_LENGTH), json.dumps([card]), place)
            Identity.objects.filter(chain=chain, seq=place.seq, field=place.field).update(value=sealed)
    with django_capture_on_commit_callbacks(execute=True):
        assert not isinstance(erase_person(first, Acting(now, SYSTEM)), Refused)
    assert shelf.path(card).exists(), "the other case still names it"
    with django_capture_on_commit_callbacks(execute=True):
        if asked:
            assert not isinstance(erase_person(second, Acting(now, SYSTEM)), Refused)
        else:
            forget(now + years(second) * YEAR + timedelta(days=2))
    assert not shelf.path(card).exists()
    assert not Attachment.objects.filter(id=card).exists()


def test_an_open_case_keeps_what_it_needs_however_long_it_takes(desk: Desk) -> None:
    number = desk.signed()
    forget(datetime.now(UTC) + 100 * YEAR)
    opened = look_identity(number, "contact", "约时间上门看现场", desk.acting(desk.handler))
    assert not isinstance(opened, Refused)
    assert "13812345678" in opened.values.values()


def test_a_clock_that_leapt_ahead_erases_nobody(desk: Desk) -> None:
    """By every sign but its clock the county is not three years older: a head was never signed in between."""
    number, now = ended(desk), datetime.now(UTC)
    later = now + years(number) * YEAR + timedelta(days=2)

    def signed(at: datetime) -> None:
        CheckpointRow.objects.create(
            county=office().county.code, size=CheckpointRow.objects.count() + 1, at=at, root=b"", note="", frontier=b"",
            xid=1, position=1,
        )  # fmt: skip

    signed(now)
    signed(later)
    assert forget_due(later) == forget_due(later + timedelta(days=6)) == 0
    assert forget_due(later + timedelta(days=8)) >= 1


def test_whoever_works_on_the_case_reads_that_the_name_is_gone(desk: Desk) -> None:
    number = ended(desk)
    forget(datetime.now(UTC) + years(number) * YEAR + timedelta(days=2))
    page = look(number, desk.acting(desk.clerk))
    assert not isinstance(page, Refused)
    assert page.identity == () and page.erased
