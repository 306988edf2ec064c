"""Holding off scripts without a foreign captcha, and without a hurdle for people.

A form carries its idempotency key and the signed moment at which it was given out. What comes back
within two seconds, after a day, or with the field filled that nobody sees, was not filled in by a person
reading it; and because one key opens one case, every report costs a page asked for and a wait. Where much
comes from one address, or from everywhere at once, a small sum in words is asked, which any reader can
answer and a screen reader speaks; beyond that an address has to wait.
"""

from __future__ import annotations

import secrets
import string
import time

from django.core import signing
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from msgspec import Struct

from tongban.apps import patience
from tongban.apps.patience import Bound, place
from tongban.kernel.refusal import Refused
from tongban.web.acting import address_of

SALT = "tongban.report"
SOONEST = 2
"""Seconds that a person needs at least, from the first page to sending."""
LATEST = 24 * 3600
WINDOW = 600
PER_ADDRESS = Bound("report", 8, WINDOW)
"""Reports from one address before a sum is asked: an office or a village may share one."""
MOST = Bound("report", 60, WINDOW)
"""Reports from one address; then it has to wait."""
EVERYWHERE = Bound("report", 300, WINDOW)
"""Reports from all addresses before everybody is asked the sum."""
FILES = Bound("report:files", 120, WINDOW)
"""Files from one address, sent along or not."""
ALL = "everywhere"
_SIGNER = signing.TimestampSigner(salt=SALT)
_LETTERS = string.ascii_letters + string.digits


def new_key() -> str:
    """A key for one report: a letter and 71 random bits. Short, so that the signed one is a code of 64."""
    return "k" + "".join(secrets.choice(_LETTERS) for _ in range(12))


def stamped(key: str) -> str:
    """The key with the moment it is given out, signed."""
    return _SIGNER.sign(key)


class Sum(Struct, frozen=True):
    """Two numbers from 2 to 9 to add."""

    first: int
    second: int


def question(request: HttpRequest, key: str) -> Sum | None:
    """The sum to ask, when much has come from this address or from everywhere; None mostly.

    It follows from the key, so that an answer serves one report and no other.
    """
    return _sum_of(key) if _busy(request) else None


def held_up(request: HttpRequest, *, sending: bool) -> Refused | None:
    """Why this form is not taken as it came; None for people, and a form that is sent is counted then. Nothing typed is lost either way."""
    if request.POST.get("website"):
        return Refused("flood.not_a_person")
    age = age_of(request)
    if age is None:
        return Refused("flood.not_a_person")
    if age > LATEST:
        return Refused("flood.too_old")
    if not sending:
        return None
    return Refused("flood.too_quick") if age < SOONEST else _counted(request)


def too_many_files(request: HttpRequest, files: int) -> Refused | None:
    """Why no more files are taken from this address for now; counts these."""
    seconds = patience.count(FILES, place(address_of(request)), time.time(), files) if files else 0
    return Refused("flood.files", "", {"minutes": -(-seconds // 60)}) if seconds else None


def age_of(request: HttpRequest) -> float | None:
    """Seconds since the form was given out; None for a stamp that is not ours or not this key's."""
    text = request.POST.get("stamp", "")
    try:
        key = _SIGNER.unsign(text)
        at = signing.b62_decode(text.rsplit(":", 2)[1])
    except (signing.BadSignature, ValueError, IndexError):
        return None
    return time.time() - at if constant_time_compare(key, request.POST.get("key", "")) else None


def given_back(request: HttpRequest) -> None:
    """Nothing new came of a report that was counted."""
    patience.untried(((MOST, place(address_of(request))), (EVERYWHERE, ALL)))


def _counted(request: HttpRequest) -> Refused | None:
    """Count a report before it is taken, so that of many at once no more pass than the bounds allow; why it is not taken, and then it
    is not counted."""
    mine, now = place(address_of(request)), time.time()
    of_mine = patience.claim(MOST, mine, now)
    if not of_mine:
        return Refused("flood.wait", "", {"minutes": max(1, -(-patience.waiting(MOST, mine, now) // 60))})
    of_all = patience.spend(EVERYWHERE, ALL, now)
    if (of_mine > PER_ADDRESS.most or of_all.wait) and not _summed(request):
        given_back(request)
        return Refused("flood.sum", "answer")
    return None


def _busy(request: HttpRequest) -> bool:
    now = time.time()
    mine = patience.waiting(PER_ADDRESS, place(address_of(request)), now)
    return bool(mine or patience.waiting(EVERYWHERE, ALL, now))


def _sum_of(key: str) -> Sum:
    drawn = salted_hmac(SALT, key, algorithm="sha256").digest()
    return Sum(drawn[0] % 8 + 2, drawn[1] % 8 + 2)


def _summed(request: HttpRequest) -> bool:
    asked = _sum_of(request.POST.get("key", ""))
    given = request.POST.get("answer", "")[:20]
    answer = "".join(str(int(c)) for c in given if c.isdecimal())
    return answer == str(asked.first + asked.second)
