"""Rows of one register that meet: laid side by side by a part of their key, and held against a list of pairs.

What two rows mean together no row says alone: the same aid from two offices, two kinds of aid that exclude each other, a
sign of need and nothing that answers it. A finding is no decision: it opens a subcase that a person decides.

The list of pairs is a brought register with the key ``[one, other, first day]``, so that a rule which changes in mid-month is two
rows of it. Its columns are ``relation``, and where they are there ``last_day`` and ``cap``. What several kinds come to together stands in a
list of its own (see ``adding``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations, product
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from tongban.kernel import shapes
from tongban.kernel.form.characters import capitals
from tongban.kernel.procedure.adding import (
    BUNDLE,
    CAP,
    EVER,
    LAST_DAY,
    MEMBERS,
    TOGETHER,
    Bundle,
    Standing,
    beyond,
    bundles_of,
)
from tongban.kernel.value import Facts, Value

RELATION, SINCE, UNTIL, OVER = "relation", "meets_since", "meets_until", "over"
SAID = (RELATION, SINCE, UNTIL, OVER, BUNDLE, MEMBERS)
"""What a finding says of the two rows together; of each it says ``one_…`` and ``two_…``, the earlier one first."""
MOST = 20_000
"""Findings of one look; the rest is found by the next one, when these are there already."""
_parts = shapes.reader(tuple[str, ...])


class Meeting(Struct, frozen=True):
    """``same`` is the part of the key that brings rows together, ``what`` the part that pairs name, ``since`` and ``until`` the
    columns with their first and last day (none: without end), ``amount`` what is added up. The three lists say what the
    relations of the list of pairs mean here: both on one day; more together than ``cap``; the first and on that day none of the others.
    ``bundles`` is the list of what may come to how much together ("" for none)."""

    id: str
    same: str
    what: str
    since: str
    until: str
    pairs: str
    amount: str = ""
    excludes: frozenset[str] = frozenset()
    caps: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    bundles: str = ""


class Pair(NamedTuple):
    other: str
    since: str
    until: str
    relation: str
    cap: int | None


class Pairs(Struct, frozen=True):
    """What may not meet and what calls for something, by the one: either way round for what excludes or caps."""

    bars: Mapping[str, Sequence[Pair]]
    calls: Mapping[str, Sequence[Pair]]
    named: frozenset[str]
    """All of which they speak."""

    @staticmethod
    def of(meeting: Meeting, rows: Iterable[tuple[str, Facts]]) -> Pairs:
        bars: dict[str, list[Pair]] = defaultdict(list)
        calls: dict[str, list[Pair]] = defaultdict(list)
        for key, fields in rows:
            one, other, since = _parts(key)
            relation, cap = str(fields.get(RELATION, "")), fields.get(CAP)
            until = str(fields.get(LAST_DAY) or EVER)
            if relation in meeting.calls:
                calls[one].append(Pair(other, since, until, relation, None))
            elif relation in meeting.excludes | meeting.caps:
                most = cap if relation in meeting.caps and isinstance(cap, int) else None
                low, high = sorted((one, other))
                bars[low].append(Pair(high, since, until, relation, most))
        said = (bars, calls)
        others = (pair.other for each in said for pairs in each.values() for pair in pairs)
        return Pairs(dict(bars), dict(calls), frozenset((*bars, *calls, *others)))


def at_odds(rows: Iterable[tuple[str, Facts]]) -> Iterator[tuple[int, int]]:
    """Rows of a list of pairs that say two things of one pair on one day: the later row and the earlier one, counted from 0.
    The same pair either way round says one thing, by one relation; the same way round it stands once a day."""
    said: dict[tuple[str, ...], list[tuple[int, str, str, str, Value]]] = defaultdict(list)
    for n, (key, fields) in enumerate(rows):
        one, other, since = _parts(key)
        until, relation = str(fields.get(LAST_DAY) or EVER), fields.get(RELATION, "")
        before = said[tuple(sorted((one, other)))]
        for m, first, start, end, was in before:
            if since <= end and start <= until and (first == one or was != relation):
                yield n, m
                break
        before.append((n, one, since, until, relation))


def together(
    meeting: Meeting,
    key: Sequence[str],
    rows: Iterable[tuple[tuple[str, ...], Facts]],
    named: frozenset[str],
    alone: frozenset[str],
) -> Iterator[list[Standing]]:
    """Rows that share the part ``same`` and of which something is said (``named``), in the order of what they share. ``key`` names the
    parts; a row without a first day stands nowhere. Groups that can mean nothing are left out before anything is made of them: most of a
    county's are such. A single row means something where it is one of ``alone``."""
    at, what = key.index(meeting.same), key.index(meeting.what)
    found: dict[str, list[tuple[tuple[str, ...], Facts]]] = {}
    for row in rows:
        parts = row[0]
        if parts[what] in named:
            found.setdefault(capitals(parts[at]), []).append(row)
    for _, group in sorted(found.items()):
        if len(group) > 1 or group[0][0][what] in alone:
            yield [
                Standing(
                    str(since),
                    str(fields.get(meeting.until) or EVER),
                    parts,
                    parts[what],
                    amount if isinstance(amount := fields.get(meeting.amount), int) else 0,
                    fields,
                )
                for parts, fields in group
                if (since := fields.get(meeting.since))
            ]


def met(
    group: Sequence[Standing], pairs: Pairs, today: str
) -> Iterator[tuple[Standing, Standing | None, Facts]]:
    """What rows of one group mean together: two of them, or one and nothing that it calls for today."""
    held: dict[str, list[Standing]] = defaultdict(list)
    for row in group:
        held[row.what].append(row)
    for what, rows in held.items():
        for pair in pairs.bars.get(what, ()):
            others = held.get(pair.other)
            if others is not None:
                two = combinations(rows, 2) if pair.other == what else product(rows, others)
                yield from _clash(two, pair)
        called = [each for each in pairs.calls.get(what, ()) if each.since <= today <= each.until]
        if called:
            answers = [row for each in called for row in held.get(each.other, ())]
            if not any(row.since <= today <= row.until for row in answers):
                for row in rows:
                    if row.since <= today <= row.until:
                        yield row, None, {RELATION: called[0].relation, SINCE: row.since, **_end(row.until)}


def _clash(
    two: Iterable[tuple[Standing, Standing]], pair: Pair
) -> Iterator[tuple[Standing, Standing, Facts]]:
    for one, other in two:
        since, until = max(one.since, other.since, pair.since), min(one.until, other.until, pair.until)
        if since > until:
            continue
        over = one.amount + other.amount - pair.cap if pair.cap is not None else 0
        if pair.cap is None or over > 0:
            said: Facts = {RELATION: pair.relation, SINCE: since, **_end(until)}
            if over > 0:
                said = {**said, OVER: over}
            first, second = sorted((one, other), key=lambda row: (row.since, row.key))
            yield first, second, said


def _end(until: str) -> Facts:
    return {} if until == EVER else {UNTIL: until}


def summed(
    group: Sequence[Standing], bundles: Sequence[Bundle]
) -> Iterator[tuple[Standing, Standing, Facts]]:
    """What rows of one group come to together: the first of them and the one that brought it over, with the days and all their kinds."""
    for bundle in bundles:
        for each in beyond(group, bundle):
            members = tuple(sorted({row.what for row in each.rows}))
            said: Facts = {
                RELATION: TOGETHER,
                SINCE: each.since,
                OVER: each.over,
                BUNDLE: bundle.id,
                MEMBERS: members,
            }
            first = next(row for row in each.rows if row is not each.brought_over)
            yield first, each.brought_over, {**said, **_end(each.until)}


class Findings(NamedTuple):
    found: tuple[Facts, ...]
    more: bool
    """Whether there is more than one look opens."""
    before: tuple[str, ...] = ()
    """What others said already, by the numbers of those who did, one for each finding."""


Said: TypeAlias = tuple[Value, ...]
"""What a finding says in the fields of the form that it opens, in their order; None where it says nothing."""


class Others(NamedTuple):
    """What other findings say, each by its number: those that need not be opened again."""

    fields: tuple[str, ...] = ()
    said: Mapping[Said, str] = MappingProxyType({})


NO_OTHERS = Others()


def findings(
    meetings: Iterable[Meeting],
    key: Sequence[str],
    sealed: frozenset[str],
    rows: Mapping[tuple[str, str], Facts],
    register: str,
    today: str,
    told_by: Sequence[str] = (),
    known: frozenset[tuple[str, ...]] = frozenset(),
    others: Others = NO_OTHERS,
) -> Findings:
    """What meets in a register and is neither ``known`` nor said by ``others``, as answers: sorted, so that the same rows give the same list,
    and ``MOST`` at most. Who somebody is is in none of it: sealed parts of a key are left out. ``told_by`` are the answers that tell one finding from another."""
    own = [(_parts(each), fields) for (of, each), fields in rows.items() if of == register]
    seen, found, before = set(known), list[Facts](), list[str]()
    for one, two, said in chain.from_iterable(_all(each, key, own, rows, today) for each in meetings):
        if told_by:
            mark = tuple(capitals(str(_said(name, one, two, said, key))) for name in told_by)
            if mark in seen:
                continue
            seen.add(mark)
        facts: dict[str, Value] = dict(said)
        for name, row in (("one", one), ("two", two)):
            if row is not None:
                plain = {part: text for part, text in zip(key, row.key, strict=True) if part not in sealed}
                facts |= {f"{name}_{each}": value for each, value in {**row.fields, **plain}.items()}
        same = others.said.get(tuple(facts.get(name) for name in others.fields)) if others.said else None
        if same is not None:
            before.append(same)
        elif len(found) == MOST:
            return Findings(_sorted(found), True, tuple(sorted(before)))
        else:
            found.append(facts)
    return Findings(_sorted(found), False, tuple(sorted(before)))


def _all(
    meeting: Meeting,
    key: Sequence[str],
    own: Sequence[tuple[tuple[str, ...], Facts]],
    rows: Mapping[tuple[str, str], Facts],
    today: str,
) -> Iterator[tuple[Standing, Standing | None, Facts]]:
    """All that one way of meeting finds, one group after the other."""
    pairs = Pairs.of(meeting, ((each, said) for (of, each), said in rows.items() if of == meeting.pairs))
    lists = ((each, said) for (of, each), said in rows.items() if of == meeting.bundles)
    bundles = bundles_of(lists) if meeting.bundles else ()
    named = pairs.named.union(*(each.members for each in bundles))
    for group in together(meeting, key, own, named, frozenset(pairs.calls)):
        yield from met(group, pairs, today)
        yield from summed(group, bundles)


def _said(name: str, one: Standing, two: Standing | None, said: Facts, key: Sequence[str]) -> Value:
    """One answer of a finding, without all the others."""
    which, _, column = name.partition("_")
    row = {"one": one, "two": two}.get(which) if name not in said else None
    if row is None:
        return said.get(name, "")
    return row.key[key.index(column)] if column in key else row.fields.get(column, "")


def _sorted(found: Iterable[Facts]) -> tuple[Facts, ...]:
    return tuple(sorted(found, key=lambda each: sorted((name, str(value)) for name, value in each.items())))
