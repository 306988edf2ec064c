"""Reading what was sent: bytes to JSON to a model, every fault at once and each with its place."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest
from pydantic import BaseModel, ValidationError

from tongban.api.v1.faults import LONGEST_SHOWN, faults_of
from tongban.kernel.refusal import Refused

M = TypeVar("M", bound=BaseModel)
LARGEST = 1_000_000
"""Bytes of a JSON body: texts of 100 kB, several of them."""
LARGEST_UPLOAD = 60 * 2**20
"""Bytes of a request with files; what one file may have the use case says."""
MOST_FAULTS = 20
LANGUAGES = ("zh-Hans", "en")


class _TwiceError(ValueError):
    """A key stands twice in one object."""


def read_body(request: HttpRequest, shape: type[M]) -> M | Refused:
    """The body as its model. Refuses what is no JSON, too large, or not as the model says."""
    if request.content_type != "application/json":
        return Refused("api.media", "", {"given": request.content_type or "", "wanted": "application/json"})
    large = too_large(request, LARGEST)
    if large is not None:
        return large
    data = request.read(LARGEST + 1)
    if len(data) > LARGEST:
        return _large(LARGEST)
    try:
        content: object = json.loads(data, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return Refused("api.not_json")
    return fitted(shape, content)


def read_raw(request: HttpRequest, kinds: Sequence[str], most: int) -> bytes | Refused:
    """A body that is no JSON, of one of these media types. Refuses another, none at all, and what is too large."""
    if request.content_type not in kinds:
        return Refused("api.media", "", {"given": request.content_type or "", "wanted": ", ".join(kinds)})
    large = too_large(request, most)
    if large is not None:
        return large
    data = request.read(most + 1)
    if not data:
        return Refused("api.missing", "", {"field": "/", "rule": ""})
    return _large(most) if len(data) > most else data


def read_query(request: HttpRequest, shape: type[M], without: Collection[str] = ()) -> M | Refused:
    """The query as its model. A name that stands twice is refused; ``without`` are names that something else reads."""
    twice = [name for name, values in request.GET.lists() if len(values) > 1]
    if twice:
        return Refused(
            "api.value", twice[0][:LONGEST_SHOWN], {"field": twice[0][:LONGEST_SHOWN], "rule": "cause.once"}
        )
    return fitted(shape, {name: request.GET[name] for name in request.GET if name not in without})


def fitted(shape: type[M], content: object) -> M | Refused:
    try:
        return shape.model_validate(content)
    except (ValidationError, RecursionError) as fault:
        faults = fault.errors(include_url=False) if isinstance(fault, ValidationError) else []
        return Refused.of(faults_of(faults)[:MOST_FAULTS] or [Refused("api.not_json")])


def too_large(request: HttpRequest, most: int) -> Refused | None:
    """By the announced length, before a byte is read."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = 0
    return _large(most) if announced > min(most, settings.LARGEST_BODY) else None


def language_of(request: HttpRequest) -> str:
    """The first language of Accept-Language that exists here, by its weight; Chinese without any."""
    return _language(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:200])


@lru_cache(maxsize=200)
def _language(accepted: str) -> str:
    wishes: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.split(",")):
        name, _, weight = part.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), place, name.strip().lower()))
        except ValueError:
            continue
    for negative, _, name in sorted(wishes):
        if negative and name.split("-")[0] in ("zh", "en"):
            return "en" if name.startswith("en") else "zh-Hans"
    return LANGUAGES[0]


def _large(most: int) -> Refused:
    return Refused("api.too_large", "", {"most": most // 1000})


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _TwiceError
    return made


def _no_constant(name: str) -> object:
    raise ValueError(name)
