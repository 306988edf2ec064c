"""On whose behalf a use case runs: the same for every door."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from tongban.kernel.commands import ANYBODY, NO_DOOR, Actor, Door


class Acting(Struct, frozen=True):
    """``actor`` with the moment and the language of the answer.

    ``key`` is the idempotency key of the request ("" for none): the same key acts once. ``name`` is the
    person's name as shown to colleagues. ``by_hand``: the answers were typed by somebody who sees what comes of
    them, so words that fit one choice of a register alone stand for it.
    """

    now: datetime
    actor: Actor = ANYBODY
    name: str = ""
    language: str = "zh-Hans"
    key: str = ""
    second: str = ""
    """The other person, who confirmed what ``actor`` asked for; "" where nobody did. Only ``apps/confirming`` sets it."""
    by_hand: bool = False
    door: Door = NO_DOOR
    """By which way it came; see ``kernel.commands.Door``."""
    names_seen: frozenset[str] = frozenset()
    """Names in a text for the public that the actor was shown and lets stand; see ``disclosure.releasing``."""
