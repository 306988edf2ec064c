"""What is wrong with a body or a query is said in our words: of no library does a word reach whoever reads Chinese."""

from __future__ import annotations

import csv
import errno
import json
import re
import socket
import ssl
import tomllib
import zipfile
from collections.abc import Iterator
from http.client import BadStatusLine
from typing import get_args
from urllib.error import HTTPError, URLError

import msgspec
import pytest
from pydantic import BaseModel
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from tongban.api.v1.faults import RULES, fault_of
from tongban.api.v1.reading import fitted
from tongban.api.v1.routes import ROUTES
from tongban.kernel.expression.faults import faults_of
from tongban.kernel.refusal import Refused
from tongban.library.causes import because, cause_of
from tongban.library.document import read_document
from tongban.library.texts import product_texts, refusal_words

BAD: tuple[object, ...] = (
    None, "", "x" * 30_000, "nonsense", "\0", "\ud800", "2026-13-40", -(10**30), 10**30, -1, 1.5, True,
    [], {}, ["x"] * 3_000, [{}], [{"x": 1}], [[]], {"x": {}}, {"": 1},
)  # fmt: skip
CONTEXT: dict[str, object] = {
    "ge": 1, "le": 9, "gt": 0, "lt": 10, "min_length": 1, "max_length": 9, "pattern": "^[a-z]$", "expected": "'read' or 'act'",
    "error": ValueError("not text"), "class_name": "In", "actual_length": 12, "field_type": "List",
}  # fmt: skip
SHAPES = sorted(
    {each for route in ROUTES for each in (route.body, route.query) if each is not None},
    key=lambda each: each.__name__,
)
LEFT = re.compile(r"[A-Za-z]{2,}")
OURS = re.compile(r"/api/v1/openapi\.yaml|\b(?:JSON|UTF-8|true|false|next)\b|2026-03-01(?:T[0-9:+]+)?")


def foreign(refused: Refused) -> list[str]:
    """Words of Latin letters in a Chinese refusal that are neither a place, nor what may stand there, nor a name of ours."""
    words = refusal_words(refused, "zh-Hans")
    text = f"{words.says} {words.fix}"
    known = refused.facts.get("known", ())
    shown = [
        refused.facts.get("field", ""),
        refused.facts.get("pattern", ""),
        *(known if isinstance(known, tuple) else ()),
    ]
    for each in sorted(map(str, shown), key=len, reverse=True):
        text = text.replace(each, " ") if each else text
    return LEFT.findall(OURS.sub(" ", text))


def said(refused: Refused) -> None:
    for each in refused.all():
        assert foreign(each) == [], (each, refusal_words(each, "zh-Hans"))
        for language in ("zh-Hans", "en"):
            words = refusal_words(each, language)
            assert words.says and words.fix, each
            assert "{" not in words.says and "cause." not in words.says + words.fix, words


def broken(shape: type[BaseModel]) -> Iterator[object]:
    yield from ([], "x", None, {"no_such_thing": 1})
    for name, field in shape.model_fields.items():
        for value in BAD:
            yield {field.alias or name: value}


@pytest.mark.parametrize("shape", SHAPES, ids=lambda each: each.__name__)
def test_whatever_is_wrong_in_any_body_or_query_is_said_in_our_words(shape: type[BaseModel]) -> None:
    refused = [found for each in broken(shape) if isinstance(found := fitted(shape, each), Refused)]
    assert refused
    for each in refused:
        said(each)


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_every_kind_of_fault_that_the_library_knows_has_words_of_ours(kind: str) -> None:
    fault: ErrorDetails = {
        "type": kind,
        "loc": ("rows", 3, "till/when"),
        "msg": "Input should be",
        "input": 1,
        "ctx": CONTEXT,
    }
    found = fault_of(fault)
    assert found.where == "/rows/3/till~1when" and "Input should" not in str(found.facts)
    said(found)


def test_the_rules_name_kinds_that_there_are() -> None:
    assert set(RULES) <= set(get_args(ErrorType))
    for _, rule in RULES.values():
        assert not rule or product_texts().has(f"cause.{rule}", "zh-Hans"), rule


def test_a_bound_is_said_with_its_number() -> None:
    fault: ErrorDetails = {
        "type": "less_than_equal",
        "loc": ("limit",),
        "msg": "",
        "input": 1,
        "ctx": {"le": 100},
    }
    assert refusal_words(fault_of(fault), "zh-Hans").fix == "请改正：不大于 100。"
    assert refusal_words(fault_of(fault), "en").fix == "Correct it: 100 or less."


def test_one_of_several_shapes_is_told_by_its_place_alone_and_words_are_listed() -> None:
    from tongban.api.v1.shapes.county import SignIn

    found = fitted(SignIn, {"login": "a", "password": "b", "scopes": ["root"]})
    assert isinstance(found, Refused)
    assert [(each.where, each.facts["rule"]) for each in found.all()] == [("/scopes/0", "cause.one_of")]
    assert refusal_words(found, "zh-Hans").fix.endswith(
        "只能是其中之一：read、act、identity、admin、webhooks。"
    )


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), "no_file"),
        (PermissionError(errno.EACCES, "Permission denied"), "not_allowed"),
        (OSError(errno.EADDRINUSE, "Address already in use"), "port_taken"),
        (OSError(errno.EXDEV, "Invalid cross-device link"), "machine"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "not_utf8"),
        (json.JSONDecodeError("Expecting value", "", 0), "not_json"),
        (tomllib.TOMLDecodeError("Expected '='"), "not_toml"),
        (msgspec.ValidationError("Expected `int`, got `str`"), "shape"),
        (msgspec.DecodeError("JSON is malformed"), "not_json"),
        (csv.Error("unexpected end of data"), "not_csv"),
        (zipfile.BadZipFile("File is not a zip file"), "not_packed"),
        (ssl.SSLCertVerificationError("certificate verify failed"), "no_tls"),
        (socket.gaierror(-2, "Name or service not known"), "no_name"),
        (URLError(ConnectionRefusedError(errno.ECONNREFUSED, "refused")), "refused"),
        (HTTPError("https://a.example", 404, "Not Found", None, None), "not_there"),  # type: ignore[arg-type]
        (BadStatusLine("x"), "not_http"),
        (ZeroDivisionError("division by zero"), "other"),
    ],
)  # fmt: skip
def test_what_the_machine_or_a_library_says_becomes_a_cause_with_words_of_ours(
    fault: Exception, code: str
) -> None:
    facts = because(fault)
    assert facts["reason"] == f"cause.{code}"
    for language in ("zh-Hans", "en"):
        refused = Refused("import.unreadable", "a.csv", facts)
        words = refusal_words(refused, language)
        assert str(fault) not in words.says and "cause." not in words.says and "{" not in words.says
    assert product_texts().has(cause_of(fault), "zh-Hans")


@pytest.mark.parametrize(
    "text", ["a: b: c", "a: [1, 2", "a:\n\t- x", 'a: "x', "a\nb: 1", 'a: "\\q"', "a: 1\n b: 2", "- a\nb: 1", "@x: 1"]
)  # fmt: skip
def test_a_file_that_is_no_yaml_is_refused_in_our_words(text: str) -> None:
    found = read_document("forms.yaml", text)
    assert isinstance(found, Refused)
    for each in found.all():
        words = refusal_words(each, "zh-Hans")
        assert not re.search(r"expected|allowed here|found |token|stream", f"{words.says} {words.fix}"), words


def test_an_expression_that_is_none_is_refused_in_our_words() -> None:
    messages = (
        "ERROR: <input>:1:3: Syntax error: mismatched input '<EOF>' expecting {'[', '{'}",
        "ERROR: <input>:1:3: Syntax error: token recognition error at: '#'",
        "something else entirely",
    )
    for message in messages:
        for found in faults_of(message, ()):
            words = refusal_words(found, "zh-Hans").says
            assert not re.search(r"input|expecting|error|entirely", words), words
