"""Second factors: which somebody has, adding and removing them, and whether what was typed is one of them.

A code is taken once. The first factor brings ten recovery codes, each for one time that a telephone is lost; with the
last factor they go.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import scrypt, sha256
from hmac import digest as keyed

from django.db import transaction
from msgspec import Struct

from tongban.apps import patience
from tongban.apps.keyring import cipher_of
from tongban.apps.patience import Bound
from tongban.apps.people import totp
from tongban.apps.people.attempts import tell
from tongban.apps.people.own import Whose, note
from tongban.apps.people.sessions import end_programs
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.store.models import FactorRow

TOTP, PASSKEY, RECOVERY = "totp", "passkey", "recovery"
LONGEST_NAME = 40
MOST = 10
"""Factors of one person, recovery codes aside."""
RECOVERY_CODES = 10
SALT, COST, ROUNDS = 16, 2**14, 5
"""Of scrypt (RFC 7914) with blocks of 8: bytes of salt, one for each set of codes, and a third of a second a try."""
_EASY = "23456789abcdefghjkmnpqrstuvwxyz"
TRIES = Bound("second:person", 5, 5 * 60, anew=True)
"""Wrong codes for one person. Whoever tries has the password already, so nobody else can shut them out."""

IN_A_DAY = Bound("second:day", 30, 24 * 60 * 60)
"""The same in a day: of a million codes three are right at a time, and nobody comes upon one of them by going on."""


class Factor(Struct, frozen=True):
    """``kind`` is ``totp`` or ``passkey``."""

    id: str
    kind: str
    name: str
    since: datetime


class Factors(Struct, frozen=True):
    """What somebody has; ``recovery`` is how many recovery codes are left."""

    listed: tuple[Factor, ...]
    recovery: int

    def has(self, kind: str) -> bool:
        return any(each.kind == kind for each in self.listed)


def factors_of(who: Whose) -> Factors:
    rows = FactorRow.objects.filter(county=who.county, person=who.person).order_by("since", "id")
    found = [Factor(row.id, row.kind, row.name, row.since) for row in rows]
    listed = tuple(each for each in found if each.kind != RECOVERY)
    return Factors(listed, len(found) - len(listed))


def add_totp(who: Whose, secret: bytes, code: str, name: str, now: datetime) -> tuple[str, ...] | Refused:
    """Take on an app that makes codes, proved by one of its codes. Returns the recovery codes that come with a first factor."""
    step = totp.step_of(secret, only_digits(code), now.timestamp())
    if step is None:
        return Refused("people.second_wrong", "second")
    made = secrets.token_hex(8)
    sealed = cipher_of(who.county).seal(secret, _place(who, made))
    return add(who, FactorRow(id=made, kind=TOTP, name=name, sealed=sealed, last=step), now)


def add(who: Whose, row: FactorRow, now: datetime) -> tuple[str, ...] | Refused:
    """Keep a factor. Refuses one too many; returns the recovery codes that come with a first factor. A token that a program got
    without it has ended."""
    row.county, row.person, row.since = who.county, who.person, now
    row.name = " ".join(row.name.split())[:LONGEST_NAME]
    with transaction.atomic():
        before = factors_of(who)
        if len(before.listed) >= MOST:
            return Refused("people.second_many", "name", {"most": MOST})
        row.save(force_insert=True)
        end_programs(who)
        note(who.person, "factor_added", {"kind": row.kind, "id": row.id}, now)
        return renew_recovery(who, now) if not before.recovery else ()


def remove(who: Whose, factor: str, now: datetime) -> Refused | None:
    """Take one away; with the last one the recovery codes go."""
    with transaction.atomic():
        rows = FactorRow.objects.filter(county=who.county, person=who.person)
        if not rows.filter(id=factor).exclude(kind=RECOVERY).delete()[0]:
            return Refused("people.second_unknown", factor)
        if not rows.exclude(kind=RECOVERY).exists():
            rows.delete()
        note(who.person, "factor_removed", {"id": factor}, now)
    return None


def remove_all(who: Whose, by: Facts, now: datetime) -> None:
    """Somebody lost everything: an administrator takes it all away, so that they set it up anew."""
    with transaction.atomic():
        FactorRow.objects.filter(county=who.county, person=who.person).delete()
        note(who.person, "factors_reset", by, now)


def renew_recovery(who: Whose, now: datetime) -> tuple[str, ...]:
    """Ten new recovery codes in place of those there were; shown once and kept as slow digests with a salt."""
    salt = secrets.token_bytes(SALT)
    codes = tuple("-".join(_chance(5) for _ in range(2)) for _ in range(RECOVERY_CODES))
    with transaction.atomic():
        FactorRow.objects.filter(county=who.county, person=who.person, kind=RECOVERY).delete()
        FactorRow.objects.bulk_create(
            FactorRow(
                county=who.county,
                id=_digest(who, code, salt),
                person=who.person,
                kind=RECOVERY,
                sealed=salt,
                since=now,
            )
            for code in codes
        )
        note(who.person, "recovery_codes", {"codes": len(codes)}, now)
    return codes


def given(who: Whose, code: str, now: datetime) -> Refused | None:
    """Whether a code of an app or a recovery code is theirs and new; then it is used up.

    Refuses a wrong one and one that was used, in the same words, and asks for patience after too many.
    """
    tried = tuple((bound, f"{who.county}/{who.person}") for bound in (TRIES, IN_A_DAY))
    seconds = patience.trying(tried, now.timestamp())
    if seconds:
        return Refused("people.second_wait", "second", {"minutes": -(-seconds // 60)})
    if _by_app(who, only_digits(code), now) or _by_recovery(who, code, now):
        patience.right(tried)
        tell("second factor succeeded", who.login, now.timestamp(), "code")
        return None
    patience.wrong(tried, now.timestamp())
    tell("second factor failed", who.login, now.timestamp(), "code")
    return Refused("people.second_wrong", "second")


def only_digits(code: str) -> str:
    return "".join(str(int(char)) for char in code if char.isdecimal()) if len(code) <= LONGEST_NAME else ""


def _by_app(who: Whose, code: str, now: datetime) -> bool:
    if len(code) != totp.DIGITS:
        return False
    rows = FactorRow.objects.filter(county=who.county, person=who.person, kind=TOTP)
    for row in rows:
        secret = cipher_of(who.county).open(bytes(row.sealed), _place(who, row.id))
        step = totp.step_of(secret, code, now.timestamp()) if secret is not None else None
        if step is not None and rows.filter(id=row.id, last__lt=step).update(last=step):
            return True
    return False


def _by_recovery(who: Whose, code: str, now: datetime) -> bool:
    plain = "".join(char for char in code.casefold() if char.isalnum())
    if len(plain) != RECOVERY_CODES:
        return False
    rows = FactorRow.objects.filter(county=who.county, person=who.person, kind=RECOVERY)
    for salt in {bytes(kept) for kept in rows.values_list("sealed", flat=True)}:
        digest = _digest(who, f"{plain[:5]}-{plain[5:]}", salt)
        with transaction.atomic():
            if rows.filter(id=digest).delete()[0]:
                note(who.person, "recovery_used", {}, now)
                return True
    return False


def _chance(length: int) -> str:
    return "".join(secrets.choice(_EASY) for _ in range(length))


def _digest(who: Whose, code: str, salt: bytes) -> str:
    """Keyed, so that a copy of the table opens nothing; slow and salted, so that a copy of table and key opens little. Codes of
    before that have no salt, and go as they are used or renewed."""
    key = keyed(cipher_of(who.county).key, b"recovery", sha256)
    plain = f"{who.person}/{code}".encode()
    slow = scrypt(plain, salt=salt, n=COST, r=8, p=ROUNDS, dklen=32) if salt else plain
    return keyed(key, slow, sha256).hex()


def _place(who: Whose, factor: str) -> str:
    return f"factor/{who.county}/{who.person}/{factor}"
