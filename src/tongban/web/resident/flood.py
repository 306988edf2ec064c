"""Holding off scripts without a foreign captcha, and without a hurdle for people.

A form carries the signed moment it was given out: what comes back within two seconds, after a day, or
with the field filled that nobody sees, was not filled in by a person reading it. Where much comes from
one address, or from everywhere at once, a small sum in words is asked, which any reader can answer
and a screen reader speaks.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import cast

from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest

from tongban.kernel.refusal import Refused
from tongban.web.acting import address_of

SALT = "tongban.report"
SOONEST = 2
"""Seconds that a person needs at least."""
LATEST = 24 * 3600
PER_ADDRESS = 8
"""Reports from one address in ten minutes before a sum is asked: an office or a village may share one."""
EVERYWHERE = 300
"""Reports from all addresses in ten minutes before everybody is asked."""
WINDOW = 600
_SIGNER = signing.TimestampSigner(salt=SALT)


def stamp() -> str:
    """The moment a form is given out, signed."""
    return _SIGNER.sign(secrets.token_hex(4))


@dataclass(frozen=True, slots=True)
class Sum:
    """Two numbers to add; ``asked`` is the signed question that comes back with the answer."""

    first: int
    second: int
    asked: str


def question(request: HttpRequest) -> Sum | None:
    """The sum to ask, when much has come from this address or from everywhere; None mostly."""
    if not _busy(request):
        return None
    first, second = secrets.randbelow(8) + 2, secrets.randbelow(8) + 2
    return Sum(first, second, signing.dumps([first, second], salt=SALT))


def _busy(request: HttpRequest) -> bool:
    bounds = ((address_of(request), PER_ADDRESS), ("everywhere", EVERYWHERE))
    return any(cast(int, cache.get(_of(source), 0)) >= most for source, most in bounds)


def _of(source: str) -> str:
    return f"report:{hashlib.sha256(source.encode()).hexdigest()[:32]}"


def held_up(request: HttpRequest) -> Refused | None:
    """Why this form is not taken as it came; None for people. Nothing typed is lost either way."""
    if request.POST.get("website"):
        return Refused("flood.not_a_person")
    age = _age(request.POST.get("stamp", ""))
    if age is None:
        return Refused("flood.not_a_person")
    if age > LATEST:
        return Refused("flood.too_old")
    if age < SOONEST:
        return Refused("flood.too_quick")
    if _busy(request) and not _summed(request):
        return Refused("flood.sum", "answer")
    return None


def _age(stamped: str) -> float | None:
    """Seconds since a stamp was given out; None for one that is not ours."""
    try:
        value = _SIGNER.unsign(stamped)
        at = signing.b62_decode(stamped.rsplit(":", 2)[1])
    except (signing.BadSignature, ValueError, IndexError):
        return None
    return time.time() - at if value else None


def _summed(request: HttpRequest) -> bool:
    asked = request.POST.get("sum", "")
    answer = "".join(str(int(c)) for c in request.POST.get("answer", "") if c.isdecimal())
    try:
        first, second = signing.loads(asked, salt=SALT, max_age=LATEST)
    except (signing.BadSignature, ValueError):
        return False
    return answer == str(first + second)


def counted(request: HttpRequest) -> None:
    """Count a report that was taken."""
    for source in (address_of(request), "everywhere"):
        key = _of(source)
        if not cache.add(key, 1, WINDOW):
            try:
                cache.incr(key)
            except ValueError:
                cache.set(key, 1, WINDOW)
