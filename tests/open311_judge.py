"""Answers of Open311 held to the schemas: XML to its schema, JSON to its own, and both to each other. Knows nothing of the program that answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import xmlschema

SCHEMAS = Path(__file__).parent / "api" / "open311_schemas"
XSD = xmlschema.XMLSchema11(str(SCHEMAS / "georeport.xsd"))
DEFS = json.loads((SCHEMAS / "georeport.json").read_text("utf-8"))
_SEVERAL = {
    "services", "attributes", "values", "service_requests", "errors", "endpoints", "formats", "notes",
}  # fmt: skip
"""Elements that hold several of one name."""


def judged(media: str, status: int, content: bytes, kind: str) -> Any:
    """The answer as values, once its schema has let it pass. Raises ``ValueError`` and the schemas' own faults."""
    shape = kind if status < 400 else "errors"
    if media == "application/json; charset=utf-8":
        told = json.loads(content.decode("utf-8"))
        schema = {"$ref": f"#/$defs/{shape}", "$defs": DEFS["$defs"]}
        jsonschema.validate(told, schema, format_checker=jsonschema.FormatChecker())
        return told
    if media != "text/xml; charset=utf-8":
        raise ValueError(f"neither XML nor JSON: {media}")
    text = content.decode("utf-8")
    if not text.startswith('<?xml version="1.0" encoding="utf-8"?>\n'):
        raise ValueError("the XML does not say what it is")
    XSD.validate(text)
    root = ElementTree.fromstring(text)
    if root.tag != ("service_requests" if shape in ("created", "token") else shape):
        raise ValueError(f"another element than was asked for: {root.tag}")
    return spark(root)


def spark(node: ElementTree.Element) -> Any:
    """XML as the Spark convention maps it: what holds several of one name is a list."""
    if node.tag in _SEVERAL:
        return [spark(each) for each in node]
    if len(node):
        return {each.tag: spark(each) for each in node}
    return node.text


def textual(told: Any) -> Any:
    """JSON as XML has it: everything is text."""
    match told:
        case dict():
            return {name: textual(each) for name, each in told.items()}
        case list():
            return [textual(each) for each in told]
        case bool():
            return "true" if told else "false"
        case None:
            return None
        case _:
            return str(told)
