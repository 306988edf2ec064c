"""Expressions: what is accepted, what is refused and why, and what they come out as."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml

import tongban
from tongban.kernel.expression import MAX_SOURCE, Expression, Kind, compile_expression
from tongban.kernel.refusal import Refused, RefusedError

VARIABLES = {
    "facts.category": Kind.text,
    "facts.flag": Kind.flag,
    "given.tags": Kind.texts,
    "given.cost": Kind.whole,
    "count.return_case": Kind.whole,
    "settings.max_returns": Kind.whole,
    "subcases.open": Kind.whole,
    "case.stage": Kind.text,
    "case.opened": Kind.moment,
    "now": Kind.moment,
}
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def accepted(source: str, result: Kind = Kind.flag) -> Expression:
    expression = compile_expression(source, VARIABLES, result)
    assert isinstance(expression, Expression), expression
    return expression


def refused(source: str, result: Kind = Kind.flag) -> Refused:
    refusal = compile_expression(source, VARIABLES, result)
    assert isinstance(refusal, Refused), f"{source} was accepted"
    return refusal


def test_dotted_names_are_variables_and_only_those_used_are_named():
    guard = accepted("count.return_case + 1 < settings.max_returns && case.stage == 'signed'")
    assert guard.names == {"count.return_case", "settings.max_returns", "case.stage"}
    values = {"count.return_case": 1, "settings.max_returns": 3, "case.stage": "signed", "unread": object}
    assert guard.holds(values)
    assert not guard.holds({**values, "count.return_case": 2})


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(a|aa)+$", "(.*)*b", "(a*)*(a*)*(a*)*b"])
def test_a_pattern_takes_no_longer_than_its_text_is_long(pattern):
    """An evaluator that goes back and tries again would not end within anybody's life."""
    assert not accepted(f"facts.category.matches('{pattern}')").holds({"facts.category": "a" * 20_000 + "!"})


def test_a_pattern_that_multiplies_itself_is_refused():
    assert refused("facts.category.matches('(x{1,1000}){1,1000}')").code == "expression.may_fail_bad_literal"


@pytest.mark.parametrize(
    ("source", "kind", "value"),
    [
        ("size('中文')", Kind.whole, 2),
        ("size('𠀀😀')", Kind.whole, 2),
        ("facts.category + '!'", Kind.text, "噪声!"),
        ("given.tags.filter(t, t.startsWith('a'))", Kind.texts, ("ab", "ac")),
        ("given.tags.map(t, t + '。')", Kind.texts, ("ab。", "b。", "ac。")),
        ("given.tags.exists_one(t, t == 'b')", Kind.flag, True),
        ("'b' in given.tags && !('z' in given.tags)", Kind.flag, True),
        ("facts.category in ['噪声', '油烟']", Kind.flag, True),
        ("given.cost / 100", Kind.whole, 12),
        ("given.cost % 100", Kind.whole, 34),
        ("facts.flag ? given.cost : -given.cost", Kind.whole, -1234),
        ("now - case.opened > duration('24h')", Kind.flag, True),
        ("now + duration('24h')", Kind.moment, "2026-03-03T01:00:00Z"),
        ("now.getHours('Asia/Shanghai')", Kind.whole, 9),
        ("now.getHours('+08:00')", Kind.whole, 9),
        ("now >= timestamp('2026-03-02T09:00:00+08:00')", Kind.flag, True),
        ("facts.category.matches('^噪.$')", Kind.flag, True),
        ("int(now - case.opened > duration('1h') ? 1 : 0) + int('2')", Kind.whole, 3),
        ("string(given.cost)", Kind.text, "1234"),
        ("given.tags.map(t, size(t)).exists(n, n > 1)", Kind.flag, True),
        ("given.tags == []", Kind.flag, False),
        ("facts.category == 'has(' // has(", Kind.flag, False),
    ],
)
def test_an_expression_comes_out_as_its_kind(source, kind, value):
    values = {
        "facts.category": "噪声",
        "given.tags": ("ab", "b", "ac"),
        "given.cost": 1234,
        "facts.flag": False,
        "now": NOW,
        "case.opened": "2026-02-28T09:00:00+08:00",
    }
    found = accepted(source, kind).evaluate(values)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("source", "kind", "empty"),
    [
        ("facts.category", Kind.text, ""),
        ("given.cost", Kind.whole, 0),
        ("facts.flag", Kind.flag, False),
        ("now", Kind.moment, "1970-01-01T00:00:00Z"),
        ("given.tags", Kind.texts, ()),
    ],
)
def test_what_is_absent_is_the_empty_value_of_its_kind(source, kind, empty):
    assert accepted(source, kind).evaluate({}) == empty
    assert accepted(source, kind).evaluate({source: None}) == empty


def test_moments_are_the_same_instant_in_every_zone():
    china = timezone(timedelta(hours=8))
    assert accepted("now", Kind.moment).evaluate({"now": NOW.astimezone(china)}) == "2026-03-02T01:00:00Z"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("", "expression.syntax"),
        ("facts.category == ", "expression.syntax"),
        ("facts.category == 'a", "expression.syntax"),
        ("类别 == 'a'", "expression.syntax"),
        ("facts.category == '\\ud800'", "expression.syntax"),
        ("facts.category == 1", "expression.wrong_type"),
        ("size(given.cost) > 1", "expression.wrong_type"),
        ("facts.category.size().x", "expression.wrong_type"),
        ("given.cost", "expression.wrong_result"),
        ("given.cost / settings.max_returns > 1", "expression.may_fail_divisor"),
        ("given.cost / 0 > 1", "expression.may_fail_divisor"),
        ("given.cost % (1 - 1) > 1", "expression.may_fail_divisor"),
        ("1 / (now - now + duration('25h')).getMilliseconds() > 0", "expression.may_fail_divisor"),
        ("1 / (duration('1.5s')).getMinutes() > 0", "expression.may_fail_divisor"),
        (
            "settings.max_returns > 0 ? given.cost / settings.max_returns > 1 : true",
            "expression.may_fail_divisor",
        ),
        ("given.cost * settings.max_returns > 1", "expression.may_fail_overflow"),
        ("given.cost * 9223372036854775807 > 1", "expression.may_fail_overflow"),
        ("given.cost - -9223372036854775807 > 1", "expression.may_fail_overflow"),
        ("-(-9223372036854775808) > 1", "expression.may_fail_overflow"),
        ("now + duration('99999999999h') > now", "expression.may_fail_bad_literal"),
        ("now + duration('80000000h') > now", "expression.may_fail_overflow"),
        ("timestamp('2200-01-01T00:00:00Z') - now > duration('1h')", "expression.may_fail_overflow"),
        ("given.tags[0] == 'a'", "expression.may_fail_index"),
        ("int(facts.category) > 1", "expression.may_fail_literal"),
        ("int('x') > 1", "expression.may_fail_bad_literal"),
        ("bool(facts.category)", "expression.may_fail_literal"),
        ("timestamp(facts.category) < now", "expression.may_fail_literal"),
        ("timestamp('yesterday') < now", "expression.may_fail_bad_literal"),
        ("facts.category.matches(case.stage)", "expression.may_fail_literal"),
        ("facts.category.matches('(')", "expression.may_fail_bad_literal"),
        ("now.getHours('Asia/Nowhere') < 9", "expression.may_fail_bad_literal"),
        ("now.getHours(facts.category) < 9", "expression.may_fail_literal"),
        ("now.getHours() < 9", "expression.no_zone"),
        ("given.tags.all(t, given.tags.all(u, u == t))", "expression.may_fail_rounds"),
        ("true || " + " || ".join(["given.tags.all(t, t == 'a')"] * 10), "expression.may_fail_rounds"),
        ("given.tags" + ".map(t, t + t)" * 6 + ".size() > 1", "expression.may_fail_memory"),
        ("[given.tags]" + ".map(t, t + t)" * 6 + ".size() > 1", "expression.may_fail_memory"),
        ("given.tags.exists(now, now == 'a')", "expression.hides_name"),
        ("given.tags.exists(given, given == 'a')", "expression.hides_name"),
        ("[1, 'a'].exists(x, x + 1 == 2)", "expression.mixed_list"),
        ("[[1], ['a']].exists(x, x.exists(y, y + 1 == 2))", "expression.mixed_list"),
        ("[].exists(x, x == 1)", "expression.empty_list"),
        ("has(facts.flag)", "expression.has"),
        ("true && has (facts.flag)", "expression.has"),
        ("{'a': 1}.a == 1", "expression.not_offered"),
        ("1.5 > 1.0", "expression.not_offered"),
        ("1u == 1u", "expression.not_offered"),
        ("b'a' == b'a'", "expression.not_offered"),
        ("null == null", "expression.not_offered"),
        ("dyn(1) == 1", "expression.not_offered"),
        ("type(1) == int", "expression.not_offered"),
        ("google.protobuf.Int64Value{value: 1} == 1", "expression.not_offered"),
        ("(" * 60 + "true" + ")" * 60, "expression.too_deep"),
        ("1" + "+1" * 200 + " > 0", "expression.too_deep"),
        ("true" + " && true" * MAX_SOURCE, "expression.too_long"),
    ],
)
def test_what_cannot_be_proved_is_refused(source, code):
    assert refused(source).code == code


@pytest.mark.parametrize("character", ["\x00", "\ud800", "\ufeff", "\u202e", "`", "\\"])
def test_strange_characters_in_a_source_are_a_syntax_fault(character):
    assert refused(f"facts.flag {character}").code == "expression.syntax"


def test_an_unknown_name_is_refused_with_the_nearest_known_one():
    refusal = refused("facts.flag && facts.categry == 'a'")
    assert refusal.code == "expression.unknown_name"
    assert refusal.facts["name"] == "facts.categry"
    assert refusal.facts["nearest"] == "facts.category"
    assert (refusal.facts["line"], refusal.facts["column"]) == (1, 20)


def test_every_fault_is_told_at_once_with_its_place():
    refusal = compile_expression(
        "facts.flg ||\n case.stag == 'a'", VARIABLES, Kind.flag, where="steps.sign.guard"
    )
    assert isinstance(refusal, Refused)
    assert [fault.facts["nearest"] for fault in refusal.all()] == ["facts.flag", "case.stage"]
    assert [fault.facts["line"] for fault in refusal.all()] == [1, 2]
    assert {fault.where for fault in refusal.all()} == {"steps.sign.guard"}


def test_the_place_of_a_fault_counts_characters_not_bytes():
    assert refused("facts.category == '中文' && given.tags[0] == 'a'").facts["column"] == 37


def test_a_variable_that_cannot_be_named_is_the_programmers_fault():
    with pytest.raises(ValueError, match="类别"):
        compile_expression("true", {"facts.类别": Kind.text}, Kind.flag)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("facts.category", 1),
        ("facts.category", "\ud800"),
        ("facts.category", "a" * 100_001),
        ("facts.flag", 1),
        ("given.cost", True),
        ("given.cost", "1"),
        ("given.cost", 2**53),
        ("given.tags", "a"),
        ("given.tags", ("a", 1)),
        ("given.tags", ("a",) * 1_001),
        ("given.tags", ("a" * 201,)),
        ("now", 1),
        ("now", "yesterday"),
        ("now", "2026-03-01"),
        ("now", datetime(2026, 3, 1)),  # noqa: DTZ001
        ("now", datetime(1, 1, 1, tzinfo=UTC)),
        ("now", datetime(9999, 12, 31, tzinfo=UTC)),
    ],
)
def test_a_value_of_another_kind_or_beyond_its_limits_fails_with_a_code(name, value):
    expression = accepted(name, VARIABLES[name])
    with pytest.raises(RefusedError) as error:
        expression.evaluate({name: value})
    assert error.value.refusal.code == "expression.failed"
    assert error.value.refusal.where == name


def test_the_same_source_is_compiled_once():
    assert accepted("given.cost > 7") is accepted("given.cost > 7")


def test_threads_share_expressions_without_mixing_their_values():
    shared = accepted("given.cost * 2 + size(facts.category)", Kind.whole)
    wrong: list[tuple[int, object]] = []

    def work(number: int) -> None:
        own = compile_expression(f"given.cost + {number}", VARIABLES, Kind.whole)
        assert isinstance(own, Expression)
        for turn in range(400):
            value = number * 1_000 + turn
            found = shared.evaluate({"given.cost": value, "facts.category": "字" * number})
            if found != value * 2 + number or own.evaluate({"given.cost": value}) != value + number:
                wrong.append((value, found))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_every_code_has_words_that_its_facts_fill(language):
    texts = Path(tongban.__file__).parent / "texts" / "refusals" / "expression.yaml"
    words = yaml.safe_load(texts.read_text("utf-8"))
    sources = ["", "x", "facts.category == 1", "given.cost", "given.cost / 0 > 1", "has(x)", "[1, 'a'] == []"]
    sources += ["a" * (MAX_SOURCE + 1), "now.getHours() > 1", "(" * 99, "given.tags[0] == ''", "int('x') > 1"]
    for source in sources:
        for fault in refused(source).all():
            for line in ("says", "fix"):
                assert "{" not in words[fault.code][language][line].format(where=fault.where, **fault.facts)
