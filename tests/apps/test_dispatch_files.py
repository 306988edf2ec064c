"""Model files: what was written is what is read, and nothing else is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tongban.apps.dispatch.model import Model
from tongban.apps.dispatch.model_file import RECORD, load, save
from tongban.apps.dispatch.reading import joined
from tongban.apps.dispatch.scheme import Category, Scheme, scheme_of
from tongban.apps.dispatch.train import Example, train
from tongban.kernel.refusal import Refused

TEXT = joined("路灯", "村口路灯不亮")


def small(word: str = "路灯") -> Model:
    scheme = scheme_of(
        [
            Category("01", "市政", words=(word, "井盖")),
            Category("01.01", "照明"),
            Category("02", "劳动", words=("工资", "合同")),
        ]
    )
    assert isinstance(scheme, Scheme)
    model = train([Example(TEXT, "01.01")], scheme, datetime(2026, 3, 2, tzinfo=UTC))
    assert isinstance(model, Model)
    return model


def code_of(result: Model | Refused) -> str:
    assert isinstance(result, Refused)
    return result.code


def test_a_saved_model_answers_as_before_and_remembers_what_it_was_made_from(tmp_path: Path) -> None:
    model = small()
    file = save(model, tmp_path / "models")
    again = load(tmp_path / "models")
    assert isinstance(again, Model)
    assert again.suggest(TEXT, 3, 0.0) == model.suggest(TEXT, 3, 0.0)
    assert again.about == model.about
    assert {each.name for each in file.parent.iterdir()} == {file.name, RECORD}


def test_no_model_is_a_refusal_and_not_a_fault(tmp_path: Path) -> None:
    assert code_of(load(tmp_path / "nowhere")) == "dispatch.model_missing"


def test_a_file_with_one_changed_byte_is_not_read(tmp_path: Path) -> None:
    file = save(small(), tmp_path)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))
    assert code_of(load(tmp_path)) == "dispatch.model_changed"
    file.unlink()
    assert code_of(load(tmp_path)) == "dispatch.model_changed"


@pytest.mark.parametrize(
    "record", [b"", b"[]", b'{"format": 1}', b'{"format": 2, "file": "../x.npz"}', b"\xff"]
)
def test_a_record_that_is_not_ours_is_refused(tmp_path: Path, record: bytes) -> None:
    save(small(), tmp_path)
    (tmp_path / RECORD).write_bytes(record)
    assert code_of(load(tmp_path)) == "dispatch.model_unreadable"


def test_a_pickle_is_never_opened_even_when_the_record_vouches_for_it(tmp_path: Path) -> None:
    from hashlib import sha256

    file = save(small(), tmp_path)
    np.savez(file, codes=np.array([object()], dtype=object))
    record = json.loads((tmp_path / RECORD).read_text())
    record["sha256"] = sha256(file.read_bytes()).hexdigest()
    (tmp_path / RECORD).write_text(json.dumps(record))
    assert code_of(load(tmp_path)) == "dispatch.model_unreadable"


def test_the_two_models_before_the_one_in_force_are_kept(tmp_path: Path) -> None:
    saved = [save(small(word), tmp_path) for word in ("路灯", "灯杆", "灯泡", "灯罩", "电灯")]
    left = {each.name for each in tmp_path.glob("*.npz")}
    assert len(left) == 3
    assert saved[-1].name in left
