"""Verification of chains: any changed, missing, reordered, duplicated or wrongly dated entry is named.

The fast path costs little more than the hash itself: since the four columns stand at the very start of
a canonical body, they are compared there and nothing is parsed. Only an entry that fails is looked at
closely. A chain alone cannot show that its whole end was rewritten and sealed again: that is what
checkpoints are for (``tongban.kernel.ledger.audit``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from itertools import chain as joined
from itertools import groupby
from operator import attrgetter

from msgspec import Struct, field

from tongban.kernel.ledger.canonical import parse
from tongban.kernel.ledger.finding import Finding
from tongban.kernel.ledger.instant import EARLIEST, LENGTH, instant_text
from tongban.kernel.ledger.seal import ENTRY_PREFIX, MEMBERS, START, TOLERANCE, Entry, Tip, link
from tongban.kernel.refusal import RefusedError
from tongban.kernel.value import Value

_OPENING = '{"entry":{"at":"'
_OPENED = slice(0, len(_OPENING))
_AT = slice(len(_OPENING), len(_OPENING) + LENGTH)
_TAILED = 1024


def _tail(seq: int) -> str:
    """What follows ``recorded`` in a body."""
    return f'","seq":{seq}}},"facts":'


_TAILS = tuple(_tail(seq) for seq in range(_TAILED))


def verify_chain(
    entries: Iterable[Entry],
    *,
    after: Tip = START,
    until: Tip | None = None,
    not_before: datetime = EARLIEST,
    columns_agree: bool = False,
    thorough: bool = False,
) -> Iterator[Finding]:
    """What is wrong with one chain, given in the order of ``seq``.

    ``after``: the entry before the first given one, already verified. ``until``: an entry that is known
    to exist (the newest, as another table says); without it a cut-off end cannot be seen. ``not_before``:
    the moment of a checkpoint that covers none of these entries, so none can have been recorded earlier.
    ``columns_agree``: the caller compared columns and bodies already (a database does it beside its
    reading), so only seals, order and dates are verified. ``thorough`` parses every body, which also finds
    a sealed body that is not canonical, and takes some fifteen times as long.

    Codes: ``ledger.changed`` (the content does not give the seal), ``ledger.replaced`` (whole in itself,
    but the next entry was sealed on another), ``ledger.unlinked`` (not sealed on ``after``),
    ``ledger.other_tip`` (not the known entry), ``ledger.missing``, ``ledger.duplicated``,
    ``ledger.reordered``, ``ledger.foreign`` (of another chain), ``ledger.disagrees`` (columns and body),
    ``ledger.unreadable``, ``ledger.instant``, ``ledger.backdated``, ``ledger.future``.
    """
    stream = iter(entries)
    first = next(stream, None)
    chain = first.chain if first else ""
    close = _Close(chain, after, not_before)
    known = until.seq if until else -1
    middle = f'","chain":{json.dumps(chain, ensure_ascii=False)},"recorded":"'
    recorded_from = _AT.stop + len(middle)
    between, stated = slice(_AT.stop, recorded_from), slice(recorded_from, recorded_from + LENGTH)
    tail_from = stated.stop
    # Everything the loop touches is local and compared by slices: each attribute or call that is saved
    # here is a twentieth of the time of the hash.
    read, digest, opening, opened, at = datetime.fromisoformat, sha256, _OPENING, _OPENED, _AT
    last_seq, last_seal, floor = after.seq, after.seal, max(after.recorded, not_before)
    for entry in joined((first,), stream) if first else ():
        seq, seal, body, recorded = entry.seq, entry.seal, entry.body, entry.recorded
        if seq == known and until and seal != until.seal:
            yield Finding("ledger.other_tip", entry.chain, seq, {"expected": until.seal.hex()})
        try:
            if (
                seq == last_seq + 1
                and entry.prev == last_seal
                and digest(ENTRY_PREFIX + last_seal + body.encode()).digest() == seal
                and entry.chain == chain
                and (
                    columns_agree
                    or (
                        body[opened] == opening
                        and body[between] == middle
                        and read(body[at]) == entry.at
                        and read(body[stated]) == recorded
                        and body.startswith(_TAILS[seq] if seq < _TAILED else _tail(seq), tail_from)
                    )
                )
                and recorded >= floor
                and (entry.at <= recorded or entry.at - recorded <= TOLERANCE)
                and not thorough
            ):
                last_seq, last_seal, floor = seq, seal, recorded
                continue
        except (ValueError, TypeError):  # text that is no instant or no UTF-8, an instant without a zone
            pass
        close.last = Tip(last_seq, last_seal, floor)
        yield from close.look(entry)
        last_seq, last_seal, floor = close.last.seq, close.last.seal, max(close.last.recorded, not_before)
    if last_seq < known:
        close.gaps.append((last_seq + 1, known))
    for start, end in close.gaps:
        yield Finding("ledger.missing", chain, start, {"from": start, "to": end})


def verify_chains(
    entries: Iterable[Entry], *, columns_agree: bool = False, thorough: bool = False
) -> Iterator[Finding]:
    """``verify_chain`` over many whole chains, given in the order of ``chain`` and then ``seq``."""
    for _, chain in groupby(entries, attrgetter("chain")):
        yield from verify_chain(chain, columns_agree=columns_agree, thorough=thorough)


class _Close(Struct):
    """Looks closely at entries that failed the fast test, and remembers what was blamed."""

    chain: str
    after: Tip
    not_before: datetime
    last: Tip = START
    """The entry with the highest ``seq`` so far."""
    blamed: int = -1
    """The last entry named as changed: the next one is not held against it a second time."""
    gaps: list[tuple[int, int]] = field(default_factory=list)
    """First and last ``seq`` of each stretch not seen, unless it turns up later."""

    def look(self, entry: Entry) -> Iterator[Finding]:
        """All findings about one entry; moves ``last`` on."""
        if entry.chain != self.chain:
            yield Finding("ledger.foreign", entry.chain, entry.seq, {"expected": self.chain})
            return
        dated = entry.at.utcoffset() is not None and entry.recorded.utcoffset() is not None
        if dated:
            yield from _agreement(entry)
        else:
            yield Finding("ledger.instant", entry.chain, entry.seq, {"text": str(entry.recorded)})
        yield from self._seals(entry)
        if entry.seq <= self.last.seq:
            yield self._out_of_order(entry)
            return
        if dated:
            yield from self._dates(entry)
        if entry.seq > self.last.seq + 1:
            self.gaps.append((self.last.seq + 1, entry.seq - 1))
        self.last = Tip(entry.seq, entry.seal, entry.recorded if dated else self.last.recorded)

    def _seals(self, entry: Entry) -> Iterator[Finding]:
        last, chain, seq = self.last, entry.chain, entry.seq
        follows = seq == last.seq + 1
        if not _gives(entry.prev, entry.body, entry.seal):
            self.blamed = max(self.blamed, seq)
            part = "prev" if follows and _gives(last.seal, entry.body, entry.seal) else "entry"
            yield Finding("ledger.changed", chain, seq, {"part": part, "seal": entry.seal.hex()})
        elif follows and entry.prev != last.seal and self.blamed != last.seq:
            if last.seq == self.after.seq:
                yield Finding("ledger.unlinked", chain, seq, {"expected": last.seal.hex()})
            else:
                yield Finding("ledger.replaced", chain, last.seq, {"next": seq})

    def _out_of_order(self, entry: Entry) -> Finding:
        """An entry that comes after a higher one: late for a gap, or a second one in its place."""
        for position, (start, end) in enumerate(self.gaps):
            if start <= entry.seq <= end:
                left = [(start, entry.seq - 1), (entry.seq + 1, end)]
                self.gaps[position : position + 1] = [(a, b) for a, b in left if a <= b]
                return Finding("ledger.reordered", entry.chain, entry.seq, {"after": self.last.seq})
        return Finding("ledger.duplicated", entry.chain, entry.seq)

    def _dates(self, entry: Entry) -> Iterator[Finding]:
        limit = max(self.last.recorded, self.not_before)
        if entry.recorded < limit:
            facts = {"stated": instant_text(entry.recorded), "limit": instant_text(limit)}
            yield Finding("ledger.backdated", entry.chain, entry.seq, facts)
        if entry.at - entry.recorded > TOLERANCE:
            facts = {"stated": instant_text(entry.at), "limit": instant_text(entry.recorded)}
            yield Finding("ledger.future", entry.chain, entry.seq, facts)


def _gives(prev: bytes, body: str, seal: bytes) -> bool:
    try:
        return link(prev, body) == seal
    except (RefusedError, UnicodeEncodeError):
        return False


def _agreement(entry: Entry) -> Iterator[Finding]:
    """Whether the body can be read and says what the columns say."""
    try:
        body = parse(entry.body)
        columns: Mapping[str, Value] = {
            "at": instant_text(entry.at),
            "chain": entry.chain,
            "recorded": instant_text(entry.recorded),
            "seq": entry.seq,
        }
    except RefusedError as error:
        yield Finding("ledger.unreadable", entry.chain, entry.seq, {"because": error.refusal.code})
        return
    head = body.get("entry") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or body.keys() != MEMBERS or not isinstance(head, Mapping):
        yield Finding("ledger.unreadable", entry.chain, entry.seq, {"because": "ledger.body"})
        return
    for name in sorted(columns.keys() | head.keys()):
        said, column = head.get(name), columns.get(name)
        if said != column or type(said) is not type(column):  # True is 1 to Python, not in JSON
            facts = {"member": name, "body": said, "column": column}
            yield Finding("ledger.disagrees", entry.chain, entry.seq, facts)
