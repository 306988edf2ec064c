"""Values and conditions of a template as the text of Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template.base import FilterExpression, Variable

from tongban.web.written import running
from tongban.web.written.scope import CannotError, Scope


class Values:
    """What a function names: what it was given by name (``roots``), and what is fixed besides (``values``)."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.roots: dict[str, str] = {}
        self.count = 0

    def name(self, of: str) -> str:
        self.count += 1
        return f"{of}{self.count}"

    def value(self, value: object) -> str:
        name = self.name("k")
        self.values[name] = value
        return name

    def root(self, name: str) -> str:
        """The variable of a name that the page was given."""
        if name not in self.roots:
            self.roots[name] = self.name("r")
        return self.roots[name]

    def of(self, found: FilterExpression, scope: Scope, missing: str) -> str:
        """A value with its filters. ``missing`` names what is made of one that means nothing: ``empty``, ``none``; "" leaves it."""
        if found.is_var:
            text = self._looked_up(found.var, scope)
            if (missing or found.filters) and not text.startswith(("(", "k")):
                text = f"{missing or 'empty'}({text})"
        else:
            text = self._literal(found.var)
        for func, arguments in found.filters:
            act = self.value(running.filter_of(func))
            given_ = [
                f"must({self._looked_up(each, scope)})" if named else self._literal(each)
                for named, each in arguments
            ]
            text = f"{act}({', '.join([text, *given_])})"
        return text

    def _literal(self, value: object) -> str:
        return repr(value) if type(value) is int else self.value(value)

    def _looked_up(self, variable: Variable, scope: Scope) -> str:
        if variable.translate:
            raise CannotError("a text to be translated")
        if variable.lookups is None:
            return self._literal(variable.literal)
        first, *rest = variable.lookups
        if first == "block":
            raise CannotError("a block")
        loops = scope.loops()
        if first == "forloop" and loops:
            return self._of_loop(rest, loops)
        local = scope.find(first)
        text = f"own({local or self.root(first)})"
        for each in rest:
            text = f"at({text}, {each!r})"
        return text

    def _of_loop(self, rest: Sequence[str], loops: Sequence[tuple[str, str]]) -> str:
        while rest[:1] == ["parentloop"] and len(loops) > 1:
            rest, loops = rest[1:], loops[1:]
        place, count = loops[0]
        texts = {
            "counter": f"({place} + 1)",
            "counter0": f"({place})",
            "revcounter": f"({count} - {place})",
            "revcounter0": f"({count} - {place} - 1)",
            "first": f"({place} == 0)",
            "last": f"({place} == {count} - 1)",
        }
        if len(rest) != 1 or rest[0] not in texts:
            raise CannotError("a loop as a whole")
        return texts[rest[0]]

    def condition(self, condition: Any, scope: Scope) -> str:
        text = self._asked(condition, scope)
        return f"holds(lambda: {text})" if condition.id == "literal" and "must(" in text else text

    def _asked(self, condition: Any, scope: Scope) -> str:
        """A condition as Python; what means nothing is not so, nor is what fails within a part of several."""
        match condition.id:
            case "literal":
                return self.of(condition.value, scope, "none" if condition.value.filters else "")
            case "and" | "or" as word:
                text = f"{self._asked(condition.first, scope)} {word} {self._asked(condition.second, scope)}"
            case "not":
                text = f"not {self._asked(condition.first, scope)}"
            case sign if sign in running.COMPARED:
                compare = self.value(running.COMPARED[sign])
                text = f"{compare}({self._asked(condition.first, scope)}, {self._asked(condition.second, scope)})"
            case _:
                raise CannotError(f"if {condition.id}")
        parts = (condition.first, condition.second)
        fails = any(part is not None and part.id == "literal" and part.value.filters for part in parts)
        return f"silent(lambda: {text})" if fails else f"({text})"
