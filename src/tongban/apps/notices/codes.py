"""Codes to a number: at once, by themselves, and kept by nobody longer than they hold.

Number and code are sealed until the gateway has them or they have run out; what stays is that something was sent, when, and
what became of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import msgspec

from tongban.apps import patience
from tongban.apps.keyring import cipher_of
from tongban.apps.notices.carrying import carry
from tongban.apps.notices.channels import SMS, Channel, channels
from tongban.apps.notices.words import signed
from tongban.apps.office import Office, office
from tongban.apps.patience import Bound
from tongban.apps.wording import say
from tongban.kernel import shapes
from tongban.kernel.form import FieldKind
from tongban.kernel.refusal import Refused
from tongban.store import notices as store
from tongban.store.notices import Sending

TO_A_NUMBER = Bound("notices:number", 5, 60 * 60)
"""Codes to one number: nobody's telephone can be made to ring all night by somebody else."""
CODE = "code"
AT_ONCE = 5.0
"""Seconds that a page waits for the gateway; then the worker goes on trying."""


def send_code(number: str, code: str, minutes: int, language: str, now: datetime) -> Refused | None:
    """Send a code that holds for some minutes to a mobile number, now and before everything else; None when it is on its way.

    ``number`` is as the form reads it (11 digits). Refuses a county without a channel for text messages
    (``notices.no_channel``) and too many codes to one number (``notices.often``), whoever asks for them.
    """
    here = office()
    way = channels(here).get(SMS)
    if way is None:
        return Refused("notices.no_channel", "phone")
    seconds = patience.count(TO_A_NUMBER, here.journal.lookup.source(number), now.timestamp())
    if seconds:
        return Refused("notices.often", "phone", {"minutes": -(-seconds // 60)})
    text = signed(here, say("notices.code", language, code=code, minutes=minutes), language)
    made = Sending(
        id=str(uuid4()),
        whom=f"number/{here.journal.lookup.digest(FieldKind.phone, number).hex()[:32]}",
        kind=CODE,
        channel=SMS,
        language=language,
        made=now,
        until=now + timedelta(minutes=minutes),
        urgent=True,
        tries=1,
    )
    sealed = cipher_of(here.county.code)
    store.add(here.journal, made, sealed.seal(msgspec.json.encode((number, text)), made.id))
    store.take(here.journal, made.id, now)
    hand_over(here, way, made, number, text, now, seconds=AT_ONCE)
    return None


def opened(here: Office, sending: Sending) -> tuple[str, str] | None:
    """Number and words of a code that still waits; None for one that has run out."""
    sealed = store.sealed(here.journal, sending.id)
    plain = cipher_of(here.county.code).open(sealed, sending.id) if sealed else None
    return shapes.read(plain, tuple[str, str]) if plain is not None else None


def hand_over(
    here: Office, way: Channel, sending: Sending, to: str, text: str, now: datetime, *, seconds: float
) -> Refused | None:
    """Try once, and note what came of it."""
    refused = carry(way, to, "", text, sending.id, seconds=seconds)
    if refused is None:
        store.accepted(here.journal, sending.id, now)
    else:
        store.put_off(here.journal, sending, refused.code)
    return refused
