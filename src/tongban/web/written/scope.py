"""What stands where in a template: the names that mean something there, those that its nodes give, what is not known here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from django.template.base import FilterExpression, Node, NodeList, Template, TextNode, VariableNode
from django.template.defaulttags import (
    CommentNode,
    CsrfTokenNode,
    ForNode,
    IfNode,
    LoadNode,
    RegroupNode,
    URLNode,
    WidthRatioNode,
    WithNode,
)
from django.template.library import InclusionNode, SimpleNode
from django.template.loader_tags import BlockNode, IncludeNode
from django.templatetags.static import StaticNode

LEAVES = (InclusionNode, RegroupNode, WidthRatioNode)
"""Left to Django, with all that stands around them."""


class CannotError(Exception):
    """A template that is left to Django."""


class Scope:
    """Names that mean something within a part of a template: each a local variable of the function."""

    def __init__(self, around: Scope | None, names: Mapping[str, str] | None = None) -> None:
        self.around, self.names = around, dict(names or {})
        self.loop: tuple[str, str] | None = None
        """where a loop is, and of how many"""
        self.block: tuple[BlockNode, ...] = ()
        """within a block: those that it stands in the place of"""

    def find(self, name: str) -> str | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.around
        return None

    def loops(self) -> list[tuple[str, str]]:
        """The loops around, the innermost first."""
        scope: Scope | None = self
        found: list[tuple[str, str]] = []
        while scope is not None:
            if scope.loop is not None:
                found.append(scope.loop)
            scope = scope.around
        return found

    def above(self) -> tuple[BlockNode, ...]:
        scope: Scope | None = self
        while scope is not None:
            if scope.block:
                return scope.block
            scope = scope.around
        return ()

    def visible(self) -> dict[str, str]:
        return {**(self.around.visible() if self.around is not None else {}), **self.names}


def fixed_name(name: FilterExpression) -> str:
    """The name of a template where it is fixed, else ""."""
    fixed = name.var if not name.is_var and not name.filters else ""
    return str(fixed) if isinstance(fixed, str) and not fixed.startswith(".") else ""


def before_of(template: Template) -> NodeList:
    """The nodes of a template as Django read them."""
    nodes = template.nodelist
    return cast("NodeList", getattr(nodes, "read", nodes))


def given(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The names that nodes give to what comes after them, each once; those of a loop, a ``with`` or an include end with it."""
    found: list[str] = []
    for node in nodes:
        match node:
            case SimpleNode():
                found += [node.target_var] if node.target_var is not None else []
            case URLNode() | WidthRatioNode():
                found += [node.asvar] if node.asvar else []
            case RegroupNode():
                found.append(node.var_name)
            case IfNode():
                found += given(each for _, inside in node.conditions_nodelists for each in inside)
    return tuple(dict.fromkeys(found))


KNOWN = (
    TextNode, LoadNode, CommentNode, VariableNode, CsrfTokenNode, StaticNode, SimpleNode, URLNode, IfNode, ForNode, WithNode,
    IncludeNode, BlockNode, *LEAVES,
)  # fmt: skip


def plain_inside(node: Node) -> bool:
    """Whether nothing lies in a node that is not known here, as deep as the template itself goes."""
    return all(isinstance(each, KNOWN) for each in node.get_nodes_by_type(Node))
