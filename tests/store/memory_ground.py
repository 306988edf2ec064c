"""The same journal in memory: the contract of the store is held against a second one that shares none of its SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import cast

from msgspec.structs import replace

from tongban.kernel.case import Case
from tongban.kernel.commands import Subcases
from tongban.kernel.ledger.instant import instant_read
from tongban.kernel.ledger.seal import START, Tip
from tongban.kernel.procedure.decide import Decided, decide_later
from tongban.kernel.refusal import Refused
from tongban.store.batch import BEGINNING, Append, Appended, Loaded, Mark, Request, Stored
from tongban.store.journal import CONFLICT, repeated
from tongban.store.keys import Lookup
from tongban.store.projection import Row
from tongban.store.sealing import Rows


class MemoryJournal:
    """The ledger and the cases of one county, for as long as the process lives."""

    def __init__(self, county: str, lookup: Lookup) -> None:
        self.county = county
        self.lookup = lookup
        self._cases: dict[str, Case] = {}
        self._rows: dict[str, Row] = {}
        self._numbers: dict[str, str] = {}
        self._chains: dict[str, list[Stored]] = {}
        self._requests: dict[str, tuple[bytes, str, int]] = {}
        self._mark = BEGINNING

    def load(self, *, ids: Iterable[str] = (), numbers: Iterable[str] = ()) -> tuple[Loaded, ...]:
        wanted = dict.fromkeys((*ids, *(self._numbers.get(number, "") for number in numbers)))
        return tuple(self._loaded(self._cases[each]) for each in wanted if each in self._cases)

    def append(self, batch: Sequence[Append], recorded: datetime) -> tuple[Appended | Refused, ...]:
        named: set[str] = set()
        results: list[Appended | Refused] = []
        for append in batch:
            mine = {case.id for case in append.decided.cases}
            if append.request is not None:
                mine.add(append.request.key)
            results.append(Refused(CONFLICT) if mine & named else self._append(append, recorded))
            named |= mine
        return tuple(results)

    def answered(self, request: Request) -> Appended | Refused | None:
        before = self._requests.get(request.key)
        return None if before is None else repeated(request, *before)

    def events(self, chain: str) -> tuple[Stored, ...]:
        return tuple(self._chains.get(chain, ()))

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        waking = [(wake, case.id) for case in self._cases.values() if (wake := case.wake()) and wake <= now]
        return tuple(case for _, case in sorted(waking)[:limit])

    def _append(self, append: Append, recorded: datetime) -> Appended | Refused:
        request = append.request
        if request is not None and (before := self.answered(request)) is not None:
            return before
        whole = _whole(append)
        if isinstance(whole, Refused):
            return whole
        append, later = whole, len(whole.decided.cases) - len(append.decided.cases)
        loaded, first = append.loaded, append.decided.events[0]
        for case in append.decided.cases:
            was = loaded.tip if loaded is not None and loaded.case.id == case.id else START
            taken = was is START and self._numbers.get(case.number, case.id) != case.id
            if taken or self._tip(case.id).seq != was.seq:
                return Refused(CONFLICT)
        rows = Rows()
        refused = rows.add(0, append, recorded, self.lookup)
        if refused is not None:
            return refused
        self._mark = Mark(self._mark.xid + 1, 0)
        for row in rows.events:
            self._keep(row)
        for case, row in zip({c.id: c for c in append.decided.cases}.values(), rows.cases, strict=True):
            self._cases[case.id], self._rows[case.id], self._numbers[case.number] = case, row, case.id
        if request is not None:
            self._requests[request.key] = (request.digest, first.case, first.seq)
        return Appended(first.case, first.seq, later=later)

    def _keep(self, row: Row) -> None:
        chain = cast(str, row["chain"])
        self._mark = Mark(self._mark.xid, self._mark.position + 1)
        kept = Stored(
            chain,
            cast(int, row["seq"]),
            instant_read(cast(str, row["at"])),
            instant_read(cast(str, row["recorded"])),
            cast(str, row["kind"]),
            cast(str, row["body"]),
            bytes.fromhex(cast(str, row["seal"])[2:]),
            self._mark,
        )
        self._chains.setdefault(chain, []).append(kept)

    def _tip(self, chain: str) -> Tip:
        if chain not in self._chains:
            return START
        last = self._chains[chain][-1]
        return Tip(last.seq, last.seal, last.recorded)

    def _loaded(self, case: Case) -> Loaded:
        parts = [row for row in self._rows.values() if row["parent"] == case.id]
        still_open = sum(1 for row in parts if row["standing"] == "open")
        above = self._cases.get(case.stands_under)
        over = self._loaded(above) if above is not None else None
        parent = over if case.parent else None
        return Loaded(
            case,
            self._tip(case.id),
            Subcases(len(parts), still_open),
            parent.related() if parent is not None else None,
            (*over.case.mandates, *over.mandates) if over is not None else (),
            above=(over.case.id, *over.above) if over is not None else (),
        )


def _whole(append: Append) -> Append | Refused:
    """A decision with what was left of it."""
    events, cases = [append.decided.events], [append.decided.cases]
    for each in append.later:
        decided = decide_later(append.procedure, each)
        if isinstance(decided, Refused):
            return decided
        events.append(decided.events)
        cases.append(decided.cases)
    return replace(append, decided=Decided(tuple(chain(*events)), tuple(chain(*cases))), later=())
