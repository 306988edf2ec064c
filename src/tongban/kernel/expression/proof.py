"""The proof that an expression cannot fail at run time.

Walks the checked tree once with ranges (``span``) and refuses, with the place and the reason:

- a division or remainder whose divisor may be zero;
- arithmetic that can leave 64 bits, the years 1 to 9999, or bounded memory;
- taking an entry of a list by its place;
- a conversion, pattern or time zone that is not a literal the evaluator accepts;
- macros that can turn more rounds than the evaluator allows;
- reading a clock face without naming the time zone (it would be that of Greenwich, eight hours off);
- parts of the language that are not offered: maps, messages, floating point, bytes, types, has().
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import assert_never

from msgspec import Struct, field

from tongban.kernel.expression import span as spans
from tongban.kernel.expression.kind import Kind
from tongban.kernel.expression.span import FLAG, Sort, Span
from tongban.kernel.expression.tree import Call, Entries, Foreign, Literal, Loop, Name, Node
from tongban.kernel.refusal import Refused

MAX_ROUNDS = 9_000
"""The evaluator gives up at the 10,000th round of all macros of one evaluation together."""

Probe = Callable[[str], object]
"""Evaluates a source without variables; raises ``ValueError`` when that fails."""


class Proof(Struct, frozen=True):
    """What the walk learnt: the variables named, and every reason for refusal."""

    names: frozenset[str]
    faults: tuple[Refused, ...]


def prove(tree: Node, variables: Mapping[str, Kind], source: str, probe: Probe) -> Proof:
    """Prove a tree that has passed the type checker."""
    walk = _Walk(variables, source, probe)
    found = walk.part(tree, {})
    if not walk.faults and found.rounds > MAX_ROUNDS:
        walk.fault("expression.may_fail_rounds", tree.at, "macro")
    return Proof(frozenset(walk.names), tuple(walk.faults))


class _Part(Struct, frozen=True):
    """What a part can be, and how many rounds of macros it can turn."""

    span: Span
    rounds: int = 0


class _StopError(Exception):
    """The part cannot be judged; its fault is written down."""


_Scope = Mapping[str, Span]
_COMPARISONS = ("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in")
_SEARCHES = ("contains", "startsWith", "endsWith")
_TRUTHS = frozenset(("_&&_", "_||_", "!_", "@not_strictly_false", *_COMPARISONS, *_SEARCHES))
_ARITHMETIC: Mapping[str, Callable[[Span, Span], Span]] = {
    "_+_": spans.added,
    "_-_": spans.subtracted,
    "_*_": spans.multiplied,
    "_/_": spans.divided,
    "_%_": spans.remainder,
}
_CONVERSIONS: Mapping[str, Sort] = {
    "int": Sort.whole,
    "bool": Sort.flag,
    "timestamp": Sort.moment,
    "duration": Sort.duration,
}
_FACES: Mapping[str, tuple[int, int]] = {
    "getFullYear": (0, 10_000),
    "getMonth": (0, 11),
    "getDate": (1, 31),
    "getDayOfMonth": (0, 30),
    "getDayOfWeek": (0, 6),
    "getDayOfYear": (0, 365),
    "getHours": (0, 23),
    "getMinutes": (0, 59),
    "getSeconds": (0, 59),
    "getMilliseconds": (0, 999),
}
_LONGEST_WRITTEN: Mapping[Sort, int] = {Sort.flag: 5, Sort.whole: 20, Sort.moment: 40, Sort.duration: 40}


class _Walk(Struct):
    variables: Mapping[str, Kind]
    source: str
    probe: Probe
    names: set[str] = field(default_factory=set)
    faults: list[Refused] = field(default_factory=list)

    def fault(self, code: str, at: int, part: str) -> None:
        before = self.source[:at]
        line, column = before.count("\n") + 1, at - before.rfind("\n")
        fault = Refused(code, "", {"line": line, "column": column, "part": part})
        if fault not in self.faults:
            self.faults.append(fault)

    def stop(self, code: str, at: int, part: str) -> _StopError:
        self.fault(code, at, part)
        return _StopError()

    def part(self, node: Node, scope: _Scope) -> _Part:
        """The part, or a harmless stand-in at the root when its faults are written down."""
        try:
            return self.judge(node, scope)
        except spans.MixedError:
            self.fault("expression.mixed_list", node.at, "[…]")
        except _StopError:
            pass
        return _Part(FLAG)

    def judge(self, node: Node, scope: _Scope) -> _Part:
        match node:
            case Literal(at, value):
                known = spans.of_constant(value)
                if known is None:
                    raise self.stop("expression.not_offered", at, repr(value))
                return self.held(_Part(known), at, "literal")
            case Name(at, name):
                return _Part(self.named(at, name.lstrip("."), scope))
            case Foreign(at, what):
                raise self.stop("expression.not_offered", at, what)
            case Entries(at, items):
                return self.entries(at, [self.judge(item, scope) for item in items])
            case Loop():
                return self.loop(node, scope)
            case Call():
                return self.call(node, [self.judge(part, scope) for part in node.args])
            case _:
                assert_never(node)

    def named(self, at: int, name: str, scope: _Scope) -> Span:
        if name in scope:
            return scope[name]
        if name in self.variables:
            self.names.add(name)
            return spans.VARIABLES[self.variables[name]]
        raise self.stop("expression.not_offered", at, name)

    def held(self, part: _Part, at: int, label: str) -> _Part:
        if spans.fits(part.span):
            return part
        grows = part.span.sort in (Sort.text, Sort.entries)
        raise self.stop("expression.may_fail_memory" if grows else "expression.may_fail_overflow", at, label)

    def entries(self, at: int, items: list[_Part]) -> _Part:
        rounds = sum(item.rounds for item in items)
        if not items:
            return _Part(Span(Sort.entries, 0, 0))
        of = items[0].span
        try:
            for item in items[1:]:
                of = of.joined(item.span)
        except spans.MixedError:
            raise self.stop("expression.mixed_list", at, "[…]") from None
        return self.held(_Part(Span(Sort.entries, len(items), len(items), of), rounds), at, "[…]")

    def loop(self, node: Loop, scope: _Scope) -> _Part:
        over = self.judge(node.over, scope)
        if any(name == node.item or name.startswith(node.item + ".") for name in self.variables):
            raise self.stop("expression.hides_name", node.at, node.item)
        if over.span.of is None:
            raise self.stop("expression.empty_list", node.at, "[]")
        turns = over.span.high
        start = self.judge(node.start, scope)
        within = {**scope, node.item: over.span.of, node.total: start.span}
        go_on, step = self.judge(node.go_on, within), self.judge(node.step, within)
        # A macro adds at most the same to its total in each round, so one round tells all.
        grown = start.span.high + turns * max(0, step.span.high - start.span.high)
        total = start.span.joined(step.span)
        total = Span(total.sort, total.low, max(total.high, grown), total.of)
        if total.sort is not Sort.flag:
            self.held(_Part(total), node.at, "macro")
        result = self.judge(node.result, {**scope, node.total: total})
        rounds = over.rounds + start.rounds + turns * (1 + go_on.rounds + step.rounds) + result.rounds
        return _Part(result.span, rounds)

    def call(self, node: Call, args: list[_Part]) -> _Part:
        span = self.called(node, [arg.span for arg in args])
        return self.held(_Part(span, sum(arg.rounds for arg in args)), node.at, _shown(node.function))

    def called(self, node: Call, args: list[Span]) -> Span:
        function = node.function
        match function, args:
            case _, _ if function in _TRUTHS:
                return FLAG
            case "_?_:_", [_, yes, no]:
                return yes.joined(no)
            case (("_/_" | "_%_"), [left, right]):
                if right.low <= 0 <= right.high:
                    raise self.stop("expression.may_fail_divisor", node.at, _shown(function))
                return _ARITHMETIC[function](left, right)
            case _, [left, right] if function in _ARITHMETIC:
                return _ARITHMETIC[function](left, right)
            case "-_", [operand]:
                return spans.negated(operand)
            case "size", [measured]:
                return Span(Sort.whole, measured.low, measured.high)
            case "string", [written] if written.sort is Sort.text:
                return written
            case "string", [written]:
                return Span(Sort.text, 1, _LONGEST_WRITTEN.get(written.sort, 40))
            case "matches", [_, _]:
                self.literal_probe(node, 1, "''.matches({})")
                return FLAG
            case _, [converted] if function in _CONVERSIONS:
                return self.converted(node, converted)
            case _, [clock, *zone] if function in _FACES:
                return self.face(node, clock, bool(zone))
            case "_[_]", _:
                raise self.stop("expression.may_fail_index", node.at, "[…]")
            case _:
                raise self.stop("expression.not_offered", node.at, _shown(function))

    def converted(self, node: Call, given: Span) -> Span:
        wanted = _CONVERSIONS[node.function]
        if given.sort is wanted:
            return given
        if (given.sort, wanted) == (Sort.moment, Sort.whole):
            return Span(Sort.whole, given.low, given.high)
        known = spans.of_constant(self.literal_probe(node, 0, node.function + "({})"))
        if known is None or known.sort is not wanted:
            raise self.stop("expression.may_fail_bad_literal", node.at, _shown(node.function))
        return known

    def face(self, node: Call, clock: Span, zoned: bool) -> Span:
        if clock.sort is Sort.duration:
            scale = 1000 if node.function == "getMilliseconds" else 1
            # Fractions are cut off, milliseconds are those within a second: zero is always possible.
            return Span(Sort.whole, min(0, clock.low * scale), max(0, clock.high * scale))
        if not zoned:
            raise self.stop("expression.no_zone", node.at, _shown(node.function))
        template = f"timestamp('2026-01-01T00:00:00Z').{node.function}({{}})"
        self.literal_probe(node, 1, template)
        return Span(Sort.whole, *_FACES[node.function])

    def literal_probe(self, node: Call, place: int, template: str) -> object:
        """What the evaluator makes of a literal argument; refuses what is not literal or not accepted."""
        match node.args[place]:
            case Literal(_, value):
                # JSON's way of writing texts, numbers and truth values is also CEL's.
                source = template.format(json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f"))
                try:
                    return self.probe(source)
                except ValueError:
                    label = _shown(node.function)
                    raise self.stop("expression.may_fail_bad_literal", node.at, label) from None
            case _:
                raise self.stop("expression.may_fail_literal", node.at, _shown(node.function))


def _shown(function: str) -> str:
    """``_+_`` as an author writes it: ``+``; a function with its brackets."""
    if function in ("@in", "@not_strictly_false"):
        return "in"
    return function.strip("_!") or function if not function[0].isalpha() else function + "()"
