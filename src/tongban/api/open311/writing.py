"""One answer, two ways to write it: XML as the standard shows it, JSON by the Spark convention, which follows from the XML.

An element with nothing in it is empty in XML and null in JSON. What XML 1.0 cannot hold (most control characters, lone halves of
a pair) becomes U+FFFD in both, so that they say the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from xml.sax.saxutils import escape

from tongban.kernel.clock import LOCAL

Leaf: TypeAlias = "str | int | float | bool | datetime | None"
Node: TypeAlias = "Leaf | Mapping[str, Node] | Sequence[Node]"

MEDIA = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_ITEMS = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "notes": "note",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}
"""What an element of several holds."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def body(form: str, root: str, node: Node) -> bytes:
    """The answer as bytes of UTF-8."""
    if form == "json":
        return json.dumps(_plain(node), ensure_ascii=False).encode()
    return (_HEAD + "".join(_element(root, node)) + "\n").encode()


def instant(at: datetime) -> str:
    """A moment of the county's day with its offset, by the second."""
    return at.astimezone(LOCAL).isoformat(timespec="seconds")


def _clean(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def _plain(node: Node) -> object:
    match node:
        case str():
            return _clean(node) or None
        case datetime():
            return instant(node)
        case Mapping():
            return {name: _plain(each) for name, each in node.items()}
        case Sequence():
            return [_plain(each) for each in node]
        case _:
            return node


def _element(name: str, node: Node) -> Iterator[str]:
    match node:
        case Mapping():
            inner = "".join(part for key, each in node.items() for part in _element(key, each))
        case Sequence() if not isinstance(node, str):
            inner = "".join(part for each in node for part in _element(_ITEMS[name], each))
        case _:
            inner = _written(node)
    yield f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"


def _written(leaf: object) -> str:
    """A carriage return is written as a reference: a reader would turn a bare one into a new line."""
    match leaf:
        case None:
            return ""
        case bool():
            return "true" if leaf else "false"
        case datetime():
            return instant(leaf)
        case _:
            return escape(_clean(str(leaf)), {"\r": "&#13;"})
