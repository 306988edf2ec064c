"""A request that makes something acts once for its idempotency key: sent again it is answered as it was the first time."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from pydantic import BaseModel

from tongban.api.v1.callers import Caller
from tongban.api.v1.route import Answer, Given, Written
from tongban.apps import repeating
from tongban.apps.repeating import Kept
from tongban.kernel.commands import ActorKind
from tongban.kernel.refusal import Refused

REPLAYED = {"Idempotency-Replayed": "true"}


def once(known: Caller, key: str, path: str, body: object, make: Callable[[], Answer], status: int) -> Answer:
    """The answer to this request, the first one where it was sent before. A refusal is not kept: it may be sent again."""
    actor = known.acting.actor
    who = actor.person if actor.kind is ActorKind.PERSON else known.who
    text = body.model_dump_json() if isinstance(body, BaseModel) else _mark(body)
    other: list[Answer] = []

    def made() -> Kept | None:
        answer = make()
        match answer:
            case Given(given, with_status, headers):
                return Kept(with_status, given.model_dump_json(), dict(headers))
            case BaseModel():
                return Kept(status, answer.model_dump_json())
            case _:
                other.append(answer)
                return None

    name = sha256(f"{who}\0{key}".encode()).hexdigest()
    found = repeating.once(name, sha256(f"{path}\0{text}".encode()).digest(), known.acting.now, made)
    if found is None:
        return other[0]
    if isinstance(found, Refused):
        return found
    first, again = found
    return Written(first.body, first.status, {**first.headers, **(REPLAYED if again else {})})


def _mark(body: object) -> str:
    return sha256(body).hexdigest() if isinstance(body, bytes) else ""
