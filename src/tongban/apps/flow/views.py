"""What the pages of flow show, in the reader's words. Times are working days with two decimals."""

from __future__ import annotations

from msgspec import Struct

from tongban.apps.supervision.views import Choice, Watched


class WaitLine(Struct, frozen=True):
    """A stage and whoever is waited for there; ``unit`` is the code that an address needs."""

    stage: str
    stage_name: str
    unit: str
    name: str
    n: int
    median: float
    most: float
    total: float
    open: int
    longest: float


class HandingLine(Struct, frozen=True):
    source: str
    target: str
    n: int
    again: int
    back: int
    median: float


class ReturnLine(Struct, frozen=True):
    stage: str
    step: str
    n: int
    cases: int


class ReachLine(Struct, frozen=True):
    """``share`` of those that were opened, per mille; ``left``: it is where cases end that were not done."""

    phase: str
    cases: int
    share: int
    median: float
    dropped: bool


class LastingLine(Struct, frozen=True):
    """Five quantiles (10, 25, 50, 75, 90 %) of a unit's cases; ``unit`` "" is all of them."""

    unit: str
    n: int
    quantiles: tuple[float, ...]


class WayLine(Struct, frozen=True):
    steps: tuple[str, ...]
    cases: int
    share: int


class Flow(Struct, frozen=True):
    """``of`` names the kind of case, ``period`` the time, as the address has them. ``as_of`` is how far the log has read, "" where
    it has read everything. Lines are in the order in which they are shown."""

    of: str
    title: str
    period: str
    period_name: str
    unit: str
    unit_name: str
    as_of: str
    cases: int = 0
    events: int = 0
    returned: int = 0
    settled: int = 0
    stages: tuple[tuple[str, str], ...] = ()
    waits: tuple[WaitLine, ...] = ()
    handings: tuple[HandingLine, ...] = ()
    returns: tuple[ReturnLine, ...] = ()
    reached: tuple[ReachLine, ...] = ()
    lasting: tuple[LastingLine, ...] = ()
    ways: tuple[WayLine, ...] = ()
    kinds: tuple[Choice, ...] = ()
    periods: tuple[Choice, ...] = ()
    units: tuple[Choice, ...] = ()


class StayLine(Struct, frozen=True):
    """A case that waits in a stage, or waited there (``ended``); days of working time."""

    case: Watched
    waited: float
    since: str
    ended: str


class Stays(Struct, frozen=True):
    """The cases behind one wait. ``unseen`` are those that this reader may not see."""

    flow: Flow
    line: WaitLine
    cases: tuple[StayLine, ...]
    unseen: int
    more: bool

    @property
    def median(self) -> str:
        return f"{self.line.median:.1f}"

    @property
    def most(self) -> str:
        return f"{self.line.most:.1f}"

    @property
    def longest(self) -> str:
        return f"{self.line.longest:.1f}"
