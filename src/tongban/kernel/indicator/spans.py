"""How far a hidden count may lie from what it is, for a reader of everything that is told: flows in a network.

Tables with sums are networks: each count is a line between two places, and at every place as much comes in as goes out. What is told stands fast;
what is hidden may move round a ring of hidden lines, up without end and down to one. So the least and the greatest that a hidden count could be
are greatest flows (Ford and Fulkerson 1956), and they are exact: linear programming finds no closer limits.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Hashable, Mapping
from heapq import heappop, heappush
from typing import TypeAlias, TypeVar

from msgspec import Struct

Place: TypeAlias = "tuple[str, str]"
Key = TypeVar("Key", bound=Hashable)
WITHOUT_END = 1 << 60


class Line(Struct, frozen=True):
    """A count that goes out of one place and into another. ``price`` is what is lost when it is hidden."""

    start: Place
    end: Place
    count: int
    price: int = 1


class _Way(Struct):
    """One direction of a line: how much may still be moved along it, and what hiding its line costs (nought where it is hidden)."""

    key: Hashable
    to: Place
    room: int
    price: int
    back: _Way | None = None


Ways: TypeAlias = "dict[Place, list[_Way]]"


def span(lines: Mapping[Key, Line], hidden: Collection[Key], key: Key, most: int) -> int:
    """The width of the range in which one hidden count could lie, at the most ``most``, for who knows that each hidden one is at least one."""
    line = lines[key]
    up = _flow(_ways(lines, hidden, key), line.end, line.start, most)
    if up >= most:
        return most
    return up + _flow(_ways(lines, hidden, key), line.start, line.end, min(line.count - 1, most - up))


def least_path(lines: Mapping[Key, Line], hidden: Collection[Key], key: Key, most: int) -> frozenset[Key]:
    """The lines that cost least to hide so that one hidden count could be greater than it can be now: by as much of ``most`` as one
    ring allows. None where no ring is left."""
    line = lines[key]
    ways = _ways(lines, hidden, key)
    _flow(ways, line.end, line.start, most)
    for name in sorted((each for each in lines if each not in hidden), key=repr):
        _add(ways, name, lines[name], lines[name].price)
    for room in range(most, 0, -1):
        found = _cheapest(ways, line.end, line.start, room)
        if found is not None:
            return frozenset(name for name in lines if name in found and name not in hidden)
    return frozenset()


def _ways(lines: Mapping[Key, Line], hidden: Collection[Key], but: Key) -> Ways:
    ways: Ways = defaultdict(list)
    for key in sorted(hidden, key=repr):
        if key != but:
            _add(ways, key, lines[key], 0)
    return ways


def _add(ways: Ways, key: Hashable, line: Line, price: int) -> None:
    on = _Way(key, line.end, WITHOUT_END, price)
    off = _Way(key, line.start, line.count - 1, price, on)
    on.back = off
    ways[line.start].append(on)
    ways[line.end].append(off)


def _flow(ways: Ways, start: Place, end: Place, most: int) -> int:
    """The greatest flow, at the most ``most``; what it takes up is taken from the rooms."""
    found = 0
    while found < most:
        path = _first(ways, start, end)
        if not path:
            break
        amount = min(most - found, *(way.room for way in path))
        for way in path:
            way.room -= amount
            assert way.back is not None
            way.back.room += amount
        found += amount
    return found


def _first(ways: Ways, start: Place, end: Place) -> list[_Way]:
    """A shortest way with room, by the number of lines."""
    came: dict[Place, tuple[Place, _Way]] = {}
    queue = deque([start])
    while queue:
        at = queue.popleft()
        for way in ways[at]:
            if way.room > 0 and way.to != start and way.to not in came:
                came[way.to] = (at, way)
                if way.to == end:
                    return _back(came, start, end)
                queue.append(way.to)
    return []


def _back(came: Mapping[Place, tuple[Place, _Way]], start: Place, end: Place) -> list[_Way]:
    path: list[_Way] = []
    while end != start:
        end, way = came[end]
        path.append(way)
    return path


def _cheapest(ways: Ways, start: Place, end: Place, room: int) -> frozenset[Hashable] | None:
    """The lines of the cheapest way with that much room; None without any."""
    costs, came = {start: 0}, dict[Place, tuple[Place, _Way]]()
    heap = [(0, start)]
    while heap:
        cost, at = heappop(heap)
        if at == end:
            return frozenset(way.key for way in _back(came, start, end))
        if cost > costs[at]:
            continue
        for way in ways[at]:
            price = cost + way.price
            if way.room >= room and price < costs.get(way.to, WITHOUT_END):
                costs[way.to] = price
                came[way.to] = (at, way)
                heappush(heap, (price, way.to))
    return None
