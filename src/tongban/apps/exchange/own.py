"""This county as others know it: the key that signs what it says, and the one that opens what they seal for it."""

from __future__ import annotations

from base64 import b64encode

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.keyring import keys_of
from tongban.apps.office import office
from tongban.kernel.exchange.sealing import public_of
from tongban.kernel.ledger.ed25519 import Ed25519Signer
from tongban.store import exchange


class Card(Struct, frozen=True):
    """What another county must be told to talk with this one; all of it is public."""

    code: str
    key: str
    sealing_key: str


def signer(county: str) -> Ed25519Signer:
    return keys_of(county).exchange(county)


def opening_secret(county: str) -> bytes:
    return keys_of(county).opening(county)


def card_to_give(acting: Acting) -> Card:
    """The card as it is handed to another county. The ledger notes the keys on it: from then on none is made in their place."""
    here = office()
    found = card(here.county.code)
    exchange.card_given(here.journal, {"key": found.key, "sealing_key": found.sealing_key}, acting.now)
    return found


def card(county: str) -> Card:
    mine = signer(county)
    sealing = b64encode(public_of(opening_secret(county))).decode()
    return Card(county, f"{mine.key_id}={b64encode(mine.public).decode()}", sealing)
