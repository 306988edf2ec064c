"""The type checker's complaints, as refusals with codes.

The compiler gives one text with lines ``ERROR: <input>:LINE:COLUMN: words``; columns count
characters. The words are those of google/cel-cpp; what is not recognised is a syntax fault.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from tongban.kernel.expression.kind import CEL_NAMES
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value

_ERROR = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (.*)")
_UNKNOWN = re.compile(r"undeclared reference to '([^']*)'")
_OVERLOAD = re.compile(r"found no matching overload for '([^']*)' applied to '\((.*)\)'")
_SELECT = re.compile(r"expression of type '([^']*)' cannot be the operand of a select operation")
_DEEP = re.compile(r"recursion (depth|limit)")
_FUNCTIONS = (
    *("all", "exists", "exists_one", "map", "filter", "size", "matches", "contains", "startsWith"),
    *("endsWith", "timestamp", "duration", "string", "int", "getFullYear", "getMonth", "getDate"),
    *("getDayOfWeek", "getHours", "getMinutes"),
)


_SYNTAX = (
    ("token recognition error", "cel_sign"),
    ("<EOF>", "cel_end"),
    ("mismatched input", "cel_part"),
    ("extraneous input", "cel_part"),
    ("no viable alternative", "cel_part"),
    ("missing", "cel_part"),
)
"""What the compiler says of a source that is none."""


def faults_of(message: str, variables: Iterable[str]) -> list[Refused]:
    """One refusal for each complaint, the same one only once."""
    if _DEEP.search(message):
        return [Refused("expression.too_deep")]
    known = [*variables, *_FUNCTIONS]
    faults: list[Refused] = []
    for found in _ERROR.finditer(message):
        place: dict[str, Value] = {"line": int(found[1]), "column": int(found[2])}
        fault = _fault(found[3], place, known)
        if all((other.code, other.facts) != (fault.code, fault.facts) for other in faults):
            faults.append(fault)
    return faults or [Refused("expression.syntax", "", {"line": 1, "column": 1, "reason": _cause(message)})]


def _fault(words: str, place: dict[str, Value], known: list[str]) -> Refused:
    if unknown := _UNKNOWN.search(words):
        name = unknown[1]
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
        return Refused("expression.unknown_name", "", {**place, "name": name, "nearest": close[0]})
    if overload := _OVERLOAD.search(words):
        return Refused(
            "expression.wrong_type",
            "",
            {**place, "part": overload[1].strip("_") or overload[1], "found": _kinds(overload[2])},
        )
    if select := _SELECT.search(words):
        return Refused("expression.wrong_type", "", {**place, "part": ".", "found": _kinds(select[1])})
    return Refused("expression.syntax", "", {**place, "reason": _cause(words)})


def _cause(words: str) -> str:
    """What the compiler means, by a code with words of ours."""
    return next((f"cause.{code}" for known, code in _SYNTAX if known in words), "cause.cel")


def _kinds(types: str) -> str:
    return ", ".join(CEL_NAMES.get(name.strip(), name.strip()) for name in types.split(","))
