"""Who is calling: a signed bearer token, and nothing else. Cookies are not looked at, so no other page can act.

A person's token is bound to the account and its password: a new password or a closed account ends every
token, and posts are read anew at each request. A resident's token opens the cases it names. Tokens are
signed, not stored; a single one cannot be called back before it expires, so they are short-lived.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from tongban.apps.acting import Acting
from tongban.apps.people.acting import actor_of, name_of
from tongban.kernel.commands import ANYBODY, Actor, ActorKind
from tongban.kernel.refusal import Refused

SALT = "tongban.api.token"
PREFIX = "tb1."
"""So that a scanner for leaked secrets can know one."""
LONGEST = 4096
RESIDENT = timedelta(hours=2)
LONGEST_LIFE = timedelta(days=90)
READ, ACT, IDENTITY = SCOPES = ("read", "act", "identity")
"""Look at cases and lists; open cases and take steps; open the identity of a requester."""
CLOCK = "Tongban-Now"
"""A test may say what time it is; only where ``TONGBAN_TEST_CLOCK`` is set, which no environment can set."""


@dataclass(frozen=True, slots=True)
class Caller:
    """``who`` is what limits are counted by. ``key`` is the request's idempotency key."""

    acting: Acting
    scopes: frozenset[str]
    who: str
    known: bool

    def with_key(self, key: str) -> Caller:
        return replace(self, acting=replace(self.acting, key=key))


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` is what is sent as the bearer token, until ``expires``."""

    text: str
    expires: datetime


def staff_token(user: User, scopes: Iterable[str], life: timedelta) -> Token:
    """A token for an account, for at most 90 days from now."""
    said = {"k": "p", "u": user.pk, "h": _bound_to(user), "s": sorted(scopes)}
    return _signed(said, min(life, LONGEST_LIFE))


def resident_token(cases: Iterable[str]) -> Token:
    """A token for the cases that a resident proved to be theirs, for two hours."""
    return _signed({"k": "r", "c": sorted(cases), "s": [ACT, READ]}, RESIDENT)


def caller(request: HttpRequest, language: str) -> Caller | Refused:
    """Who stands behind a request; anybody at all without a token. Refuses a token that does not hold."""
    now = _now(request)
    head = request.headers.get("Authorization", "")
    if not head:
        acting = Acting(now, ANYBODY, language=language)
        return Caller(acting, frozenset({READ, ACT}), address_of(request), known=False)
    kind, _, token = head.partition(" ")
    if kind.lower() != "bearer" or not token.startswith(PREFIX) or len(token) > LONGEST:
        return Refused("api.token")
    try:
        said = signing.loads(token.removeprefix(PREFIX), salt=SALT)
    except (signing.BadSignature, ValueError):
        return Refused("api.token")
    if said["e"] <= datetime.now(UTC).timestamp():
        return Refused("api.token_expired")
    who = hashlib.sha256(token.encode()).hexdigest()
    return _person(said, now, language, who) if said["k"] == "p" else _resident(said, now, language, who)


def _person(said: dict[str, object], now: datetime, language: str, who: str) -> Caller | Refused:
    user = User.objects.filter(pk=int(str(said["u"])), is_active=True).first()
    if user is None or not constant_time_compare(_bound_to(user), str(said["h"])):
        return Refused("api.token_expired")
    acting = Acting(now, actor_of(user, now), name_of(user), language)
    return Caller(acting, _scopes(said), who, known=True)


def _resident(said: dict[str, object], now: datetime, language: str, who: str) -> Caller:
    cases = said["c"]
    owns = frozenset(str(each) for each in cases) if isinstance(cases, list) else frozenset[str]()
    acting = Acting(now, Actor(ActorKind.REQUESTER, owns=owns), language=language)
    return Caller(acting, _scopes(said), who, known=True)


def _scopes(said: dict[str, object]) -> frozenset[str]:
    scopes = said["s"]
    return frozenset(str(each) for each in scopes) if isinstance(scopes, list) else frozenset[str]()


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, for counting only. An IPv6 network of 64 bits counts as one place."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    return ":".join(address.split(":")[:4]) if address.count(":") > 1 else address


def _signed(said: dict[str, object], life: timedelta) -> Token:
    """Lives run by the server's own clock, also where a test sets the time of what is done."""
    expires = (datetime.now(UTC) + life).replace(microsecond=0)
    said["e"] = int(expires.timestamp())
    return Token(PREFIX + signing.dumps(said, salt=SALT), expires)


def _bound_to(user: User) -> str:
    return user.get_session_auth_hash()[:32]


def _now(request: HttpRequest) -> datetime:
    if getattr(settings, "TONGBAN_TEST_CLOCK", False) and CLOCK in request.headers:
        return datetime.fromisoformat(request.headers[CLOCK])
    return datetime.now(UTC)
