"""Where cases wait and how they travel."""

from __future__ import annotations

from pydantic import Field

from tongban.api.v1.shapes import Out, Query, Word


class FlowQuery(Query):
    of: Word = Field("", description='"practice:kind"; "" for the kind of which there are most cases')
    period: Word = Field("", description='a month ("2026-10") or the last 30, 90 or 365 days; "" for 90')
    unit: Word = Field("", description='a unit that you oversee, with those below it; "" for all of them')


class WaitOut(Out):
    """Working days; null where nothing ended, or waits."""

    stage: str
    unit: str = Field(
        description="@requester: the requester is waited for; @parent: whoever holds the case above"
    )
    name: str
    n: int = Field(description="stays that ended in the period")
    median: float | None
    most: float | None = Field(description="nine of ten took at most so long")
    total: float
    open: int = Field(description="waiting now")
    longest: float | None


class HandingOut(Out):
    source: str
    target: str
    n: int
    again: int = Field(description="the case had gone that way before")
    back: int = Field(description="to where it had just come from, neither being the receiving unit")
    median: float


class ReturnOut(Out):
    stage: str
    step: str
    n: int
    cases: int


class ReachOut(Out):
    phase: str
    cases: int
    share: int = Field(description="per mille of the cases opened in the period")
    median: float
    dropped: bool


class LastingOut(Out):
    unit: str
    n: int
    quantiles: tuple[float, float, float, float, float] = Field(
        description="10, 25, 50, 75 and 90 per cent, working days"
    )


class WayOut(Out):
    steps: tuple[str, ...]
    cases: int
    share: int = Field(description="per mille of the cases that settled in the period")


class FlowOut(Out):
    of: str
    title: str
    period: str
    unit: str
    as_of: str = Field(description='how far the log has read; "" where it has read everything')
    cases: int
    events: int
    returned: int
    settled: int
    waits: tuple[WaitOut, ...]
    handings: tuple[HandingOut, ...]
    returns: tuple[ReturnOut, ...]
    reached: tuple[ReachOut, ...]
    lasting: tuple[LastingOut, ...]
    ways: tuple[WayOut, ...]
