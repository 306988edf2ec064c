"""Lists in pages, every one in the same way: ``limit`` rows after the one that a cursor names, and the cursor of the next page.

A cursor names the last row that was given. Rows that come in before it are not given twice and move none out of sight; those that
come in behind it are met. Where that very row has gone meanwhile, the list goes on from the place it had.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest
from msgspec import Struct
from pydantic import BaseModel

from tongban.api.v1.cursors import LONGEST, MOST, USUAL
from tongban.api.v1.route import Route
from tongban.kernel import shapes
from tongban.kernel.refusal import Refused


class Mark(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Behind which row a page begins: what names the row, and how many stood before the next one."""

    name: list[str]
    place: int


class Turn(Struct, frozen=True):
    """Which page is asked for; ``after`` None for the first."""

    limit: int
    after: Mark | None


def turn_of(request: HttpRequest) -> Turn | Refused:
    """What the address asks for. Refuses (``api.value``) a number that is none and a cursor that was not given out."""
    limit, after = request.GET.get("limit", str(USUAL)), request.GET.get("after", "")
    number = int(limit) if limit.isascii() and limit.isdecimal() and len(limit) < 6 else 0
    if not 1 <= number <= MOST:
        return Refused(
            "api.value", "/limit", {"field": "/limit", "rule": "cause.between", "least": 1, "bound": MOST}
        )
    mark = _read(after) if after else None
    if after and mark is None:
        return Refused("api.value", "/after", {"field": "/after", "rule": "cause.cursor"})
    return Turn(number, mark)


def paged(answer: BaseModel, route: Route, turn: Turn) -> BaseModel:
    """The page of an answer that holds the whole list."""
    rows: Sequence[object] = getattr(answer, route.pages)
    names = [[str(getattr(row, each)) for each in route.by] for row in rows]
    start = _start(names, turn.after)
    end = start + turn.limit
    following = _written(Mark(names[end - 1], end)) if end < len(rows) else ""
    return answer.model_copy(update={route.pages: rows[start:end], "next": following})


def link(request: HttpRequest, cursor: str) -> str:
    """Where the next page is (RFC 8288)."""
    query = {name: request.GET[name] for name in request.GET if name != "after"}
    return f'<{request.path}?{urlencode({**query, "after": cursor})}>; rel="next"'


def _start(names: Sequence[list[str]], after: Mark | None) -> int:
    if after is None:
        return 0
    return names.index(after.name) + 1 if after.name in names else min(max(after.place - 1, 0), len(names))


def _written(mark: Mark) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(mark)).decode().rstrip("=")


def _read(text: str) -> Mark | None:
    try:
        whole = base64.b64decode(text[:LONGEST] + "=" * (-len(text[:LONGEST]) % 4), b"-_", validate=True)
        return shapes.read(whole, Mark)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        return None
