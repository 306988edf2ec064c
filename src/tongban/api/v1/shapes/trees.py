"""What lies below a case, and what was lent over it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tongban.api.v1.shapes import Out, Page, Query


class TreeQuery(Query):
    page: int = Field(1, ge=1, le=1000, description="which hundred of the branches")


class Phase(Out):
    title: str
    n: int
    done: bool


class Part(Out):
    """All cases of one kind below, however far."""

    title: str
    total: int
    done: int
    phases: tuple[Phase, ...]


class Branch(Out):
    """One case directly below. ``total`` and ``done`` count what lies below it in turn."""

    number: str
    unit: str
    title: str
    stage: str
    tone: Literal["late", "soon", "kept", "rest"]
    clock: str
    due: str
    total: int
    done: int


class TreeOut(Out):
    """How everything below a case stands. Counts follow the ledger within seconds."""

    number: str
    title: str
    unit: str
    stage: str
    parts: tuple[Part, ...]
    count: int = Field(description="how many stand directly below")
    branches: tuple[Branch, ...]
    late: int = Field(description="how many below have run out of time, a thousand for more")
    stuck: tuple[Branch, ...] = Field(description="of these what has been late for longest")
    page: int
    more: bool


class Use(Out):
    when: str
    number: str = Field(description="empty where the reader may not see that case, or not any more")
    title: str
    unit: str = Field(description="who had the case that was acted on")
    what: str
    who: str


class Lent(Out):
    """A mandate: to whom, by whom, for which steps, until when, and its latest uses."""

    unit: str
    giver: str
    powers: tuple[str, ...]
    since: str
    until: str
    in_force: bool
    reach: str = Field(description="whose cases it reaches, in words")
    uses: tuple[Use, ...]
    more: bool


class MandateList(Page):
    mandates: tuple[Lent, ...]
