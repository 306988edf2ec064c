"""The classifier on real messages with their real labels, near-duplicates never on both sides."""

from __future__ import annotations

import csv
import gzip
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

import tongban
from tongban.apps.dispatch.evaluation import evaluate
from tongban.apps.dispatch.labelled import examples_of
from tongban.apps.dispatch.scheme import Scheme, scheme_written
from tongban.kernel.refusal import Refused

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("TONGBAN_SHARED") or REPOSITORY.parent / "shared" / "data")
LABELLED = SHARED / "messages" / "labelled.csv.gz"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not LABELLED.exists(), reason=f"the shared real messages are not here: {LABELLED}"),
]


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    file = Path(tongban.__file__).parents[2] / "demo" / "county" / "categories.yaml"
    listed = yaml.safe_load(file.read_text("utf-8"))["categories"]
    found = scheme_written(listed)
    assert isinstance(found, Scheme)
    return found


def test_real_messages_reach_a_macro_f1_of_88_percent_and_honest_confidences(scheme: Scheme) -> None:
    with gzip.open(LABELLED, "rt", encoding="utf-8-sig", newline="") as stream:
        examples, faults = examples_of(enumerate(csv.DictReader(stream), 2), scheme)
    assert not faults, "each of the seven real labels is the title of one of our first-level categories"
    assert len(examples) == 5_632
    scores = evaluate(examples, scheme, datetime(2026, 3, 2, tzinfo=UTC), only_folds=1)
    assert not isinstance(scores, Refused)
    assert scores.macro_f1 >= 0.88
    assert scores.accuracy_of_surest >= 0.94
    assert scores.calibration_error <= 0.05
