"""Handing one message to a gateway, by Apprise: bounded in time, following no redirection, telling no log whom it was for."""

from __future__ import annotations

import logging
import warnings
from functools import cache
from threading import Thread
from typing import TYPE_CHECKING

from tongban.apps.notices import pretended
from tongban.apps.notices.channels import Channel
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from apprise import NotifyBase

SECONDS = 10.0
"""For one message, everything together: a gateway that lets bytes trickle holds up nobody any longer."""
_CONNECT, _READ = 4.0, 6.0
NOT_TAKEN, SLOW, ADDRESS = "notices.not_taken", "notices.slow", "notices.address"


def carry(
    channel: Channel, to: str, title: str, text: str, key: str, *, seconds: float = SECONDS
) -> Refused | None:
    """None when the gateway has taken it. Refuses what it did not take (``notices.not_taken``: no, or nobody there) and what
    it did not answer in time (``notices.slow``: nobody knows whether it has it)."""
    if channel.pretended:
        pretended.keep(channel.kind, to, title, text, key)
        return None
    made = plugin(channel, to, key)
    if made is None:
        return Refused(ADDRESS, "url", {"channel": channel.name})
    taken: list[bool] = []

    def hand_over() -> None:
        try:
            taken.append(bool(made.notify(body=text, title=title)))
        except Exception:  # whatever a plug-in of somebody else raises, it was not taken
            taken.append(False)

    way = Thread(target=hand_over, daemon=True)
    way.start()
    way.join(seconds)
    if not taken:
        return Refused(SLOW, channel.name, {"seconds": int(seconds)})
    return None if taken[0] else Refused(NOT_TAKEN, channel.name)


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
