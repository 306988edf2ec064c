"""Which messages are about one problem: groups made by joining, round after round, what is alike most.

A message is its pairs of characters, each weighing by how rare it is among all (title twice); a group is the sum of its
messages. Two groups that are each other's nearest, and near enough, become one, until none are: so the order in which
messages came does not matter, and a group is held together by what all of it says rather than by a chain of neighbours.
Nothing is kept between two looks: how rare a word is depends on everything that is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from tongban.apps.dispatch.shared_words import Codes, Commonness, Said, Weights, among, runs, said
from tongban.apps.dispatch.sites import places_of

if TYPE_CHECKING:
    from scipy import sparse  # type: ignore[import-untyped]

NEAR = ((150, 0.33), (400, 0.25), (1_000, 0.25), (4_000, 0.17))
"""Cosine from which two groups may become one, for so many messages; between them by the logarithm."""
TOGETHER = 0.7
"""The part of that which the messages of a group must be alike on average."""
MATTER = ((150, 0.25), (400, 0.17), (4_000, 0.05))
"""Cosine from which two groups may become one, for so many messages, without the names of places: what is alike only in where
it is is no problem of many."""
COMMONEST = 0.03
"""A pair that more than this part of all messages has tells nothing of what they are about."""
LARGEST = 150
"""Unless they are no more than this: of a month's few messages a hot hotspot may be a good part."""
HEADING = 3.0
"""What a pair counts that stands in the title."""
SHARPNESS = 1.5
"""The power of a weight: the rarer counts the more."""
SAME_WORDS = 0.5
"""How alike the messages of two places must be, in sum, to be of one problem all the same."""
MOST_HAVE = 0.5
"""A passage is what a group is about when so many of its messages have each of its pairs."""
LOOKED_AT = 40
"""Messages of a group that are looked at for what most of them say."""
PASSAGES = 3
ROUNDS = 100
_AT_ONCE = 1_000

Labels = npt.NDArray[np.int64]


class Message(Struct, frozen=True):
    """``matter`` are the pairs that say more than where; None: all of them."""

    heading: Said
    whole: Said
    matter: Codes | None = None


def nearness(messages: int, known: Sequence[tuple[int, float]] = NEAR) -> float:
    """Likeness from which two groups may become one: among more messages rare words are rarer, and any two less alike."""
    numbers, likenesses = zip(*known, strict=True)
    return float(np.interp(log(max(messages, 1)), np.log(numbers), likenesses))


def problems(
    messages: Sequence[Message], least: int, known: Commonness | None = None
) -> tuple[tuple[int, ...], ...]:
    """Groups of at least so many messages about one problem, by the messages' places.

    ``known`` says how common pairs are in more texts than these, if there are more. A group that hangs together by a name or a turn of phrase alone is none: its messages must be alike on average.
    """
    if len(messages) < 2:
        return ()
    table, matter = _tables(messages, known)
    enough, telling = nearness(len(messages)), nearness(len(messages), MATTER)
    labels = _joined(table, matter, enough, telling)
    labels = _apart(messages, table, labels, least)
    lengths = _lengths(_sums(_normal(table), labels))
    of_matter = _lengths(_sums(_normal(matter), labels))
    found: list[tuple[int, ...]] = []
    order = np.argsort(labels, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        n = len(part)
        # The square of a sum of n texts of length 1 is n and twice the likeness of each two.
        alike = (float(lengths[labels[part[0]]]) ** 2 - n) / (n * (n - 1)) if n > 1 else 0.0
        same = (float(of_matter[labels[part[0]]]) ** 2 - n) / (n * (n - 1)) if n > 1 else 0.0
        if n >= least and alike >= TOGETHER * enough and same >= TOGETHER * telling:
            found.append(tuple(part.tolist()))
    return tuple(found)


def _apart(messages: Sequence[Message], table: sparse.csr_array, labels: Labels, least: int) -> Labels:
    """The groups again, those whose titles name different places taken apart by place.

    Two places of which nearly the same is said stay together: one bus line, one power cut. A message that names no place goes with
    the place whose messages it is like most.
    """
    found, normal = labels.copy(), _normal(table)
    order = np.argsort(labels, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        if len(part) < least:
            continue
        places = np.array(places_of([(messages[n].heading.text, messages[n].whole.text) for n in part]))
        count = int(places.max()) + 1
        if count < 2:
            continue
        rows = normal[part]
        member = np.eye(count, dtype=np.float32)[places] * (places >= 0)[:, None]
        sums = _unit(np.asarray((rows.T @ member).T, np.float64))
        same = _same(sums @ sums.T)
        groups = np.array([min(np.flatnonzero(row)) for row in same])[places]
        nearest = np.argmax(rows @ sums.T, axis=1)
        groups[places < 0] = np.array([min(np.flatnonzero(row)) for row in same])[nearest[places < 0]]
        for group in np.unique(groups):
            own = part[groups == group]
            found[own] = own.min()
    return found


def _unit(rows: Weights) -> Weights:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found: Weights = rows / np.where(lengths, lengths, 1)
    return found


def _same(likeness: Weights) -> npt.NDArray[np.bool_]:
    """Which places are one by what is said of them, also by way of a third."""
    found = likeness >= SAME_WORDS
    np.fill_diagonal(found, True)
    while True:
        wider = (found.astype(np.int64) @ found.astype(np.int64)) > 0
        if (wider == found).all():
            return found
        found = wider


def _joined(table: sparse.csr_array, matter: sparse.csr_array, enough: float, telling: float) -> Labels:
    """For each message the place of the first of its group."""
    size = table.shape[0]
    labels = np.arange(size)
    near = _of_the_matter(_near(_normal(table), labels, enough), _normal(matter), telling)
    for _ in range(ROUNDS):
        joined = _mutual(near, size)
        if not len(joined):
            break
        target = np.arange(size)
        target[joined[:, 1]] = joined[:, 0]
        labels = target[labels]
        # Only what was joined has new neighbours; the rest keeps those that it had.
        touched = np.isin(near[0], joined) | np.isin(near[1], joined)
        fresh = _near(_normal(_sums(table, labels)), joined[:, 0], enough)
        fresh = _of_the_matter(fresh, _normal(_sums(matter, labels)), telling)
        near = tuple(np.concatenate([old[~touched], new]) for old, new in zip(near, fresh, strict=True))
    return labels


_Near = tuple[npt.NDArray[np.int64], ...]
"""Which groups are near which, with the likeness in millionths: three arrays of one length."""


def _of_the_matter(near: _Near, matter: sparse.csr_array, telling: float) -> _Near:
    """Those of these pairs that are alike also without the names of places."""
    alike = np.asarray(matter[near[0]].multiply(matter[near[1]]).sum(axis=1)).ravel()
    kept = alike >= telling
    return tuple(each[kept] for each in near)


def _tables(
    messages: Sequence[Message], known: Commonness | None
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """A row for each message: what its pairs weigh; and the same without those that only say where.

    Pairs that only one message or too many have are left out.
    """
    from scipy import sparse

    common = Commonness.of(each.whole for each in messages)
    most = max(LARGEST, COMMONEST * len(messages))
    kept = np.flatnonzero((common.counts >= 2) & (common.counts <= most))
    codes: Codes = common.codes[kept]
    wider = known if known is not None and known.total > common.total else common
    weights: Weights = wider.weights(codes) ** SHARPNESS
    rows, columns, values, telling = [], [], [], []
    for n, each in enumerate(messages):
        own = each.whole.different
        own = own[among(own, codes)]
        at = np.searchsorted(codes, own)
        rows.append(np.full(len(at), n))
        columns.append(at)
        values.append(weights[at] * np.where(among(own, each.heading.different), HEADING, 1.0))
        telling.append(among(own, each.matter) if each.matter is not None else np.ones(len(own), bool))
    weighed = np.concatenate(values).astype(np.float32)
    where = (np.concatenate(rows), np.concatenate(columns))
    shape = (len(messages), len(codes))
    return (
        sparse.csr_array((weighed, where), shape=shape),
        sparse.csr_array((weighed * np.concatenate(telling), where), shape=shape),
    )


def _sums(table: sparse.csr_array, labels: Labels) -> sparse.csr_array:
    """A row for each group, under the number of its first message; empty rows for the others."""
    from scipy import sparse

    size = len(labels)
    member = sparse.csr_array((np.ones(size, np.float32), (labels, np.arange(size))), shape=(size, size))
    return member @ table


def _normal(table: sparse.csr_array) -> sparse.csr_array:
    from scipy import sparse

    lengths = _lengths(table)
    lengths[lengths == 0] = 1
    return sparse.diags_array((1 / lengths).astype(np.float32)) @ table


def _lengths(table: sparse.csr_array) -> Weights:
    found: Weights = np.sqrt(np.asarray(table.multiply(table).sum(axis=1), np.float64)).ravel()
    return found


def _near(table: sparse.csr_array, rows: Labels, enough: float) -> _Near:
    """The pairs of one of these rows and any other that are near enough."""
    turned = table.T.tocsc()
    found: list[_Near] = []
    for begin in range(0, len(rows), _AT_ONCE):
        part = rows[begin : begin + _AT_ONCE]
        likeness = (table[part] @ turned).tocoo()
        first, second = part[likeness.row], likeness.col.astype(np.int64)
        kept = (likeness.data >= enough) & (first != second)
        low, high = np.minimum(first, second)[kept], np.maximum(first, second)[kept]
        found.append((low, high, (likeness.data[kept] * 1e6).astype(np.int64)))
    return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))


def _mutual(near: _Near, size: int) -> Labels:
    """The pairs that are each other's nearest, the lower number first; of equals the lowest number is nearest."""
    first = np.concatenate([near[0], near[1]])
    second = np.concatenate([near[1], near[0]])
    likeness = np.concatenate([near[2], near[2]])
    order = np.lexsort((second, -likeness, first))
    first, second = first[order], second[order]
    heads = np.flatnonzero(np.diff(np.concatenate([[-1], first])))
    best = np.full(size, -1)
    best[first[heads]] = second[heads]
    own = np.flatnonzero(best >= 0)
    mutual = own[(best[best[own]] == own) & (own < best[own])]
    return np.stack([mutual, best[mutual]], axis=1)


def gist(messages: Sequence[tuple[str, str]], common: Commonness) -> tuple[int, tuple[str, ...]]:
    """Which of a group's messages (title and body) has the title that says most of what most say, and those passages."""
    looked = [said(f"{title}\n{body}") for title, body in messages[:LOOKED_AT]]
    inside = Commonness.of(looked)
    shared = inside.codes[inside.counts >= max(2, MOST_HAVE * len(looked))]
    weights = common.weights(shared)
    headings = [said(title or body[:40]) for title, body in messages[:LOOKED_AT]]
    central = int(np.argmax([float(weights[among(shared, each.different)].sum()) for each in headings]))
    one = looked[central]
    found = runs(one, common.weights(one.codes), among(one.codes, shared))
    return central, tuple(run.words for run in found if run.weight > 0 and len(run.words) > 1)[:PASSAGES]
