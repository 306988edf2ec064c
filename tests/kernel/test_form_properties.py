"""Whatever comes in, reading it ends in values or refusals, and values are stable."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.kernel.form import Answers, Check, Field, FieldKind, Form, read
from tongban.kernel.refusal import Refused

TODAY = date(2026, 3, 2)
EVERYTHING = Form(
    "everything",
    tuple(
        Field(
            kind.value,
            kind,
            choices=("a", "b", "是", "1") if kind in (FieldKind.choice, FieldKind.choices) else (),
            check=Check.past if kind is FieldKind.date else Check.none,
        )
        for kind in FieldKind
    ),
)

_any_text = st.text(alphabet=st.characters(), max_size=60)
_digits = st.text(alphabet="0123456789０９Xx+-.,:/ 年月日时分T元¥是", max_size=24)
_plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    _any_text,
    _digits,
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=st.timezones()),
    st.sampled_from(
        ["13800001234", "0571-88001234-1", "11010519491231002X", "91110000600037341L", "a、b", "12.30"]
    ),
)
_garbage = st.one_of(
    _plain,
    st.binary(max_size=8),
    st.lists(_plain, max_size=4),
    st.tuples(_plain, _plain),
    st.dictionaries(_any_text, _plain, max_size=2),
    st.sets(st.integers(), max_size=2),
    st.builds(object),
    st.complex_numbers(),
)
_ids = st.sampled_from([field.id for field in EVERYTHING.fields])


@settings(max_examples=500, deadline=None)
@given(st.dictionaries(st.one_of(_ids, _any_text), _garbage, max_size=8))
def test_reading_never_raises_and_every_refusal_can_be_written_down(raw):
    result = read(EVERYTHING, raw, known={}, today=TODAY)
    faults = result.all() if isinstance(result, Refused) else result.warnings
    for fault in faults:
        assert fault.code.startswith("form.")
        json.dumps([fault.where, dict(fault.facts)], ensure_ascii=False, allow_nan=False).encode()


@settings(max_examples=500, deadline=None)
@given(field=st.sampled_from(EVERYTHING.fields), entry=st.one_of(_plain, st.lists(_any_text, max_size=4)))
def test_a_value_read_once_and_read_again_is_unchanged_and_can_be_sealed(field, entry):
    form = Form("one", (field,))
    first = read(form, {field.id: entry}, known={}, today=TODAY)
    if isinstance(first, Answers):
        assert read(form, first.values, known={}, today=TODAY) == first
        json.dumps(first.values, ensure_ascii=False, allow_nan=False).encode()
        assert "\x00" not in json.dumps(first.values, ensure_ascii=False)
        assert not any(isinstance(value, float) for value in first.values.values())


@given(fen=st.integers(0, 10**13))
def test_yuan_written_with_two_decimals_are_the_same_fen(fen):
    written = f"{fen // 100}.{fen % 100:02d}"
    form = Form("one", (Field("cost", FieldKind.money),))
    for raw in (written, f"¥{fen // 100:,}.{fen % 100:02d}", fen):
        result = read(form, {"cost": raw}, known={}, today=TODAY)
        assert isinstance(result, Answers)
        assert result.values["cost"] == fen
