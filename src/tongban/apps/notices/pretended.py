"""A telephone that everybody sees: what a demo's gateway was handed, in the order in which it came. Nothing real comes here."""

from __future__ import annotations

from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path

import msgspec
from django.conf import settings
from msgspec import Struct

from tongban.kernel import shapes

KEPT = 300
"""Messages; those before are forgotten."""


class Shown(Struct, frozen=True):
    """One message as somebody would have it on their telephone. ``kind`` is the channel's."""

    at: datetime
    kind: str
    to: str
    title: str
    text: str
    key: str


def keep(kind: str, to: str, title: str, text: str, key: str) -> None:
    """Show a message; one that came under the same key is not shown twice."""
    _path().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _path().with_name(".lock").open("w") as turn:
        flock(turn, LOCK_EX)  # pages and the worker hand messages over side by side
        before = messages()
        if any(each.key == key for each in before):
            return
        kept = [*before, Shown(datetime.now(UTC), kind, to, title, text, key)][-KEPT:]
        made = _path().with_name(".telephone.new")
        made.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in kept))
        made.replace(_path())


def messages() -> tuple[Shown, ...]:
    """All that are kept, the oldest first."""
    if not _path().exists():
        return ()
    lines = _path().read_bytes().splitlines()
    return tuple(shapes.read(line, Shown) for line in lines)


def _path() -> Path:
    return Path(settings.TONGBAN_HOME) / "telephone" / "messages.ndjson"
