"""Where what everybody reads stands: it moves with every text and every figure that is put out or taken down, and with the registers."""

from __future__ import annotations

from threading import Lock
from time import monotonic
from typing import cast

from msgspec import Struct

from tongban.apps.office import county_code, journal_of

LOOKS = 1.0
"""Seconds after which a process looks again: so long may what was taken down still be shown from memory."""
STANDS = """SELECT coalesce((SELECT n FROM store_stamp WHERE county = %s), 0), coalesce(max(n), 0), coalesce(max(changed), 0)
            FROM store_public_stamp WHERE county = %s"""


class Position(Struct, frozen=True):
    county: str
    registers: int
    published: int
    """moves with whatever is put out, changed or taken down"""
    changed: int = 0
    """moves with what is changed or taken down alone"""

    def only_more(self, than: Position) -> bool:
        """Whether since ``than`` nothing happened but that texts were put out: all that stood there still stands."""
        return (self.county, self.registers, self.changed) == (than.county, than.registers, than.changed)


_lock = Lock()
_last: tuple[float, Position] | None = None


def position() -> Position:
    """The position as it was at most a second ago. One reader asks the database for all; while it is asked, the others go by what was
    known. Raises what the database raises, and ``RefusedError`` where no county lives."""
    global _last
    known = _last
    if known is not None and monotonic() - known[0] < LOOKS:
        return known[1]
    if not _lock.acquire(blocking=known is None or monotonic() - known[0] > 2 * LOOKS):
        return cast("tuple[float, Position]", known)[1]
    try:
        known = _last
        if known is None or monotonic() - known[0] >= LOOKS:
            asked = monotonic()
            known = _last = asked, _now()
        return known[1]
    finally:
        _lock.release()


def _now() -> Position:
    county = county_code()
    [[registers, published, changed]] = journal_of(county).often(STANDS, (county, county))
    return Position(county, cast("int", registers), cast("int", published), cast("int", changed))
