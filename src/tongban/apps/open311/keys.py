"""Keys of programs that send cases: given out once, known by their digest, ended from the next request on. All of it is noted."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import Office, office
from tongban.apps.people.own import by
from tongban.apps.rights import may
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.store.models import Open311Key
from tongban.store.notes import append_note

CHAIN = "open311"
PREFIX = "tbo."
"""So that a scanner for leaked secrets can know one."""
LONGEST_NAME = 100
LONGEST_LIFE = 366
"""Days. Whoever still needs it then asks again, and somebody looks at it again."""
MOST = 60
"""Cases that one key may send in ten minutes, unless the administrator says otherwise: as many as one address."""
MOST_EVER = 6_000


class Known(Struct, frozen=True):
    """A key of the register. ``ended`` is when it was revoked or ran out; None while it holds."""

    id: str
    name: str
    most: int
    since: datetime
    until: datetime
    ended: datetime | None


def issue(name: str, days: int, most: int, acting: Acting) -> tuple[Known, str] | Refused:
    """A new key for a program of this name, and the secret itself, which is kept nowhere.

    Refuses whoever is no administrator, a name that says nothing, and a life or a bound that is none.
    """
    if not may("offer_to_programs", acting.actor):
        return Refused("open311.not_yours")
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        return Refused("open311.key_name", "name", {"most": LONGEST_NAME})
    if not 1 <= days <= LONGEST_LIFE:
        return Refused("open311.key_days", "days", {"most": LONGEST_LIFE})
    if not 1 <= most <= MOST_EVER:
        return Refused("open311.key_most", "most", {"most": MOST_EVER})
    here, made, secret = office(), secrets.token_hex(4), PREFIX + secrets.token_urlsafe(24)
    until = acting.now + timedelta(days=days)
    with transaction.atomic():
        row = Open311Key.objects.create(
            county=here.county.code, id=made, digest=_digest(secret), name=name, most=most,
            since=acting.now, until=until,
        )  # fmt: skip
        facts: Facts = {"id": made, "name": name, "days": days, "most": most, "by": acting.actor.person}
        noted(here, "open311_key_issued", facts, acting.now)
    return _known(row, acting.now), secret


def known(now: datetime) -> tuple[Known, ...]:
    """Every key of the register, the newest first."""
    rows = Open311Key.objects.filter(county=office().county.code).order_by("-since", "id")
    return tuple(_known(row, now) for row in rows)


def revoke(id: str, acting: Acting) -> Known | Refused:
    """End a key, from the next request on. Refuses an id that no key has, and one that has ended."""
    if not may("offer_to_programs", acting.actor):
        return Refused("open311.not_yours")
    here = office()
    with transaction.atomic():
        row = Open311Key.objects.select_for_update().filter(county=here.county.code, id=id).first()
        if row is None:
            return Refused("open311.key_unknown", id[:40])
        if _known(row, acting.now).ended is not None:
            return Refused("open311.key_ended", id)
        row.revoked = acting.now
        row.save(update_fields=["revoked"])
        noted(here, "open311_key_revoked", {"id": id, "by": acting.actor.person}, acting.now)
    return _known(row, acting.now)


def end_every(acting: Acting) -> int:
    """End every key of the county: the office went back to a moment, and one that was ended since must not live again. How many."""
    with transaction.atomic():
        rows = Open311Key.objects.filter(county=office().county.code, revoked=None, until__gt=acting.now)
        ids = list(rows.values_list("id", flat=True))
        rows.filter(id__in=ids).update(revoked=acting.now)
        for each in ids:
            noted(office(), "open311_key_revoked", {"id": each, "by": by(acting)}, acting.now)
    return len(ids)


def holder(secret: str, now: datetime) -> Known | None:
    """The key that a program showed, while it holds. Compared by digest, so that no time tells how near a guess came."""
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    row = Open311Key.objects.filter(county=office().county.code, digest=_digest(secret)).first()
    found = _known(row, now) if row is not None else None
    return found if found is not None and found.ended is None else None


def noted(here: Office, kind: str, facts: Facts, now: datetime) -> None:
    """A note of the ledger. Raises ``RefusedError`` for what cannot be noted: then nothing is done either."""
    made = append_note(here.journal, CHAIN, kind, facts, now, now)
    if isinstance(made, Refused):
        raise RefusedError(made)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _known(row: Open311Key, now: datetime) -> Known:
    ended = row.revoked or (row.until if row.until <= now else None)
    return Known(row.id, row.name, row.most, row.since, row.until, ended)
