"""Codes that change every half minute (TOTP, RFC 6238 on HOTP, RFC 4226): six digits, SHA-1, as every app makes them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b32encode
from urllib.parse import quote, urlencode

SECONDS = 30
DIGITS = 6
SECRET_LENGTH = 20
"""Bytes: the length of a SHA-1 digest, as RFC 4226 recommends."""
ASTRAY = 1
"""Steps by which a telephone's clock may be wrong."""


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_LENGTH)


def written(secret: bytes) -> str:
    """The secret as a person types it into an app: base32 in groups of four."""
    text = b32encode(secret).decode().rstrip("=")
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


def address(secret: bytes, login: str, county: str) -> str:
    """What an app reads from a picture (``otpauth://``)."""
    said = {
        "secret": b32encode(secret).decode().rstrip("="),
        "issuer": county,
        "digits": DIGITS,
        "period": SECONDS,
    }
    return f"otpauth://totp/{quote(county)}:{quote(login)}?{urlencode(said, quote_via=quote)}"


def code_at(secret: bytes, step: int) -> str:
    """The code of one time step (RFC 4226, 5.3)."""
    made = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    place = made[-1] & 15
    number = int.from_bytes(made[place : place + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(secret: bytes, code: str, now: float) -> int | None:
    """The time step that a code belongs to, the present one or the one beside it; None for a wrong code."""
    present, found = int(now) // SECONDS, None
    for step in range(present - ASTRAY, present + ASTRAY + 1):
        if hmac.compare_digest(code_at(secret, step), code):
            found = step
    return found
