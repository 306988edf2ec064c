"""What was accepted never fails, whatever values it meets."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.kernel.expression import Expression, Kind, compile_expression
from tongban.kernel.refusal import Refused

VARIABLES = {
    "f.text": Kind.text,
    "f.whole": Kind.whole,
    "f.other": Kind.whole,
    "f.flag": Kind.flag,
    "f.at": Kind.moment,
    "f.since": Kind.moment,
    "f.tags": Kind.texts,
}

_literals = ["0", "1", "-1", "7", "1000", "9007199254740991", "9223372036854775807", "-9223372036854775808"]
_spans = [
    "duration('0s')",
    "duration('24h')",
    "duration('-2000000h')",
    "duration('2500000h')",
    "duration('1.5s')",
]
_texts = st.sampled_from(["f.text", "''", "'中文'", "'12'", "'𠀀'"])
_moments = st.sampled_from(
    [
        "f.at",
        "f.since",
        "timestamp('2026-01-01T00:00:00Z')",
        "timestamp('2200-01-01T00:00:00Z')",
        "timestamp('9000-01-01T00:00:00Z')",
    ]
)


def _wholes(depth: int) -> st.SearchStrategy[str]:
    leaves = st.sampled_from(["f.whole", "f.other", *_literals])
    if not depth:
        return leaves
    less, lists = _wholes(depth - 1), _lists(depth - 1)
    return st.one_of(
        leaves,
        st.builds("({} {} {})".format, less, st.sampled_from("+-*/%"), less),
        st.builds("(-{})".format, less),
        st.builds("({} ? {} : {})".format, _flags(depth - 1), less, less),
        st.builds("size({})".format, st.one_of(_texts, lists)),
        st.builds("int({})".format, st.one_of(_texts, _moments, less)),
        st.builds("{}.getFullYear('+08:00')".format, _times(depth - 1)),
        st.builds(
            "({} - {}).{}()".format,
            _times(depth - 1),
            _moments,
            st.sampled_from(["getHours", "getMilliseconds"]),
        ),
    )


def _times(depth: int) -> st.SearchStrategy[str]:
    if not depth:
        return _moments
    less = _times(depth - 1)
    length = st.one_of(st.sampled_from(_spans), st.builds("({} - {})".format, less, less))
    return st.one_of(_moments, st.builds("({} {} {})".format, less, st.sampled_from("+-"), length))


def _lists(depth: int) -> st.SearchStrategy[str]:
    leaves = st.sampled_from(["f.tags", "['a', 'b']", "[]", "[f.text]"])
    if not depth:
        return leaves
    less = _lists(depth - 1)
    return st.one_of(
        leaves,
        st.builds("({} + {})".format, less, less),
        st.builds("{}.filter(t, t != f.text)".format, less),
        st.builds("{}.map(t, t + {})".format, less, st.sampled_from(["t", "f.text", "'x'"])),
        st.builds("{}.map(t, {}.exists_one(u, u == t), string({}))".format, less, less, _wholes(depth - 1)),
    )


def _flags(depth: int) -> st.SearchStrategy[str]:
    if not depth:
        return st.sampled_from(["f.flag", "true", "f.text.matches('^a+$')", "'a' in f.tags"])
    whole, less = _wholes(depth - 1), _flags(depth - 1)
    return st.one_of(
        st.builds("({} {} {})".format, whole, st.sampled_from(["<", "<=", "==", "!="]), whole),
        st.builds("({} {} {})".format, less, st.sampled_from(["&&", "||"]), less),
        st.builds(
            "{}.{}(t, size(t) > {})".format, _lists(depth - 1), st.sampled_from(["all", "exists"]), whole
        ),
        st.builds("({} < {})".format, _times(depth - 1), _times(depth - 1)),
        st.builds("(string({}) == {})".format, st.one_of(whole, _times(depth - 1)), _texts),
    )


_edges = st.sampled_from([0, 1, -1, 2**53 - 1, -(2**53) + 1])
_instants = st.sampled_from([datetime(1900, 1, 1, tzinfo=UTC), datetime(2190, 1, 1, tzinfo=UTC), None])
_values = st.fixed_dictionaries(
    {
        "f.text": st.one_of(st.none(), st.text(max_size=20), st.just("字" * 100_000)),
        "f.whole": st.one_of(st.none(), _edges),
        "f.other": st.one_of(st.none(), _edges),
        "f.flag": st.one_of(st.none(), st.booleans()),
        "f.at": _instants,
        "f.since": _instants,
        "f.tags": st.one_of(st.just(()), st.just(("a", "中", "")), st.just(("字" * 200,) * 1_000)),
    }
)


@settings(max_examples=400, deadline=None)
@given(source=st.one_of(_flags(3), _wholes(2)), values=_values)
def test_an_accepted_expression_never_fails(source, values):
    for kind in (Kind.flag, Kind.whole):
        compiled = compile_expression(source, VARIABLES, kind)
        if isinstance(compiled, Expression):
            compiled.evaluate(values)


@settings(max_examples=300, deadline=None)
@given(
    source=st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                [
                    *(
                        "f.text",
                        "f.whole",
                        "f.tags",
                        "'a'",
                        "1",
                        "1u",
                        "1.5",
                        "null",
                        "true",
                        "t",
                        "dyn",
                        "has",
                    ),
                    *("size", "map", "all", "exists", "timestamp", "duration", "matches", "in", "//", "\n"),
                    *".()[]{},:?+-*/%!<",
                    *("&&", "||", "=="),
                ]
            ),
            max_size=16,
        ).map(" ".join),
    )
)
def test_any_source_is_either_an_expression_or_a_refusal_with_a_code(source):
    compiled = compile_expression(source, VARIABLES, Kind.flag)
    if isinstance(compiled, Refused):
        assert all(fault.code.startswith("expression.") for fault in compiled.all())
    else:
        assert isinstance(compiled.evaluate({}), bool)
