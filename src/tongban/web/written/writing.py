"""From a template as Django read it to the text of a function that says the same.

Everything that is fixed stands in the text; a name that a loop or a ``with`` gave is a local variable; a template that is included by a
fixed name, or extended, stands in the same function. What is not known here (:class:`CannotError`) is left to Django: a part of a
template where that is possible, else the whole of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

from django.template import Engine
from django.template.base import FilterExpression, Node, Template, TextNode, VariableNode
from django.template.defaulttags import (
    CommentNode,
    CsrfTokenNode,
    ForNode,
    IfNode,
    LoadNode,
    URLNode,
    WithNode,
)
from django.template.library import SimpleNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.templatetags.static import StaticNode
from django.utils.html import conditional_escape

from tongban.web.templatetags.words import plain, t
from tongban.web.written import running
from tongban.web.written.scope import LEAVES, CannotError, Scope, before_of, fixed_name, given, plain_inside
from tongban.web.written.values import Values

DEEPEST = 60
"""Blocks of Python in each other; more cannot be read."""
Blocks = Mapping[str, Sequence[BlockNode]]


class Writer(Values):
    """Writes one function."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine
        self.lines: list[str] = []
        self.depth = 1
        self.inside: list[str] = []
        self.fixed: list[str] = []

    # Lines

    def line(self, text: str) -> None:
        self._flush()
        if self.depth > DEEPEST:
            raise CannotError("too deep")
        self.lines.append("    " * self.depth + text)

    def fix(self, text: str) -> None:
        """What is the same at every look."""
        self.fixed.append(text)

    def _flush(self) -> None:
        text, self.fixed = "".join(self.fixed), []
        if text:
            self.lines.append("    " * self.depth + f"w({text!r})")

    @contextmanager
    def deeper(self, head: str) -> Iterator[None]:
        self.line(head)
        self.depth += 1
        before = len(self.lines)
        yield
        self._flush()
        if len(self.lines) == before:
            self.lines.append("    " * self.depth + "pass")
        self.depth -= 1

    def text(self, template: Template) -> str:
        """The whole function."""
        scope = Scope(None)
        self.inside.append(str(template.name))
        self._template(template, scope)
        self._flush()
        language = self.root("language")
        head = [
            "def page(context):",
            "    get = context.get",
            *(f"    {local} = get({name!r}, MISSING)" for name, local in self.roots.items()),
            f"    said = said_in({language})",
            "    lang = said.language",
            "    secret = ''",
            "    out = []",
            "    w = out.append",
        ]
        return "\n".join([*head, *self.lines, "    return ''.join(out)\n"])

    # Templates

    def _template(self, template: Template, scope: Scope) -> None:
        chain: dict[str, list[BlockNode]] = {}
        while True:
            nodes = before_of(template)
            extends = next((node for node in nodes if not isinstance(node, TextNode)), None)
            for block in cast("list[BlockNode]", nodes.get_nodes_by_type(BlockNode)):
                chain.setdefault(block.name, []).append(block)
            if not isinstance(extends, ExtendsNode):
                break
            fixed = fixed_name(cast("FilterExpression", extends.parent_name))
            if not fixed:
                raise CannotError("extends a template whose name is worked out")
            template = self.engine.get_template(fixed)
        self._part(nodes, scope, chain)

    def _part(self, nodes: Iterable[Node], scope: Scope, chain: Blocks) -> None:
        """Nodes in a scope of their own: names that some of them will give are there from the start."""
        nodes = list(nodes)
        for name in given(nodes):
            local = self.name("v")
            self.line(f"{local} = {scope.find(name) or self.root(name)}")
            scope.names[name] = local
        self._nodes(nodes, scope, chain)

    def _nodes(self, nodes: Iterable[Node], scope: Scope, chain: Blocks) -> None:
        for node in nodes:
            self._node(node, scope, chain)

    def _node(self, node: Node, scope: Scope, chain: Blocks) -> None:
        match node:
            case TextNode():
                self.fix(node.s)
            case LoadNode() | CommentNode():
                pass
            case VariableNode():
                self._variable(node, scope, chain)
            case CsrfTokenNode():
                render = self.value(node.render)
                self.line(f"secret = secret or {render}(context)")
                self.line("w(secret)")
            case StaticNode() if node.varname is None:
                self.line(f"w(static_file({self.of(node.path, scope, 'empty')}))")
            case SimpleNode():
                self._simple(node, scope)
            case URLNode():
                self._address(node, scope)
            case IfNode():
                self._if(node, scope, chain)
            case ForNode():
                self._for(node, scope, chain)
            case WithNode():
                self._with(node, scope, chain)
            case IncludeNode():
                self._include(node, scope)
            case BlockNode():
                stands = tuple(chain.get(node.name, (node,)))
                self._block(stands, scope, chain)
            case _ if isinstance(node, LEAVES):
                self._leaf(node, scope)
            case _:
                raise CannotError(type(node).__name__)

    def _block(self, stands: tuple[BlockNode, ...], scope: Scope, chain: Blocks) -> None:
        first, *rest = stands
        inner = Scope(scope)
        inner.block = (first, *rest)
        self._part(first.nodelist, inner, chain)

    def _variable(self, node: VariableNode, scope: Scope, chain: Blocks) -> None:
        found = node.filter_expression
        if found.is_var and found.var.lookups == ("block", "super") and not found.filters:
            above = scope.above()[1:]
            if above:
                self._block(above, scope, chain)
            return
        self.line(f"w(shown({self.of(found, scope, '')}))")

    def _if(self, node: IfNode, scope: Scope, chain: Blocks) -> None:
        word = "if"
        for n, (condition, nodes) in enumerate(node.conditions_nodelists):
            if condition is None and n == 0:
                raise CannotError("an if without a condition")
            head = "else:" if condition is None else f"{word} {self.condition(condition, scope)}:"
            with self.deeper(head):
                self._nodes(nodes, scope, chain)
            word = "elif"

    def _for(self, node: Any, scope: Scope, chain: Blocks) -> None:
        if not plain_inside(node):
            self._leaf(node, scope)
            return
        whole, count, place, each = (self.name(of) for of in ("s", "n", "i", "x"))
        self.line(f"{whole} = listed({self.of(node.sequence, scope, 'none')})")
        self.line(f"{count} = len({whole})")
        with self.deeper(f"if {count} < 1:"):
            self._part(node.nodelist_empty, Scope(scope), chain)
        inner = Scope(scope)
        inner.loop = (place, count)
        with self.deeper("else:"):
            for name in given(node.nodelist_loop):
                if name not in node.loopvars:
                    local = self.name("v")
                    self.line(f"{local} = {scope.find(name) or self.root(name)}")
                    inner.names[name] = local
            through = f"reversed({whole})" if node.is_reversed else whole
            with self.deeper(f"for {place}, {each} in enumerate({through}):"):
                locals_ = [self.name("v") for _ in node.loopvars]
                inner.names |= dict(zip(node.loopvars, locals_, strict=True))
                several = f"{', '.join(locals_)} = parts({each}, {len(locals_)})"
                self.line(several if len(locals_) > 1 else f"{locals_[0]} = {each}")
                self._nodes(node.nodelist_loop, inner, chain)

    def _with(self, node: WithNode, scope: Scope, chain: Blocks) -> None:
        self._part(node.nodelist, self._inner(node.extra_context, scope), chain)

    def _inner(self, named: Mapping[str, FilterExpression], scope: Scope) -> Scope:
        """A scope with names that are worked out in the one around it."""
        names = {}
        for name, value in named.items():
            names[name] = self.name("v")
            self.line(f"{names[name]} = {self.of(value, scope, 'empty')}")
        return Scope(scope, names)

    def _include(self, node: IncludeNode, scope: Scope) -> None:
        if node.isolated_context:
            raise CannotError("include only")
        fixed = fixed_name(node.template)
        if not fixed or fixed in self.inside:
            self._leaf(node, scope)
            return
        template = self.engine.get_template(fixed)
        inner = self._inner(node.extra_context, scope)
        self.inside.append(fixed)
        self._template(template, inner)
        self.inside.pop()

    def _leaf(self, node: Node, scope: Scope) -> None:
        """A part that Django renders, with every name that it may ask for."""
        render = self.value(node.render)
        with self.deeper(f"with context.push(**there({self._visible(scope)})):"):
            self.line(f"w({render}(context))")
            for name in given([node]):
                self.line(f"{scope.find(name)} = context[{name!r}]")

    def _visible(self, scope: Scope) -> str:
        names = [f"{name!r}: {local}" for name, local in scope.visible().items()]
        loops = scope.loops()
        if loops:
            names.append(f"'forloop': loop({', '.join(loops[0])})")
        return "{" + ", ".join(names) + "}"

    # Tags

    def _simple(self, node: SimpleNode, scope: Scope) -> None:
        if type(node) is not SimpleNode:
            raise CannotError("a tag with a body")
        made = self._words(node, scope) if node.func is t else self._called(node, scope)
        if node.target_var is not None:
            self.line(f"{scope.find(node.target_var)} = {made}")
        elif node.func is t and made.startswith("said["):
            self.line(f"w({made})")
        else:
            self.line(f"w(escaped({made}))")

    def _words(self, node: SimpleNode, scope: Scope) -> str:
        if scope.find("language") is not None or len(node.args) != 1:
            raise CannotError("words in another language")
        key = self.of(node.args[0], scope, "empty")
        if not node.kwargs and node.target_var is None:
            return f"said[{key}]"
        facts = ", ".join(f"{name!r}: {self.of(each, scope, 'empty')}" for name, each in node.kwargs.items())
        return f"spoken(lang, {key}, {{{facts}}}, plain)"

    def _called(self, node: SimpleNode, scope: Scope) -> str:
        arguments = [self.of(each, scope, "empty") for each in node.args]
        arguments += [f"{name}={self.of(each, scope, 'empty')}" for name, each in node.kwargs.items()]
        func = self.value(node.func)
        if not node.takes_context:
            return f"{func}({', '.join(arguments)})"
        made = self.name("m")
        with self.deeper(f"with context.push(**there({self._visible(scope)})):"):
            self.line(f"{made} = {func}({', '.join(['context', *arguments])})")
        return made

    def _address(self, node: URLNode, scope: Scope) -> None:
        name = self.of(node.view_name, scope, "empty")
        arguments = [self.of(each, scope, "empty") for each in node.args]
        if node.kwargs or node.asvar:
            named = ", ".join(
                f"{name!r}: {self.of(each, scope, 'empty')}" for name, each in node.kwargs.items()
            )
            made = f"address_by_name({name}, [{', '.join(arguments)}], {{{named}}}, {bool(node.asvar)})"
            self.line(f"{scope.find(node.asvar)} = {made}" if node.asvar else f"w(escaped({made}))")
        else:
            self.line(f"w(address({', '.join([name, *arguments])}))")


NAMES = {
    "MISSING": running.MISSING, "own": running.own, "at": running.at, "shown": running.shown, "empty": running.empty,
    "none": running.none, "must": running.must, "holds": running.holds, "silent": running.silent, "listed": running.listed, "parts": running.parts,
    "there": running.there, "loop": running.loop, "said_in": running.said_in, "spoken": running.spoken, "static_file": running.static_file, "address": running.address,
    "address_by_name": running.address_by_name,
    "escaped": conditional_escape, "plain": plain,
}  # fmt: skip


def function_of(template: Template) -> Any:
    """The function that renders a template. Raises :class:`CannotError` for one that is left to Django."""
    writer = Writer(template.engine)
    text = writer.text(template)
    names: dict[str, Any] = {**NAMES, **writer.values}
    exec(compile(text, f"<{template.name}>", "exec"), names)  # noqa: S102 - the text is made here, of templates that come along
    return names["page"]
