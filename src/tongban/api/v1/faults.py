"""One fault of a model in our own words: what the library that found it says reaches no reader."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pydantic_core import ErrorDetails

from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value

LONGEST_SHOWN = 60
LONGEST_PLACE = 200
MISSING, UNKNOWN, TYPE, VALUE = "api.missing", "api.unknown_field", "api.wrong_type", "api.value"
RULES: Mapping[str, tuple[str, str]] = {
    "missing": (MISSING, ""),
    "extra_forbidden": (UNKNOWN, ""),
    "string_type": (TYPE, "text"),
    **dict.fromkeys(("int_type", "int_from_float"), (TYPE, "whole")),
    **dict.fromkeys(("float_type", "decimal_type"), (TYPE, "number")),
    "bool_type": (TYPE, "flag"),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type", "iterable_type"), (TYPE, "list")),
    **dict.fromkeys(
        ("dict_type", "model_type", "model_attributes_type", "mapping_type", "dataclass_type"), (TYPE, "object")
    ),
    **dict.fromkeys(("date_type",), (TYPE, "day")),
    **dict.fromkeys(("datetime_type",), (TYPE, "moment")),
    **dict.fromkeys(("int_parsing", "int_parsing_size"), (VALUE, "whole")),
    **dict.fromkeys(("float_parsing", "decimal_parsing", "finite_number"), (VALUE, "number")),
    "bool_parsing": (VALUE, "flag"),
    **dict.fromkeys(
        ("date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"), (VALUE, "day")
    ),
    **dict.fromkeys(
        (
            "datetime_parsing", "datetime_from_date_parsing", "datetime_object_invalid", "timezone_aware", "timezone_naive",
        ),
        (VALUE, "moment"),
    ),
    **dict.fromkeys(("string_unicode", "value_error", "assertion_error"), (VALUE, "storable")),
    **dict.fromkeys(("literal_error", "enum"), (VALUE, "one_of")),
    "greater_than_equal": (VALUE, "at_least"),
    "less_than_equal": (VALUE, "at_most"),
    "greater_than": (VALUE, "above"),
    "less_than": (VALUE, "below"),
    "string_too_short": (VALUE, "letters_least"),
    "string_too_long": (VALUE, "letters_most"),
    "too_short": (VALUE, "rows_least"),
    "too_long": (VALUE, "rows_most"),
    "string_pattern_mismatch": (VALUE, "pattern"),
}  # fmt: skip
"""By the kind of a fault: our code, and the rule that was broken (``cause.…`` in the texts). Of any other kind the description says
what is right at that place."""
_BOUNDS = ("ge", "le", "gt", "lt", "min_length", "max_length")


_OWN = re.compile(r"[a-z-]+\[.*\]|(constrained|function|json)-\S*")
"""Parts of a place that are no place: by which of several shapes the library tried to read it."""
_WORDS = re.compile(r"\^\(([a-z_]+(?:\|[a-z_]+)*)\)\$")
"""A pattern that is nothing but a list of words."""


def faults_of(found: Sequence[ErrorDetails]) -> list[Refused]:
    """Each fault once, the innermost of what was tried in several ways. A list whose entries were refused also counts as empty:
    that is no fault of its own."""
    inner = {_place(each)[:end] for each in found for end in range(len(_place(each)))}
    shallow = ("too_short", "list_type", "tuple_type", "set_type", "frozen_set_type")
    kept = [each for each in found if not (each["type"] in shallow and _place(each) in inner)]
    return list({(each.code, each.where): each for each in map(fault_of, kept)}.values())


def _place(fault: ErrorDetails) -> tuple[str, ...]:
    return tuple(part for part in map(str, fault["loc"]) if not _OWN.fullmatch(part))


def fault_of(fault: ErrorDetails) -> Refused:
    """A fault with its place as a JSON pointer; what was sent is not repeated."""
    place = "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in _place(fault))
    code, rule = RULES.get(fault["type"], (VALUE, "described"))
    facts: dict[str, Value] = {"field": place[:LONGEST_SHOWN] or "/"}
    if rule:
        said = _said(fault.get("ctx") or {})
        listed = _WORDS.fullmatch(str(said.get("pattern", "")))
        if rule == "pattern" and listed is not None:
            rule, said = "one_of", {"known": tuple(listed[1].split("|"))}
        facts |= {"rule": f"cause.{rule}", **said}
    return Refused(code, place[:LONGEST_PLACE], facts)


def _said(context: Mapping[str, object]) -> dict[str, Value]:
    """What the rule says: its bound, what may stand there, or its pattern."""
    said: dict[str, Value] = {}
    for name in _BOUNDS:
        if isinstance(bound := context.get(name), int | str):
            said["bound"] = bound
        elif isinstance(bound, float):
            said["bound"] = f"{bound:g}"
    if isinstance(pattern := context.get("pattern"), str):
        said["pattern"] = pattern
    if isinstance(known := context.get("expected"), str):
        said["known"] = tuple(known.replace(" or ", ", ").replace("'", "").split(", "))
    return said
