"""What gateways report: that a message arrived, or did not. Signed as Standard Webhooks are, under the message's own key.

A report that comes twice changes nothing; one that is forged, old, or of a message that the channel never had is not believed.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from datetime import datetime, timedelta
from hmac import compare_digest
from hmac import digest as keyed_digest
from typing import Literal
from uuid import UUID

import msgspec
from msgspec import Struct

from tongban.apps.notices.channels import PRETENDED, SECRET, channels
from tongban.apps.notices.serving import back_to_paper, serve_electronically
from tongban.apps.office import Office, office
from tongban.kernel import shapes
from tongban.kernel.refusal import Refused
from tongban.store import notices as store

LATE = timedelta(minutes=5)
LARGEST = 4000
"""Bytes of a report."""


class Report(Struct, frozen=True):
    """``key`` is the message's, ``receipt`` what the gateway calls it."""

    key: UUID
    state: Literal["delivered", "failed"]
    receipt: str = ""


def hear_receipt(
    channel: str, id: str, at: str, signature: str, body: bytes, now: datetime
) -> Refused | None:
    """Believe a report. ``id``, ``at`` and ``signature`` are the headers webhook-id, -timestamp and -signature.

    Refuses a channel without receipts, a signature that is not the gateway's and one of another moment (``notices.stranger``, one
    word for all of them), what is no report (``notices.no_report``), and a message that the channel never had.
    """
    here = office()
    way = channels(here).get(channel)
    if way is None or not way.secret or not _signed(way.secret, id, at, signature, body, now):
        return Refused("notices.stranger")
    try:
        report = shapes.read(body[:LARGEST], Report)
    except msgspec.DecodeError:
        return Refused("notices.no_report")
    key = str(report.key)
    if not store.reported(here.journal, key, channel, report.state, report.receipt[:200], now):
        return Refused("notices.unknown_message")
    if report.state == store.DELIVERED:
        serve_electronically(here, key, way.kind, report.receipt[:200], now)
    else:
        back_to_paper(here, key)
    return None


def hear_pretended(here: Office, now: datetime) -> int:
    """What a demo's gateway was handed before has arrived, as a real one would report by now; how many messages."""
    ways = [each.name for each in channels(here).values() if each.pretended]
    keys = store.unreported(here.journal, ways) if ways else ()
    for key, channel in keys:
        store.reported(here.journal, key, channel, store.DELIVERED, PRETENDED, now)
        serve_electronically(here, key, channel.partition("/")[0], PRETENDED, now)
    return len(keys)


def signature_of(secret: str, id: str, at: str, body: bytes) -> str:
    """What a gateway writes beside a report."""
    key = b64decode(secret.removeprefix(SECRET))
    return "v1," + b64encode(keyed_digest(key, f"{id}.{at}.".encode() + body, "sha256")).decode()


def _signed(secret: str, id: str, at: str, signature: str, body: bytes, now: datetime) -> bool:
    if (
        not at.isascii()
        or not at.isdecimal()
        or len(at) > 12
        or abs(int(at) - now.timestamp()) > LATE.total_seconds()
    ):
        return False
    try:
        own = signature_of(secret, id, at, body)
    except (NotBase64, ValueError):
        return False
    return any(compare_digest(own.encode(), each.encode()) for each in signature.split(" "))
