"""Bounds on how often one caller may do something, the same for every door.

Not a defence against a flood from everywhere (that is for what stands before us) but against one script, and
against guessing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import TypeAlias

from msgspec import Struct

from tongban.store import counts


class Bound(Struct, frozen=True):
    """At most ``most`` in ``seconds``, counted from the first; ``anew``: from the last one.

    ``at_once``: so many are counted together, and then spent by this process without asking (:func:`spend`). All processes together never
    let more than ``most`` through; what one of them has not spent when the time is over is nobody's.
    """

    name: str
    most: int
    seconds: int
    anew: bool = False
    at_once: int = 1


def count(bound: Bound, who: str, now: float, more: int = 1) -> int:
    """Count, whoever it is; seconds to wait when it is over the bound, else 0."""
    at = datetime.fromtimestamp(now, UTC)
    n, until = counts.add(_key(bound, who), more, at, timedelta(seconds=bound.seconds), anew=bound.anew)
    return _seconds(until, at) if n > bound.most else 0


class Spent(Struct, frozen=True):
    """Of a bound: how much is left, when it begins anew, and how long to wait now (0: not at all), in seconds."""

    bound: Bound
    left: int
    anew_in: int
    wait: int


class Purse(Struct):
    """What was counted for somebody and is not spent yet; ``beside`` is what the bound still has besides."""

    left: int
    beside: int
    until: datetime


MOST_PURSES = 5_000
_purses: dict[tuple[str, int], Purse] = {}
_lock = Lock()


def spend(bound: Bound, who: str, now: float) -> Spent:
    """Count one, and say how the bound stands."""
    at, key = datetime.fromtimestamp(now, UTC), _key(bound, who)
    with _lock:
        purse = _purses.get((key, bound.most))
        if purse is not None and purse.left and at < purse.until:
            purse.left -= 1
            return Spent(bound, purse.left + purse.beside, _seconds(purse.until, at), 0)
    n, until = counts.add(key, bound.at_once, at, timedelta(seconds=bound.seconds), anew=bound.anew)
    seconds, granted = _seconds(until, at), min(bound.at_once, bound.most - n + bound.at_once)
    if granted < 1:
        return Spent(bound, 0, seconds, seconds)
    left, beside = granted - 1, max(0, bound.most - n)
    if left:
        with _lock:
            if len(_purses) >= MOST_PURSES:
                _purses.clear()
            _purses[key, bound.most] = Purse(left, beside, until)
    return Spent(bound, left + beside, seconds, 0)


def claim(bound: Bound, who: str, now: float) -> int:
    """Count one more unless the bound is reached, in one statement, however many come at once: the sum, or 0 where it is reached."""
    return counts.claim(
        _key(bound, who), bound.most, datetime.fromtimestamp(now, UTC), timedelta(seconds=bound.seconds)
    )


def waiting(bound: Bound, who: str, now: float) -> int:
    """Seconds to wait when the bound is reached already, else 0; counts nothing."""
    at = datetime.fromtimestamp(now, UTC)
    n, until = counts.counted(_key(bound, who), at)
    return _seconds(until, at) if n >= bound.most else 0


Tried: TypeAlias = Sequence[tuple[Bound, str]]
"""The bounds that stand around one secret, each for whoever it counts."""


def trying(tried: Tried, now: float) -> int:
    """Before a secret is looked at: count a try under every bound, whatever comes of it, so that many at once are no more than the
    bounds allow. Seconds to wait, and nothing counted, where one of them is reached."""
    for n, (bound, who) in enumerate(tried):
        if not claim(bound, who, now):
            untried(tried[:n])
            return max(1, *(waiting(each, whose, now) for each, whose in tried))
    return 0


def wrong(tried: Tried, now: float) -> None:
    """The secret was wrong: the try stays counted, and a bound that begins anew begins now."""
    for bound, who in tried:
        count(bound, who, now, 0)


def right(tried: Tried) -> None:
    """The secret was right: the first bound is forgotten, and the try counts under none of the others."""
    forget(*tried[0])
    untried(tried[1:])


def untried(tried: Tried) -> None:
    """No guess after all: it counts under none of them."""
    for bound, who in tried:
        counts.give_back(_key(bound, who))


def forget(bound: Bound, who: str) -> None:
    counts.forget(_key(bound, who))


def tidy(now: datetime) -> None:
    """Forget every count whose time is over."""
    counts.forget_ended(now)


@lru_cache(maxsize=1_000)
def place(address: str) -> str:
    """What one household or office sends from: an address, or the half of a long one that names the network."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(known.exploded[:19]) if isinstance(known, IPv6Address) and not known.ipv4_mapped else address


def _seconds(until: datetime, now: datetime) -> int:
    return max(1, -(-int((until - now).total_seconds() * 1000) // 1000))


def _key(bound: Bound, who: str) -> str:
    """A key that does not spell out who it is."""
    return f"{bound.name}:{sha256(who.encode()).hexdigest()[:32]}"
