"""What a route is, what its handler gets and what it may give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from django.http import HttpRequest
from msgspec import Struct, field
from pydantic import BaseModel

from tongban.api.v1.callers import Caller
from tongban.api.v1.limits import READS, Allowance
from tongban.apps.acting import Acting
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
    files: bool = False
    media: str = "application/json"
    scope: str = ""
    people_only: bool = False
    bound: Allowance = READS
    keyed: bool = False
    once: bool = False
    keeps: bool = True
    refuses: tuple[int, ...] = ()

    @property
    def says(self) -> str:
        """The first sentence of the handler's docstring."""
        return (self.handle.__doc__ or "").strip().split("\n")[0]

    @property
    def more(self) -> str:
        return "\n".join(line.strip() for line in (self.handle.__doc__ or "").strip().split("\n")[1:]).strip()
