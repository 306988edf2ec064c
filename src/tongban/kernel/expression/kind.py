"""What an expression may be about: five kinds of value, and the limits within which they are bound.

The limits are what makes the proof of ``proof`` possible: a whole number within ±(2^53 - 1) (the
range every JSON implementation keeps exact), a moment from 1900 to 2190 (the evaluator counts the
time between two moments in nanoseconds, which end after 292 years), a text of at most 100,000
characters, a list of at most 1,000 texts of at most 200 characters each.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import TypeAlias

from cel_expr_python import cel

from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value

MAX_WHOLE = 2**53 - 1
MAX_COUNT = 1_000_000
MAX_TEXT = 100_000
MAX_ENTRIES = 1_000
MAX_ENTRY = 200
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_MOMENT = datetime(1900, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(2190, 1, 1, tzinfo=UTC)

Bound: TypeAlias = "str | int | bool | datetime | list[str]"
"""A value as the evaluator takes it."""


class Kind(Enum):
    """The kind of a variable or a result."""

    __hash__ = object.__hash__  # a member is only ever itself; whole tables of names go by kind

    text = "STRING"
    whole = "INT"
    count = "COUNT"
    """A whole number from 0 to MAX_COUNT: two of them can be multiplied without fear."""
    flag = "BOOL"
    moment = "TIMESTAMP"
    texts = "LIST<STRING>"


CEL_TYPES: Mapping[Kind, cel.Type] = {
    Kind.text: cel.Type.STRING,
    Kind.whole: cel.Type.INT,
    Kind.count: cel.Type.INT,
    Kind.flag: cel.Type.BOOL,
    Kind.moment: cel.Type.TIMESTAMP,
    Kind.texts: cel.Type.List(cel.Type.STRING),
}

CEL_NAMES: Mapping[str, str] = {
    "string": "text",
    "int": "whole",
    "bool": "flag",
    "google.protobuf.Timestamp": "moment",
    "google.protobuf.Duration": "duration",
    "list(string)": "texts",
    "timestamp": "moment",
    "STRING": "text",
    "INT": "whole",
    "BOOL": "flag",
    "TIMESTAMP": "moment",
    "DURATION": "duration",
    "LIST<STRING>": "texts",
}
"""What the words of a practice's author are for CEL's names of types."""


def bind(name: str, kind: Kind, value: Value | datetime) -> Bound:
    """The value as the evaluator takes it; an absent one (None) is the empty value of its kind.

    Empty values are "", 0, false, the first moment of 1970 and the empty list. Moments may come as
    aware datetimes or as ISO 8601 text with an offset, as facts keep them. Raises ``RefusedError``
    (expression.failed) for a value of another kind or outside the limits of its kind.
    """
    match kind, value:
        case Kind.text, None:
            return ""
        case Kind.text, str() if len(value) <= MAX_TEXT and is_sound(value):
            return value
        case Kind.whole | Kind.count, None:
            return 0
        case Kind.whole, int() if not isinstance(value, bool) and -MAX_WHOLE <= value <= MAX_WHOLE:
            return value
        case Kind.count, int() if not isinstance(value, bool) and 0 <= value <= MAX_COUNT:
            return value
        case Kind.flag, None:
            return False
        case Kind.flag, bool():
            return value
        case Kind.moment, None:
            return EPOCH
        case Kind.moment, datetime() | str():
            return _moment(name, value)
        case Kind.texts, None:
            return []
        case Kind.texts, tuple() if len(value) <= MAX_ENTRIES:
            entries = [entry for entry in value if isinstance(entry, str) and len(entry) <= MAX_ENTRY]
            if len(entries) == len(value) and all(map(is_sound, entries)):
                return entries
        case _:
            pass
    raise RefusedError(_failed(name, kind))


def _moment(name: str, value: datetime | str) -> datetime:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        if moment.tzinfo is not None and FIRST_MOMENT <= moment <= LAST_MOMENT:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise RefusedError(_failed(name, Kind.moment))


def is_sound(text: str) -> bool:
    """Lone surrogates cannot be written as UTF-8, which is what the evaluator reads."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _failed(name: str, kind: Kind) -> Refused:
    return Refused("expression.failed", name, {"reason": "cause.limits", "kind": kind.name, "name": name})


def result_value(kind: Kind, found: object) -> Value:
    """The evaluator's result as a value of the kernel; moments become ISO 8601 text in UTC."""
    match kind, found:
        case Kind.text, str():
            return found
        case Kind.flag, bool():
            return found
        case Kind.whole | Kind.count, int():
            return found
        case Kind.moment, datetime():
            return found.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Kind.texts, list():
            return tuple(str(entry) for entry in found)
        case _:
            raise RefusedError(Refused("expression.failed", "", {"reason": "cause.computing"}))
