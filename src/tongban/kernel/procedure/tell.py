"""What a step says to another county."""

from __future__ import annotations

from msgspec import Struct


class Tell(Struct, frozen=True):
    """Send ``message`` to the county answered in ``peer``, with the answers to ``fields`` and what it ``says`` beside them.

    ``named`` are answers that are called otherwise in the message: by the name there, the field here."""

    peer: str
    message: str
    fields: tuple[str, ...] = ()
    says: tuple[tuple[str, str], ...] = ()
    named: tuple[tuple[str, str], ...] = ()
