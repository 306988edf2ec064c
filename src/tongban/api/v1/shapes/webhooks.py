"""Who else is told what happens, and what became of each telling."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from tongban.api.v1.shapes import In, Out, Page, Query, Word

Kind = Literal[
    "case.opened",
    "case.ended",
    "case.settled",
    "case.reopened",
    "case.late",
    "case.rung",
    "case.held",
    "case.moved",
    "case.stepped",
]


class Subscribe(In):
    address: Annotated[str, StringConstraints(min_length=1, max_length=2000)] = Field(
        description="`https` only, of a machine of the open internet, but where the operator allows another"
    )
    purpose: Word = Field(description="which system is told, and what for")
    kinds: tuple[Kind, ...] = Field(min_length=1, max_length=9, strict=False)
    practices: tuple[Word, ...] = Field((), max_length=100, strict=False, description="none: all")
    unit: Word = Field(
        "",
        description='only cases that this unit or one below it holds or received; "": all that you may see',
    )


class WebhookOut(Out):
    """``standing`` is active, paused, stopped (whoever made it is no administrator any more) or ended; ``why`` the code for which
    it stopped or ended by itself."""

    id: str
    owner: str
    purpose: str
    address: str
    kinds: tuple[str, ...]
    practices: tuple[str, ...]
    unit: str
    standing: str
    since: datetime
    ended: datetime | None
    why: str
    both_until: datetime | None = Field(description="until when two secrets sign")
    failures: int = Field(description="tries in a row that found nobody")
    received: int
    waiting: int
    given_up: int


class WebhookList(Page):
    webhooks: tuple[WebhookOut, ...]


class WebhookMade(Out):
    """``secret`` is shown this once."""

    webhook: WebhookOut
    secret: str


class Stand(In):
    standing: Literal["active", "paused", "ended"]


class DeliveryQuery(Query):
    state: Literal["", "received", "waiting", "given_up"] = ""
    limit: int = Field(50, ge=1, le=500, description="how many rows at most")
    after: Word = ""


class DeliveryOut(Out):
    """``state`` is received, waiting or given_up; ``status`` that of the last answer, 0 for none; ``why`` a code."""

    id: str = Field(description="the `webhook-id` that the receiver knows it by")
    kind: str
    state: str
    made: datetime
    tries: int
    tried: datetime | None
    next_at: datetime | None
    received: datetime | None
    status: int
    why: str
    body: str = Field(description="what is signed and sent, to the byte")


class DeliveryList(Out):
    deliveries: tuple[DeliveryOut, ...]
    next: str = Field(description='cursor of the next page, to be sent as ``after``; "" at the end')


class Entry(In):
    number: Word
    entry: int = Field(ge=1, le=2**31 - 1)


class Replay(In):
    """One of the three: a message, an entry of a case, or a moment, from which on everything goes once more."""

    delivery: Word = ""
    entry: Entry | None = None
    since: AwareDatetime | None = Field(None, strict=False)


class Replayed(Out):
    """``more``: there are others behind the last one that goes, which is ``entry`` of case ``number``: go on from there."""

    n: int
    more: bool
    number: str
    entry: int
