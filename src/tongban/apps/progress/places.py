"""What lies below a case, place by place: one tile for each township, in the order of codes and never ranked.

A case belongs to the township that it is about, where it names one or a village of it, and else to that of the unit that holds it. Villages add up to their
township. What belongs to no township stands in a tile of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.whole import called, visible
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.progress.glance import scope_below
from tongban.apps.progress.tabs import tabs
from tongban.apps.wording import say
from tongban.kernel.case import Case
from tongban.kernel.procedure.model import DROPPED, Kind
from tongban.kernel.refusal import Refused

_GROUPS = """
    SELECT kind, division, holder, phase, count(*),
           count(*) FILTER (WHERE standing = 'open' AND next_due <= %s)
    FROM store_case WHERE county = %s AND {below} GROUP BY 1, 2, 3, 4
"""


class Stretch(Struct, frozen=True):
    """A phase of a tile's bar, drawn from ``start`` on; both per mille."""

    title: str
    n: int
    start: int
    wide: int
    done: bool
    nth: int
    dropped: bool = False


class Tile(Struct, frozen=True):
    code: str
    name: str
    total: int
    done: int
    late: int
    phases: tuple[Stretch, ...]


class KindChoice(Struct, frozen=True):
    id: str
    title: str
    total: int


class Places(Struct, frozen=True):
    number: str
    title: str
    unit: str
    kind: str
    kinds: tuple[KindChoice, ...]
    tiles: tuple[Tile, ...]
    keys: tuple[Stretch, ...]
    """the phases that occur, for the legend"""
    tabs: frozenset[str]


Group = tuple[str, str, str, str, int, int]
"""Kind, place, holder, phase, how many, how many of them are late."""


def places(number: str, acting: Acting, kind: str = "") -> Places | Refused:
    """The tiles of one kind of cases below (the most frequent without one). Refused like the tree. Four queries, however large."""
    here = office()
    seen = visible(number, acting, here)
    if isinstance(seen, Refused):
        return seen
    case = seen[0].case
    groups = _groups(here, case, acting)
    wording = here.wording(case.adoption, acting.language)
    totals: dict[str, int] = {}
    for name, _, _, _, n, _ in groups:
        totals[name] = totals.get(name, 0) + n
    shown = kind if kind in totals else max(totals, key=lambda name: totals[name], default="")
    tiles, keys = _tiles(here, case, [each for each in groups if each[0] == shown], shown, acting)
    return Places(
        number=written(case.number),
        title=called(case, seen[1], wording),
        unit=here.names.unit(case.holder, acting.language),
        kind=shown,
        kinds=tuple(
            KindChoice(name, wording.of(f"kinds.{name}", name), n) for name, n in sorted(totals.items())
        ),
        tiles=tiles,
        keys=keys,
        tabs=tabs(here, case),
    )


def _groups(here: Office, case: Case, acting: Acting) -> list[Group]:
    where, values = scope_below(here, case)
    rows = here.rows(_GROUPS.format(below=where), [acting.now, here.county.code, *values])
    return cast("list[Group]", rows)


def _tiles(
    here: Office, case: Case, groups: Iterable[Group], kind: str, acting: Acting
) -> tuple[tuple[Tile, ...], tuple[Stretch, ...]]:
    by_place: dict[str, dict[str, tuple[int, int]]] = {}
    for _, place, holder, phase, n, late in groups:
        own = by_place.setdefault(here.county.township(place, holder), {})
        before = own.get(phase, (0, 0))
        own[phase] = (before[0] + n, before[1] + late)
    if not by_place:
        return (), ()
    wording = here.wording(case.adoption, acting.language)
    model = wording.procedure.kinds[kind]
    every = {phase for phases in by_place.values() for phase in phases}
    titles = {phase: wording.phase(phase) for phase in model.places}
    tiles = tuple(
        _tile(code, _name(here, code, acting.language), phases, model, titles)
        for code, phases in sorted(by_place.items(), key=lambda each: (not each[0], each[0]))
    )
    keys = tuple(
        Stretch(titles[phase], 0, 0, 0, model.done_at(phase), nth, phase == DROPPED)
        for nth, phase in enumerate(model.places, 1)
        if phase in every
    )
    return tiles, keys


def _name(here: Office, code: str, language: str) -> str:
    return here.names.division(code, language) if code else say("places.elsewhere", language)


def _tile(
    code: str, name: str, phases: Mapping[str, tuple[int, int]], kind: Kind, titles: Mapping[str, str]
) -> Tile:
    total = sum(n for n, _ in phases.values())
    stretches: list[Stretch] = []
    before = 0
    for nth, phase in enumerate(kind.places, 1):
        n = phases.get(phase, (0, 0))[0]
        if n:
            start = before * 1000 // total
            wide = (before + n) * 1000 // total - start
            stretches.append(
                Stretch(titles[phase], n, start, wide, kind.done_at(phase), nth, phase == DROPPED)
            )
            before += n
    return Tile(
        code=code,
        name=name,
        total=total,
        done=sum(each.n for each in stretches if each.done),
        late=sum(late for _, late in phases.values()),
        phases=tuple(stretches),
    )
