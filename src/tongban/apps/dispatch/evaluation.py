"""Measuring the classifier on labelled messages it has not seen: grouped cross-validation.

Messages of one group (near-duplicates) are never on both sides; otherwise a model is praised for
remembering. Figures are for the first level, and for the leaf where examples name one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import GroupKFold

from tongban.apps.dispatch.classifier import SURE_ENOUGH, Guess
from tongban.apps.dispatch.reading import joined
from tongban.apps.dispatch.scheme import Scheme, path_of
from tongban.apps.dispatch.scoring import accuracy_at, calibration_error, macro_f1
from tongban.apps.dispatch.train import Example, Progress, train
from tongban.kernel.refusal import Refused

COVERAGE = 0.85


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One first-level category: messages that are of it, that were given it, and that are both."""

    category: str
    truly: int
    given: int
    both: int


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures of one evaluation (shares 0..1) on the split that ``split`` names.

    ``sure`` is the share of messages for which the model does not abstain at the first level and
    ``accuracy_when_sure`` how many of those it got right; ``leaf_*`` are among ``leaf_messages``
    messages whose leaf is known, ``leaf_sure`` the share of these for which a leaf is suggested.
    """

    split: str
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

    def lines(self, scheme: Scheme) -> tuple[str, ...]:
        """The table that a person reads."""
        leaf = (
            f"leaf               right {self.leaf_accuracy:.3f}, among three {self.leaf_in_three:.3f};"
            f" suggested {self.leaf_sure:.3f}, of these right {self.leaf_accuracy_when_sure:.3f}"
        )
        return (
            f"split              {self.split}",
            f"messages           {self.messages}",
            f"macro F1           {self.macro_f1:.3f}",
            f"accuracy           {self.accuracy:.3f}",
            f"surest {COVERAGE:.0%}         {self.accuracy_of_surest:.3f}",
            f"calibration error  {self.calibration_error:.3f}",
            f"suggested at {SURE_ENOUGH:.2f}  {self.sure:.3f}, of these right {self.accuracy_when_sure:.3f}",
            *((leaf,) if self.leaf_messages else ()),
            *(
                f"{each.category}  truly {each.truly:5d}  given {each.given:5d}  both {each.both:5d}"
                f"  {scheme.title(each.category)}"
                for each in self.classes
            ),
        )


def examples_of(
    rows: Iterable[tuple[int, Mapping[str, str]]], scheme: Scheme
) -> tuple[tuple[Example, ...], tuple[Refused, ...]]:
    """Examples from numbered rows with ``title``, ``body``, ``category`` and perhaps ``group``.

    A category is a code of the scheme or the title of a first-level category. Rows that cannot be used
    come back as ``dispatch.unknown_category`` and ``dispatch.row_empty``, ``where`` being the row.
    """
    examples, faults = [], []
    for number, row in rows:
        category = scheme.named(row.get("category", ""))
        title, body = row.get("title", ""), row.get("body", "")
        if not category:
            facts = {"category": row.get("category", "")[:60]}
            faults.append(Refused("dispatch.unknown_category", f"{number}", facts))
        elif not title.strip() and not body.strip():
            faults.append(Refused("dispatch.row_empty", f"{number}"))
        else:
            examples.append(Example(joined(title, body), category, row.get("group", "")))
    return tuple(examples), tuple(faults)


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
    splits = GroupKFold(folds, shuffle=True, random_state=seed).split(np.zeros(len(examples)), groups=groups)
    wanted = min(only_folds or folds, folds)
    answers: list[_Answer] = []
    for n, (kept, left_out) in enumerate(splits):
        if n == wanted:
            break
        model = train([examples[each] for each in kept], scheme, made)
        if isinstance(model, Refused):
            return model
        for each in left_out:
            # Every message is answered, also those from which the model would abstain.
            leaves = model.suggest(examples[each].text, 3, threshold=0.0)
            firsts = model.first_of(examples[each].text)
            answers.append(_Answer(examples[each].category, firsts, leaves))
        if progress is not None:
            progress(n + 1, wanted)
    split = f"{folds} folds, grouped, seed {seed}" + (f", first {wanted} only" if wanted < folds else "")
    return _scores(split, answers, scheme)


@dataclass(frozen=True, slots=True)
class _Answer:
    truth: str
    first: Guess
    leaves: tuple[Guess, ...]


def _scores(split: str, answers: Sequence[_Answer], scheme: Scheme) -> Scores:
    place = {code: n for n, code in enumerate(scheme.first_level)}
    truth = np.array([place[path_of(each.truth)[0]] for each in answers], dtype=np.int64)
    given = np.array([place.get(each.first.category, -1) for each in answers], dtype=np.int64)
    confidence = np.array([each.first.confidence for each in answers])
    right = truth == given
    sure = confidence >= SURE_ENOUGH
    leaves = [each for each in answers if each.truth in scheme.leaves]
    sure_leaves = [each for each in leaves if each.leaves and each.leaves[0].confidence >= SURE_ENOUGH]
    return Scores(
        split=split,
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
    )


def _class_score(code: str, truly: npt.NDArray[np.bool_], given: npt.NDArray[np.bool_]) -> ClassScore:
    return ClassScore(code, int(truly.sum()), int(given.sum()), int((truly & given).sum()))


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found) if found else 0.0
