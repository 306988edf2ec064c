"""How well twins are told on the judged pairs of real messages, and the weights that follow from all of them.

``python -m benches.bench_twins``; a minute. ``twin_pairs.csv`` names the messages by their numbers alone; the
messages are beside the repository or where ``TONGBAN_SHARED`` says.
"""

from __future__ import annotations

import csv
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from benches.bench_dispatch_shared import SHARED, rows
from msgspec.structs import fields
from sklearn.linear_model import LogisticRegression

from tongban.apps.dispatch.shared_words import Commonness, said
from tongban.apps.dispatch.twins import SURE, Told, Weighing, signs

PAIRS = Path(__file__).parent / "twin_pairs.csv"
FITTED = [each.name for each in fields(Weighing) if each.name not in ("none", "same_field", "other_field")]
FOLDS, DRAWS = 5, 10
RELATED = 0.2
"""Messages so alike are kept on one side of every split, whether they were judged together or not."""
Values = npt.NDArray[np.float64]


def told() -> dict[str, Told]:
    """The year's messages by their numbers. Places were made unknowable (A3区): its districts stand for townships."""
    found = list(rows("messages/hot.csv.gz"))
    texts = [(row["留言主题"].strip(), re.sub(r"\s+", "", row["留言详情"])) for row in found]
    common = Commonness.of(said("\n".join(text)) for text in texts)
    return {
        row["留言编号"]: Told(title, body, _place(title + body[:200]), "", _day(row["留言时间"]), common)
        for row, (title, body) in zip(found, texts, strict=True)
    }


def _place(text: str) -> str:
    named = re.search(r"[A-Z]\d+(?=[区县市])", text)
    return f"{named[0]:0>9}" if named else ""


def _day(text: str) -> datetime:
    year, month, day = map(int, re.findall(r"\d+", text)[:3])
    return datetime(year, month, day, tzinfo=UTC)


def groups(pairs: list[tuple[str, str]], messages: dict[str, Told]) -> npt.NDArray[np.int64]:
    """A number for each pair: pairs with messages in common, or messages that are alike, have the same one."""
    above: dict[str, str] = {}

    def root(each: str) -> str:
        while above.setdefault(each, each) != each:
            each = above[each]
        return each

    for one, two in pairs:
        above[root(one)] = root(two)
    known = sorted(above)
    for n, m in np.argwhere(np.triu(_likenesses([messages[each] for each in known]), 1) > RELATED):
        above[root(known[n])] = root(known[m])
    return np.unique([root(one) for one, _ in pairs], return_inverse=True)[1]


def _likenesses(messages: list[Told]) -> Values:
    """The cosine of every two messages, as ``signs`` has it."""
    codes = np.unique(np.concatenate([each.whole.different for each in messages]))
    table = np.zeros((len(messages), len(codes)), np.float32)
    for n, each in enumerate(messages):
        table[n, np.searchsorted(codes, each.whole.different)] = each.weights
    table /= np.linalg.norm(table, axis=1, keepdims=True) + 1e-9
    found: Values = (table @ table.T).astype(np.float64)
    return found


def fitted(values: Values, twins: Values, weights: Values) -> tuple[Values, float]:
    """The weight of each sign and what is added, on values as they are."""
    spread = values.std(axis=0) + 1e-9
    model = LogisticRegression(C=0.5, max_iter=1000).fit(values / spread, twins, sample_weight=weights)
    return model.coef_[0] / spread, float(model.intercept_[0])


def left_out(
    values: Values, twins: Values, weights: Values, group: npt.NDArray[np.int64], seed: int
) -> Values:
    """The probability of each pair by weights from the other folds."""
    fold = np.random.default_rng(seed).integers(0, FOLDS, group.max() + 1)[group]
    found = np.zeros(len(twins))
    for n in range(FOLDS):
        coefficients, constant = fitted(values[fold != n], twins[fold != n], weights[fold != n])
        found[fold == n] = 1 / (1 + np.exp(-(values[fold == n] @ coefficients + constant)))
    return found


def curve(sure: Values, twins: Values, weights: Values) -> tuple[float, float]:
    """Recall where precision is still 0.9, and precision where recall is 0.7."""
    order = np.argsort(-sure, kind="stable")
    right, every = np.cumsum((twins * weights)[order]), np.cumsum(weights[order])
    precision, recall = right / every, right / right[-1]
    return float(recall[precision >= 0.9].max(initial=0.0)), float(precision[np.searchsorted(recall, 0.7)])


def main() -> None:
    if not SHARED.exists():
        sys.exit(f"the shared real data are not here: {SHARED}")
    with PAIRS.open(encoding="utf-8", newline="") as stream:
        judged = list(csv.DictReader(stream))
    messages = told()
    pairs = [(row["first"], row["second"]) for row in judged]
    twins = np.array([row["twins"] == "yes" for row in judged], float)
    often = np.array([float(row["drawn_from"]) for row in judged])
    weights = often / often.mean()
    found = [signs(messages[one], messages[two]) for one, two in pairs]
    values = np.array([[each[name] for name in FITTED] for each in found])
    group = groups(pairs, messages)
    print(
        f"{len(pairs)} pairs, {int(twins.sum())} twins, {group.max() + 1} groups; {FOLDS} folds, {DRAWS} draws"
    )
    guessed = [left_out(values, twins, weights, group, seed) for seed in range(DRAWS)]
    for name, counted in (("as drawn", np.ones(len(twins))), ("as they occur", weights)):
        recall, precision = np.mean([curve(sure, twins, counted) for sure in guessed], axis=0)
        taken = [sure >= SURE for sure in guessed]
        at_sure = np.mean(
            [
                (
                    (twins * counted)[t].sum() / counted[t].sum(),
                    (twins * counted)[t].sum() / (twins * counted).sum(),
                )
                for t in taken
            ],
            axis=0,
        )
        print(
            f"{name:14s} recall at precision 0.9: {recall:.3f}  precision at recall 0.7: {precision:.3f}"
            f"  at {SURE}: precision {at_sure[0]:.3f}, recall {at_sure[1]:.3f}"
        )
    coefficients, constant = fitted(values, twins, weights)
    print(
        "weights from all pairs:",
        f"none {constant:.2f}",
        *(f"{n} {c:.2f}" for n, c in zip(FITTED, coefficients, strict=True)),
    )


if __name__ == "__main__":
    main()
