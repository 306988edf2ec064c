"""Compiling an expression once, and evaluating it many times.

Wraps ``cel_expr_python`` (Google's C++ implementation): its errors at run time come back as values,
its type checker's complaints as one text. Both end here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from cel_expr_python import cel
from msgspec.structs import replace

from tongban.kernel.expression.faults import faults_of
from tongban.kernel.expression.kind import CEL_NAMES, CEL_TYPES, Bound, Kind, bind, is_sound, result_value
from tongban.kernel.expression.proof import prove
from tongban.kernel.expression.tree import Node, UnreadableError, read_tree
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Value

MAX_SOURCE = 2_000
"""Characters; a longer rule is not one that the head of an office reads."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_LITERAL_OR_COMMENT = re.compile(
    r"""//[^\n]* | [rR](?:'''.*?''' | \"\"\".*?\"\"\" | '[^'\n]*' | "[^"\n]*")
    | '''(?:\\.|.)*?''' | \"\"\"(?:\\.|.)*?\"\"\" | '(?:\\.|[^'\\\n])*' | "(?:\\.|[^"\\\n])*" """,
    re.VERBOSE | re.DOTALL,
)
_HAS = re.compile(r"(?<![\w.])has\s*\(")


class _Type(Protocol):
    def name(self) -> str: ...


class _Result(Protocol):
    def type(self) -> _Type: ...
    def plain_value(self) -> object: ...


class _Program(Protocol):
    def eval(self, *, data: Mapping[str, Bound]) -> _Result: ...
    def return_type(self) -> _Type: ...
    def serialize(self) -> bytes: ...


class _Environment(Protocol):
    def compile(self, source: str) -> _Program: ...


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was proved not to fail. Two are equal when source, names and result are."""

    source: str
    names: frozenset[str]
    """The variables it names; only these are read when it is evaluated."""
    result: Kind
    _kinds: Mapping[str, Kind] = field(repr=False, compare=False)
    _program: _Program = field(repr=False, compare=False)

    def evaluate(self, values: Mapping[str, Value | datetime]) -> Value:
        """Its value. Absent variables are empty ("", 0, false, 1970, no entries).

        A moment comes back as ISO 8601 text in UTC. Raises ``RefusedError`` (expression.failed) when
        a value is not of its variable's kind or outside the limits of ``kind``.
        """
        data = {name: bind(name, kind, values.get(name)) for name, kind in self._kinds.items()}
        try:
            found = self._program.eval(data=data)
        except (RuntimeError, ValueError, TypeError) as error:
            raise RefusedError(Refused("expression.failed", "", {"reason": "cause.computing"})) from error
        if found.type().name() == "ERROR":
            raise RefusedError(Refused("expression.failed", "", {"reason": "cause.computing"}))
        return result_value(self.result, found.plain_value())

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """The variables it names, in their order, with their kinds."""
        return self._kinds

    @property
    def tree(self) -> Node:
        """Its syntax tree, for those who reason about it."""
        return read_tree(self._program.serialize())

    def holds(self, values: Mapping[str, Value | datetime]) -> bool:
        """``evaluate`` for an expression whose result is a flag."""
        return self.evaluate(values) is True


def compile_expression(
    source: str, variables: Mapping[str, Kind], result: Kind, *, where: str = ""
) -> Expression | Refused:
    """Check and compile ``source`` over variables with dotted names (``facts.category``, ``now``).

    Refuses an unknown name (with the nearest known one), a wrong type, what can fail at run time,
    what is too long or too deep; all faults at once. ``where`` becomes the refusals' place. Variables
    whose names are not dotted words cannot be named and raise ``ValueError``. Compiled expressions
    are kept: the same source over the same variables costs a look-up.
    """
    compiled = _compile(source, frozenset(variables.items()), result)
    if isinstance(compiled, Refused) and where:
        return Refused.of([replace(fault, where=where, also=()) for fault in compiled.all()])
    return compiled


@lru_cache(maxsize=128)
def _environment(variables: frozenset[tuple[str, Kind]]) -> _Environment:
    for name, _ in variables:
        if not _NAME.fullmatch(name):
            raise ValueError(f"a variable cannot be called {name!r}")
    environment: _Environment = cel.NewEnv(variables={name: CEL_TYPES[kind] for name, kind in variables})
    return environment


@lru_cache(maxsize=8_192)
def _compile(source: str, items: frozenset[tuple[str, Kind]], result: Kind) -> Expression | Refused:
    if len(source) > MAX_SOURCE:
        return Refused("expression.too_long", "", {"length": len(source), "max": MAX_SOURCE})
    if not source.strip() or not is_sound(source):
        reason = "a lone surrogate" if source.strip() else "empty"
        return Refused("expression.syntax", "", {"line": 1, "column": 1, "reason": reason})
    environment = _environment(items)
    # The library takes has(x) of a plain variable for x itself, so that it would quietly mean another thing.
    if found := _HAS.search(_LITERAL_OR_COMMENT.sub(lambda text: " " * len(text[0]), source)):
        line = source.count("\n", 0, found.start()) + 1
        column = found.start() - source.rfind("\n", 0, found.start())
        return Refused("expression.has", "", {"line": line, "column": column})
    variables = dict(items)
    try:
        program = environment.compile(source)
        tree = read_tree(program.serialize())
    except UnreadableError:
        return Refused("expression.too_deep")
    except (RuntimeError, ValueError) as error:
        return Refused.of(faults_of(str(error), variables))
    proof = prove(tree, variables, source, literal_value)
    if proof.faults:
        return Refused.of(list(proof.faults))
    given = program.return_type().name()
    if given != result.value:
        found_kind = CEL_NAMES.get(given, given.lower())
        return Refused("expression.wrong_result", "", {"found": found_kind, "wanted": result.name})
    kinds = {name: variables[name] for name in sorted(proof.names)}
    return Expression(source, proof.names, result, kinds, program)


@lru_cache(maxsize=1_024)
def literal_value(source: str) -> object:
    """The value of a source without variables; ``ValueError`` when it has none."""
    try:
        found = _environment(frozenset()).compile(source).eval(data={})
    except RuntimeError as error:
        raise ValueError(str(error)) from error
    if found.type().name() == "ERROR":
        raise ValueError(str(found.plain_value()))
    return found.plain_value()
