"""What a desk form sent: answers as they were typed, files kept, and the key under which it acts once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from uuid import UUID, uuid4

from django.http import HttpRequest, QueryDict
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.casework.files import Upload, keep_good
from tongban.kernel.refusal import Refused

KEY = "_key"
"""The field that carries the idempotency key. Names that begin with ``_`` are the page's own."""
_NOT_ANSWERS = ("csrfmiddlewaretoken", "lang")


class Sent(Struct, frozen=True):
    """``refused`` is what is wrong with the files; answers are kept as they came either way."""

    answers: Mapping[str, object]
    key: str
    refused: Refused | None = None


def new_key() -> str:
    return str(uuid4())


def answers_of(posted: QueryDict) -> dict[str, object]:
    """One text for each field, a list where several were sent; blank ones are no answers."""
    found: dict[str, object] = {}
    for name, values in posted.lists():
        filled = [value for value in values if value.strip()]
        if filled and not name.startswith("_") and name not in _NOT_ANSWERS:
            found[name] = filled if len(filled) > 1 else filled[0]
    return found


def sent(request: HttpRequest, acting: Acting) -> Sent:
    """Read a posted form; its files are kept at once, so that a refusal does not lose them.

    Of several files the good ones are kept though others are not.
    """
    answers = answers_of(request.POST)
    faults: list[Refused] = []
    for name, files in request.FILES.lists():
        if name.startswith("_"):
            continue
        kept, wrong = keep_good(cast("list[Upload]", files), acting, name)
        faults += wrong
        ids = [*_several(answers.get(name)), *(each.id for each in kept)]
        if ids:
            answers[name] = ids
    return Sent(answers, _key(request.POST.get(KEY, "")), Refused.of(faults) if faults else None)


def _several(given: object) -> list[str]:
    """Files kept at an earlier try, whose ids came along."""
    return (
        [given]
        if isinstance(given, str)
        else [str(each) for each in given]
        if isinstance(given, list)
        else []
    )


def _key(text: str) -> str:
    """The key if it is a UUID; anything else acts like none, so that nobody's own keys can collide."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""
