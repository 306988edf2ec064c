"""Answers to requests that made something, kept for a day: the same request sent again makes nothing and is answered the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from msgspec import Struct

from tongban.apps.keyring import cipher_of
from tongban.apps.office import office
from tongban.kernel import shapes
from tongban.kernel.refusal import Refused
from tongban.store.models import AnswerRow

LASTS = timedelta(days=1)


class Kept(Struct, frozen=True):
    """An answer as it was written."""

    status: int
    body: str
    headers: Mapping[str, str] = {}


def once(
    name: str, digest: bytes, now: datetime, make: Callable[[], Kept | None]
) -> tuple[Kept, bool] | Refused | None:
    """What ``make`` gives the first time, and from then on the same; whether it was given before. None where ``make`` gave none.

    What was made and the answer to it are on disk together or not at all. Of two that come at once the second waits for the first.
    Refuses the same name for something else (``request.key_reused``).
    """
    here = office()
    cipher, place = cipher_of(here.county.code), f"answer/{name}"
    rows = AnswerRow.objects.filter(county=here.county.code, key=name)
    with transaction.atomic():
        here.journal.take_turn(place)
        row = rows.filter(at__gt=now - LASTS).first()
        if row is not None:
            if bytes(row.digest) != digest:
                return Refused("request.key_reused", "Idempotency-Key")
            opened = cipher.open(bytes(row.answer), place)
            return (
                Refused("request.key_reused", "Idempotency-Key")
                if opened is None
                else (shapes.read(opened, Kept), True)
            )
        made = make()
        if made is None:
            return None
        rows.delete()
        sealed = cipher.seal(msgspec.json.encode(made), place)
        AnswerRow.objects.create(county=here.county.code, key=name, digest=digest, answer=sealed, at=now)
    return made, False


def tidy(now: datetime) -> None:
    """Forget answers whose day is over."""
    AnswerRow.objects.filter(county=office().county.code, at__lte=now - LASTS).delete()
