"""Chance that can be looked at afterwards: lots that follow from a month's seed and from the decision that they are drawn for.

The seed comes from outside, as every chance does. It was committed to before it was used and is published when its month is
over; whoever has it can draw every lot of the month again (``tongban.kernel.ledger.draw_sheet``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from hmac import digest as keyed_digest

from msgspec import Struct

LOTS = 100
NOT_DRAWN = LOTS - 1
"""The lot that is in no sample, unless the sample is everybody."""


class Draws(Struct, frozen=True):
    """``of`` gives the bytes that chance puts behind a mark; ``by`` names the seed that they follow from, "" for one that nobody can
    look at afterwards."""

    by: str
    of: Callable[[str], bytes]

    def lot(self, mark: str) -> int:
        """0 to 99."""
        return lot_in(self.of(mark))

    def picked(self, mark: str, units: Iterable[str], few: int) -> frozenset[str]:
        """So many of the units."""
        return picked_by(self.of(mark), units, few)


def mark_of(case: str, seq: int) -> str:
    """What a decision is called where lots are shown: 64 hexadecimal digits, from which nobody finds the case who does not know its id."""
    return sha256(f"tongban.draw.1\n{case}/{seq}".encode()).hexdigest()


def seeded(seed: bytes, mark: str) -> bytes:
    """The bytes that a seed (32 bytes) puts behind a mark: HMAC-SHA256 of its text."""
    return keyed_digest(seed, mark.encode(), "sha256")


def commitment_of(seed: bytes) -> str:
    """What is published before a seed is used: it binds to the seed and says nothing of it."""
    return sha256(b"tongban.seed.1\n" + seed).hexdigest()


def lot_in(chance: bytes) -> int:
    return int.from_bytes(chance, "big") % LOTS


def picked_by(chance: bytes, units: Iterable[str], few: int) -> frozenset[str]:
    """Those units whose digest with these bytes is among the ``few`` smallest."""

    def place(unit: str) -> bytes:
        return sha256(f"{chance.hex()}/{unit}".encode()).digest()

    return frozenset(sorted(units, key=place)[:few])


def nobody(mark: str) -> bytes:
    del mark
    return bytes([NOT_DRAWN])


NO_DRAWS = Draws("", nobody)
"""Where chance decides nothing: in previews, and where nobody brought any."""
