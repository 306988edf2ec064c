"""What goes into the store and what comes out: loaded cases, decisions to append, and their results."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple, cast

from msgspec import Struct

from tongban.kernel.case import Case, Mandate
from tongban.kernel.commands import Related, Subcases
from tongban.kernel.events import Event
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.seal import START, Entry, Tip
from tongban.kernel.procedure.consequences import Later
from tongban.kernel.procedure.decide import Decided
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.record import event_from
from tongban.kernel.value import Facts, Value

STEP = "step"
"""The kind of an entry that is a step of a case; every other kind is a note."""
NO_SUBCASES = Subcases()


class Loaded(Struct, frozen=True):
    """A case with all that a decision about it needs from the database.

    ``tip`` is the newest entry of its chain: an append that starts from an older one is refused.
    ``above`` are the ids of the cases that it stands under, all the way up, and ``mandates`` were given there. ``registers`` is the county's stamp, see
    ``tongban.store.registers``.
    """

    case: Case
    tip: Tip
    subcases: Subcases = NO_SUBCASES
    parent: Related | None = None
    mandates: tuple[Mandate, ...] = ()
    registers: int = 0
    above: tuple[str, ...] = ()

    def related(self) -> Related:
        """The case as another decision may see it."""
        return Related.of(self.case, self.above)


class Request(Struct, frozen=True):
    """A request that must act once, however often it arrives.

    ``key`` is the sender's (at most 200 characters), ``digest`` stands for what was asked: the same key
    with another content is refused.
    """

    key: str
    digest: bytes

    @staticmethod
    def of(key: str, content: Value) -> Request:
        return Request(key, sha256(canonical(content).encode()).digest())


class Append(Struct, frozen=True):
    """One decision to store: all of its events or none.

    ``loaded`` is what its first case was loaded as, None when that case is opened. Several decisions on
    one case may be joined into one ``Decided``: events in order, each with the case after it. ``registers`` is the
    stamp of the registers it was decided by; it counts where a precedent is set (0: not looked at). ``later`` are subcases
    that belong to it and are decided while the others are written: very many, for an order to a whole province.
    """

    procedure: Procedure
    decided: Decided
    loaded: Loaded | None = None
    request: Request | None = None
    registers: int = 0
    later: tuple[Later, ...] = ()


class Appended(Struct, frozen=True):
    """Stored, on disk. ``repeated``: the same request had been carried out before; nothing was added.

    ``chain`` and ``seq`` name the first event of the decision (of the earlier one, when repeated). ``later`` counts the
    events that were still to be decided when it was appended.
    """

    chain: str
    seq: int
    repeated: bool = False
    later: int = 0


class Mark(NamedTuple):
    """A place in the order of the whole ledger: transaction, then position within it."""

    xid: int
    position: int


BEGINNING = Mark(0, 0)


class Stored(NamedTuple):
    """An entry as it was read back. Its ``kind`` is ``step`` or that of a note."""

    chain: str
    seq: int
    at: datetime
    recorded: datetime
    kind: str
    body: str
    seal: bytes
    mark: Mark

    def parts(self) -> Mapping[str, Value]:
        """The four members of the body. It is read, not judged: judging is verification's."""
        parts: Mapping[str, Value] = json.loads(self.body)
        return parts

    def facts(self) -> Facts:
        """The plain facts of the body; lists are tuples."""
        facts = read_value(self.parts()["facts"])
        assert isinstance(facts, Mapping)
        return facts

    def sealed(self) -> Mapping[str, str]:
        """The digests of values that stand apart, by name."""
        return cast(Mapping[str, str], self.parts()["sealed"])

    def event(self) -> Event:
        """The step; ``content`` carries only the names of all values that were given apart."""
        body = self.parts()
        sealed = body["sealed"]
        assert isinstance(sealed, Mapping)
        return event_from(self.chain, self.seq, self.at, body["facts"], sealed)


def read_value(value: object) -> Value:
    """What a reader of JSON gave, as the kernel's values: lists become tuples."""
    if isinstance(value, list):
        return tuple(read_value(each) for each in value)
    if isinstance(value, dict):
        return {name: read_value(each) for name, each in value.items()}
    return cast(Value, value)


def entries(chain: Iterable[Stored]) -> Iterator[Entry]:
    """The entries of one whole chain, each with the seal of the one before."""
    prev = START.seal
    for each in chain:
        yield Entry(each.chain, each.seq, each.at, each.recorded, each.body, prev, each.seal)
        prev = each.seal
