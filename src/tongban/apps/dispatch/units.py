"""Learning which unit takes a matter from how matters were dispatched before.

A suggestion for whoever dispatches, and for routing where no duty list names the matter; never above a rule
(:func:`tongban.apps.dispatch.suggest.suggest` drops what a hard rule forbids). What is known of a matter is a
handful of named facts: category by level, place by level, channel, kind. One linear model over them, the
words of a fact's value read as pieces too, so that a category nobody met yet leans on those named like it.
Offices move: what was dispatched lately counts more.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from scipy import sparse  # type: ignore[import-untyped]

from tongban.apps.dispatch.model import Numbers, softmax
from tongban.apps.dispatch.took import Facts, UnitGuess
from tongban.apps.dispatch.vocabulary import Matrix
from tongban.kernel.refusal import Refused

HALF_LIFE = 60
"""Days after which a dispatch counts half."""
PIECE = 0.3
"""What a piece of a value counts beside the value itself."""
LEAST = 50
"""Dispatches without which nothing is learnt."""
LATER = 0.2
"""Share of the dispatches, the latest, on which confidence is measured."""
_STRENGTH = 1.0
_STEPS = 60


class Dispatched(Struct, frozen=True):
    """A matter and the unit that took it in the end; ``day`` counts from any beginning."""

    facts: Facts
    unit: str
    day: int


class UnitModel(Struct, frozen=True, dict=True):
    """``slopes`` is features × units, ``bias`` one number a unit; scores are fitted to be probabilities."""

    units: tuple[str, ...]
    features: tuple[str, ...]
    slopes: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {feature: n for n, feature in enumerate(self.features)}

    def likely(self, facts: Facts, k: int = 3) -> tuple[UnitGuess, ...]:
        """See :class:`~tongban.apps.dispatch.took.Units`."""
        known = [
            (self._place[name], weight, value)
            for name, weight, value in _features(facts)
            if name in self._place
        ]
        if not known:
            return ()
        columns = np.array([column for column, _, _ in known])
        weights = np.array([weight for _, weight, _ in known], dtype=np.float32)
        moved = self.slopes[columns] * weights[:, None]
        shares = softmax((moved.sum(axis=0) + self.bias).astype(np.float64))
        order = np.argsort(-shares, kind="stable")[:k]
        mean = moved @ shares.astype(np.float32)
        return tuple(
            UnitGuess(self.units[n], float(shares[n]), _because(moved[:, n] - mean, known)) for n in order
        )

    def shares(self, matters: Sequence[Facts]) -> Numbers:
        """The probability of each unit (matters × units)."""
        scores = _matrix(matters, self._place) @ self.slopes + self.bias
        return softmax(np.asarray(scores, dtype=np.float64))


MOST_REASONS = 3


def _because(moved: npt.NDArray[np.float32], known: Sequence[tuple[int, float, str]]) -> tuple[str, ...]:
    sums: dict[str, float] = {}
    for each, (_, _, value) in zip(moved.tolist(), known, strict=True):
        sums[value] = sums.get(value, 0.0) + each
    ranked = sorted((value for value in sums if sums[value] > 0), key=lambda value: -sums[value])
    return tuple(ranked[:MOST_REASONS])


def learn_units(history: Sequence[Dispatched]) -> UnitModel | Refused:
    """A model of the units in a history of dispatches; a few seconds for 10,000 of them.

    Refuses ``dispatch.too_few_dispatches``, also when all went to one unit.
    """
    history = sorted((each for each in history if each.unit), key=lambda each: each.day)
    if len(history) < LEAST or len({each.unit for each in history}) < 2:
        return Refused("dispatch.too_few_dispatches", "", {"count": len(history), "least": LEAST})
    cut = round((1 - LATER) * len(history))
    sharpness = (
        _sharpness(_fit(history[:cut]), history[cut:]) if len({e.unit for e in history[:cut]}) > 1 else 1.0
    )
    found = _fit(history)
    return UnitModel(found.units, found.features, found.slopes * sharpness, found.bias * sharpness)


def _fit(history: Sequence[Dispatched]) -> UnitModel:
    # Only who learns waits for this.
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    features = sorted({name for each in history for name, _, _ in _features(each.facts)})
    place = {feature: n for n, feature in enumerate(features)}
    last = history[-1].day
    weights = np.array([0.5 ** ((last - each.day) / HALF_LIFE) for each in history])
    rows = _matrix([each.facts for each in history], place)
    found = LogisticRegression(C=_STRENGTH, max_iter=_STEPS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # sixty steps are as good as any more
        found.fit(rows, [each.unit for each in history], sample_weight=weights)
    slopes, bias = found.coef_, found.intercept_
    if len(found.classes_) == 2:
        slopes, bias = np.vstack([-slopes / 2, slopes / 2]), np.array([-bias[0] / 2, bias[0] / 2])
    return UnitModel(
        tuple(map(str, found.classes_)), tuple(features), slopes.T.astype(np.float32), bias.astype(np.float32)
    )


def _sharpness(model: UnitModel, later: Sequence[Dispatched]) -> float:
    """By what to multiply scores so that confidences are true of dispatches that came later."""
    place = {unit: n for n, unit in enumerate(model.units)}
    met = [each for each in later if each.unit in place]
    if len(met) < LEAST // 5:
        return 1.0
    scores = np.log(model.shares([each.facts for each in met]) + 1e-12)
    truth = np.array([place[each.unit] for each in met])
    at = np.arange(len(met))

    def surprise(sharpness: float) -> float:
        return float(-np.log(softmax(scores * sharpness)[at, truth] + 1e-12).mean())

    from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]

    return float(minimize_scalar(surprise, bounds=(0.3, 2.0), method="bounded").x)


def _features(facts: Facts) -> Iterator[tuple[str, float, str]]:
    """Name, weight and the value it comes from: each fact, and the pieces of its value."""
    for name, value in facts.items():
        if value:
            yield f"{name}={value}", 1.0, value
    pieces: dict[str, str] = {}
    for value in facts.values():
        for length in (1, 2):
            for n in range(len(value) - length + 1):
                pieces.setdefault(value[n : n + length], value)
    for piece, value in pieces.items():
        yield piece, PIECE, value


def _matrix(matters: Sequence[Facts], place: Mapping[str, int]) -> Matrix:
    columns: list[int] = []
    weights: list[float] = []
    ends = [0]
    for facts in matters:
        for name, weight, _ in _features(facts):
            if name in place:
                columns.append(place[name])
                weights.append(weight)
        ends.append(len(columns))
    return sparse.csr_matrix(
        (
            np.array(weights, dtype=np.float32),
            np.array(columns, dtype=np.int32),
            np.array(ends, dtype=np.int32),
        ),
        shape=(len(matters), len(place)),
    )
