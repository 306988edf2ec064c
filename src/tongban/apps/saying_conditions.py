"""A condition over the rows of a register, as whoever works with it reads it.

``certified && scale in ["micro", "small"]`` is said as “certified and size one of micro, small”: columns and choices are called
as their register calls them, the signs between them by their words. What counts stays the text that is written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from tongban.kernel.expression.tree import Call, Entries, Literal, Name, Node
from tongban.kernel.procedure.fitting import GIVEN, TODAY, Vocabulary
from tongban.kernel.refusal import Refused
from tongban.library.texts import product_texts

Words: TypeAlias = Callable[[str, str], str]
_JOINED = {"_&&_": "and", "_||_": "or"}
_COMPARED = {
    "_==_": "is",
    "_!=_": "is_not",
    "_<=_": "at_most",
    "_>=_": "at_least",
    "_<_": "less",
    "_>_": "more",
}


class _UnsayableError(Exception):
    """A sign that has no words: a sum, a pattern, a function."""


def said(source: str, language: str, speaks: Vocabulary, words: Words) -> str:
    """The condition in words, or as it is written where it says what has none. ``words`` are those of the practice: by their path, with what stands instead."""
    found = speaks.read(source)
    if isinstance(found, Refused):
        return source
    try:
        return _Saying(language, speaks.register, words).of(found.tree)
    except _UnsayableError:
        return source


class _Saying:
    def __init__(self, language: str, register: str, words: Words) -> None:
        self.language, self.register, self.words = language, register, words
        self.gap = "" if language == "zh-Hans" else " "

    def of(self, node: Node) -> str:
        match node:
            case Name(name=name):
                return self.name(name.lstrip("."))
            case Literal(value=bool() as value):
                return self.word("true" if value else "false")
            case Literal(value=value):
                return str(value)
            case Call(function="!_", args=(one,)):
                return f"{self.word('not')}{self.gap}{self.whole(one)}"
            case Call(function=sign, args=(one, other)) if sign in _JOINED:
                parts = [
                    self.of(each) if _joined(each) in ("", sign) else self.whole(each)
                    for each in (one, other)
                ]
                return self.between(_JOINED[sign], *parts)
            case Call(function=sign, args=(one, other)) if sign in _COMPARED:
                return self.between(_COMPARED[sign], self.beside(one, other), self.beside(other, one))
            case Call(function="@in", args=(one, Entries(items=items))):
                listed = self.word("join").join(self.beside(each, one) for each in items)
                return f"{self.of(one)}{self.gap}{self.word('one_of', listed)}"
            case _:
                raise _UnsayableError

    def whole(self, node: Node) -> str:
        return f"({self.of(node)})" if _joined(node) else self.of(node)

    def between(self, sign: str, one: str, other: str) -> str:
        return f"{one}{self.gap}{self.word(sign)}{self.gap}{other}"

    def beside(self, node: Node, other: Node) -> str:
        """A text beside a column is a choice of it."""
        match node, other:
            case Literal(value=str() as code), Name(name=name):
                return self.words(f"choices.{name.lstrip('.')}.{code}", code)
            case _:
                return self.of(node)

    def name(self, name: str) -> str:
        if name == TODAY:
            return self.word(TODAY)
        if name.startswith(GIVEN):
            return self.word("given", self.name(name.removeprefix(GIVEN)))
        own = self.words(f"registers.{self.register}.fields.{name}", "")
        return own or self.words(f"fields.{name}.label", name)

    def word(self, key: str, what: str = "") -> str:
        return product_texts().say(f"condition.{key}", self.language, what=what)


def _joined(node: Node) -> str:
    """The sign that joins two conditions to this one, "" where none does."""
    return node.function if isinstance(node, Call) and node.function in _JOINED else ""
