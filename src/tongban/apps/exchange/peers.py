"""The counties that this one talks with: added, listed, ended. Each of it is noted in the ledger.

A county is added by whoever has the shell of the machine, with keys that came by another way than the network
(a letter with a seal, two officials at one table): whoever believes a key that the network brought believes anybody.
"""

from __future__ import annotations

import re
from base64 import b64encode
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.kernel.exchange.sealing import KEY_LENGTH, seal
from tongban.kernel.ledger.ed25519 import read_key
from tongban.kernel.ledger.note import base64_bytes
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.store import exchange
from tongban.store.exchange import Peer as Peer

_CODE = re.compile(r"[0-9]{6}")
_NAME = re.compile(r"[^\x00-\x1f]{1,50}")
NEAR = frozenset({"localhost", "127.0.0.1", "::1"})
"""Where an unencrypted way goes no further than this machine."""


def add(
    code: str, name: str, name_en: str, address: str, key: str, sealing_key: str, acting: Acting
) -> Peer | Refused:
    """Talk with another county from now on; once more for one that changes its keys, which hold beside the old ones.

    Refuses a code that is none or this county's own, a name that says nothing, an address that is not safe, and keys that
    are none or are known already.
    """
    here = office()
    if not _CODE.fullmatch(code) or code == here.county.code:
        return Refused("exchange.code", "code", {"given": code[:20]})
    if not _NAME.fullmatch(name) or (name_en and not _NAME.fullmatch(name_en)):
        return Refused("exchange.name", "name")
    refused = unsafe(address)
    if refused is not None:
        return refused
    read = read_key(key)
    if isinstance(read, Refused):
        return Refused("exchange.key", "key")
    sealing = base64_bytes(sealing_key.strip(), KEY_LENGTH)
    if sealing is None or isinstance(seal(b"", sealing, bytes(range(KEY_LENGTH)), b""), Refused):
        return Refused("exchange.sealing_key", "sealing_key")
    peer = Peer(code, read[0], read[1], sealing, name, name_en, address.rstrip("/"), acting.now)
    try:
        with transaction.atomic():
            exchange.add_peer(here.journal, peer)
            exchange.noted(here.journal, code, exchange.ADDED, told_of(peer), acting.now)
    except IntegrityError:
        return Refused("exchange.key_known", "key", {"key": read[0]})
    return peer


def told_of(peer: Peer) -> Facts:
    """What the ledger notes of a county that is added: by this its keys are held against the table."""
    return {
        "peer": peer.code,
        "key": f"{peer.key}={b64encode(peer.public).decode()}",
        "sealing_key": b64encode(peer.sealing).decode(),
        "address": peer.address,
        "name": peer.name,
    }


def peers() -> tuple[Peer, ...]:
    """Every key of every county that was ever talked with."""
    return exchange.peers_of(office().county.code)


def end(code: str, key: str, acting: Acting) -> tuple[str, ...] | Refused:
    """Talk no more with a county, or believe one of its keys no more (``key`` is its id); the ids of the keys that ended.

    What waits for it is given up at its next turn, where it can be seen. Refuses a county with which nobody talks.
    """
    here = office()
    known = exchange.peers_of(here.county.code, code)
    keys = tuple(each.key for each in known if each.until is None and key in ("", each.key))
    if not keys:
        return Refused("exchange.unknown_peer", "code", {"peer": code[:20]})
    with transaction.atomic():
        exchange.end_peer(here.journal, code, keys, acting.now)
        exchange.noted(here.journal, code, exchange.ENDED, {"peer": code, "keys": keys}, acting.now)
    return keys


def unsafe(address: str) -> Refused | None:
    """Why nothing may be sent to an address: encrypted ways only, but to this machine itself or where settings allow more."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Refused("exchange.address", "address", {"given": address[:100]})
    strange = parts.username is not None or parts.query or parts.fragment or port == 0
    if not host or strange or not address.isascii() or not address.isprintable() or " " in address:
        return Refused("exchange.address", "address", {"given": address[:100]})
    if parts.scheme == "https" or (
        parts.scheme == "http" and (host in NEAR or settings.TONGBAN_EXCHANGE_HTTP)
    ):
        return None
    return Refused("exchange.not_encrypted", "address", {"given": address[:100]})


def in_force(county: str, code: str) -> tuple[Peer, ...]:
    """The keys of a county that hold now, the newest first."""
    return tuple(each for each in exchange.peers_of(county, code) if each.until is None)


def last_known(county: str, code: str) -> Peer | None:
    """A county by its newest key, also when it ended: those that hold come first."""
    known = sorted(exchange.peers_of(county, code), key=lambda each: each.until is not None)
    return known[0] if known else None
