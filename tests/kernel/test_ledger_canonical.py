"""Canonical text: one value, one text; and what may not stand in it."""

import json
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.ledger.canonical import DEEPEST, LARGEST, canonical, parse
from tongban.kernel.ledger.instant import LENGTH, instant_read, instant_text
from tongban.kernel.refusal import RefusedError

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
whole_numbers = st.integers(-LARGEST, LARGEST)
values = st.recursive(
    st.none() | st.booleans() | whole_numbers | texts,
    lambda inner: st.lists(inner).map(tuple) | st.dictionaries(texts, inner),
    max_leaves=20,
)
bad_leaves = st.sampled_from(
    [
        1.5,
        float("nan"),
        2.0,
        2**53,
        -(2**53),
        "a\0b",
        "\ud800",
        "x\udfff",
        b"bytes",
        datetime.now(UTC),
        {1, 2},
    ]
)


def refused(call, *arguments):
    with pytest.raises(RefusedError) as caught:
        call(*arguments)
    return caught.value.refusal


@given(values)
def test_a_value_comes_back_unchanged_from_its_text(value):
    assert parse(canonical(value)) == value


@given(values)
def test_an_independent_reader_reads_the_same_value(value):
    assert json.loads(canonical(value)) == json.loads(json.dumps(value))


@given(values)
def test_the_text_does_not_depend_on_the_order_in_which_keys_were_set(value):
    def turned(part):
        if isinstance(part, dict):
            return {key: turned(part[key]) for key in reversed(part)}
        return tuple(turned(each) for each in part) if isinstance(part, tuple) else part

    assert canonical(turned(value)) == canonical(value)


def test_rare_characters_and_emoji_stand_as_themselves():
    text = canonical({"姓名": "𠮷𡈽 👩‍👩‍👧 \u2028 \x7f é", "b": '\x1f\n\t"\\/'})
    assert text == '{"b":"\\u001f\\n\\t\\"\\\\/","姓名":"𠮷𡈽 👩‍👩‍👧 \u2028 \x7f é"}'
    assert parse(text) == {"姓名": "𠮷𡈽 👩‍👩‍👧 \u2028 \x7f é", "b": '\x1f\n\t"\\/'}


def test_keys_stand_in_the_order_of_rfc_8785():
    keys = ["€", "\r", "\ufb33", "1", "\U0001f600", "\x80", "ö"]  # the example of section 3.2.3
    assert list(json.loads(canonical(dict.fromkeys(keys, 0)))) == [
        "\r", "1", "\x80", "ö", "€", "\U0001f600", "\ufb33",
    ]  # fmt: skip


@given(st.dictionaries(st.text("ab\ue000\uffee\U0001f600\U00020000", max_size=3), whole_numbers))
def test_keys_beyond_the_basic_plane_are_sorted_by_their_utf_16_units(value):
    assert list(parse(canonical(value))) == sorted(value, key=lambda key: key.encode("utf-16-be"))


def test_the_six_characters_of_an_escaped_nul_are_not_a_nul():
    assert parse(canonical({"a": "\\u0000"})) == {"a": "\\u0000"}


@pytest.mark.parametrize(
    ("value", "code", "where"),
    [
        ({"a": {"b": (1, 2.0)}}, "ledger.float", "a.b[1]"),
        ({"a": float("inf")}, "ledger.float", "a"),
        ({"a": 2**53}, "ledger.integer", "a"),
        ({"a": -(2**53)}, "ledger.integer", "a"),
        ({"a": "x\0"}, "ledger.nul", "a"),
        ({"x\0": 1}, "ledger.nul", ""),
        ({"a": "\udc00"}, "ledger.surrogate", "a"),
        ({"\ud83d": 1}, "ledger.surrogate", ""),
        ({"a": {1: 2}}, "ledger.key", "a"),
        ({"a": {None: 2}}, "ledger.key", "a"),
        ({"a": {1.5: 2}}, "ledger.key", "a"),
        ({"a": b"x"}, "ledger.kind", "a"),
        ({"a": datetime(2026, 1, 1, tzinfo=UTC)}, "ledger.kind", "a"),
    ],
)
def test_what_would_not_survive_is_refused_with_its_place(value, code, where):
    refusal = refused(canonical, value)
    assert (refusal.code, refusal.where) == (code, where)


@given(
    values,
    bad_leaves,
    st.sampled_from([lambda v, b: {"v": v, "b": b}, lambda v, b: (v, (b,)), lambda v, b: b]),
)
def test_one_bad_leaf_anywhere_refuses_the_whole(value, bad, place):
    refused(canonical, place(value, bad))


def test_every_fault_is_told_at_once():
    refusal = refused(canonical, {"a": 1.5, "b": "\0", "c": b""})
    assert [each.code for each in refusal.all()] == ["ledger.float", "ledger.nul", "ledger.kind"]


def nested(levels):
    value = "core"
    for _ in range(levels):
        value = (value,)
    return value


def test_nesting_is_allowed_to_the_limit_and_refused_beyond():
    assert parse(canonical(nested(DEEPEST))) == nested(DEEPEST)
    assert refused(canonical, nested(DEEPEST + 1)).code == "ledger.deep"
    endless = {}
    endless["again"] = endless
    assert refused(canonical, endless).code == "ledger.deep"
    assert refused(parse, "[" * 100_000 + "]" * 100_000).code == "ledger.deep"


def test_read_only_mappings_and_named_text_write_like_plain_ones():
    class Stage(StrEnum):
        OPEN = "open"

    facts = MappingProxyType({"stage": Stage.OPEN, "by": MappingProxyType({"b": 1, "a": 2})})
    assert canonical(facts) == '{"by":{"a":2,"b":1},"stage":"open"}'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"a":1,"a":1}', "ledger.key_twice"),
        ('{"a":1.0}', "ledger.float"),
        ('{"a":1e3}', "ledger.float"),
        ('{"a":NaN}', "ledger.float"),
        ('{"a":-0}', "ledger.not_canonical"),
        ('{"a": 1}', "ledger.not_canonical"),
        ('{"a":1}\n', "ledger.not_canonical"),
        ('{"b":1,"a":1}', "ledger.not_canonical"),
        ('"\\u4e2d"', "ledger.not_canonical"),
        ('"\\/"', "ledger.not_canonical"),
        ('"\\u001F"', "ledger.not_canonical"),
        ('"\\u0000"', "ledger.nul"),
        ('"\\ud800"', "ledger.surrogate"),
        ("9007199254740992", "ledger.integer"),
        ("9" * 5000, "ledger.integer"),
        ("", "ledger.json"),
        ('{"a":1', "ledger.json"),
        ("\ufeff{}", "ledger.json"),
        ("[1]]", "ledger.json"),
    ],
)
def test_text_that_no_value_would_have_written_is_refused(text, code):
    assert refused(parse, text).code == code


@given(values, st.data())
def test_no_second_text_reads_as_the_same_value(value, data):
    text = canonical(value)
    place = data.draw(st.integers(0, len(text)))
    other = text[:place] + data.draw(st.sampled_from(list(' "\\,:{}[]0a\n'))) + text[place:]
    try:
        read = parse(other)
    except RefusedError:
        return
    assert canonical(read) == other


aware = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001 (the strategy wants it so)
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]),
)


@given(aware)
def test_an_instant_comes_back_from_its_text(at):
    text = instant_text(at)
    assert len(text) == LENGTH
    assert instant_read(text) == at


@given(aware, aware)
def test_the_order_of_the_texts_is_the_order_of_the_instants(one, other):
    assert (instant_text(one) < instant_text(other)) == (one < other)


def test_an_instant_of_another_zone_is_written_in_utc():
    china = timezone(timedelta(hours=8))
    assert instant_text(datetime(2026, 11, 22, 9, 2, 3, tzinfo=china)) == "2026-11-22T01:02:03.000000Z"


def test_an_instant_without_a_zone_is_refused():
    assert refused(instant_text, datetime.now(UTC).replace(tzinfo=None)).code == "ledger.instant"
    edge = datetime.min.replace(tzinfo=timezone(timedelta(hours=8)))
    assert refused(instant_text, edge).code == "ledger.instant"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T01:02:03Z", "2026-11-22T01:02:03.000000", "2026-11-22T01:02:03.000000+00:00",
        "2026-11-22 01:02:03.000000Z", "2026-11-22T01:02:03,000000Z", "2026-W47-7T01:02:03.000000Z",
        "2026-02-30T01:02:03.000000Z", "2026-11-22T23:59:60.000000Z", "", "now",
    ],
)  # fmt: skip
def test_another_spelling_of_an_instant_is_refused(text):
    assert refused(instant_read, text).code == "ledger.instant"
