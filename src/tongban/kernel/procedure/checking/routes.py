"""Routing rules: every case finds a unit, no rule is idle, no two exceptions want the same case, precedents count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice, product

from tongban.kernel.expression import Expression
from tongban.kernel.expression.tree import Call, Entries, Literal, Node
from tongban.kernel.form import NUMBERS, FieldKind
from tongban.kernel.procedure.checking.fault import Fault
from tongban.kernel.procedure.model import EndPrecedent, Follow, Hold, Procedure, RoutingRule, SetPrecedent
from tongban.kernel.refusal import RefusedError
from tongban.kernel.value import Value

NOT_ALWAYS = frozenset({"duty", "precedent", "field"})
"""What may find nobody."""
MOST_TRIED = 4_096
"""Combinations of values that are tried for an example which two conditions take."""


def routing(procedure: Procedure) -> Iterator[Fault]:
    """Routing that is asked for exists, and its last rule takes every case."""
    for where, step, follow in _follows(procedure):
        if isinstance(follow, Hold) and follow.to == "route" and not procedure.routing:
            yield Fault("check.no_routing", where, {"step": step})
    for rule, other in _dead_rules(procedure):
        yield Fault("check.dead_rule", "routing", {"rule": rule, "other": other})
    if procedure.routing:
        last = procedure.routing[-1]
        if last.when is not None or _may_find_nobody(last):
            yield Fault("check.routing_last", "routing", {"rule": last.id})


def _follows(procedure: Procedure) -> Iterator[tuple[str, str, Follow]]:
    """All that may follow anywhere, with its place and step; of one step each once."""
    for kind in procedure.kinds.values():
        for step in kind.steps.values():
            for follow in dict.fromkeys(step.may_follow):
                yield f"{kind.id}/{step.id}", step.id, follow


def _dead_rules(procedure: Procedure) -> Iterator[tuple[str, str]]:
    """Rules that no case comes to, each with the one before it that takes all it could take."""
    for n, rule in enumerate(procedure.routing):
        for before in procedure.routing[:n]:
            same = before.when is None or (rule.when is not None and before.when.source == rule.when.source)
            if same and (not _may_find_nobody(before) or rule.take == before.take):
                yield rule.id, before.id
                break


def _may_find_nobody(rule: RoutingRule) -> bool:
    return rule.take.partition(":")[0] in NOT_ALWAYS


def overlapping(procedure: Procedure) -> Iterator[Fault]:
    """Two rules with conditions that send one case to different places, with such a case.

    A rule without a condition is what is left over and may follow any. Of two exceptions the order would decide
    silently; their author says which cases are whose. Only what is shown by an example is refused.
    """
    rules = [(rule, rule.when) for rule in procedure.routing if rule.when is not None]
    for n, (rule, when) in enumerate(rules):
        for before, earlier in rules[:n]:
            if before.take == rule.take or when.source == earlier.source:
                continue
            example = _example(procedure, earlier, when)
            if example is not None:
                facts = {"rule": rule.id, "other": before.id, "example": example}
                yield Fault("check.rules_overlap", "routing", facts)


def _example(procedure: Procedure, one: Expression, other: Expression) -> str | None:
    """Values for which both hold, in words of the practice: ``urgency = urgent, confidential``."""
    texts = sorted({*_literals(one.tree), *_literals(other.tree)}, key=str)
    tried = {name: _values(procedure, name, texts) for name in sorted(one.names | other.names)}
    for values in islice(product(*tried.values()), MOST_TRIED):
        case: dict[str, Value | datetime] = dict(zip(tried, values, strict=True))
        if _can_be(case) and _hold(one, case) and _hold(other, case):
            return ", ".join(f"{name} = {_written(value)}" for name, value in case.items())
    return None


def _hold(expression: Expression, case: Mapping[str, Value | datetime]) -> bool:
    try:
        return expression.holds(case)
    except RefusedError:
        return False


def _can_be(case: Mapping[str, Value | datetime]) -> bool:
    """A field was given exactly where its value says so."""
    return all(
        bool(value) == bool(case[f"given.{name.removeprefix('facts.')}"])
        for name, value in case.items()
        if name.startswith("facts.") and f"given.{name.removeprefix('facts.')}" in case
    )


def _values(procedure: Procedure, name: str, literals: Sequence[Value]) -> tuple[Value, ...]:
    """What a name is tried with: its choices, or what both conditions write out, with what lies within and next to it."""
    field = name.removeprefix("facts.")
    asked = [each for form in procedure.forms.values() for each in form.fields if each.id == field]
    if name.startswith("given.") or any(each.kind is FieldKind.flag for each in asked):
        return (True, False)
    if any(each.kind is FieldKind.choice for each in asked):
        return (*dict.fromkeys(choice for each in asked for choice in each.choices), "")
    if name.startswith(("case.late", "case.public", "case.precedent", "drawn.")):
        return (True, False)
    whole = [each for each in literals if isinstance(each, int) and not isinstance(each, bool)]
    text = [each for each in literals if isinstance(each, str)]
    if name.startswith(("count.", "sum.", "subcases.")) or any(each.kind in NUMBERS for each in asked):
        return tuple(dict.fromkeys(n for each in whole for n in (each, each - 1, each + 1))) or (0, 1)
    return (*dict.fromkeys(t for each in text for t in (each, f"{each}.01", f"{each}01")), "")


def _literals(node: Node) -> Iterator[Value]:
    match node:
        case Literal(value=value) if isinstance(value, str | int):
            yield value
        case Entries(items=items):
            for item in items:
                yield from _literals(item)
        case Call(args=args):
            for item in args:
                yield from _literals(item)
        case _:
            pass


def _written(value: object) -> str:
    return "yes" if value is True else "no" if value is False else str(value) or "–"


def precedents(procedure: Procedure) -> Iterator[Fault]:
    """A precedent that a practice sets is used before duty lists are asked, and can be revoked."""
    setting = [each for each in _follows(procedure) if isinstance(each[2], SetPrecedent)]
    ends = any(isinstance(follow, EndPrecedent) for _, _, follow in _follows(procedure))
    for where, step, _ in setting:
        if not _asked_first(procedure.routing):
            yield Fault("check.precedent_unused", where, {"step": step})
        if not ends:
            yield Fault("check.precedent_for_ever", where, {"step": step})


def _asked_first(rules: Sequence[RoutingRule]) -> bool:
    """Whether precedents are asked, whatever the case, before any duty list is."""
    plain = [rule.take for rule in rules if rule.when is None]
    return "precedent" in plain and "duty" not in plain[: plain.index("precedent")]
