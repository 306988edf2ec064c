"""Expressions and values drawn by chance, for those who must say the same of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import strategies as st

from tongban.kernel.expression import Kind
from tongban.kernel.expression.kind import EPOCH, MAX_WHOLE
from tongban.kernel.expression.spelled import micros
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
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4),
)
values = st.fixed_dictionaries(
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


def plain(values: dict[str, Value | datetime]) -> dict[str, Value]:
    return {name: micros(each) if isinstance(each, datetime) else each for name, each in values.items()}


sources = st.one_of(
    _flags(3).map(lambda source: (source, Kind.flag)), _wholes(3).map(lambda source: (source, Kind.whole))
)
"""A source and the kind of its result; some cannot be proved and do not compile."""
