"""The ways by which messages leave: set by the operator, from the environment or a file that is sealed with the home's key.

A channel is an address as Apprise reads it, with ``{to}`` where the recipient goes and ``{key}`` where the key of the message
goes, by which a gateway knows one that it has already. One without ``{to}`` is a group's (a robot) and belongs to a unit.
"""

from __future__ import annotations

import os
import secrets
from base64 import b64encode
from collections.abc import Mapping
from fcntl import LOCK_EX, flock
from pathlib import Path
from urllib.parse import quote

import msgspec
from django.conf import settings
from msgspec import Struct

from tongban.apps.keyring import CHANNELS, cipher_of
from tongban.apps.office import Office, office
from tongban.kernel import shapes
from tongban.kernel.refusal import Refused, RefusedError

SMS, MAIL = "sms", "mail"
NAMES = (SMS, MAIL, "dingtalk", "wecom", "feishu", "webhook")
PRETENDED = "pretended"
"""The address of the telephone that a demo shows in the place of a gateway."""
RECEIPTS = ".receipts"
"""What follows a channel's name in the name of the secret that its gateway signs receipts with."""
SECRET = "whsec_"  # noqa: S105 - what such secrets begin with
"""As Standard Webhooks writes them; 32 bytes in base64 follow."""
CLOSED = "notices.channels_closed"
_TO, _KEY = "{to}", "{key}"


class Channel(Struct, frozen=True):
    """``name`` is ``sms``, or ``dingtalk/<unit>`` for the group of a unit. ``secret`` signs the gateway's receipts, "" for none."""

    name: str
    url: str
    secret: str = ""

    def __repr__(self) -> str:
        return f"Channel({self.name!r}, …)"

    @property
    def kind(self) -> str:
        return self.name.partition("/")[0]

    @property
    def pretended(self) -> bool:
        return self.url == PRETENDED

    @property
    def personal(self) -> bool:
        """Whether it reaches one person by their number or mail address."""
        return self.pretended or _TO in self.url

    @property
    def keyed(self) -> bool:
        """Whether its gateway is told the key, so that nothing goes out twice however often it is handed over."""
        return self.pretended or _KEY in self.url

    def filled(self, to: str, key: str) -> str:
        return self.url.replace(_TO, quote(to, safe="")).replace(_KEY, quote(key, safe=""))


def channels(here: Office) -> Mapping[str, Channel]:
    """Every channel by its name. What the environment says holds before what the file says; a demo has telephones. A file that
    cannot be opened brings none: whoever acts on that asks :func:`closed` first."""
    said = {**_pretended(here), **(_sealed(here) or {}), **settings.TONGBAN_CHANNELS}
    return {
        name: Channel(name, url, said.get(name + RECEIPTS, ""))
        for name, url in sorted(said.items())
        if url and not name.endswith(RECEIPTS)
    }


def pretends(here: Office) -> bool:
    """Whether messages may go to a telephone that everybody sees: only where nothing is real."""
    return here.demo or settings.DEBUG


def set_channel(name: str, url: str, unit: str = "", receipts: str = "") -> Refused | None:
    """Keep a channel in the sealed file, in place of one of that name; an empty ``url`` ends it.

    Refuses an unknown kind and unit, an address that Apprise cannot read, a group's for everybody, and to write over a file
    that cannot be opened.
    """
    here = office()
    if name not in NAMES:
        return Refused("notices.unknown_channel", "name", {"given": name[:40], "known": NAMES})
    if unit and unit not in here.county.units:
        return Refused("people.unknown_unit", name, {"unit": unit})
    made = Channel(f"{name}/{unit}" if unit else name, url)
    if url and (made.pretended or not readable(made)):
        return Refused("notices.address", "url", {"channel": name})
    if url and made.personal == bool(unit):
        return Refused("notices.for_whom", "url", {"channel": name})
    with (settings.TONGBAN_HOME / f".{CHANNELS}.turn").open("w") as turn:
        flock(turn, LOCK_EX)  # whoever sets another one at once must not write over this one
        sealed = _sealed(here)
        if sealed is None:
            return Refused(CLOSED, CHANNELS)
        kept = {**sealed, made.name: url, made.name + RECEIPTS: receipts}
        _keep(here, {key: value for key, value in kept.items() if value})
    return None


def closed(here: Office) -> Refused | None:
    """Why nobody knows which channels there are: the sealed file is there and cannot be opened with the home's key."""
    return Refused(CLOSED, CHANNELS) if _sealed(here) is None else None


def readable(channel: Channel) -> bool:
    """Whether Apprise knows what to do with a channel's address."""
    from tongban.apps.notices.carrying import plugin

    return plugin(channel, "13800000000" if channel.kind != MAIL else "a@example.invalid", "key") is not None


def new_secret() -> str:
    """One for a gateway to sign its receipts with, 32 bytes by chance."""
    return SECRET + b64encode(secrets.token_bytes(32)).decode()


def _pretended(here: Office) -> dict[str, str]:
    return {SMS: PRETENDED, MAIL: PRETENDED} if pretends(here) else {}


def _sealed(here: Office) -> dict[str, str] | None:
    """What the file says; None where it cannot be opened."""
    path = settings.TONGBAN_HOME / CHANNELS
    if not path.exists():
        return {}
    try:
        plain = cipher_of(here.county.code).open(path.read_bytes(), CHANNELS)
    except RefusedError:  # the key was lost
        return None
    return shapes.read(plain, dict[str, str]) if plain is not None else None


def _keep(here: Office, kept: Mapping[str, str]) -> None:
    path: Path = settings.TONGBAN_HOME / CHANNELS
    made = path.with_name(f".{CHANNELS}.{os.getpid()}")
    made.touch(mode=0o600)
    made.write_bytes(cipher_of(here.county.code).seal(msgspec.json.encode(kept), CHANNELS))
    made.replace(path)
