"""A spelled expression says what the expression says, and what cannot be spelled is refused."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.expression import Expression, Kind, compile_expression
from tongban.kernel.expression.kind import EPOCH, MAX_WHOLE
from tongban.kernel.expression.spelled import micros, said, spelled
from tongban.kernel.indicator.definition import Definition, LeftOut, Part
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value

NAMES = {
    "f.text": Kind.text,
    "f.other": Kind.text,
    "f.whole": Kind.whole,
    "f.count": Kind.count,
    "f.flag": Kind.flag,
    "f.at": Kind.moment,
    "f.since": Kind.moment,
    "f.tags": Kind.texts,
}
_texts = st.sampled_from(["f.text", "f.other", "''", "'a'", "'中文'", "'𠀀'", "'\ue000'"])
_orders = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
_moments = st.sampled_from(
    ["f.at", "f.since", "timestamp('2026-01-01T00:00:00Z')", "(f.at + duration('24h'))"]
)
_times = st.one_of(
    st.builds("({} - {})".format, _moments, _moments),
    st.sampled_from(["duration('1.5s')", "duration('-24h')"]),
)


def _wholes(depth: int) -> st.SearchStrategy[str]:
    leaves = st.sampled_from(
        ["f.whole", "f.count", "0", "1", "-7", "9007199254740991", "size(f.tags)", "size(f.text)"]
    )
    if not depth:
        return leaves
    less = _wholes(depth - 1)
    return st.one_of(
        leaves,
        st.builds("({} {} {})".format, less, st.sampled_from("+-*"), less),
        st.builds("({} {} {})".format, less, st.sampled_from("/%"), st.sampled_from(["3", "-7", "1000"])),
        st.builds("(-{})".format, less),
        st.builds("({} ? {} : {})".format, _flags(depth - 1), less, less),
    )


def _flags(depth: int) -> st.SearchStrategy[str]:
    leaves = st.one_of(
        st.sampled_from(
            ["f.flag", "true", "false", "'b' in f.tags", "f.text in f.tags", "f.text in ['a', 'b']"]
        ),
        st.builds("{} {} {}".format, _texts, _orders, _texts),
        st.builds("{} {} {}".format, _moments, _orders, _moments),
        st.builds("{} {} {}".format, _times, _orders, _times),
    )
    if not depth:
        return leaves
    less = _flags(depth - 1)
    return st.one_of(
        leaves,
        st.builds("({} {} {})".format, less, st.sampled_from(["&&", "||", "==", "!="]), less),
        st.builds("!({})".format, less),
        st.builds("{} {} {}".format, _wholes(depth - 1), _orders, _wholes(depth - 1)),
    )


_at = st.integers(1, 3_000_000_000_000_000).map(lambda n: EPOCH + timedelta(microseconds=n))
_text = st.one_of(
    st.sampled_from(["", "a", "b", "中文", "𠀀", "\ue000"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
)
_values = st.fixed_dictionaries(
    {
        "f.text": _text,
        "f.other": _text,
        "f.whole": st.one_of(st.integers(-10, 10), st.integers(-MAX_WHOLE, MAX_WHOLE)),
        "f.count": st.integers(0, 1000),
        "f.flag": st.booleans(),
        "f.at": _at,
        "f.since": _at,
        "f.tags": st.lists(st.sampled_from(["a", "b", "中文"]), max_size=3).map(tuple),
    }
)


def _plain(values: dict[str, Value | datetime]) -> dict[str, Value]:
    return {name: micros(each) if isinstance(each, datetime) else each for name, each in values.items()}


@given(st.one_of(_flags(3).map(lambda s: (s, Kind.flag)), _wholes(3).map(lambda s: (s, Kind.whole))), _values)
def test_the_spelling_says_what_the_expression_says(
    written: tuple[str, Kind], values: dict[str, Value | datetime]
) -> None:
    expression = compile_expression(written[0], NAMES, written[1])
    if isinstance(expression, Expression):
        tree = spelled(expression)
        assert not isinstance(tree, Refused), tree
        again = json.loads(json.dumps(tree))
        assert said(again, _plain(values)) == expression.evaluate(values)


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("f.tags.exists(t, t == 'a')", "loop"),
        ("f.text.matches('^a')", "matches"),
        ("f.at.getHours('+08:00') > 8", "getHours"),
        ("f.text + f.other == 'ab'", "+"),
        ("f.tags + f.tags == f.tags", "+"),
        ("string(f.whole) == '1'", "string"),
    ],
)
def test_what_strangers_could_not_count_again_is_refused(source: str, part: str) -> None:
    expression = compile_expression(source, NAMES, Kind.flag)
    assert isinstance(expression, Expression), expression
    tree = spelled(expression)
    assert isinstance(tree, Refused)
    assert (tree.code, tree.facts["part"]) == ("expression.not_spelled", part)


@pytest.mark.parametrize(
    "tree",
    [{}, {"is": 1.5}, {"is": None}, {"name": "f.absent"}, {"call": "eval", "of": ["x"]}, {"call": "_&&_", "of": [{"is": True}]}, {"list": "abc"}, {"call": "_+_", "of": ["a", "b"]}],
)  # fmt: skip
def test_what_is_no_spelling_is_refused(tree: dict[str, Value]) -> None:
    with pytest.raises(RefusedError):
        said(tree, {"f.whole": 1})


def test_moments_are_microseconds() -> None:
    assert micros(EPOCH + timedelta(days=1, microseconds=1)) == 86_400_000_001
    found = compile_expression("f.at >= timestamp('1970-01-02T00:00:00Z')", NAMES, Kind.flag)
    assert isinstance(found, Expression)
    tree = {"call": "_>=_", "of": ({"name": "f.at"}, {"is": 86_400_000_000})}
    assert spelled(found) == tree


def test_a_definition_has_one_text_and_one_hash() -> None:
    yes = Part("true", {"is": True})
    definition = Definition(
        "lamps/mended", "1.0", "lamp", "settled", "", "rate", {"count.mend": "whole"}, yes,
        Part("count.mend > 0", {"call": "_>_", "of": ({"name": "count.mend"}, {"is": 0})}), None, None,
        (LeftOut("joined", "true", {"is": True}),), 30, "more",
    )  # fmt: skip
    assert definition.text == (
        '{"better":"more","counted":"settled","denominator":{"source":"true","tree":{"is":true}},"exclusions":[{"id":"joined",'
        '"source":"true","tree":{"is":true}}],"key":"lamps/mended","kind":"rate","names":{"count.mend":"whole"},"numerator":'
        '{"source":"count.mend > 0","tree":{"call":"_>_","of":[{"name":"count.mend"},{"is":0}]}},"of":"lamp","smallest_sample":30,'
        '"unit":"","version":"1.0"}'
    )
    assert definition.hash == "cdbf90b4b99ac0b39498c536f6f23d0f1e5cf88dca6b9202257f91fb4c77bceb"
