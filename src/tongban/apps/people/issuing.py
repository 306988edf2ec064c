"""Tokens for programs: issued for an account, listed, revoked. Each of it is noted in the ledger.

The register holds for whom, what for, what they allow and until when; the token itself is shown once and
kept nowhere. Whoever may issue one has the shell of the machine.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import Office, office
from tongban.apps.people.acting import actor_of
from tongban.apps.people.own import by, signed
from tongban.apps.people.tokens import IDENTITY, SCOPES, Token, staff_token
from tongban.apps.rights.two import needed
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.store.models import TokenRow
from tongban.store.notes import append_note

CHAIN = "tokens"
LONGEST_LIFE = 366
"""Days. Whoever still needs it then asks again, and somebody looks at it again."""
LONGEST_PURPOSE = 200


class Issued(Struct, frozen=True):
    """One token of the register. ``ended`` is when it was revoked or ran out; None while it holds."""

    id: str
    login: str
    scopes: tuple[str, ...]
    purpose: str
    since: datetime
    until: datetime
    ended: datetime | None
    by: str = ""
    """who issued it, "" where that was not kept yet"""
    used: date | None = None
    """the last day on which it opened something"""


def issue(
    login: str, scopes: Collection[str], purpose: str, days: int, acting: Acting
) -> tuple[Issued, Token] | Refused:
    """A token for the account, for this many days.

    Refuses a login that nobody has or whose posts have ended, a purpose that says nothing, an unknown
    scope and a life of no day or over a year. One that opens who asked takes two people, where there are two; the shell
    issues it alone, which is noted.
    """
    here = office()
    opens = "issue_identity_tokens" if IDENTITY in scopes else ""
    refused = needed(opens, acting) if opens else None
    if refused is not None:
        return refused
    user = User.objects.filter(username=login, is_active=True).first()
    if user is None or not actor_of(user, acting.now).own_posts:
        return Refused("people.no_posts", login)
    purpose = " ".join(purpose.split())
    if not purpose or len(purpose) > LONGEST_PURPOSE:
        return Refused("token.purpose", login, {"most": LONGEST_PURPOSE})
    if not scopes or not set(scopes) <= set(SCOPES):
        return Refused("token.scope", login, {"known": SCOPES})
    if not 1 <= days <= LONGEST_LIFE:
        return Refused("token.days", login, {"most": LONGEST_LIFE})
    wanted = tuple(scope for scope in SCOPES if scope in scopes)
    made = secrets.token_hex(4)
    token = staff_token(user, wanted, timedelta(days=days), made)
    with transaction.atomic():
        TokenRow.objects.create(
            county=here.county.code, id=made, person=login, scopes=list(wanted), purpose=purpose,
            since=acting.now, until=token.expires, by=by(acting),
        )  # fmt: skip
        facts: Facts = {"id": made, "person": login, "scopes": wanted, "days": days, "purpose": purpose}
        facts = {**facts, **signed(acting, opens)}
        _noted(here, "token_issued", facts, acting.now)
    return Issued(made, login, wanted, purpose, acting.now, token.expires, None, by(acting)), token


def issued(now: datetime) -> tuple[Issued, ...]:
    """Every token of the register, the newest first."""
    rows = TokenRow.objects.filter(county=office().county.code).order_by("-since", "id")
    return tuple(_issued(row, now) for row in rows)


def revoke(ids: Sequence[str], acting: Acting) -> tuple[Issued, ...] | Refused:
    """End tokens, from the next request on; all of them or none.

    Refuses ids that no token has, and those of tokens that have ended.
    """
    here = office()
    with transaction.atomic():
        rows = {
            row.id: row
            for row in TokenRow.objects.select_for_update().filter(county=here.county.code, id__in=ids)
        }
        faults = [
            Refused("token.unknown", each) if each not in rows else Refused("token.ended", each)
            for each in dict.fromkeys(ids)
            if each not in rows or _issued(rows[each], acting.now).ended is not None
        ]
        if faults:
            return Refused.of(faults)
        for row in rows.values():
            row.revoked = acting.now
            row.save(update_fields=["revoked"])
            facts: Facts = {"id": row.id, "person": row.person, "by": by(acting)}
            _noted(here, "token_revoked", facts, acting.now)
    return tuple(_issued(row, acting.now) for row in rows.values())


def revoke_all(person: str, acting: Acting) -> int:
    """End every token that somebody has: they leave. Returns how many."""
    rows = TokenRow.objects.filter(
        county=office().county.code, person=person, revoked=None, until__gt=acting.now
    )
    ids = list(rows.values_list("id", flat=True))
    if ids:
        revoke(ids, acting)
    return len(ids)


def end_every(acting: Acting) -> int:
    """End every token of the county: the office went back to a moment, and one that was ended since must not live again. How many."""
    rows = TokenRow.objects.filter(county=office().county.code, revoked=None, until__gt=acting.now)
    ids = list(rows.values_list("id", flat=True))
    if ids:
        revoke(ids, acting)
    return len(ids)


def _noted(here: Office, kind: str, facts: Facts, now: datetime) -> None:
    noted = append_note(here.journal, CHAIN, kind, facts, now, now)
    if isinstance(noted, Refused):
        raise RefusedError(noted)


def _issued(row: TokenRow, now: datetime) -> Issued:
    ended = row.revoked or (row.until if row.until <= now else None)
    return Issued(
        row.id,
        row.person,
        tuple(row.scopes),
        row.purpose,
        row.since,
        row.until,
        ended,
        row.by or "",
        row.used,
    )
