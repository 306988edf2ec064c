"""An expression spelled as JSON, and what it says: small enough to be written again in any language.

=========================================  ==================================================================
``{"is": 3}``                              a literal: a whole number, a text, true or false
``{"name": "count.reply"}``                the value of a name
``{"call": "_&&_", "of": [...]}``          an operator or function, by the name that CEL has for it
``{"list": [...]}``                        a list written out
=========================================  ==================================================================

The calls are those of ``CALLS``. A moment is a whole number, microseconds since 1970, and so is the time between two of them;
``timestamp('…')`` and ``duration('…')`` become literals. Whole numbers have 64 bits; a quotient is cut towards nought, and a remainder
has the sign of what is divided. Texts are ordered by code points, and their ``size`` is counted in them.

Loops, patterns, clock faces, conversions and texts or lists put together cannot be spelled: what a stranger shall count again says so in plain comparisons.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias, cast

from tongban.kernel.expression.compiling import Expression, literal_value
from tongban.kernel.expression.kind import EPOCH, Kind
from tongban.kernel.expression.tree import Call, Entries, Literal, Name, Node
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value

Spelled: TypeAlias = "Mapping[str, Value]"
SORTS: Mapping[Kind, str] = {
    Kind.text: "text",
    Kind.whole: "whole",
    Kind.count: "whole",
    Kind.flag: "flag",
    Kind.moment: "moment",
    Kind.texts: "texts",
}
"""The kinds of names, as a definition says them."""
EMPTY: Mapping[str, Value] = {"text": "", "whole": 0, "flag": False, "moment": 0, "texts": ()}
"""What a name is that a case does not have."""


def micros(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def spelled(expression: Expression) -> Spelled | Refused:
    """The spelling. Refuses what cannot be spelled (``expression.not_spelled``, with the part)."""
    try:
        return _spelled(expression.tree, {name: SORTS[kind] for name, kind in expression.kinds.items()})[0]
    except RefusedError as stop:
        return stop.refusal


def _spelled(node: Node, sorts: Mapping[str, str]) -> tuple[Spelled, str]:
    """A node and its sort: one of ``SORTS`` or ``time`` for what lies between two moments."""
    match node:
        case Literal(_, value):
            return {"is": value}, "flag" if isinstance(value, bool) else "whole" if isinstance(
                value, int
            ) else "text"
        case Name(_, name):
            return {"name": name.lstrip(".")}, sorts[name.lstrip(".")]
        case Entries(_, items):
            return {"list": tuple(_spelled(item, sorts)[0] for item in items)}, "texts"
        case Call(_, ("timestamp" | "duration") as function, (Literal(_, str(text)),)):
            return {"is": _literal(function, text)}, "moment" if function == "timestamp" else "time"
        case Call(_, function, args) if function in CALLS:
            parts = [_spelled(each, sorts) for each in args]
            kinds = [sort for _, sort in parts]
            if function == "_+_" and not {"whole", "moment", "time"}.issuperset(kinds):
                raise _cannot(function)
            return {"call": function, "of": tuple(part for part, _ in parts)}, _sort(function, kinds)
        case Call(_, function, _):
            raise _cannot(function)
        case _:
            raise _cannot(type(node).__name__.lower())


def _sort(function: str, kinds: list[str]) -> str:
    match function, kinds:
        case "_?_:_", [_, yes, _]:
            return yes
        case "_-_", ["moment", "moment"]:
            return "time"
        case (("_+_" | "_-_"), _):
            return "moment" if "moment" in kinds else kinds[0]
        case (("_*_" | "_/_" | "_%_" | "-_"), _):
            return kinds[0]
        case "size", _:
            return "whole"
        case _:
            return "flag"


def _literal(function: str, text: str) -> int:
    found = literal_value(f"{function}({json.dumps(text)})")
    return (
        micros(found) if isinstance(found, datetime) else cast(timedelta, found) // timedelta(microseconds=1)
    )


def _cannot(part: str) -> RefusedError:
    return RefusedError(Refused("expression.not_spelled", "", {"part": part.strip("_") or part}))


Ask: TypeAlias = "Callable[[Mapping[str, Value]], Value]"
"""What a spelled expression says of values."""


def said(tree: Spelled, values: Mapping[str, Value]) -> Value:
    """What a spelled expression says of values. Every name must be among them, empty ones too.

    Raises ``RefusedError`` (``expression.not_spelled``) for what is no spelling, and for a name that is not there.
    """
    return asking(tree)(values)


def asking(tree: Value) -> Ask:
    """A spelled expression as a function, for whoever asks it of many values. What is no spelling is refused when it is asked: in a branch
    that is never taken it harms nothing."""
    match tree:
        case {"is": (bool() | int() | str()) as value}:
            return lambda _: value
        case {"name": str(name)}:
            return _named(name, _broken(tree))
        case {"list": (tuple() | list()) as items}:
            entries = [asking(item) for item in items]
            return lambda values: tuple([entry(values) for entry in entries])
        case {"call": str(function), "of": (tuple() | list()) as parts} if (
            len(parts) == _PLACES.get(function, 2) and function in CALLS
        ):
            return _calling(function, [asking(part) for part in parts])
        case _:
            return _broken(tree)


def _named(name: str, broken: Ask) -> Ask:
    def ask(values: Mapping[str, Value]) -> Value:
        return values[name] if name in values else broken(values)

    return ask


def _calling(function: str, parts: list[Ask]) -> Ask:
    call = CALLS[function]
    match parts:
        case [one]:
            return lambda values: call(one(values))
        case [one, other]:
            return lambda values: call(one(values), other(values))
        case [which, one, other]:  # only one of the two is asked
            return lambda values: (one if which(values) else other)(values)
        case _:
            raise AssertionError(function)


def _broken(tree: Value) -> Ask:
    def ask(_: Mapping[str, Value]) -> Value:
        raise RefusedError(Refused("expression.not_spelled", "", {"part": str(tree)[:80]}))

    return ask


def _whole(value: Value) -> int:
    assert isinstance(value, int) and not isinstance(value, bool)
    return value


def _quotient(left: Value, right: Value) -> int:
    a, b = _whole(left), _whole(right)
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def _remainder(left: Value, right: Value) -> int:
    return _whole(left) - _quotient(left, right) * _whole(right)


def _within(entry: Value, entries: Value) -> bool:
    return entry in cast(tuple[Value, ...], entries)


def _before(left: Value, right: Value) -> bool:
    return cast(int, left) < cast(int, right)  # texts, too: Python orders them by code points


_PLACES = {"!_": 1, "-_": 1, "size": 1, "_?_:_": 3}
CALLS: Mapping[str, Callable[..., Value]] = {
    "_&&_": lambda a, b: bool(a) and bool(b),
    "_||_": lambda a, b: bool(a) or bool(b),
    "!_": lambda a: not a,
    "_==_": lambda a, b: a == b,
    "_!=_": lambda a, b: a != b,
    "_<_": _before,
    "_<=_": lambda a, b: not _before(b, a),
    "_>_": lambda a, b: _before(b, a),
    "_>=_": lambda a, b: not _before(a, b),
    "_+_": lambda a, b: _whole(a) + _whole(b),
    "_-_": lambda a, b: _whole(a) - _whole(b),
    "_*_": lambda a, b: _whole(a) * _whole(b),
    "_/_": _quotient,
    "_%_": _remainder,
    "-_": lambda a: -_whole(a),
    "@in": _within,
    "size": lambda a: len(a),
    "_?_:_": lambda a, b, c: b if a else c,
}
"""Every function that can be spelled."""
