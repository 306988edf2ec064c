"""A journey in words: each stop, what lay before it, and the sums. For the public in days from the first, without a date or an hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from tongban.apps.journeys.path import Journey, Means, Stop
from tongban.apps.office import Office
from tongban.apps.visits import reason_words
from tongban.apps.wording import moment, say
from tongban.kernel.clock import LOCAL

FEW = 2
"""So many offices are named between two stops."""


class StopLine(Struct, frozen=True):
    """One stop as it is drawn and told. ``before`` is what lay between it and the stop before ("" for the first), ``dots`` the steps of offices
    meanwhile."""

    means: Means
    title: str
    when: str
    lines: tuple[str, ...]
    before: str
    dots: int


class Way(Struct, frozen=True):
    """A journey as it is shown. ``sums`` are label and value; ``numbers`` those of its cases ("" for the public)."""

    stops: tuple[StopLine, ...]
    sums: tuple[tuple[str, str], ...]
    over: bool
    numbers: tuple[str, ...] = ()


class Teller:
    """``public``: days from the first, nothing that says when. ``own``: the requester is spoken to."""

    def __init__(
        self, here: Office, language: str, now: datetime, *, public: bool = False, own: bool = False
    ):
        self.here = here
        self.language = language
        self.now = now
        self.public = public
        self.own = own

    def way(self, found: Journey, numbers: tuple[str, ...] = ()) -> Way:
        lines, trip = [], 0
        for n, stop in enumerate(found.stops):
            trip += stop.means == "trip"
            lines.append(self._line(stop, trip, found.since, first=n == 0))
        return Way(tuple(lines), self.sums(found), found.over, numbers)

    def sums(self, found: Journey) -> tuple[tuple[str, str], ...]:
        values = {
            "time": self._time(found),
            "trips": str(found.trips),
            "papers": str(found.papers),
            "steps": str(found.steps),
        }
        return tuple((self._say(f"journey.{name}"), value) for name, value in values.items())

    def _time(self, found: Journey) -> str:
        if self.public:
            return self._days(found.since, found.until)
        return span(found.minutes, self.language)

    def _say(self, key: str, **facts: str | int) -> str:
        return say(key, self.language, **facts)

    def _unit(self, unit: str) -> str:
        return self.here.names.unit(unit, self.language)

    def _line(self, stop: Stop, trip: int, since: datetime, *, first: bool) -> StopLine:
        title = self._say(f"journey.at.{stop.means}", n=trip, unit=self._unit(stop.unit) if stop.unit else "")
        said = []
        if stop.why:
            said.append(reason_words(stop.why, self.here.wording(stop.adoption, self.language)))
        if stop.papers:
            said.append(self._say("journey.handed_in", n=stop.papers))
        if stop.told:
            said.append(self._say("journey.told_own" if self.own else "journey.told"))
        return StopLine(
            means=stop.means,
            title=title,
            when=self._when(stop.at, since),
            lines=tuple(said),
            before="" if first else self._between(stop),
            dots=stop.steps,
        )

    def _when(self, at: datetime, since: datetime) -> str:
        if self.public:
            return self._say("journey.day", n=_days(since, at) + 1)
        return moment(at, self.language, self.now)

    def _between(self, stop: Stop) -> str:
        said = self._waited(stop)
        if not stop.steps:
            return said
        many = len(stop.offices) > FEW
        names = ("、" if self.language != "en" else ", ").join(self._unit(each) for each in stop.offices)
        who = self._say("journey.offices", n=len(stop.offices)) if many else names
        return self._say("journey.meanwhile", waited=said, who=who, n=stop.steps)

    def _waited(self, stop: Stop) -> str:
        if not self.public:
            return self._say("journey.waited", span=span(_minutes(stop.waited), self.language))
        began = stop.at - stop.waited
        if not _days(began, stop.at):
            return self._say("journey.waited_same_day")
        return self._say("journey.waited", span=self._days(began, stop.at))

    def _days(self, since: datetime, until: datetime) -> str:
        days = _days(since, until)
        return self._say("journey.days", n=days) if days else self._say("journey.same_day")


def _minutes(waited: timedelta) -> int:
    return int(waited.total_seconds() // 60)


def _days(since: datetime, until: datetime) -> int:
    """Local days from one to the other."""
    return (until.astimezone(LOCAL).date() - since.astimezone(LOCAL).date()).days


def span(minutes: int, language: str) -> str:
    """An amount of time as people say it: 45 minutes, 26 hours, 5 days 3 hours."""
    words: Callable[..., str] = say
    if minutes < 60:
        return words("journey.minutes", language, n=minutes)
    hours = (minutes + 30) // 60
    if hours < 72:
        return words("journey.hours", language, n=hours)
    days, rest = divmod(hours, 24)
    said = words("journey.days", language, n=days)
    return said if not rest else f"{said} {words('journey.hours', language, n=rest)}"
