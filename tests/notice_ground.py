"""People of the demo county who are told things, by gateways of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk_ground import Desk
from gateway_ground import Gateway, Post, gateway, post

NUMBER, MAIL = "13911112222", "clerk@office.invalid"


class Told:
    """A county with channels: ``sms`` for text messages, ``post`` for mail."""

    def __init__(self, desk: Desk, sms: Gateway, letters: Post) -> None:
        self.desk, self.sms, self.post = desk, sms, letters

    def morning(self) -> datetime:
        """The next moment from now on at which offices speak, and a little more."""
        from tongban.apps.office import office
        from tongban.kernel.clock.quiet import awake

        return awake(office().county.calendar, datetime.now(UTC)) + timedelta(minutes=1)

    def early(self) -> datetime:
        """The next morning at which somebody is told: an hour or two later it is no night either, whenever this runs."""
        from tongban.apps.notices.windows import MORNINGS, when
        from tongban.apps.office import office

        return when(office().county.calendar, MORNINGS, self.morning())

    def window(self) -> datetime:
        """The next moment at which what is no hurry goes out."""
        from tongban.apps.notices.windows import WINDOWS, when
        from tongban.apps.office import office

        return when(office().county.calendar, WINDOWS, self.morning())

    def choose(self, login: str, channel: str = "mail", pace: str = "windows") -> None:
        from tongban.apps.notices.choices import choose

        refused = choose(channel, pace, NUMBER, MAIL, self.desk.acting(login))
        assert refused is None, refused

    def send(self, now: datetime | None = None) -> Any:
        from tongban.apps.notices.sending import send_due

        return send_due(now or self.morning())


@pytest.fixture
def told(desk: Desk, settings: Any) -> Iterator[Told]:
    with gateway() as sms, post() as letters:
        settings.TONGBAN_CHANNELS = {"sms": sms.sms, "mail": letters.mail}
        settings.TONGBAN_ADDRESS = "https://c.example"
        yield Told(desk, sms, letters)
