"""The catalogue of services and its guides."""

from __future__ import annotations

from pydantic import Field

from tongban.api.v1.shapes import Out, Query, Word


class ServicesQuery(Query):
    words: Word = Field(
        "", description="in plain words, as somebody would say it; at most 40 characters are looked at"
    )
    group: Word = Field("", description="the code of a group")
    level: Word = Field("", description="the code of a level of government")
    page: int = Field(1, ge=1, le=500)


class ServiceShort(Out):
    code: str
    title: str
    plain: str
    groups: tuple[str, ...]
    level: str
    unit: str
    visits: int | None
    at_once: bool
    popular: int = Field(description="cases opened for it in the last 90 days")


class NarrowedOut(Out):
    code: str
    title: str
    n: int = Field(description="how many entries it would leave")


class ServiceList(Out):
    total: int
    page: int
    pages: int
    near: bool = Field(description="nothing holds enough of the words; these hold some")
    services: tuple[ServiceShort, ...]
    groups: tuple[NarrowedOut, ...]
    levels: tuple[NarrowedOut, ...]


class NamedOut(Out):
    code: str
    title: str


class PaperOut(Out):
    code: str
    title: str
    source: str = Field(description="own: bring it; shared: offices fetch it; waived: not needed any more")
    taken_from: str
    later: bool = Field(description="it may come later")
    promised: bool = Field(description="a promise may stand for it")


class AskedOut(Out):
    code: str
    title: str
    expects: bool = Field(description="the answer with which one may apply")
    otherwise: str


class WayOut(Out):
    name: str = Field(description="apply, remark or change")
    practice: str
    kind: str
    step: str
    field: str = Field(description="the field that takes the code")


class ServiceOut(Out):
    """What the row does not say is "" or null, never nought."""

    code: str
    title: str
    plain: str
    groups: tuple[NamedOut, ...]
    level: NamedOut
    unit: NamedOut
    who: str
    papers: tuple[PaperOut, ...]
    days_by_law: int | None = Field(description="working days")
    days: int | None = Field(description="working days promised")
    at_once: bool
    silence: str
    visits: int | None
    exception: str = Field(description="why one visit is not enough, by the published list")
    online: str
    delivery: tuple[str, ...]
    place: str
    fee: str
    basis: str
    asks: tuple[AskedOut, ...]
    withdrawn: str = Field(description='the day since which it is offered no longer, "" while it is')
    instead: str
    popular: int
    since: str
    ways: tuple[WayOut, ...]
