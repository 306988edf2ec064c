"""Holding up whoever guesses passwords, without locking out the person whose account it is.

Failures are counted in the shared cache, by account and address together, by address, and (much higher)
by account, so that an outsider cannot shut a clerk out by failing in the clerk's name.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True, slots=True)
class Bound:
    """After ``most`` failures nobody whom this counts may try for ``seconds`` after the last one."""

    name: str
    most: int
    seconds: int


BOUNDS = (
    Bound("account_address", 5, 5 * 60),
    Bound("address", 30, 10 * 60),
    Bound("account", 50, 15 * 60),
)


def wait_seconds(account: str, address: str, now: float) -> int:
    """Seconds until the next attempt is let through, 0 for now."""
    return max(0, *(_waiting(bound, account, address, now) for bound in BOUNDS))


def failed(account: str, address: str, now: float) -> None:
    """Count a failure; a count is forgotten when no failure was added for as long as its wait."""
    for bound in BOUNDS:
        key = _key(bound, account, address)
        count, _ = cache.get(key, (0, 0.0))
        cache.set(key, (count + 1, now), bound.seconds)


def succeeded(account: str, address: str) -> None:
    cache.delete(_key(BOUNDS[0], account, address))


def _waiting(bound: Bound, account: str, address: str, now: float) -> int:
    count, last = cache.get(_key(bound, account, address), (0, 0.0))
    return max(0, int(last + bound.seconds - now)) if count >= bound.most else 0


def _key(bound: Bound, account: str, address: str) -> str:
    """A key that does not spell out who tried."""
    of = {
        "account_address": f"{account.casefold()}\0{address}",
        "address": address,
        "account": account.casefold(),
    }
    return f"sign_in:{bound.name}:{hashlib.sha256(of[bound.name].encode()).hexdigest()[:32]}"
