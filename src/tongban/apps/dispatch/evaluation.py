"""Measuring a model on labelled messages that it has not seen.

Either a model in force on messages that it has not learnt from, or grouped cross-validation: messages of one
group (near-duplicates) are never on both sides; otherwise a model is praised for remembering. Figures are for
the first level, and for the leaf where examples name one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from msgspec import Struct
from sklearn.model_selection import GroupKFold

from tongban.apps.dispatch.classifier import SURE_ENOUGH, Guess
from tongban.apps.dispatch.model import Model
from tongban.apps.dispatch.scheme import Scheme, parent_of, path_of
from tongban.apps.dispatch.scoring import accuracy_at, calibration_error, macro_f1
from tongban.apps.dispatch.train import Example, Progress, train
from tongban.kernel.refusal import Refused

COVERAGE = 0.85


class ClassScore(Struct, frozen=True):
    """One first-level category: messages that are of it, that were given it, and that are both."""

    category: str
    truly: int
    given: int
    both: int

    @property
    def f1(self) -> float:
        return 2 * self.both / (self.truly + self.given) if self.truly + self.given else 0.0


class Scores(Struct, frozen=True):
    """Figures of one evaluation (shares 0..1).

    ``folds`` is the number of parts that messages were left out in, ``measured`` how many of them were; both
    are 0 for a model in force on messages that it has not learnt from.
    ``sure`` is the share of messages for which the model does not abstain at the first level and
    ``accuracy_when_sure`` how many of those it got right; ``leaf_*`` are among ``leaf_messages``
    messages whose leaf is known, ``leaf_sure`` the share of these for which a leaf is suggested.
    """

    folds: int
    measured: int
    messages: int
    macro_f1: float
    accuracy: float
    accuracy_of_surest: float
    calibration_error: float
    sure: float
    accuracy_when_sure: float
    leaf_messages: int
    leaf_accuracy: float
    leaf_in_three: float
    leaf_sure: float
    leaf_accuracy_when_sure: float
    classes: tuple[ClassScore, ...]
    confusions: tuple[Confusion, ...]


class Confusion(Struct, frozen=True):
    """``count`` messages of ``truly`` that were given ``given``."""

    truly: str
    given: str
    count: int


MOST_CONFUSIONS = 8


def evaluate(
    examples: Sequence[Example],
    scheme: Scheme,
    made: datetime,
    *,
    folds: int = 5,
    only_folds: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Scores | Refused:
    """Grouped cross-validation; ``only_folds`` measures the first few folds alone, to be quick.

    The scheme is cut to the first-level categories that occur in the examples. Refuses
    ``dispatch.too_few_examples`` when there are fewer groups than folds.
    """
    names: dict[str, int] = {}
    groups = [names.setdefault(each.group or f"={each.text}", len(names)) for each in examples]
    if len(names) < folds:
        return Refused("dispatch.too_few_examples", "", {"groups": len(names), "folds": folds})
    scheme = scheme.only({path_of(each.category)[0] for each in examples})
    if len(scheme.first_level) < 2:
        return Refused("dispatch.too_few_categories", "", {"count": len(scheme.first_level)})
    splits = GroupKFold(folds, shuffle=True, random_state=seed).split(np.zeros(len(examples)), groups=groups)
    wanted = min(only_folds or folds, folds)
    answers: list[_Answer] = []
    for n, (kept, left_out) in enumerate(splits):
        if n == wanted:
            break
        model = train([examples[each] for each in kept], scheme, made)
        if isinstance(model, Refused):
            return model
        answers += _answers(model, [examples[each] for each in left_out], scheme)
        if progress is not None:
            progress(n + 1, wanted)
    return _scores(folds, wanted, answers, scheme)


def measure(model: Model, examples: Sequence[Example], scheme: Scheme) -> Scores | Refused:
    """How a model does on those of the examples that it has not learnt from.

    Refuses ``dispatch.nothing_new`` when it has learnt from all of them.
    """
    examples = [each for each in examples if not model.has_learnt(each.text)]
    if not examples:
        return Refused("dispatch.nothing_new")
    return _scores(0, 0, _answers(model, examples, scheme), scheme)


def _answers(model: Model, examples: Sequence[Example], scheme: Scheme) -> list[_Answer]:
    """Every message is answered, also those from which the model would abstain; leaves where one is known."""
    leaves = _deep_leaves(scheme)
    return [
        _Answer(
            each.category,
            model.first_of(each.text),
            model.suggest(each.text, 3, threshold=0.0) if each.category in leaves else (),
        )
        for each in examples
    ]


class _Answer(Struct, frozen=True):
    truth: str
    first: Guess
    leaves: tuple[Guess, ...]


def _scores(folds: int, measured: int, answers: Sequence[_Answer], scheme: Scheme) -> Scores:
    place = {code: n for n, code in enumerate(scheme.first_level)}
    truth = np.array([place[path_of(each.truth)[0]] for each in answers], dtype=np.int64)
    given = np.array([place.get(each.first.category, -1) for each in answers], dtype=np.int64)
    confidence = np.array([each.first.confidence for each in answers])
    right = truth == given
    sure = confidence >= SURE_ENOUGH
    named = _deep_leaves(scheme)
    leaves = [each for each in answers if each.truth in named]
    sure_leaves = [each for each in leaves if each.leaves and each.leaves[0].confidence >= SURE_ENOUGH]
    return Scores(
        folds=folds,
        measured=measured,
        messages=len(answers),
        macro_f1=macro_f1(truth, given),
        accuracy=float(right.mean()),
        accuracy_of_surest=accuracy_at(COVERAGE, confidence, right),
        calibration_error=calibration_error(confidence, right),
        sure=float(sure.mean()),
        accuracy_when_sure=float(right[sure].mean()) if sure.any() else 0.0,
        leaf_messages=len(leaves),
        leaf_accuracy=_share(each.truth in [g.category for g in each.leaves[:1]] for each in leaves),
        leaf_in_three=_share(each.truth in [g.category for g in each.leaves] for each in leaves),
        leaf_sure=len(sure_leaves) / len(leaves) if leaves else 0.0,
        leaf_accuracy_when_sure=_share(each.truth == each.leaves[0].category for each in sure_leaves),
        classes=tuple(
            ClassScore(
                code, int((truth == n).sum()), int((given == n).sum()), int((right & (truth == n)).sum())
            )
            for code, n in place.items()
        ),
        confusions=_confusions(answers),
    )


def _deep_leaves(scheme: Scheme) -> frozenset[str]:
    """The leaves that lie within another category; of the others the first level tells all."""
    return frozenset(code for code in scheme.leaves if parent_of(code))


def _confusions(answers: Sequence[_Answer]) -> tuple[Confusion, ...]:
    """The pairs of first-level categories that are mistaken for one another most often."""
    pairs = Counter((path_of(each.truth)[0], each.first.category) for each in answers)
    wrong = [Confusion(*pair, count) for pair, count in pairs.most_common() if pair[0] != pair[1]]
    return tuple(wrong[:MOST_CONFUSIONS])


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found) if found else 0.0
