"""The committed OpenAPI file as a judge of answers: every answer in these tests is held to it."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

FILE = Path(__file__).parents[2] / "docs" / "reference" / "openapi.yaml"


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _addresses() -> list[tuple[re.Pattern[str], str]]:
    return [
        (re.compile("/api/v1" + re.sub(r"{\w+}", "[^/]+", path) + "$"), path)
        for path in description()["paths"]
    ]


def _resolved(piece: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in piece:
        found: Any = description()
        for part in piece["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        piece = found
    return piece


def judge(method: str, path: str, response: Any) -> None:
    """Fail unless the answer is one that the file describes for this address and method."""
    known = next((each for pattern, each in _addresses() if pattern.match(path)), None)
    operation = description()["paths"].get(known, {}).get(method.lower())
    assert operation is not None, f"{method} {path} is not in the file"
    said = operation["responses"].get(str(response.status_code))
    assert said is not None, f"{method} {path} answered {response.status_code}: {response.content[:300]!r}"
    content = _resolved(said).get("content")
    if content is None or not response.content:
        return
    media = response.headers["Content-Type"].partition(";")[0]
    wanted = content.get(media, content.get("application/octet-stream"))
    assert wanted is not None, f"{method} {path} answered with {media}"
    if wanted.get("schema"):
        schema = {**wanted["schema"], "components": description()["components"]}
        Draft202012Validator(schema).validate(json.loads(response.content))
