"""What a route is, what its handler gets and what it may give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from django.http import HttpRequest
from msgspec import Struct, field
from pydantic import BaseModel

from tongban.api.v1.callers import Caller
from tongban.api.v1.limits import READS, WRITES, Allowance
from tongban.apps.acting import Acting
from tongban.apps.people.tokens import ADMIN
from tongban.apps.wording import Wording
from tongban.kernel.refusal import Refused


class Asked(Struct, frozen=True):
    """A request that was let in."""

    request: HttpRequest
    caller: Caller
    address: str

    @property
    def acting(self) -> Acting:
        return self.caller.acting


class No(Struct, frozen=True):
    """A refusal with the practice's own words for what it names."""

    refused: Refused
    wording: Wording | None = None


class Given(Struct, frozen=True):
    """An answer with another status than the route's."""

    body: BaseModel
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)


class Raw(Struct, frozen=True):
    """An answer that is no JSON of ours."""

    content: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Written(Struct, frozen=True):
    """JSON that is written already: an answer that was given before."""

    body: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)


Answer: TypeAlias = BaseModel | Given | Raw | Written | No | Refused
Handler: TypeAlias = Callable[..., Answer]
"""Called with ``Asked``, then by name: the parts of the path, ``query`` and ``body`` where there are any."""


class Route(Struct, frozen=True):
    """One method of one address. ``path`` is as OpenAPI writes it: ``/cases/{number}``.

    ``pages`` is the list in the answer that comes in pages, ``by`` what names a row of it (:mod:`paging`); a use case that pages itself
    has none. ``raw`` are the media types of a body that is no JSON, of at most ``largest`` bytes; the handler gets it as ``content``.
    ``also`` are other good answers, by status.
    ``in_person``: a token that was issued to a program does not do: whoever stands for it has signed in.
    ``keyed``: the use case itself acts once for an idempotency key; ``once``: the door does, and gives the first answer again.
    ``scope`` is what a token must allow, "" where no token is looked for. ``gives`` None with ``media``
    means bytes of that type. ``keeps`` says whether the answer may be kept by a client and revalidated.
    """

    method: Literal["GET", "POST"]
    path: str
    name: str
    handle: Handler
    gives: type[BaseModel] | None = None
    status: int = 200
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    pages: str = ""
    by: tuple[str, ...] = ("id",)
    raw: tuple[str, ...] = ()
    largest: int = 0
    files: bool = False
    media: str = "application/json"
    scope: str = ""
    people_only: bool = False
    in_person: bool = False
    bound: Allowance = READS
    keyed: bool = False
    once: bool = False
    keeps: bool = True
    also: tuple[tuple[int, type[BaseModel]], ...] = ()
    refuses: tuple[int, ...] = ()

    @property
    def says(self) -> str:
        """The first sentence of the handler's docstring."""
        return (self.handle.__doc__ or "").strip().split("\n")[0]

    @property
    def more(self) -> str:
        return "\n".join(line.strip() for line in (self.handle.__doc__ or "").strip().split("\n")[1:]).strip()


def list_route(
    path: str,
    name: str,
    handle: Handler,
    gives: type[BaseModel],
    rows: str,
    by: str = "id",
    *,
    query: type[BaseModel] | None = None,
    scope: str = ADMIN,
    bound: Allowance = READS,
    refuses: tuple[int, ...] = (),
) -> Route:
    """A list in pages. Nothing of it is kept by a client: it is the office's own."""
    return Route(
        "GET",
        path,
        name,
        handle,
        gives,
        query=query,
        pages=rows,
        by=tuple(by.split()),
        scope=scope,
        people_only=True,
        keeps=False,
        bound=bound,
        refuses=refuses,
    )


def act_route(
    path: str,
    name: str,
    handle: Handler,
    gives: type[BaseModel] | None,
    *,
    status: int = 200,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    raw: tuple[str, ...] = (),
    largest: int = 0,
    media: str = "application/json",
    scope: str = ADMIN,
    once: bool = True,
    in_person: bool = False,
    bound: Allowance = WRITES,
    also: tuple[tuple[int, type[BaseModel]], ...] = (),
    refuses: tuple[int, ...] = (403, 404, 409, 422),
) -> Route:
    """What somebody of the office does: once for an idempotency key, where it makes or changes something."""
    return Route(
        "POST",
        path,
        name,
        handle,
        gives,
        status=status,
        body=body,
        query=query,
        raw=raw,
        largest=largest,
        media=media,
        scope=scope,
        people_only=True,
        once=once,
        in_person=in_person,
        bound=bound,
        also=also,
        refuses=refuses,
    )
