"""By which way a step comes: what a door says of it, so that nobody has to be asked and nobody can say it of themselves."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings

from tongban.apps.office import office_lately
from tongban.apps.patience import place
from tongban.kernel.clock import local_date
from tongban.kernel.commands import Door

POST = Door("desk")
"""Whoever acts by a post."""


def resident_door(channel: str, address: str, now: datetime, *, device_of_office: bool = False) -> Door:
    """The way of somebody who acts as a resident: ``channel`` (``web``, ``code`` or ``api``), unless they come from a
    device or a network of the office. Where they come from is kept as a keyed digest of the address that is another
    one every day: equal ones of a day meet, and nobody can find the address."""
    if device_of_office or of_office(address):
        channel = "office"
    day = local_date(now).isoformat()
    return Door(channel, office_lately().journal.lookup.source(f"{day}/{place(address)}"))


def of_office(address: str) -> bool:
    """Whether an address lies in one of the networks that the county calls its own."""
    networks = _networks(tuple(settings.TONGBAN_OFFICE_NETWORKS))
    if not networks:
        return False
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


@lru_cache(maxsize=4)
def _networks(written: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(each, strict=False) for each in written)
