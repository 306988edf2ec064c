"""Verification against checkpoints: what the chains alone cannot show.

Whoever can write the tables can rewrite the end of a chain and seal it anew; the chain then looks whole.
The signed checkpoints published meanwhile do not fit any more, and say between which leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from typing import NamedTuple

from tongban.kernel.ledger.checkpoint import Checkpoint
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.instant import EARLIEST, instant_text
from tongban.kernel.ledger.merkle import CHUNK, Frontier
from tongban.kernel.ledger.seal import TOLERANCE
from tongban.kernel.value import Facts

_LATEST = datetime.max.replace(tzinfo=UTC)


class Leaf(NamedTuple):
    """An entry as the tree sees it (a tuple, because millions are made in one verification).

    ``recorded`` None: the entry is gone and only its place is known.
    """

    seal: bytes
    recorded: datetime | None
    chain: str
    seq: int


def verify_leaves(
    leaves: Iterable[Leaf], checkpoints: Sequence[Checkpoint], *, lag: timedelta = TOLERANCE
) -> Iterator[Finding]:
    """What is wrong with the leaves 0, 1, 2, …, given verified checkpoints from old to new.

    ``lag``: how long an entry may take from being recorded to being visible to the checkpoint job.

    Codes: ``ledger.checkpoint_differs`` (the first checkpoint that does not fit and the leaves among which
    something was changed, dropped, added or swapped), ``ledger.short`` (fewer leaves than were signed),
    ``ledger.backdated`` (recorded before a checkpoint that does not cover it), ``ledger.future`` (recorded
    after one that does), ``ledger.checkpoint_order`` (checkpoints that do not follow one another).

    Dates are held against checkpoints only while these fit: where leaves were taken out, those after them stand
    in wrong places, and their dates would blame entries that nobody touched.
    """
    yield from _order(checkpoints)
    stream = iter(leaves)
    frontier, earliest, fits = Frontier(), EARLIEST, True
    for checkpoint in checkpoints:
        start, latest = frontier.size, _shifted(checkpoint.at, lag)
        misdated: list[Finding] = []
        while frontier.size < checkpoint.size:
            chunk = list(islice(stream, min(CHUNK, checkpoint.size - frontier.size)))
            if not chunk:
                facts = {"size": checkpoint.size, "found": frontier.size}
                yield Finding("ledger.short", "", 0, facts)
                return
            frontier = frontier.extend([leaf.seal for leaf in chunk])
            misdated += _dates(chunk, earliest, latest) if fits else ()
        if fits and frontier.size == checkpoint.size and frontier.root() != checkpoint.root:
            fits = False  # every later one differs too
            facts = {"size": checkpoint.size, "from": start, "to": checkpoint.size - 1}
            yield Finding("ledger.checkpoint_differs", "", 0, facts)
        yield from misdated if fits else ()
        earliest = _shifted(checkpoint.at, -lag)
    yield from _dates(stream, earliest, _LATEST) if fits else ()


def _order(checkpoints: Sequence[Checkpoint]) -> Iterator[Finding]:
    for earlier, later in pairwise(checkpoints):
        same = later.size == earlier.size and later.root == earlier.root
        grown = later.size > earlier.size and later.previous_size == earlier.size
        if later.county != earlier.county or later.at < earlier.at or not (same or grown):
            order: Facts = {"size": later.size, "at": instant_text(later.at), "previous": earlier.size}
            yield Finding("ledger.checkpoint_order", "", 0, order)


def _dates(leaves: Iterable[Leaf], earliest: datetime, latest: datetime) -> Iterator[Finding]:
    for leaf in leaves:
        if leaf.recorded is None or earliest <= leaf.recorded <= latest:
            continue
        early = leaf.recorded < earliest
        limit = instant_text(earliest if early else latest)
        facts = {"stated": instant_text(leaf.recorded), "limit": limit}
        yield Finding("ledger.backdated" if early else "ledger.future", leaf.chain, leaf.seq, facts)


def _shifted(at: datetime, by: timedelta) -> datetime:
    """``at + by``, held within the years 1 to 9999."""
    try:
        return at + by
    except OverflowError:
        return _LATEST if by > timedelta(0) else EARLIEST
