"""Cursors as they go over the wire: opaque and safe in an address. One that is not ours is refused, not ignored."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime

from tongban.kernel.refusal import Refused

TURN = ("limit", "after")
USUAL, MOST = 200, 1000
"""Rows of a page: without a wish, and at most."""
LONGEST = 1000
"""Characters of a cursor."""
_SHAPE = re.compile(r"([0-9T:.+-]{10,40})?~([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|msg_[0-9a-f]{28})")


def wrapped(cursor: str) -> str:
    """A use case's cursor for the outside; "" stays ""."""
    return base64.urlsafe_b64encode(cursor.encode()).decode().rstrip("=")


def unwrapped(text: str) -> str | Refused:
    """The use case's cursor again. Refuses (``api.value``) what was not given out as one."""
    try:
        cursor = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
        at = cursor.partition("~")[0]
        aware = not at or datetime.fromisoformat(at).tzinfo is not None
    except (binascii.Error, ValueError):
        return Refused("api.value", "/after", {"field": "/after", "rule": "cause.cursor"})
    if text and not (_SHAPE.fullmatch(cursor) and aware):
        return Refused("api.value", "/after", {"field": "/after", "rule": "cause.cursor"})
    return cursor


def moment_and_id(text: str) -> tuple[datetime, str] | Refused | None:
    """The cursor of a list that goes by moments, taken apart; None for the first page."""
    cursor = unwrapped(text)
    if isinstance(cursor, Refused) or not cursor:
        return cursor if isinstance(cursor, Refused) else None
    at, _, name = cursor.partition("~")
    if not at:
        return Refused("api.value", "/after", {"field": "/after", "rule": "cause.cursor"})
    return datetime.fromisoformat(at), name


def named_cursor(name: str) -> str:
    """A cursor that names the last row of a list that goes by names; "" stays ""."""
    return wrapped(f"={name}") if name else ""


def name_after(text: str) -> str | Refused:
    """The name again, "" for the first page. Refuses (``api.value``) what was not given out as one."""
    try:
        cursor = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        cursor = "" if not text else "?"
    if (text and not cursor.startswith("=")) or "\0" in cursor:
        return Refused("api.value", "/after", {"field": "/after", "rule": "cause.cursor"})
    return cursor[1:]
