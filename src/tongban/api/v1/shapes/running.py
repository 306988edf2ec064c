"""What runs behind the pages, other counties, programs of others."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from tongban.api.v1.shapes import In, Out, Page, Word


class JobOut(Out):
    """``state`` is well, never, failing or aside; ``took`` milliseconds of the last run, ``did`` how much it did."""

    name: str
    state: str
    every: int = Field(description="seconds")
    last: datetime | None
    well: datetime | None
    next: datetime
    took: int
    did: int
    tries: int
    fault: str


class JobList(Page):
    due: int = Field(description="what may begin now")
    doing: int
    workers: int
    heartbeat: datetime | None
    jobs: tuple[JobOut, ...]


class AsideOut(Out):
    """An event that a reader went on without."""

    reactor: str
    number: str
    chain: str
    seq: int
    fault: str
    at: datetime


class AsideList(Page):
    events: tuple[AsideOut, ...]


class ActAgain(In):
    reactor: Word
    chain: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    seq: int = Field(ge=1, le=2**31 - 1)


class NeighbourOut(Out):
    code: str
    name: str
    address: str
    keys: tuple[str, ...]
    since: str
    until: str
    waits: int = Field(description="messages without a receipt")


class NeighbourList(Page):
    counties: tuple[NeighbourOut, ...]


class UntoldOut(Out):
    """A message without a receipt. ``next`` is "" for one that was given up."""

    conversation: str
    n: int
    peer: str
    number: str
    message: str
    made: str
    tries: int
    next: str
    why: str
    held_up: bool
    sealed: bool


class UntoldList(Page):
    messages: tuple[UntoldOut, ...]


class TellAgain(In):
    conversation: Word
    n: int = Field(ge=0, le=2**31 - 1)


class OfferOut(Out):
    """``fields``: the field of the opening form that takes each argument of Open311."""

    practice: str
    since: datetime
    fields: dict[str, str]


class OfferList(Page):
    offerable: tuple[str, ...] = Field(description="practices that may be offered")
    offers: tuple[OfferOut, ...]


class OfferIn(In):
    fields: dict[Word, Word] = Field(
        default_factory=dict, max_length=20, description='where it is not plain; "" for no field'
    )


class KeyShort(Out):
    """``ended`` is when it was revoked or ran out."""

    id: str
    name: str
    most: int = Field(description="cases in ten minutes")
    since: datetime
    until: datetime
    ended: datetime | None


class KeyList(Page):
    keys: tuple[KeyShort, ...]


class GiveKey(In):
    name: Word
    days: int = Field(366, ge=1, le=366)
    most: int = Field(60, ge=1, le=6000)


class KeyMade(Out):
    """``secret`` is shown this once."""

    key: KeyShort
    secret: str
