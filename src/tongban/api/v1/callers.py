"""Who is calling: a signed bearer token, and nothing else. Cookies are not looked at, so no other page can act.

What a token says is in :mod:`tongban.apps.people.tokens`; posts are read anew at each request. A resident's
token opens the cases it names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.patience import place
from tongban.apps.people.acting import name_of
from tongban.apps.people.calling import called
from tongban.apps.people.doors import POST, resident_door
from tongban.apps.people.tokens import ACT, READ, is_on, read_token
from tongban.kernel.commands import ANYBODY, NO_DOOR, Actor, ActorKind, Door
from tongban.kernel.refusal import Refused

CLOCK = "Tongban-Now"
"""A test may say what time it is; only where ``TONGBAN_TEST_CLOCK`` is set, which no environment can set."""


class Caller(Struct, frozen=True):
    """``who`` is what limits are counted by; ``program``: the token was issued to a program, nobody signed in by it."""

    acting: Acting
    scopes: frozenset[str]
    who: str
    known: bool
    program: bool = False

    def with_key(self, key: str) -> Caller:
        return replace(self, acting=replace(self.acting, key=key))


def caller(request: HttpRequest, language: str) -> Caller | Refused:
    """Who stands behind a request; anybody at all without a token. Refuses a token that does not hold."""
    now = _now(request)
    head = request.META.get("HTTP_AUTHORIZATION", "")
    if not head:
        acting = Acting(now, ANYBODY, language=language, door=_door(request, now))
        return Caller(acting, frozenset({READ, ACT}), address_of(request), known=False)
    kind, _, token = head.partition(" ")
    said = read_token(token) if kind.lower() == "bearer" else Refused("api.token")
    if isinstance(said, Refused):
        return said
    who = hashlib.sha256(token.encode()).hexdigest()
    return (
        _person(said, now, language, who)
        if said["k"] == "p"
        else _resident(said, request, now, language, who)
    )


def _person(said: Mapping[str, Any], now: datetime, language: str, who: str) -> Caller | Refused:
    found = called(said, now)
    if found is None:
        return Refused("api.token_expired")
    user, actor = found
    acting = Acting(now, actor, name_of(user, language), language, door=POST)
    return Caller(acting, frozenset(said["s"]), who, known=True, program="i" in said)


def _door(request: HttpRequest, now: datetime) -> Door:
    """By which way a request comes that changes something; looking has none."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    return resident_door("api", address, now) if request.method == "POST" else NO_DOOR


def _resident(
    said: Mapping[str, Any], request: HttpRequest, now: datetime, language: str, who: str
) -> Caller | Refused:
    if not is_on(said):
        return Refused("api.token_expired")
    actor = Actor(ActorKind.REQUESTER, owns=frozenset(said["c"]))
    acting = Acting(now, actor, language=language, door=_door(request, now))
    return Caller(acting, frozenset(said["s"]), who, known=True)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, for counting only: a household or an office is one place."""
    return place(str(request.META.get("REMOTE_ADDR", "")))


def _now(request: HttpRequest) -> datetime:
    if getattr(settings, "TONGBAN_TEST_CLOCK", False) and CLOCK in request.headers:
        return datetime.fromisoformat(request.headers[CLOCK])
    return datetime.now(UTC)
