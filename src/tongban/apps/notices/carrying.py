"""Handing one message to a gateway, by Apprise or as a robot's maker has it: bounded in time, following no redirection, telling no log whom it was for."""

from __future__ import annotations

import logging
import warnings
from functools import cache
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

from tongban.apps.notices import pretended, robots
from tongban.apps.notices.channels import Channel
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from apprise import NotifyBase

SECONDS = 10.0
"""For one message, everything together: a gateway that lets bytes trickle holds up nobody any longer."""
_CONNECT, _READ = 4.0, 6.0
NOT_TAKEN, SLOW, ADDRESS = "notices.not_taken", "notices.slow", "notices.address"


class Handing:
    """One message on its way to a gateway, beside everything else that goes on."""

    def __init__(self, channel: Channel, to: str, title: str, text: str, key: str) -> None:
        self.channel = channel
        self._taken: list[bool] = []
        self._began = monotonic()
        self._way: Thread | None = None
        if channel.pretended:
            pretended.keep(channel.kind, to, title, text, key)
            self._taken.append(True)
            return
        self._made = plugin(channel, to, key)
        if self._made is not None:
            self._way = Thread(target=self._hand_over, args=(title, text), daemon=True)
            self._way.start()

    def answer(self, seconds: float = SECONDS) -> Refused | None:
        """None when the gateway has taken it. Refuses what it did not take (``notices.not_taken``: no, or nobody there), what it
        did not answer in time (``notices.slow``: nobody knows whether it has it), and an address that cannot be read."""
        if self._way is not None:
            self._way.join(max(0.0, self._began + seconds - monotonic()))
        elif not self._taken:
            return Refused(ADDRESS, "url", {"channel": self.channel.name})
        if not self._taken:
            return Refused(SLOW, self.channel.name, {"seconds": int(seconds)})
        return None if self._taken[0] else Refused(NOT_TAKEN, self.channel.name)

    def _hand_over(self, title: str, text: str) -> None:
        try:
            robot = robots.asked(self._made, title, text) if self._made is not None else None
            if robot is not None:
                taken = robots.taken(robot, SECONDS)
                self._taken.extend(() if taken is None else (taken,))
                return
            self._taken.append(self._made is not None and bool(self._made.notify(body=text, title=title)))
        except Exception:  # whatever a plug-in of somebody else raises, it was not taken
            self._taken.append(False)


def carry(
    channel: Channel, to: str, title: str, text: str, key: str, *, seconds: float = SECONDS
) -> Refused | None:
    """Hand one message over and wait for the answer, as :meth:`Handing.answer` has it."""
    return Handing(channel, to, title, text, key).answer(seconds)


def plugin(channel: Channel, to: str, key: str) -> NotifyBase | None:
    """What Apprise makes of a channel's address for one recipient; None for an address that it cannot read."""
    import apprise

    _load()
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)  # it would write numbers and names of people
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    asset = apprise.AppriseAsset(app_id="tongban", app_desc="tongban", app_url="", async_mode=False)
    try:
        made = apprise.Apprise.instantiate(channel.filled(to, key), asset=asset)
    except Exception:
        return None
    if not isinstance(made, apprise.NotifyBase):
        return None
    made.request_rate_per_sec = (
        0.0  # one message at a time, each by a plug-in of its own: nothing to hold back
    )
    made.redirects = False
    made.socket_connect_timeout, made.socket_read_timeout = _CONNECT, _READ
    return made


@cache
def _load() -> None:
    """Apprise's own plug-ins, once. One of them asks for a module that Python warns of and that it does not need."""
    from apprise.manager_plugins import NotificationManager

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        NotificationManager().load_modules()  # type: ignore[no-untyped-call]  # it has no types
