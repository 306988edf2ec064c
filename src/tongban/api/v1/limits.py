"""How much one caller may ask, counted in the shared cache in fixed windows.

Not a defence against a flood from everywhere (that is for what stands before us) but against one script.
``TONGBAN_API_LIMITS`` multiplies every bound; 0 lifts them all, for a load test.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache


@dataclass(frozen=True, slots=True)
class Bound:
    """At most ``most`` in ``seconds``; ``strangers`` is the bound for a caller without a token."""

    name: str
    most: int
    seconds: int
    strangers: int


READS = Bound("reads", 1200, 60, 240)
WRITES = Bound("writes", 600, 60, 60)
OPENINGS = Bound("openings", 600, 60, 4)
"""New cases: a household has few, an office many."""
UPLOADS = Bound("uploads", 120, 60, 12)
COSTLY = Bound("costly", 60, 60, 20)
"""Figures, suggestions, proofs: what takes more than a moment to compute."""
SIGN_INS = Bound("sign_ins", 30, 600, 30)
WRONG_PASSWORDS = Bound("wrong_passwords", 5, 300, 5)
STRANGERS_OPENINGS = Bound("strangers_openings", 300, 600, 300)
"""New cases from everybody without a token together."""


def wait(bound: Bound, who: str, now: float, *, known: bool = True) -> int:
    """Count one request; seconds to wait when it is one too many, else 0."""
    most = (bound.most if known else bound.strangers) * int(getattr(settings, "TONGBAN_API_LIMITS", 1))
    if most == 0:
        return 0
    window = int(now) // bound.seconds
    key = f"api:{bound.name}:{window}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
    count = _counted(key, bound.seconds)
    return 0 if count <= most else bound.seconds - int(now) % bound.seconds


def waiting(bound: Bound, who: str, now: float) -> int:
    """Seconds to wait when the bound is reached already; counts nothing."""
    window = int(now) // bound.seconds
    key = f"api:{bound.name}:{window}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
    most = bound.most * int(getattr(settings, "TONGBAN_API_LIMITS", 1))
    return bound.seconds - int(now) % bound.seconds if most and cache.get(key, 0) >= most else 0


def _counted(key: str, seconds: int) -> int:
    if cache.add(key, 1, seconds):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # gone since we looked
        cache.set(key, 1, seconds)
        return 1
