"""A fault of a procedure, with the path that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct, field

from tongban.kernel.procedure.checking.graph import Graph
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts


class Fault(Struct, frozen=True):
    """Why a practice may not be installed.

    ``where`` is ``kind/step``, ``kind/stage``, ``kind/clock`` or ``kind`` (``routing`` for the routing
    rules). ``path`` are stages and steps in turn, as a case would meet them, up to the point where the
    fault shows; () where one step or clock alone shows it.
    """

    code: str
    where: str
    facts: Facts = field(default_factory=dict)
    path: tuple[str, ...] = ()

    def refused(self) -> Refused:
        """The same as a refusal; its words may name the path as ``{path}``."""
        return Refused(self.code, self.where, {**self.facts, "path": " → ".join(self.path)})


Rule = Callable[[Graph], Iterator[Fault]]
"""One thing to look for, in one kind of case."""


def names_of(items: object) -> str:
    """Names as one fact: in order, with commas."""
    return (
        ", ".join(sorted(str(each) for each in items)) if isinstance(items, set | frozenset | tuple) else ""
    )
