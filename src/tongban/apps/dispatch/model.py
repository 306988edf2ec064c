"""A trained model: linear over pieces, with a say of the nearest messages, for the first level; nearest by words below.

The first level has many examples; its scores were fitted to be probabilities. The hundreds of leaves below have a few examples each, often none: there a message goes
to the leaf whose description and examples share most of its pieces, and the probability of the leaf
is that of its first level times its share among the leaves within.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.dispatch.abuse import without
from tongban.apps.dispatch.classifier import SURE_ENOUGH, Guess
from tongban.apps.dispatch.deciding import Phrases, deciding_words
from tongban.apps.dispatch.kinds_of_place import RURAL, URBAN, Moving, kind_of, moving
from tongban.apps.dispatch.near import fingerprint
from tongban.apps.dispatch.neighbours import Neighbours
from tongban.apps.dispatch.reading import Codes, Read, Weights, counted, read
from tongban.apps.dispatch.scheme import Category, Scheme, path_of
from tongban.apps.dispatch.vocabulary import Columns, Matrix, Vocabulary

ALIKE = 0.6
"""Cosine over rarer pieces from which a message is taken for a version of one that was learnt."""

TOLD = 0.2
"""How likely a category must be, before the place is asked, for its disagreeing with the place to be told."""

Numbers: TypeAlias = "npt.NDArray[np.float64]"


class About(Struct, frozen=True):
    """What a model was made of: for its file, the studio and whoever asks why it errs.

    ``data`` is the SHA-256 over the examples and the scheme; ``scores`` are per mille, measured inside
    training on messages left out in turn.
    """

    made: str
    data: str
    examples: int
    scores: Mapping[str, int]


class Model(Struct, frozen=True, dict=True):
    """A :class:`~tongban.apps.dispatch.classifier.Classifier`.

    ``classes`` are the first-level codes and, last, "" for texts about nothing, which has no leaves.
    ``titles`` are the scheme's own, by code. ``learnt`` are fingerprints of the examples, in rising order.
    ``slopes`` is pieces × first-level classes and ``bias`` one number a class; ``neighbours`` have a say of
    ``neighbours_count``; ``nearness`` is a sparse
    matrix leaves × pieces with rows of length 1, ``sharpness`` what a nearness of 1 is worth; ``depth`` is the deepest level that was learnt from examples,
    below which nothing is suggested; ``said`` are
    the scheme's own words.
    """

    vocabulary: Vocabulary
    classes: tuple[str, ...]
    slopes: Weights
    bias: Weights
    neighbours: Neighbours
    neighbours_count: float
    leaves: tuple[str, ...]
    nearness: Matrix
    sharpness: float
    depth: int
    said: tuple[str, ...]
    titles: Mapping[str, str]
    learnt: Codes
    about: About

    @cached_property
    def scheme(self) -> Scheme:
        """The categories that it knows, by code and title."""
        return Scheme({code: Category(code, title) for code, title in self.titles.items()})

    def has_learnt(self, text: str) -> bool:
        """Whether this message, or the same words otherwise spaced, was among the examples."""
        mark = np.uint64(fingerprint(text))
        place = int(np.searchsorted(self.learnt, mark))
        return place < len(self.learnt) and bool(self.learnt[place] == mark)

    def has_learnt_alike(self, text: str) -> bool:
        """Whether it has learnt this message or a version of it: then it is no wonder that it knows the answer."""
        return self.has_learnt(text) or self.version_of(text) >= 0

    def version_of(self, text: str) -> int:
        """The place, among the messages that it learnt, of the one of which this is a version; -1 for none."""
        place, likeness = self.neighbours.nearest(*self.vocabulary.row(counted(read(text))))
        return place if likeness >= ALIKE else -1

    @cached_property
    def phrases(self) -> Phrases:
        return Phrases.of(self.said)

    @cached_property
    def _by_piece(self) -> Matrix:
        """``nearness`` on its side, pieces × leaves: a message reads only the rows of its own pieces."""
        return self.nearness.T.tocsr()

    @cached_property
    def _class_of_leaf(self) -> Columns:
        place = {code: n for n, code in enumerate(self.classes)}
        return np.array([place[path_of(leaf)[0]] for leaf in self.leaves], dtype=np.int64)

    @cached_property
    def movings(self) -> Mapping[str, Moving]:
        """For each kind of place, how the leaves of the other kind give way in it."""
        kinds = [kind_of(*(self.titles.get(code, "") for code in path_of(leaf)[1:])) for leaf in self.leaves]
        return {place: moving(place, kinds, self.nearness) for place in (URBAN, RURAL)}

    @cached_property
    def _levels(self) -> tuple[tuple[tuple[str, ...], Columns], ...]:
        """For each depth, deepest first: the codes, and which of them each leaf lies within."""
        paths = [path_of(leaf) for leaf in self.leaves]
        levels = []
        for depth in range(max(map(len, paths)), 0, -1):
            within = [path[:depth][-1] for path in paths]
            codes = tuple(dict.fromkeys(within))
            place = {code: n for n, code in enumerate(codes)}
            levels.append((codes, np.array([place[code] for code in within], dtype=np.int64)))
        return tuple(levels)

    def suggest(self, text: str, k: int = 3, threshold: float = SURE_ENOUGH) -> tuple[Guess, ...]:
        """See :class:`~tongban.apps.dispatch.classifier.Classifier`."""
        looked = self.look(text)
        return looked.suggest(k, threshold) if looked is not None else ()

    def look(self, text: str) -> Looked | None:
        """The text read once, for several questions; None when there is nothing to go by."""
        pieces = read(without(text))
        if pieces.blank:
            return None
        known = self._known(pieces)
        return Looked(self, pieces, known, self.first_level(known.columns, known.weights))

    def _deepest(self, leaves: Numbers, threshold: float) -> tuple[tuple[str, ...], Columns, Numbers] | None:
        """The deepest level whose likeliest category reaches the threshold: codes, where leaves lie, probabilities."""
        for codes, inside in self._levels:
            shares = np.asarray(np.bincount(inside, weights=leaves, minlength=len(codes)), dtype=np.float64)
            best = int(shares.argmax())
            if threshold > 0 and len(path_of(codes[best])) > self.depth:
                continue
            if shares[best] >= threshold:
                return codes, inside, shares
        return None

    def offered(self, first: Numbers, near: Numbers, threshold: float = SURE_ENOUGH) -> str:
        """The category that :meth:`suggest` gives for probabilities of the first level and nearness to the leaves
        that were found without the message in question; "" where it abstains."""
        level = self._deepest(first[self._class_of_leaf] * self._within(near), threshold)
        return level[0][int(level[2].argmax())] if level is not None else ""

    def likely(self, text: str) -> tuple[Guess, ...]:
        """See :class:`~tongban.apps.dispatch.classifier.Classifier`."""
        looked = self.look(text)
        return looked.likely() if looked is not None else ()

    def first_level(self, columns: Columns, weights: Weights) -> Numbers:
        """The probability of each first-level class."""
        scores = (weights @ self.slopes[columns] + self.bias).astype(np.float64)
        if self.neighbours_count:
            scores += self.neighbours_count * self.neighbours.of_one(columns, weights)
        return softmax(scores)

    def first_of(self, text: str) -> Guess:
        """The likeliest first-level class, also where :meth:`suggest` would abstain; no words."""
        shares = self.first_level(*self.vocabulary.row(counted(read(text))))
        best = int(shares[:-1].argmax())
        return Guess(self.classes[best], float(shares[best]))

    def _known(self, pieces: Read) -> _Known:
        codes, where = pieces.different
        columns, known = self.vocabulary.columns(codes)
        columns = columns[known]
        counts = counted(pieces)[1][known]
        return _Known(columns, self.vocabulary.weighed(codes[known], columns, counts), known, where)

    def _within(self, near: Numbers) -> Numbers:
        """Each leaf's share among the leaves of its first level."""
        return shares_within(near * self.sharpness, self._class_of_leaf, len(self.classes))


class _Known(Struct, frozen=True):
    """What the vocabulary knows of a message: columns with weights, which of its different pieces they are
    (``known``), and which different piece each of its pieces is (``where``)."""

    columns: Columns
    weights: Weights
    known: npt.NDArray[np.bool_]
    where: Columns


class Looked(Struct, frozen=True):
    """A message that a model has read, with its first-level probabilities; ``place`` is the kind of place it is about, if known."""

    model: Model
    pieces: Read
    known: _Known
    first: Numbers
    place: str = ""

    def at(self, place: str) -> Looked:
        """See :class:`~tongban.apps.dispatch.classifier.Look`."""
        return replace(self, place=place) if place in self.model.movings else self

    def doubted(self) -> str:
        """See :class:`~tongban.apps.dispatch.classifier.Look`."""
        if not self.place or not len(self.known.columns):
            return ""
        leaves = self._unplaced(self._within()[1])
        best = int(leaves.argmax())
        against = self.model.movings[self.place].against
        return self.model.leaves[best] if best in against and leaves[best] >= TOLD else ""

    def surely(self, threshold: float = SURE_ENOUGH) -> str:
        """The first level within which :meth:`suggest` answers; "" where it abstains."""
        first = self.first[:-1]
        if self.place and len(self.known.columns):
            leaves = self._placed(self._unplaced(self._within()[1]))
            summed = np.bincount(self.model._class_of_leaf, weights=leaves, minlength=len(first))
            first = np.asarray(summed, dtype=np.float64)
        best = int(first.argmax())
        return self.model.classes[best] if first[best] >= threshold else ""

    def _within(self) -> tuple[Matrix, Numbers]:
        """The message's known pieces × leaves, and each leaf's share among those of its first level."""
        shared = self.model._by_piece[self.known.columns]
        near = np.asarray(shared.T @ self.known.weights, dtype=np.float64)
        return shared, self.model._within(near)

    def _unplaced(self, within: Numbers) -> Numbers:
        return np.asarray(self.first[self.model._class_of_leaf] * within)

    def _placed(self, leaves: Numbers) -> Numbers:
        return self.model.movings[self.place].moved(leaves) if self.place else leaves

    def suggest(self, k: int = 3, threshold: float = SURE_ENOUGH) -> tuple[Guess, ...]:
        """See :class:`~tongban.apps.dispatch.classifier.Classifier`."""
        model, known, first = self.model, self.known, self.first
        if not len(known.columns):
            return ()
        reasons = _Reasons(model, self.pieces, known, first)
        if threshold > 0 and model.depth == 1:
            order = np.argsort(-first[:-1], kind="stable")[:k]
            if first[order[0]] < threshold:
                return ()
            return tuple(Guess(model.classes[n], float(first[n]), reasons.of_class(n)) for n in order)
        shared, within = self._within()
        leaves = self._placed(self._unplaced(within))
        level = model._deepest(leaves, threshold)
        if level is None:
            return ()
        codes, inside, shares = level
        return tuple(
            Guess(codes[n], float(shares[n]), reasons.of_leaves(inside == n, leaves, shared, within))
            for n in np.argsort(-shares, kind="stable")[:k]
        )

    def likely(self) -> tuple[Guess, ...]:
        """See :class:`~tongban.apps.dispatch.classifier.Classifier`."""
        best = int(self.first[:-1].argmax())
        reasons = _Reasons(self.model, self.pieces, self.known, self.first)
        return (Guess(self.model.classes[best], float(self.first[best]), reasons.of_class(best)),)


class _Reasons(Struct, frozen=True):
    """Tells what weighed: how each piece moves the logarithm of a probability."""

    model: Model
    pieces: Read
    known: _Known
    first: Numbers

    def of_class(self, home: int) -> tuple[str, ...]:
        """For a first-level class."""
        return self._words(self._moved(home))

    def of_leaves(
        self, members: npt.NDArray[np.bool_], leaves: Numbers, shared: Matrix, within: Numbers
    ) -> tuple[str, ...]:
        """For a set of leaves; ``shared`` is the message's known pieces × leaves."""
        model = self.model
        chosen = int(np.flatnonzero(members)[np.argmax(leaves[members])])
        home = int(model._class_of_leaf[chosen])
        moved = self._moved(home)
        if int(members.sum()) == 1:
            against = np.where(model._class_of_leaf == home, within, 0.0)
            against[chosen] -= 1.0
            moved -= model.sharpness * np.asarray(shared @ against)
        return self._words(moved)

    def _moved(self, home: int) -> Numbers:
        slopes = self.model.slopes[self.known.columns].astype(np.float64)
        return np.asarray(slopes[:, home] - slopes @ self.first)

    def _words(self, moved: Numbers) -> tuple[str, ...]:
        different = np.zeros(len(self.known.known))
        different[self.known.known] = np.maximum(moved * self.known.weights, 0)
        return deciding_words(self.pieces, different[self.known.where], self.model.phrases)


def softmax(scores: Numbers) -> Numbers:
    """Scores as probabilities along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))


def shares_within(scores: Numbers, group: Columns, groups: int) -> Numbers:
    """Softmax over the members of each group apart."""
    top = np.full(groups, -np.inf)
    np.maximum.at(top, group, scores)
    raised = np.exp(scores - top[group])
    return np.asarray(raised / np.bincount(group, weights=raised, minlength=groups)[group])
