"""A journey as a path: where somebody came or sent something, what lay between, and how it ended. Pure: from the steps of its cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tongban.kernel.case import Case
from tongban.store.ways import Taken

SAME_TRIP = timedelta(minutes=30)
"""Whoever hands in two applications at one counter within this time has come once."""
_OUTSIDE = frozenset({"requester", "system"})
Means: TypeAlias = Literal["trip", "sent", "done"]


class Part(Struct, frozen=True):
    """One case of a journey with its steps in their order. ``papers`` are the fields whose answers are papers handed in, ``top``: it stands
    under no other case of the journey."""

    case: Case
    steps: Sequence[Taken]
    papers: frozenset[str]
    settled: bool
    top: bool


class Stop(Struct, frozen=True):
    """Where the path turns: a ``trip`` to a unit, something ``sent`` in without one, or that all was ``done``.

    ``waited`` is the time since the stop before; meanwhile the offices ``offices`` took ``steps`` steps. ``adoption`` is that of the case, for
    the words of ``why`` they came again; ``told`` marks the requester's own word.
    """

    at: datetime
    means: Means
    unit: str = ""
    why: str = ""
    told: bool = False
    papers: int = 0
    adoption: str = ""
    waited: timedelta = timedelta()
    steps: int = 0
    offices: tuple[str, ...] = ()


class Journey(Struct, frozen=True):
    """What a matter took, from its first step to its settlement; ``until`` is the moment of the look while it goes on.

    ``steps`` are those that people of offices took; ``papers`` is what was handed in, each paper once for each case that asked for it.
    """

    stops: tuple[Stop, ...]
    since: datetime
    until: datetime
    over: bool
    trips: int
    told: int
    papers: int
    steps: int
    cases: tuple[str, ...]

    @property
    def minutes(self) -> int:
        return int((self.until - self.since).total_seconds() // 60)


def journey(parts: Sequence[Part], now: datetime) -> Journey:
    """The path through all these cases. There must be at least one step."""
    taken = sorted(
        ((each.entry.at, n, m, each) for n, part in enumerate(parts) for m, each in enumerate(part.steps)),
        key=lambda each: each[:3],
    )
    known: list[set[object]] = [set() for _ in parts]
    whole = [Deed.of(parts[n], each, known[n], first=m == 0) for _, n, m, each in taken]
    over = all(part.settled for part in parts)
    ends = [part.case.settled_at for part in parts if part.case.settled_at is not None]
    until = max(ends, default=now) if over else now
    stops = tuple(_stops(whole, until, over))
    return Journey(
        stops=stops,
        since=whole[0].at,
        until=until,
        over=over,
        trips=sum(stop.means == "trip" for stop in stops),
        told=sum(stop.told for stop in stops),
        papers=sum(stop.papers for stop in stops),
        steps=sum(deed.office != "" for deed in whole),
        cases=tuple(part.case.id for part in parts if part.top),
    )


class Deed(Struct, frozen=True):
    """One step, as far as the path shows it. ``office`` is the unit that took it, "" for the requester and the system."""

    at: datetime
    office: str
    trips: tuple[Stop, ...]
    papers: int
    begins: bool
    adoption: str
    unit: str

    @staticmethod
    def of(part: Part, taken: Taken, known: set[object], *, first: bool) -> Deed:
        """``known`` are the papers that the case has already, to which those of this step are added."""
        by, facts = taken.facts.by, taken.facts.facts
        case, at = part.case, taken.entry.at
        visits = (each for each in taken.facts.follows if each.what == "visited")
        return Deed(
            at=at,
            office="" if by.via in _OUTSIDE else by.unit,
            trips=tuple(Stop(at, "trip", v.unit, v.why, v.told, adoption=case.adoption) for v in visits),
            papers=0 if by.via == "system" else sum(_new(facts.get(name), known) for name in part.papers),
            begins=first and part.top,
            adoption=case.adoption,
            unit=by.unit or case.home,
        )


def _new(answer: object, known: set[object]) -> int:
    """How many papers an answer brings: a number, or those entries that were not there yet (an answer may say all so far)."""
    if isinstance(answer, bool) or answer is None or answer == "":
        return int(answer is True)
    if isinstance(answer, int):
        return max(answer, 0)
    entries = {str(each) for each in answer} if isinstance(answer, list | tuple) else {str(answer)}
    found = len(entries - known)
    known |= entries
    return found


def _stops(deeds: Iterable[Deed], until: datetime, over: bool) -> Iterator[Stop]:
    """The stops in their order. Two trips to one counter within half an hour are one; the reason of the first stands."""
    found: list[Stop] = []
    steps, offices = 0, dict[str, None]()
    for deed in deeds:
        for stop in deed.trips or ((_sent(deed),) if deed.papers or deed.begins else ()):
            last = found[-1] if found else None
            if last is not None and _same(last, stop):
                found[-1] = replace(last, papers=last.papers + deed.papers, why=last.why or stop.why)
                continue
            waited = stop.at - last.at if last is not None else timedelta()
            more = {"papers": deed.papers, "waited": waited, "steps": steps, "offices": tuple(offices)}
            found.append(replace(stop, **more))
            steps, offices = 0, dict[str, None]()
        if deed.office and not deed.trips:
            steps += 1
            offices[deed.office] = None
    yield from found
    if over and found:
        yield Stop(until, "done", waited=until - found[-1].at, steps=steps, offices=tuple(offices))


def _sent(deed: Deed) -> Stop:
    return Stop(deed.at, "sent", deed.unit, adoption=deed.adoption)


def _same(last: Stop, stop: Stop) -> bool:
    both = (last.means, last.unit, last.told) == (stop.means, stop.unit, stop.told)
    return both and stop.at - last.at <= SAME_TRIP
