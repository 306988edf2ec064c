"""How a message is signed: Standard Webhooks 1.0.0 (standardwebhooks.com), symmetric, ``v1``."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from hmac import digest as keyed_digest

PREFIX = "whsec_"
LENGTH = 32
"""Bytes of a secret; the standard asks for 24 to 64."""


def new_secret() -> str:
    return PREFIX + b64encode(secrets.token_bytes(LENGTH)).decode()


def signature(secret: str, message: str, seconds: int, body: bytes) -> str:
    """``v1,`` and the base64 of HMAC-SHA256 over id, time in seconds since 1970 and body, joined by points."""
    key = b64decode(secret.removeprefix(PREFIX), validate=True)
    told = b".".join((message.encode(), str(seconds).encode(), body))
    return f"v1,{b64encode(keyed_digest(key, told, 'sha256')).decode()}"


def headers(secrets_in_force: Sequence[str], message: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """The headers of one try. While a secret is being changed the message carries a signature by each: the receiver needs one."""
    seconds = int(at.timestamp())
    return {
        "Content-Type": "application/json",
        "webhook-id": message,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(signature(each, message, seconds, body) for each in secrets_in_force),
    }
