"""The learners whose scores are summed, each good where the others are not.

*Machines*: for each class a linear support vector machine over pieces that count the more, the more unequally
they are spread over that class and the rest (Wang and Manning 2012). *Bayes*: complement naive Bayes (Rennie
et al. 2003), good where a class has few examples. Both are linear, so one table remains and what decided can
be read off it. *Neighbours* (``neighbours.py``) know what the others average away: a matter that goes on in
many messages.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from scipy.optimize import minimize  # type: ignore[import-untyped]
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

from tongban.apps.dispatch.model import Numbers, softmax
from tongban.apps.dispatch.vocabulary import Columns, Matrix

FIRST_WEIGHTS = (2.3, 3.5, 0.0)
"""For machines, Bayes and neighbours where there are too few messages to measure them."""
_SMOOTHING = 0.3
_LEAST, _MOST = 0.25, 4.25
"""What a piece counts that tells a class from the rest not at all, and at most."""
_HELD_BACK = 0.002
"""How hard an offset is held at zero, in nats of mean surprise for a squared one."""


class Linear(Struct, frozen=True):
    """``slopes`` is classes × pieces and ``bias`` one number a class."""

    slopes: Numbers
    bias: Numbers


def machines(rows: Matrix, classes: Columns, width: int) -> Linear:
    """One machine a class, each against all the rest; rows are messages × pieces."""
    slopes = np.zeros((width, rows.shape[1]))
    bias = np.full(width, -1.0)
    for each in np.unique(classes).tolist():
        own = classes == each
        scale = _scale(rows, own)
        scaled = rows.copy()
        scaled.data = scaled.data * scale[scaled.indices]
        found = LinearSVC(C=1.0, tol=0.01, class_weight="balanced", random_state=0).fit(scaled, own)
        slopes[each] = found.coef_[0] * scale
        bias[each] = found.intercept_[0]
    return Linear(slopes, bias)


def _scale(rows: Matrix, own: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """By piece: how unequally it is spread over a class and the rest."""
    here = np.asarray(rows[own].sum(axis=0)).ravel() + _SMOOTHING
    there = np.asarray(rows[~own].sum(axis=0)).ravel() + _SMOOTHING
    ratio = np.abs(np.log((here / here.sum()) / (there / there.sum())))
    return np.asarray(_LEAST + np.minimum(ratio, _MOST - _LEAST), dtype=np.float32)


def bayes(rows: Matrix, classes: Columns) -> Numbers:
    """Logarithms by class and piece, centred over the classes."""
    found = ComplementNB(alpha=_SMOOTHING).fit(rows, classes)
    return np.asarray(found.feature_log_prob_ - found.feature_log_prob_.mean(axis=0))


class Mixing(Struct, frozen=True):
    """How much each learner counts, and what is added to a class."""

    weights: tuple[float, float, float]
    offsets: Numbers

    def shares(self, scores: tuple[Numbers, Numbers, Numbers]) -> Numbers:
        return softmax(_mixed(np.array(self.weights), self.offsets, scores))


def _mixed(weights: Numbers, offsets: Numbers, scores: tuple[Numbers, ...]) -> Numbers:
    return np.asarray(sum(weight * each for weight, each in zip(weights, scores, strict=True)) + offsets)


def mixing(scores: tuple[Numbers, Numbers, Numbers], classes: Columns) -> Mixing:
    """What makes the summed scores the likeliest probabilities of the true classes (after Platt 1999).

    ``scores`` are of messages that were left out, messages × classes. The last class, texts about nothing,
    has no messages here and keeps the mean offset of those that have.
    """
    at, width = np.arange(len(classes)), scores[0].shape[1]
    truth = np.zeros((len(classes), width))
    truth[at, classes] = 1.0
    spread = np.array([max(float(each.std()), 1e-6) for each in scores])
    even = tuple(each / size for each, size in zip(scores, spread, strict=True))

    def surprise(found: Numbers) -> tuple[float, Numbers]:
        weights, offsets = np.exp(found[:3]), np.append(found[3:], 0.0)
        shares = softmax(_mixed(weights, offsets, even))
        wrong = (shares - truth) / len(classes)
        moved = np.array(
            [weight * float((wrong * each).sum()) for weight, each in zip(weights, even, strict=True)]
        )
        value = -np.log(shares[at, classes] + 1e-12).mean() + _HELD_BACK * float((found[3:] ** 2).sum())
        return float(value), np.concatenate([moved, wrong.sum(axis=0)[:-1] + 2 * _HELD_BACK * found[3:]])

    bounds = [(-6.0, 4.0)] * 3 + [(-5.0, 5.0)] * (width - 1)
    found = minimize(surprise, np.zeros(2 + width), jac=True, method="L-BFGS-B", bounds=bounds).x
    offsets = np.append(found[3:], 0.0)
    offsets[:-1] -= offsets[np.unique(classes)].mean()
    one, two, three = (np.exp(found[:3]) / spread).tolist()
    return Mixing((one, two, three), offsets)
