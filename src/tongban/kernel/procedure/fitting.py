"""Conditions that stand in the rows of one register and speak of the rows of another: whom a policy is for.

Whoever fills in the sheet writes ``scale in ["micro", "small"] && founded_on < "2025-01-01"``: the columns of the other register by
their names, ``given.<column>`` for whether a row says it at all, and ``today``. It is read when the sheet is loaded, so that a mistyped
column, a choice that is none or a day that is no day is told with its row and not found out by nobody being offered anything.

**A row that does not say what the condition names does not fit**, unless the condition itself asks ``given.<column>``: what is not
known is no reason to offer, and never counts as nought.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec import Struct

from tongban.kernel.expression import Expression, Kind, compile_expression
from tongban.kernel.expression.tree import Call, Entries, Literal, Loop, Name, Node
from tongban.kernel.form import Field, FieldKind
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts, Value

TODAY = "today"
MOST_PARTS = 200
"""Names, values and signs of one condition: it is tried on every row of a register, and read by people."""
GIVEN = "given."
_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_COMPARED = ("_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in")
_MAY_BE_EMPTY = (Kind.flag, Kind.texts)
"""What a row says by saying nothing: no, and none."""


class Vocabulary(Struct, frozen=True):
    """What a condition over the rows of ``register`` may name, what each choice may be, and which of the columns are days."""

    register: str
    names: Mapping[str, Kind]
    choices: Mapping[str, tuple[str, ...]]
    days: frozenset[str]

    @staticmethod
    def of(register: str, columns: tuple[Field, ...]) -> Vocabulary:
        """``columns`` are all that a row says in plain, its key among them."""
        kinds = {each.id: each.expression_kind for each in columns}
        given = {GIVEN + name: Kind.flag for name in kinds}
        days = {each.id for each in columns if each.kind is FieldKind.date}
        choices = {each.id: each.choices for each in columns if each.choices}
        return Vocabulary(register, {**kinds, **given, TODAY: Kind.text}, choices, frozenset({*days, TODAY}))

    def read(self, source: str, where: str = "") -> Expression | Refused:
        """The condition, or every fault of it: what ``compile_expression`` refuses, loops, more than ``MOST_PARTS``, a choice that the
        column does not have, and a text beside a day that is none."""
        found = compile_expression(source, self.names, Kind.flag, where=where)
        if isinstance(found, Refused):
            return found
        faults = [
            Refused(code, where, {**_place(source, at), **facts})
            for code, at, facts in self._faults(found.tree)
        ]
        return Refused.of(faults) if faults else found

    def _faults(self, tree: Node) -> Iterator[tuple[str, int, Facts]]:
        parts = list(_parts(tree))
        loop = next((each for each in parts if isinstance(each, Loop)), None)
        if loop is not None:
            yield "expression.no_loop_here", loop.at, {}
        if len(parts) > MOST_PARTS:
            yield "expression.too_many_parts", 0, {"parts": len(parts), "most": MOST_PARTS}
        for each in parts:
            if isinstance(each, Call) and each.function in _COMPARED and len(each.args) == 2:
                yield from self._compared(*each.args)
                yield from self._compared(*reversed(each.args))

    def _compared(self, one: Node, other: Node) -> Iterator[tuple[str, int, Facts]]:
        if not isinstance(one, Name):
            return
        name = one.name.lstrip(".")
        for text in other.items if isinstance(other, Entries) else (other,):
            if not isinstance(text, Literal) or not isinstance(text.value, str):
                continue
            known = self.choices.get(name, ())
            if known and text.value not in known:
                near = difflib.get_close_matches(text.value, known, 1, 0.0)
                facts: Facts = {"given": text.value, "name": name, "known": known, "nearest": (*near, "")[0]}
                yield "expression.unknown_choice", text.at, facts
            if name in self.days and not _DAY.fullmatch(text.value):
                yield "expression.not_a_day", text.at, {"given": text.value, "name": name}


class Fit:
    """One condition, tried on many rows: rows that say the same of what it names are judged once."""

    def __init__(
        self, condition: Expression, prefix: str, around: Mapping[str, Value | datetime], *, told: bool
    ) -> None:
        """``prefix`` stands before the columns in the condition's names; all other names are ``around``, the same for every row. With
        ``told``, a row must say what is named."""
        self._condition = condition
        asked = {name for name in condition.names if name.startswith(GIVEN)} if told else frozenset[str]()
        self._given = tuple(sorted(asked))
        mine = (name for name in condition.names - asked if name.startswith(prefix) and name not in around)
        self._named = tuple(sorted(mine))
        self._columns = tuple(name.removeprefix(prefix) for name in self._named)
        self._needed = tuple(
            n
            for n, name in enumerate(self._named)
            if told and condition.kinds[name] not in _MAY_BE_EMPTY and GIVEN + name not in asked
        )
        rest = condition.names - asked - {*self._named}
        self._around = {name: around[name] for name in rest if name in around}
        self._known: dict[tuple[Value, ...], bool] = {}

    def holds(self, row: Facts) -> bool:
        said = tuple(row.get(column) for column in self._columns)
        if any(said[n] is None or said[n] == "" for n in self._needed):
            return False
        given = tuple(bool(row.get(name.removeprefix(GIVEN)) not in (None, "")) for name in self._given)
        seen = (*said, *given)
        known = self._known.get(seen)
        if known is None:
            values = {
                **self._around,
                **dict(zip(self._named, said, strict=True)),
                **dict(zip(self._given, given, strict=True)),
            }
            known = self._known[seen] = self._condition.holds(values)
        return known


def _parts(node: Node) -> Iterator[Node]:
    yield node
    below: tuple[Node, ...] = ()
    match node:
        case Call():
            below = node.args
        case Entries():
            below = node.items
        case Loop():
            below = (node.over, node.start, node.go_on, node.step, node.result)
        case _:
            pass
    for each in below:
        yield from _parts(each)


def _place(source: str, at: int) -> Facts:
    before = source[:at]
    return {"line": before.count("\n") + 1, "column": at - before.rfind("\n")}
