"""Learning a model from labelled messages and from what the county's scheme says of its categories.

Three learners (``learners.py``) see each message; their scores on messages left out in turn decide how much each
counts and make probabilities of the sum. Near-duplicates share a ``group`` and are left out together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from msgspec import Struct, field
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import normalize

from tongban.apps.dispatch.learners import FIRST_WEIGHTS, Linear, Mixing, bayes, machines, mixing
from tongban.apps.dispatch.model import About, Model, Numbers, shares_within
from tongban.apps.dispatch.near import fingerprint
from tongban.apps.dispatch.neighbours import Neighbours, nobody
from tongban.apps.dispatch.nothing import NOTHING
from tongban.apps.dispatch.reading import counted, joined, read
from tongban.apps.dispatch.scheme import Scheme, parent_of, path_of
from tongban.apps.dispatch.scoring import calibration_error, macro_f1
from tongban.apps.dispatch.vocabulary import Columns, Counted, Matrix, Vocabulary
from tongban.kernel.refusal import Refused

Progress: TypeAlias = Callable[[int, int], None]
"""Told how many parts of how many are done."""

FOLDS = 3
ENOUGH_TO_MEASURE = 100
"""With fewer examples the weights below are used; they are those found on the demo county's messages."""
NAMED_BY = 0.05
"""Share of the examples that must name a level before categories of it are suggested."""
FIRST_SHARPNESS = 8.0


class Example(Struct, frozen=True):
    """A message (a text of ``reading.joined``) and its category: a code of any level.

    Messages with the same ``group`` are versions of one; "" is a group of its own. A clerk's correction
    is an example like any other: the final category of a dispatched case.
    """

    text: str
    category: str
    group: str = ""


class _Prepared(Struct, frozen=True):
    """Examples and descriptions as counted pieces, with the places of their classes and leaves (-1: none)."""

    messages: tuple[Counted, ...]
    classes: Columns
    leaves: Columns
    groups: Columns
    said: tuple[Counted, ...]
    said_classes: Columns
    leaf_said: tuple[Counted, ...]
    leaf_class: Columns
    width: int


class _Fitted(Struct, frozen=True):
    """The learners over one vocabulary, and the leaves' rows."""

    vocabulary: Vocabulary
    machines: Linear
    logs: Numbers
    neighbours: Neighbours
    nearness: Matrix


class Tried(Struct, frozen=True):
    """What was answered for an example while it, and all versions of it, were left out.

    ``first`` is the likeliest first level with its ``confidence``; ``offered`` what would have been offered ("": nothing).
    """

    example: Example
    first: str
    confidence: float
    offered: str


class Learnt(Struct, frozen=True):
    """A model and how it was tried; nothing was tried where there are too few examples to measure."""

    model: Model
    tried: tuple[Tried, ...]


def train(
    examples: Sequence[Example], scheme: Scheme, made: datetime, progress: Progress | None = None
) -> Model | Refused:
    """The model of :func:`learn` alone."""
    learnt = learn(examples, scheme, made, progress)
    return learnt if isinstance(learnt, Refused) else learnt.model


def learn(
    examples: Sequence[Example], scheme: Scheme, made: datetime, progress: Progress | None = None
) -> Learnt | Refused:
    """A model of all of the scheme's categories; examples of other categories are left out.

    Without examples it rests on the descriptions alone. Takes about a minute for 10,000 messages on one
    core. The same examples in the same order give the same model. Refuses
    ``dispatch.too_few_categories`` when the scheme has fewer than two at its first level.
    """
    if len(scheme.first_level) < 2:
        return Refused("dispatch.too_few_categories", "", {"count": len(scheme.first_level)})
    step = progress or (lambda _done, _all: None)
    parts = FOLDS + 2
    step(0, parts)
    examples = tuple(each for each in examples if each.category in scheme.categories)
    prepared = _prepare(examples, scheme)
    step(1, parts)
    found = _Measured(Mixing(FIRST_WEIGHTS, np.zeros(prepared.width)), FIRST_SHARPNESS)
    if len(examples) >= ENOUGH_TO_MEASURE and len(set(prepared.groups.tolist())) >= FOLDS:
        found = _measured(prepared, lambda n: step(1 + n, parts))
    mixed, sharpness = found.mixed, found.sharpness
    fitted = _fit(prepared, np.arange(len(examples)))
    step(parts, parts)
    one, two, three = mixed.weights
    model = Model(
        vocabulary=fitted.vocabulary,
        classes=(*scheme.first_level, ""),
        slopes=(one * fitted.machines.slopes + two * fitted.logs).T.astype(np.float32).copy(),
        bias=(one * fitted.machines.bias + mixed.offsets).astype(np.float32),
        neighbours=fitted.neighbours if three else nobody(len(fitted.vocabulary), prepared.width),
        neighbours_count=three,
        leaves=scheme.leaves,
        nearness=fitted.nearness,
        sharpness=sharpness,
        depth=_depth(examples, scheme),
        said=tuple(word for each in scheme.categories.values() for word in (*each.words, each.title)),
        titles={code: each.title for code, each in scheme.categories.items()},
        learnt=np.unique(np.array([fingerprint(each.text) for each in examples], dtype=np.uint64)),
        about=About(
            made.isoformat(timespec="seconds"), digest(examples, scheme), len(examples), found.scores
        ),
    )
    return Learnt(model, _tried(model, examples, found))


def _tried(model: Model, examples: Sequence[Example], found: _Measured) -> tuple[Tried, ...]:
    return tuple(
        Tried(each, model.classes[int(first.argmax())], float(first.max()), model.offered(first, near))
        for each, first, near in zip(examples, found.shares, found.near.astype(np.float64), strict=False)
    )


def _depth(examples: Sequence[Example], scheme: Scheme) -> int:
    """The deepest level that may be suggested: with enough examples, the deepest that some of them name."""
    deepest = max(len(path_of(code)) for code in scheme.categories)
    if len(examples) < ENOUGH_TO_MEASURE:
        return deepest
    named = np.bincount([len(path_of(each.category)) for each in examples], minlength=deepest + 1)
    return int(np.flatnonzero(named >= NAMED_BY * len(examples)).max())


def digest(examples: Sequence[Example], scheme: Scheme) -> str:
    """SHA-256 over the scheme and the examples in their order: the name of what a model was made from."""
    named = sha256()
    for each in scheme.categories.values():
        named.update(json.dumps([each.code, each.title, each.about, each.words], ensure_ascii=False).encode())
    for example in examples:
        line = json.dumps([example.category, example.group, example.text])
        named.update(line.encode())
    return named.hexdigest()


def _prepare(examples: Sequence[Example], scheme: Scheme) -> _Prepared:
    place = {code: n for n, code in enumerate(scheme.first_level)}
    leaf = {code: n for n, code in enumerate(scheme.leaves)}
    names: dict[str, int] = {}
    said = [
        (place[path_of(code)[0]], text)
        for code, each in scheme.categories.items()
        for text in (each.title, each.about, *each.words)
        if text
    ]
    said += [(len(place), text) for text in NOTHING]
    leaf_said = [
        joined(each.title, f"{parent.title if parent else ''} {each.about} {' '.join(each.words)}")
        for each, parent in (
            (scheme.categories[code], scheme.categories.get(parent_of(code))) for code in scheme.leaves
        )
    ]
    return _Prepared(
        tuple(counted(read(each.text)) for each in examples),
        _places([place[path_of(each.category)[0]] for each in examples]),
        _places([leaf.get(each.category, -1) for each in examples]),
        _places([names.setdefault(each.group or f"={each.text}", len(names)) for each in examples]),
        tuple(counted(read(joined("", text))) for _, text in said),
        _places([number for number, _ in said]),
        tuple(counted(read(text)) for text in leaf_said),
        _places([place[path_of(code)[0]] for code in scheme.leaves]),
        len(place) + 1,
    )


def _places(numbers: list[int]) -> Columns:
    return np.array(numbers, dtype=np.int64)


def _fit(prepared: _Prepared, chosen: Columns) -> _Fitted:
    """All learners on the descriptions and the chosen messages; neighbours are messages alone."""
    messages = [prepared.messages[n] for n in chosen]
    vocabulary = Vocabulary.learnt(messages, prepared.said)
    rows = vocabulary.matrix([*prepared.said, *messages])
    classes = np.concatenate([prepared.said_classes, prepared.classes[chosen]])
    return _Fitted(
        vocabulary,
        machines(rows, classes, prepared.width),
        bayes(rows, classes),
        Neighbours.of(rows[len(prepared.said) :], prepared.classes[chosen], prepared.width),
        _nearness(prepared, chosen, vocabulary, rows),
    )


def _nearness(prepared: _Prepared, chosen: Columns, vocabulary: Vocabulary, rows: Matrix) -> Matrix:
    """Each leaf as the sum of its description and its examples, of length 1."""
    own = vocabulary.matrix(prepared.leaf_said)
    leaves = prepared.leaves[chosen]
    at = np.flatnonzero(leaves >= 0)
    members = sparse.csr_matrix(
        (np.ones(len(at), dtype=np.float32), (leaves[at], at + len(prepared.said))),
        shape=(own.shape[0], rows.shape[0]),
    )
    return normalize(own + members @ rows).astype(np.float32)


class _Measured(Struct, frozen=True):
    """What messages left out in turn taught; ``shares`` and ``near`` are theirs (empty: nothing was measured)."""

    mixed: Mixing
    sharpness: float
    scores: Mapping[str, int] = field(default_factory=dict)
    shares: Numbers = field(default_factory=lambda: np.zeros((0, 0)))
    near: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))


def _measured(prepared: _Prepared, done: Callable[[int], None]) -> _Measured:
    """How the learners are mixed, sharpness of the leaves, and scores, on messages left out in turn."""
    count = len(prepared.messages)
    margins, logs, among = (np.zeros((count, prepared.width)) for _ in range(3))
    near = np.zeros((count, len(prepared.leaf_said)), dtype=np.float32)
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    for n, (kept, left_out) in enumerate(folds.split(np.zeros(count), groups=prepared.groups), 1):
        fitted = _fit(prepared, kept)
        rows = fitted.vocabulary.matrix([prepared.messages[each] for each in left_out])
        margins[left_out] = rows @ fitted.machines.slopes.T + fitted.machines.bias
        logs[left_out] = rows @ fitted.logs.T
        among[left_out] = fitted.neighbours.of_all(rows)
        near[left_out] = (rows @ fitted.nearness.T).todense()
        done(n)
    mixed = mixing((margins, logs, among), prepared.classes)
    shares = mixed.shares((margins, logs, among))
    right = shares.argmax(axis=1) == prepared.classes
    scores = {
        "macro_f1": round(1000 * macro_f1(prepared.classes, shares.argmax(axis=1))),
        "accuracy": round(1000 * float(right.mean())),
        "calibration_error": round(1000 * calibration_error(shares.max(axis=1), right)),
    }
    return _Measured(mixed, _sharpness(near, prepared), scores, shares, near)


def _sharpness(near: npt.NDArray[np.float32], prepared: _Prepared) -> float:
    """What a leaf's nearness is worth, from messages whose leaf is known; at most 40."""
    at = np.flatnonzero(prepared.leaves >= 0)
    if len(at) < ENOUGH_TO_MEASURE:
        return FIRST_SHARPNESS
    at = at[:: max(1, len(at) // 1_000)]

    def surprise(sharpness: float) -> float:
        shares = [
            shares_within(near[n].astype(np.float64) * sharpness, prepared.leaf_class, prepared.width)[
                prepared.leaves[n]
            ]
            for n in at
        ]
        return float(-np.log(np.array(shares) + 1e-12).mean())

    return min((float(value) for value in range(1, 41)), key=surprise)
