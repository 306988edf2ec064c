"""Cases drawn by chance for any practice: whatever its indicators name has values that let every condition hold now and then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from uuid import UUID

from msgspec import Struct

from scenario_ground import ROOT, calendar, practice_in
from tongban.kernel.case import Case, ClockState, Visit
from tongban.kernel.clock import Limit, Unit
from tongban.kernel.county import County
from tongban.kernel.expression.tree import Call, Entries, Literal, Node
from tongban.kernel.indicator.parts import GIVEN
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.binding import bind, bind_indicators
from tongban.library.counties import scenario_county
from tongban.library.indicators import Indicator

BEGINS = datetime(2026, 9, 20, tzinfo=UTC)
DAYS = 60
SHELF = sorted(path.parent for path in (ROOT / "practices").glob("*/indicators.yaml"))


class Counted(Struct, frozen=True):
    """A practice to count: its procedure and indicators, and texts that its conditions compare with."""

    id: str
    procedure: Procedure
    indicators: dict[str, Indicator]
    words: tuple[str, ...]
    county: County


@lru_cache(maxsize=64)
def counted(folder: Path) -> Counted:
    practice = practice_in(folder)
    procedure = bind(practice, {})
    assert not isinstance(procedure, Refused), procedure.all()
    indicators = bind_indicators(practice, procedure.settings)
    assert not isinstance(indicators, Refused)
    trees = [each.tree for one in indicators.values() for each in one.expressions]
    words = sorted({word for tree in trees for word in _words(tree)})
    return Counted(practice.id, procedure, dict(indicators), tuple(words), scenario_county(calendar()))


def _words(node: Node) -> Iterator[str]:
    match node:
        case Literal(_, str(word)):
            yield word
        case Call(_, _, parts) | Entries(_, parts):
            for part in parts:
                yield from _words(part)
        case _:
            pass


def drawn_cases(of: Counted, chance: Random, n: int) -> Iterator[Case]:
    """``n`` cases, of all kinds."""
    names = {name: sort for each in of.indicators.values() for name, sort in each.names.items()}
    clocks = sorted({name.split(".")[1] for name in names if name.startswith("clock.")})
    clocks += sorted(
        {each.counted[4:] for each in of.indicators.values() if each.counted.startswith("due:")} - set(clocks)
    )
    fields = {each.unit for each in of.indicators.values()} - {""}
    units = sorted(of.county.units)[:6]
    codes = {by for each in of.indicators.values() for by in each.parts} - {*GIVEN}
    places = ["", of.county.code, *sorted(of.county.divisions)]
    for _ in range(n):
        kind = chance.choice(sorted(of.procedure.kinds))
        opened = _moment(chance)
        facts: dict[str, Value] = {
            field: chance.choice(units) for field in sorted(fields) if chance.random() < 0.9
        }
        facts |= {
            name[6:]: value_of(of, sort, chance)
            for name, sort in names.items()
            if name.startswith("facts.") and chance.random() < 0.7
        }
        facts |= {
            by: chance.choice(["01", "01.02", "02.01", "b"]) for by in sorted(codes) if chance.random() < 0.8
        }
        settled = _moment(chance) if chance.random() < 0.8 else None
        yield Case(
            id=str(UUID(int=chance.getrandbits(128), version=4)),
            county=of.county.code,
            number="1",
            practice=of.id,
            adoption="1",
            kind=kind,
            opened_at=opened,
            stage=chance.choice(sorted(of.procedure.kinds[kind].stages)),
            home=units[0],
            holder=chance.choice(units),
            previous_holder=chance.choice(["", *units]),
            division=chance.choice(places),
            channel=chance.choice(["phone", "web"]),
            facts=facts,
            given=frozenset(name[6:] for name in names if name.startswith("given.") and chance.random() < 0.5),
            counts={name[6:]: chance.choice([0, 1, 1, 2, 5]) for name in names if name.startswith("count.")},
            replaced={name[4:]: chance.choice([0, 7]) for name in names if name.startswith("sum.")},
            took={name[5:]: chance.choice(["", "requester", "system"]) for name in names if name.startswith("took.")},
            drawn=tuple(name[6:] for name in names if name.startswith("drawn.") and chance.random() < 0.5),
            visits=tuple(Visit(opened, units[0], told=chance.random() < 0.5) for _ in range(chance.choice([0, 1, 1, 3]))),
            clocks=tuple(lap for clock in clocks for lap in _laps(clock, settled, chance)),
            public=("card",) if chance.random() < 0.3 else (),
            outcome=chance.choice(["", *of.words]),
            settled_at=settled,
            last_at=max(opened, settled or opened),
        )  # fmt: skip


def _moment(chance: Random) -> datetime:
    return BEGINS + timedelta(
        seconds=chance.randrange(DAYS * 86_400), microseconds=chance.randrange(1_000_000)
    )


def _laps(clock: str, settled: datetime | None, chance: Random) -> Iterator[ClockState]:
    for lap in range(chance.choice([0, 1, 1, 1, 2])):
        started = _moment(chance)
        due = started + timedelta(days=chance.randrange(1, 20)) if chance.random() < 0.9 else None
        ended = started + timedelta(days=chance.randrange(20)) if chance.random() < 0.8 else None
        if settled is not None and chance.random() < 0.3:
            ended = settled
        kept = None if ended is None else chance.random() < 0.7
        limit = Limit(5, Unit.WORKING_DAYS, "")
        yield ClockState(clock, lap + 1, started, limit, due, ended=ended, kept=kept)


def value_of(of: Counted, sort: str, chance: Random) -> Value:
    match sort:
        case "flag":
            return chance.random() < 0.5
        case "whole":
            return chance.choice([0, 1, 2, 3, 4, 5, 100, 123_456])
        case "texts":
            return tuple(word for word in of.words if chance.random() < 0.3)
        case _:
            return chance.choice(["", "2026-10-05", "it's", *of.words])
