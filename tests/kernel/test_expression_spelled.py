"""A spelled expression says what the expression says, and what cannot be spelled is refused."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from expression_ground import NAMES, plain, sources, values
from tongban.kernel.expression import Expression, Kind, compile_expression
from tongban.kernel.expression.kind import EPOCH
from tongban.kernel.expression.spelled import micros, said, spelled
from tongban.kernel.indicator.definition import Definition, LeftOut, Part
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value


@given(sources, values)
def test_the_spelling_says_what_the_expression_says(
    written: tuple[str, Kind], row: dict[str, Value | datetime]
) -> None:
    expression = compile_expression(written[0], NAMES, written[1])
    if isinstance(expression, Expression):
        tree = spelled(expression)
        assert not isinstance(tree, Refused), tree
        again = json.loads(json.dumps(tree))
        assert said(again, plain(row)) == expression.evaluate(row)


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
