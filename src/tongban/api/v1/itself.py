"""What the API is: its description, as the running program has it."""

from __future__ import annotations

import json
from functools import lru_cache

from tongban.api.v1.openapi import described, written
from tongban.api.v1.route import Answer, Asked, Raw

YAML = "application/yaml"
"""RFC 9512."""
JSON = "application/json"


@lru_cache(maxsize=1)
def _yaml() -> bytes:
    return written().encode()


@lru_cache(maxsize=1)
def _json() -> bytes:
    return json.dumps(described(), ensure_ascii=False).encode()


def description_yaml(_: Asked) -> Answer:
    """This description, as the program that answers here has it."""
    return Raw(_yaml(), f"{YAML}; charset=utf-8")


def description_json(_: Asked) -> Answer:
    """The same as JSON."""
    return Raw(_json(), JSON)
