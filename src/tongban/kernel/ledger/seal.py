"""Entries of a chain, their seals, and salted digests of what must not stand in them.

A body is canonical text of exactly four members::

    {"entry":{"at":…,"chain":…,"recorded":…,"seq":…},"facts":{…},"kind":"…","sealed":{…}}

``entry`` says where and when, and sorts first so that verification can compare it with the columns
without parsing; ``facts`` holds codes, numbers, dates and ids in plain; ``sealed`` holds, by name, the
salted digest of each free text or identity value. The values themselves live elsewhere and can be
erased: the digest stays, so every seal and proof stays valid, and without its salt a digest tells
nothing, however few values are possible.

    seal   = SHA-256("tongban.entry.1\\n" ‖ seal of the entry before (32 bytes) ‖ body in UTF-8)
    digest = SHA-256("tongban.value.1\\n" ‖ salt (16 bytes) ‖ canonical text of the value in UTF-8)

The opening words keep the two kinds apart (domain separation); a later format gets another number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import NAMESPACE_OID, uuid5

from msgspec import Struct

from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.instant import EARLIEST
from tongban.kernel.ledger.instant import instant_read as instant_read
from tongban.kernel.ledger.instant import instant_text as instant_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts, Record, Value

SEAL_LENGTH = 32
SALT_LENGTH = 16
TOLERANCE = timedelta(minutes=5)
"""How far clocks may disagree: ``at`` may lie this much after ``recorded``."""

MEMBERS = frozenset({"entry", "facts", "kind", "sealed"})
"""Of a body."""
ENTRY_PREFIX = b"tongban.entry.1\n"
VALUE_PREFIX = b"tongban.value.1\n"


class Tip(Struct, frozen=True):
    """The newest entry of a chain: all that is needed to write or verify the next one."""

    seq: int
    seal: bytes
    recorded: datetime


class Place(Record, frozen=True):
    """Where and when an entry stands; instants as text."""

    at: str
    chain: str
    recorded: str
    seq: int


class Body(Record, frozen=True):
    """What is sealed, in the shape in which it is written."""

    entry: Place
    facts: Facts | Record
    kind: str
    sealed: Mapping[str, str]

    def loose(self) -> tuple[Facts, ...]:
        facts = self.facts
        return (*facts.loose(), self.sealed) if isinstance(facts, Record) else (facts, self.sealed)


START = Tip(0, bytes(SEAL_LENGTH), EARLIEST)
"""Before the first entry of any chain."""


class Entry(Struct, frozen=True):
    """One step as it is stored.

    ``chain`` is the case's id, ``seq`` counts from 1, ``at`` is when it happened, ``recorded`` when it
    was written, ``prev`` the seal of the entry before (32 zero bytes for the first).
    """

    chain: str
    seq: int
    at: datetime
    recorded: datetime
    body: str
    prev: bytes
    seal: bytes

    def tip(self) -> Tip:
        return Tip(self.seq, self.seal, self.recorded)


def chain_id(county: str, name: str) -> str:
    """The id of a county's chain of notes, which are no steps of a case."""
    return str(uuid5(NAMESPACE_OID, f"tongban/{county}/{name}"))


def link(prev: bytes, body: str) -> bytes:
    """The seal of a body that follows the entry sealed ``prev``. Raises for a ``prev`` not of 32 bytes."""
    if len(prev) != SEAL_LENGTH:
        raise RefusedError(Refused("ledger.prev", "", {"length": len(prev)}))
    return sha256(ENTRY_PREFIX + prev + body.encode()).digest()


def commit(value: Value, salt: bytes) -> str:
    """The salted digest of a value, as 64 hexadecimal digits.

    The salt is 16 random bytes, fresh for every value, kept beside the value and erased with it.
    Raises ``RefusedError``: ``ledger.salt`` for another length, and what ``canonical`` refuses.
    """
    return commit_text(canonical(value), salt)


def commit_text(text: str, salt: bytes) -> str:
    """``commit`` of the value whose canonical text this is."""
    if len(salt) != SALT_LENGTH:
        raise RefusedError(Refused("ledger.salt", "", {"length": len(salt)}))
    return sha256(VALUE_PREFIX + salt + text.encode()).hexdigest()


def compose(
    chain: str,
    seq: int,
    kind: str,
    at: datetime,
    recorded: datetime,
    facts: Facts | Record,
    sealed: Mapping[str, str],
) -> str:
    """The canonical body of an entry. ``sealed`` maps names to digests made by ``commit``."""
    place = Place(instant_text(at), chain, instant_text(recorded), seq)
    return canonical(Body(place, facts, kind, sealed))


def next_entry(
    tip: Tip,
    chain: str,
    kind: str,
    at: datetime,
    recorded: datetime,
    facts: Facts | Record,
    sealed: Mapping[str, str],
) -> Entry | Refused:
    """The entry after ``tip``, sealed.

    Refuses ``recorded`` before the entry before (``ledger.backdated``) and ``at`` after ``recorded`` by
    more than ``TOLERANCE`` (``ledger.future``). A caller whose clock was set back writes
    ``max(now, tip.recorded)``.
    """
    if recorded < tip.recorded:
        why = {"stated": instant_text(recorded), "limit": instant_text(tip.recorded)}
        return Refused("ledger.backdated", "recorded", why)
    if at > recorded + TOLERANCE:
        why = {"stated": instant_text(at), "limit": instant_text(recorded + TOLERANCE)}
        return Refused("ledger.future", "at", why)
    seq = tip.seq + 1
    try:
        body = compose(chain, seq, kind, at, recorded, facts, sealed)
    except RefusedError as error:
        return error.refusal
    return Entry(chain, seq, at, recorded, body, tip.seal, link(tip.seal, body))
