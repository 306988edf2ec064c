"""Many from one place within seconds: what looks as if one person had rated for many (domain rules 1.5).

Only whoever oversees the county sees it. It says what came together, at which units and when, and not from where: a place
is known by a digest that is another one every day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.numbers import written
from tongban.apps.office import Office, office
from tongban.apps.rights import may
from tongban.kernel.case import Case
from tongban.kernel.clock import LOCAL
from tongban.kernel.form import FieldKind, Told
from tongban.kernel.refusal import Refused
from tongban.library.triggers import WORKER
from tongban.store.identity import from_one_place

LAST = timedelta(days=30)
GAP = timedelta(seconds=60)
"""Between two that belong together."""
LEAST = 3
"""Fewer are a family at one table."""
SHOWN = 50

At = tuple[str, datetime, int]


class Together(Struct, frozen=True):
    """Ratings that came from one place, each within a minute of the one before."""

    began: str
    seconds: int
    count: int
    units: tuple[tuple[str, int], ...]
    """the units they are about, with how many of each, the most first"""
    levels: tuple[tuple[int, int], ...]
    """how many of each level, the best first"""
    numbers: tuple[str, ...]


def clusters(acting: Acting) -> tuple[Together, ...] | Refused:
    """What came together in the last thirty days, the largest first. Refuses whoever does not oversee the county: who rated
    a unit is not for that unit to work out."""
    here = office()
    if not may("see_clusters", acting.actor, here.county):
        return Refused("people.clusters_not_yours")
    fields = sorted({name for adoption in here.adoptions() for name in _sources(here, adoption)})
    steps = from_one_place(here.journal, fields, acting.now - LAST) if fields else ()
    groups = [group for group in _groups(steps) if len({case for case, *_ in group}) >= LEAST]
    wanted = {case for group in groups for case, *_ in group}
    loaded = here.journal.load(ids=sorted(wanted)) if wanted else ()
    cases = {each.case.id: each.case for each in loaded if each.case.practice not in here.county.guarded}
    groups = [group for group in groups if len({case for case, *_ in group} & cases.keys()) >= LEAST]
    found = [_together(here, acting, group, cases) for group in groups]
    return tuple(sorted(found, key=lambda each: -each.count)[:SHOWN])


def _sources(here: Office, adoption: str) -> Iterator[str]:
    for form in here.procedure(adoption).forms.values():
        yield from (field.id for field in form.fields if field.door is Told.source)


def _groups(steps: Sequence[At]) -> Iterator[list[At]]:
    """Runs of one place in which each comes soon after the one before."""
    last: dict[int, list[At]] = {}
    for step in steps:
        run = last.get(step[2])
        if run is not None and step[1] - run[-1][1] <= GAP:
            run.append(step)
            continue
        if run is not None:
            yield run
        last[step[2]] = [step]
    yield from last.values()


def _together(here: Office, acting: Acting, group: list[At], cases: dict[str, Case]) -> Together:
    own = [cases[case] for case in dict.fromkeys(case for case, *_ in group) if case in cases]
    units = Counter(str(case.facts.get(WORKER) or case.worker) for case in own)
    levels = Counter(level for case in own for level in _levels(here, case))
    first, last = group[0][1], group[-1][1]
    return Together(
        began=first.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S"),
        seconds=int((last - first).total_seconds()),
        count=len(own),
        units=tuple((here.names.unit(unit, acting.language), n) for unit, n in units.most_common()),
        levels=tuple(sorted(levels.items(), reverse=True)),
        numbers=tuple(written(case.number) for case in own),
    )


def _levels(here: Office, case: Case) -> Iterator[int]:
    """The level that a case was rated with first."""
    fields = (f for form in here.procedure(case.adoption).forms.values() for f in form.fields)
    names = dict.fromkeys(f.id for f in fields if f.kind is FieldKind.rating)
    yield from [level for name in names if isinstance(level := case.facts.get(name), int)][:1]
