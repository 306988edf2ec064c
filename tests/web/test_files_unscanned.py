"""With the scanner away an entry goes on, and whoever opens its file is told so and gets nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from clamd_ground import Daemon, listening
from desk_ground import Desk, county, desk
from resident_ground import PHONE, Visitor, form_of, picture, unhurried, visitor
from tongban.apps.casework.scanning import Scanned, scan_waiting

pytestmark = [pytest.mark.database, pytest.mark.django_db]
__all__ = ["county", "desk", "unhurried", "visitor"]


@pytest.fixture
def daemon(settings: Any) -> Iterator[Daemon]:
    with listening() as found:
        settings.TONGBAN_CLAMAV = found.address
        yield found


def test_a_resident_s_entry_goes_on_and_the_photo_opens_once_it_was_scanned(
    visitor: Visitor, desk: Desk, daemon: Daemon
) -> None:
    daemon.answer = b"out of order\0"
    visitor.begin().press(photos=[picture()]).press(phone=PHONE)
    assert "<img" not in visitor.page.partition("<main")[2].partition("</main")[0]
    visitor.press("more")
    (photo,) = form_of(visitor.page)["photos"]
    visitor.press().press()
    number = visitor.send()
    own, office = f"/follow/{number}/photo/{photo}/", f"/desk/{number}/files/{photo}/"
    clerk = Client()
    clerk.force_login(User.objects.get(username=desk.clerk))
    for reader, address in ((visitor.client, own), (clerk, office)):
        told = reader.get(address)
        assert told["Content-Type"].startswith("text/html")
        assert "还没有做病毒扫描" in told.content.decode()
    assert "暂不能打开" in clerk.get(f"/desk/{number}/").content.decode()
    daemon.answer = None
    assert scan_waiting(timezone.now()) == Scanned(clean=1)
    assert visitor.client.get(own)["Content-Type"] == clerk.get(office)["Content-Type"] == "image/jpeg"


def test_a_find_is_told_beside_its_field_and_the_text_stays(visitor: Visitor, daemon: Daemon) -> None:
    daemon.answer = b"stream: Eicar-Test-Signature FOUND\0"
    visitor.begin().press(photos=[picture()])
    assert visitor.status == 422
    assert "Eicar-Test-Signature" in visitor.page
