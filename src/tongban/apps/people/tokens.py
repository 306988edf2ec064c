"""What a token says, signed: whom it stands for, what it allows, until when. Nothing that opens a door is kept.

A person's token is bound to the account and its password: a new password or a closed account ends every
token. One that was issued by name (:mod:`tongban.apps.people.issuing`) can be revoked by itself; one that came
from a sign-in stands among the places where one is signed in (:mod:`tongban.apps.people.sessions`) and ends there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.utils.crypto import constant_time_compare
from msgspec import Struct

from tongban.apps.office import Office
from tongban.apps.people.own import whose
from tongban.apps.people.sessions import GENERATION, begin_program, generation
from tongban.kernel.refusal import Refused

SALT = "tongban.api.token"
PREFIX = "tb1."
"""So that a scanner for leaked secrets can know one."""
LONGEST = 4096
RESIDENT = timedelta(hours=2)
READ, ACT, IDENTITY, ADMIN, WEBHOOKS = SCOPES = ("read", "act", "identity", "admin", "webhooks")
"""Look at cases and lists; open cases and take steps; open the identity of a requester; look after practices, registers,
models, people and tokens; say which other systems are told what happens."""


class Token(Struct, frozen=True):
    """``text`` is what is sent as the bearer token, until ``expires``."""

    text: str
    expires: datetime


def staff_token(user: User, scopes: Iterable[str], life: timedelta, issued: str = "") -> Token:
    """A token for an account. ``issued`` is its id in the register of tokens, "" for one that signs in: it stands from now on
    among the places where its owner is signed in."""
    said: dict[str, object] = {"k": "p", "u": user.pk, "h": bound_to(user), "s": sorted(scopes)}
    expires = _after(life)
    if issued:
        return _signed(said | {"i": issued}, expires)
    who = whose(user)
    return _signed(said | ({"t": begin_program(who, expires)} if who is not None else {}), expires)


def resident_token(cases: Iterable[str], here: Office) -> Token:
    """A token for the cases that a resident proved to be theirs, for two hours. One that is signed by an office as it stood before a
    restore does not hold."""
    since = here.once(GENERATION, generation)
    return _signed({"k": "r", "c": sorted(cases), "s": [ACT, READ], "g": since}, _after(RESIDENT))


def read_token(text: str) -> Mapping[str, Any] | Refused:
    """What a token says, if it was signed here and its time is not over."""
    if not text.startswith(PREFIX) or len(text) > LONGEST:
        return Refused("api.token")
    try:
        said = _said(text)
    except (signing.BadSignature, ValueError):
        return Refused("api.token")
    return said if said["e"] > datetime.now(UTC).timestamp() else Refused("api.token_expired")


def _said(text: str) -> Mapping[str, Any]:
    """What stands in a token that was signed here. Raises ``BadSignature`` or ``ValueError`` for any other text."""
    name = sha256(f"{settings.SECRET_KEY}/{text}".encode()).digest()
    said: Mapping[str, Any] | None = _lately.get(name)
    if said is None:
        said = signing.loads(text.removeprefix(PREFIX), salt=SALT)
        if len(_lately) >= MOST_LATELY:
            _lately.clear()
        _lately[name] = said
    return said


_lately: dict[bytes, Mapping[str, Any]] = {}
"""What the tokens say that were shown lately, by the digest of their text: to try a signature takes longer than to ask whether its token
still holds, which is asked each time."""
MOST_LATELY = 1_000


def is_on(said: Mapping[str, Any]) -> bool:
    """Whether a resident's token still holds: until the county is restored."""
    return constant_time_compare(generation(), str(said.get("g", "")))


def _after(life: timedelta) -> datetime:
    """Lives run by the server's own clock, also where a test sets the time of what is done."""
    return (datetime.now(UTC) + life).replace(microsecond=0)


def _signed(said: Mapping[str, object], expires: datetime) -> Token:
    return Token(PREFIX + signing.dumps({**said, "e": int(expires.timestamp())}, salt=SALT), expires)


def bound_to(user: User) -> str:
    return user.get_session_auth_hash()[:32]
