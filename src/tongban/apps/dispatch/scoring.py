"""How good answers were: the figures by which a classifier is judged."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

BINS = 10


def calibration_error(
    confidence: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], bins: int = BINS
) -> float:
    """Expected calibration error over bins of equal count: mean gap of confidence and share right (0..1)."""
    if not len(confidence):
        return 0.0
    order = np.argsort(confidence, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(part) * abs(float(confidence[part].mean()) - float(right[part].mean())) for part in parts]
    return sum(gaps) / len(confidence)


def macro_f1(truth: npt.NDArray[np.int64], given: npt.NDArray[np.int64]) -> float:
    """Mean over the classes that occur in ``truth`` of the harmonic mean of precision and recall."""
    scores = []
    for each in np.unique(truth):
        both = int(((truth == each) & (given == each)).sum())
        scores.append(2 * both / (int((truth == each).sum()) + int((given == each).sum())))
    return float(np.mean(scores)) if scores else 0.0


def accuracy_at(coverage: float, confidence: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Share right among the surest ``coverage`` (0..1) of the answers."""
    count = max(1, round(coverage * len(confidence)))
    surest = np.argsort(-confidence, kind="stable")[:count]
    return float(right[surest].mean()) if len(surest) else 0.0
