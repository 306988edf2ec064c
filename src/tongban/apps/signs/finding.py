"""The signs themselves: what each needs to know of cases, and what it makes of that. Pure.

None says that somebody did wrong. Each says which cases to lay side by side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from msgspec import Struct

from tongban.apps.signs.alike import alike

GOOD = 3
"""From this level on a rating is a good one (domain rules 1.4)."""
SECONDS = timedelta(seconds=60)
"""Between two ratings that belong together."""

Found: TypeAlias = Mapping[str, str]
"""Cases, each with another one that it was found with; "" where it stands for itself."""


class Known(Struct, frozen=True):
    """What signs look at in one case. ``rating`` is the latest level, 0 without one; ``by_office``: somebody of the office registered it;
    ``joined``: it was put together with another one. ``settled`` is None while it is open."""

    id: str
    unit: str
    category: str
    division: str
    opened: datetime
    settled: datetime | None
    rating: int
    by_office: bool
    joined: bool
    reply: str = ""
    matter: str = ""


class Beside(Struct, frozen=True):
    """What lies beside the cases: who asks the same, whose number is a unit's own (with how many cases have it), and which
    steps came from one place, each with its moment and a number of the place."""

    same_requester: Sequence[tuple[str, str]] = ()
    own_number: Sequence[tuple[str, str, int]] = ()
    places: Sequence[tuple[str, datetime, int]] = ()
    one_unit: Callable[[str, str], bool] = lambda one, other: one == other
    """whether two units are one, or one stands above the other"""


def found(sign: str, bound: int, cases: Mapping[str, Known], beside: Beside) -> Found:
    """The settled cases in which a sign is found."""
    match sign:
        case "alike":
            return _alike(bound, cases)
        case "again":
            return _again(timedelta(days=bound), cases, beside)
        case "split":
            return _split(timedelta(hours=bound), cases, beside)
        case "together":
            return _together(bound, cases, beside)
        case "own_number":
            return _own_number(bound, cases, beside)
        case _:
            raise KeyError(sign)


def _alike(least: int, cases: Mapping[str, Known]) -> Found:
    of_unit: defaultdict[str, list[Known]] = defaultdict(list)
    for each in cases.values():
        if each.settled is not None and each.unit and each.reply:
            of_unit[each.unit].append(each)
    marked: dict[str, str] = {}
    for own in of_unit.values():
        settled = {each.id: each.settled for each in own if each.settled is not None}
        replies = {each.id: each.reply for each in own}
        marked |= alike(replies, {each.id: each.matter for each in own}, settled, least)
    return marked


def _again(within: timedelta, cases: Mapping[str, Known], beside: Beside) -> Found:
    """Rated well and settled, and the same requester is back with the same soon after."""
    marked: dict[str, str] = {}
    for one, other in _pairs(cases, beside):
        if (
            one.settled is not None
            and one.rating >= GOOD
            and timedelta(0) < other.opened - one.settled <= within
        ):
            marked.setdefault(one.id, other.id)
    return marked


def _split(within: timedelta, cases: Mapping[str, Known], beside: Beside) -> Found:
    """Registered by the office for one requester within a short time, of one unit, and settled each for itself."""
    marked: dict[str, str] = {}
    for one, other in _pairs(cases, beside):
        both = (one, other)
        if (
            all(each.settled is not None and each.by_office and not each.joined for each in both)
            and one.unit == other.unit
            and abs(one.opened - other.opened) <= within
        ):
            marked.setdefault(one.id, other.id)
    return marked


def _pairs(cases: Mapping[str, Known], beside: Beside) -> Iterable[tuple[Known, Known]]:
    """Each case with every other of the same requester, of the same kind of matter in the same place."""
    for first, second in beside.same_requester:
        one, other = cases.get(first), cases.get(second)
        if one is None or other is None or not one.category:
            continue
        if one.category == other.category and one.division == other.division:
            yield one, other


def _together(least: int, cases: Mapping[str, Known], beside: Beside) -> Found:
    """Good ratings from one place, each soon after the one before."""
    runs: dict[int, list[list[tuple[str, datetime]]]] = {}
    for case, at, place in sorted(beside.places, key=lambda each: (each[1], each[0])):
        own = cases.get(case)
        if own is None or own.rating < GOOD:
            continue
        last = runs.setdefault(place, [[]])
        if last[-1] and at - last[-1][-1][1] > SECONDS:
            last.append([])
        last[-1].append((case, at))
    marked: dict[str, str] = {}
    for run in (run for of_place in runs.values() for run in of_place):
        ids = list(dict.fromkeys(case for case, _ in run))
        if len(ids) >= least:
            marked |= {
                case: ids[n - 1] if n else ids[1]
                for n, case in enumerate(ids)
                if cases[case].settled is not None
            }
    return marked


def _own_number(least: int, cases: Mapping[str, Known], beside: Beside) -> Found:
    """The requester's number is one of the unit that did the work, or of one above or below it."""
    return {
        case: ""
        for case, unit, times in beside.own_number
        if times >= least and (own := cases.get(case)) is not None and beside.one_unit(unit, own.unit)
    }
