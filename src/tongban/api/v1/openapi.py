"""The OpenAPI 3.1 description, made from the table of routes and the shapes.

``python -m tongban.api.v1.openapi docs/reference/openapi.yaml`` writes it; a test holds the file to it.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from tongban import __version__
from tongban.api.v1.cursors import LONGEST, MOST, USUAL

SCHEMAS = "#/components/schemas/"
HEAD = "# Made by `python -m tongban.api.v1.openapi docs/reference/openapi.yaml`; do not edit.\n"
Piece = dict[str, Any]
"""A part of the description: whatever JSON allows."""

_REASONS = {
    400: "What was sent is no JSON, or a header is wrong (`Host`: `api.host`, `Idempotency-Key`: `api.key`).",
    401: "A token is needed, or this one does not hold.",
    403: "It is not yours to do or see.",
    404: "There is no such thing, or not for you.",
    405: "Not with this method.",
    409: "Not as things stand: the case has moved on, or a condition does not hold.",
    410: "It was there, and was taken down.",
    413: "Too large.",
    415: "The body is of another kind.",
    422: "Something in it is wrong; ``faults`` names every place.",
    429: "Too many requests; ``Retry-After`` says when to come back.",
    500: "A fault of ours, with its number.",
    503: "The database is away; ``Retry-After`` says when to come back.",
}
_ALSO = {
    200: "It was so already; nothing was written.",
    202: "It waits for another person, who has until then to confirm it.",
}
_DESCRIPTION = """\
Everything that the pages do, for programs: open cases, take steps, read worklists, deadlines, figures and
proofs. Refusals are problem details (RFC 9457) with a fixed `code`, in Chinese or English by
`Accept-Language`. A POST with an `Idempotency-Key` acts once however often it is sent. Answers to GET carry
an `ETag`.
"""


def described() -> Piece:
    """The whole description as plain values."""
    from tongban.api.v1.routes import ROUTES
    from tongban.api.v1.shapes.county import Problem

    shapes: set[type[BaseModel]] = {Problem}
    for route in ROUTES:
        shapes |= {each for each in (route.body, route.gives) if each is not None}
        shapes |= {each for _, each in route.also}
    ordered = sorted(shapes, key=lambda each: each.__name__)
    modes = [(each, _mode(each)) for each in ordered]
    references, definitions = models_json_schema(modes, ref_template=SCHEMAS + "{model}")
    paths: dict[str, Piece] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "tongban",
            "version": __version__,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {str(status): _problem(says) for status, says in _REASONS.items()},
        },
    }


def _mode(shape: type[BaseModel]) -> Any:
    """Bodies as they are taken, answers as they are given."""
    from tongban.api.v1.shapes import In

    return "validation" if issubclass(shape, In) else "serialization"


def _problem(says: str) -> Piece:
    content = {"application/problem+json": {"schema": {"$ref": f"{SCHEMAS}Problem"}}}
    return {"description": says, "content": content}


def _operation(route: Any, references: Any) -> Piece:
    """One operation; every answer it may give, refusals included."""
    made: Piece = {"operationId": route.name, "summary": route.says}
    if route.more:
        made["description"] = route.more
    if parameters := _parameters(route):
        made["parameters"] = parameters
    if route.body is not None:
        schema = references[route.body, _mode(route.body)]
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if route.raw:
        whole = {"type": "string", "format": "binary", "maxLength": route.largest}
        made["requestBody"] = {"required": True, "content": {each: {"schema": whole} for each in route.raw}}
    if route.files:
        made["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": _FILES}}}
    made["security"] = [{"token": []}] if route.people_only else [{}, {"token": []}]
    made["x-scope"] = route.scope
    made["x-limit"] = {
        "requests": route.bound.known.most,
        "without-token": route.bound.stranger.most,
        "seconds": route.bound.known.seconds,
    }
    made["responses"] = {
        **_good(route, references),
        **{str(status): {"$ref": f"#/components/responses/{status}"} for status in _bad(route)},
    }
    return made


_FILES: Piece = {
    "type": "object",
    "properties": {
        "file": {"type": "array", "items": {"type": "string", "format": "binary"}, "maxItems": 10}
    },
    "required": ["file"],
}


def _good(route: Any, references: Any) -> Piece:
    if route.gives is None:
        content: Piece = (
            {route.media: {}} if route.media != "application/json" else {route.media: {"schema": {}}}
        )
    else:
        content = {route.media: {"schema": references[route.gives, _mode(route.gives)]}}
    said: Piece = {"description": "As asked.", "content": content}
    if route.method == "GET" and route.keeps:
        said["headers"] = {"ETag": {"schema": {"type": "string"}}}
        return {str(route.status): said, "304": {"description": "Not changed since."}}
    if route.status == 201 and route.keyed:
        return {"201": said, "200": {**said, "description": "Acted on before, or only checked."}}
    also = {
        str(status): {
            "description": _ALSO[status],
            "content": {"application/json": {"schema": references[each, _mode(each)]}},
        }
        for status, each in route.also
    }
    return {str(route.status): said, **also}


def _bad(route: Any) -> list[int]:
    found = {400, 401, 429, 500, 503, *route.refuses}
    if route.scope or route.people_only:
        found.add(403)
    if route.body is not None or route.raw:
        found |= {413, 415, 422}
    if route.query is not None or route.pages:
        found.add(422)
    if route.files:
        found.add(415)
    return sorted(found)


def _parameters(route: Any) -> list[Piece]:
    found: list[Piece] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    if route.query is not None:
        schema = route.query.model_json_schema()
        required = schema.get("required", ())
        for name, each in schema["properties"].items():
            found.append({"name": name, "in": "query", "required": name in required, "schema": each})
    if route.pages:
        found += [{"in": "query", "required": False, **each} for each in _TURN]
    if route.keyed or route.once:
        key = {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,64}$"}
        named = {"name": "Idempotency-Key", "in": "header", "required": False, "schema": key}
        found.append({**named, "description": "one key; any other, an empty one or several: 400 `api.key`"})
    return found


_TURN: tuple[Piece, ...] = (
    {
        "name": "limit",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
        "description": "how many rows at most",
    },
    {
        "name": "after",
        "schema": {"type": "string", "maxLength": LONGEST, "default": ""},
        "description": "`next` of the page before",
    },
)


def written() -> str:
    """The description as YAML, always the same for the same code."""
    return HEAD + yaml.safe_dump(described(), allow_unicode=True, sort_keys=False, width=110)


def main() -> None:
    """Write the description to the file named, or to standard output."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.config.settings")
    django.setup()
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(written(), encoding="utf-8")
    else:
        sys.stdout.write(written())


if __name__ == "__main__":
    main()
