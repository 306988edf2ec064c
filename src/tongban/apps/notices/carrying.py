"""Handing one message to a gateway, by Apprise or as a robot's maker has it: bounded in time, following no redirection, telling no log whom it was for."""

from __future__ import annotations

import logging
import socket
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
_CONNECT, _READ, _LOOK = 4.0, 2 * SECONDS, 2.0
"""Reading is given up by us and not by Apprise, which would say no where nobody knows whether the gateway has the message."""
NOT_TAKEN, SLOW, ADDRESS = "notices.not_taken", "notices.slow", "notices.address"
UNREACHABLE = "notices.unreachable"


class Handing:
    """One message on its way to a gateway, beside everything else that goes on."""

    def __init__(self, channel: Channel, to: str, title: str, text: str, key: str) -> None:
        self.channel = channel
        self._said: list[str] = []
        """One word when it is known: "" for taken, else the code of why not."""
        self._began = 0.0
        self._way: Thread | None = None
        if channel.pretended:
            pretended.keep(channel.kind, to, title, text, key)
            self._said.append("")
            return
        self._made = plugin(channel, to, key)
        if self._made is not None:
            # From here, not from before the plug-ins were loaded: on a busy machine that alone takes longer than a gateway has.
            self._began = monotonic()
            self._way = Thread(target=self._hand_over, args=(title, text), daemon=True)
            self._way.start()

    def answer(self, seconds: float = SECONDS) -> Refused | None:
        """None when the gateway has taken it. Refuses what it did not take (``notices.not_taken``), a gateway that nobody answers at
        (``notices.unreachable``), what it did not answer in time (``notices.slow``: nobody knows whether it has it), and an address
        that cannot be read."""
        if self._way is not None:
            self._way.join(max(0.0, self._began + seconds - monotonic()))
        elif not self._said:
            return Refused(ADDRESS, "url", {"channel": self.channel.name})
        if not self._said:
            return Refused(SLOW, self.channel.name, {"seconds": int(seconds)})
        return Refused(self._said[0], self.channel.name) if self._said[0] else None

    def _hand_over(self, title: str, text: str) -> None:
        made = self._made
        try:
            robot = robots.asked(made, title, text) if made is not None else None
            if robot is not None:
                said = robots.taken(robot, SECONDS)
                self._said.extend(() if said is None else (said,))
                return
            if made is not None and made.notify(body=text, title=title):
                self._said.append("")
                return
        except Exception:  # whatever a plug-in of somebody else raises, it was not taken
            self._said.append(NOT_TAKEN)
            return
        self._said.append(NOT_TAKEN if made is not None and _somebody_there(made) else UNREACHABLE)


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


def _somebody_there(made: NotifyBase) -> bool:
    """Whether anybody answers where a message was to go. Apprise says that it was not taken and not why, so this is looked at afterwards;
    a gateway whose plug-in names no host of its own is taken to be there."""
    host = str(getattr(made, "smtp_host", None) or getattr(made, "host", None) or "")
    port = int(getattr(made, "port", None) or (443 if made.secure else 80))
    try:
        if host:
            socket.create_connection((host, port), timeout=_LOOK).close()
    except OSError:
        return False
    return True


@cache
def _load() -> None:
    """Apprise's own plug-ins, once. One of them asks for a module that Python warns of and that it does not need."""
    from apprise.manager_plugins import NotificationManager

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        NotificationManager().load_modules()  # type: ignore[no-untyped-call]  # it has no types
