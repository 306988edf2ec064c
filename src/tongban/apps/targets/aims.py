"""What the ledger says of targets, put together: each as it was set, with all that happened to it since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.disclosure.periods import Days, days_of
from tongban.apps.office import Office
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.store import targets
from tongban.store.targets import ENDED, MISS, MOVED, SET, Noted

KINDS = ("month", "quarter", "year")


class Post(Struct, frozen=True):
    """By which post something was said: never more than that is shown."""

    unit: str
    role: str


class Change(Struct, frozen=True):
    """A target that was moved or given up: what it was before, when, by whom and why."""

    at: datetime
    by: Post
    why: str
    before: int


class Miss(Struct, frozen=True):
    """A target that will be missed, said by ``by``: what is to be expected instead (in the target's own measure) and by when it is made good."""

    at: datetime
    by: Post
    why: str
    expected: int
    until: date


class Aim(Struct, frozen=True):
    """A target. ``value`` is in thousandths of a share, in hundredths of an average, or for a campaign the day (its ordinal) by which
    all below ``case`` is to be done. ``unit`` is "" for the county. ``definition`` is the hash of what is counted."""

    id: str
    set_at: datetime
    by: Post
    why: str
    value: int
    practice: str = ""
    indicator: str = ""
    definition: str = ""
    unit: str = ""
    period: str = ""
    case: str = ""
    moved: tuple[Change, ...] = ()
    misses: tuple[Miss, ...] = ()
    ended: Change | None = None

    @property
    def early_until(self) -> datetime:
        """Until three quarters of the time are over a miss is said early, and the target may still be moved or given up."""
        return early_until(self.days())

    @property
    def campaign(self) -> bool:
        return bool(self.case)

    def days(self) -> Days:
        """From the first day of its period to the last; of a campaign, from the day on which it was set."""
        if self.campaign:
            return Days(local_date(self.set_at), date.fromordinal(self.value))
        found = period_days(self.period)
        assert isinstance(found, Days), self.period
        return found


def early_until(days: Days) -> datetime:
    """When three quarters of the time are over: from then on most of the outcome is known, and nothing is set, moved or given up."""
    start, end = days.bounds
    return start + (end - start) * 3 / 4


def kind_of(period: str) -> str:
    """``month``, ``quarter`` or ``year``, by how it is written."""
    return "year" if len(period) == 4 else "quarter" if "Q" in period else "month"


def period_days(period: str) -> Days | Refused:
    return days_of(kind_of(period), period)


def aims(here: Office) -> tuple[Aim, ...]:
    """Every target, in the order in which they were set."""
    return tuple(_folded(targets.notes(here.journal)).values())


def _folded(notes: Iterable[Noted]) -> Mapping[str, Aim]:
    found: dict[str, Aim] = {}
    for note in notes:
        facts = note.facts
        name, value = str(facts.get("target", "")), facts.get("value")
        by = Post(str(facts.get("unit_of", "")), str(facts.get("role", "")))
        number = value if isinstance(value, int) else 0
        aim = found.get(name)
        match note.kind:
            case kind if kind == SET and aim is None and name:
                practice, indicator, definition, unit, period, of = (
                    str(facts.get(each, "")) for each in _SAID
                )
                found[name] = Aim(
                    name, note.at, by, note.why, number, practice, indicator, definition, unit, period, of
                )
            case kind if kind == MOVED and aim is not None:
                change = Change(note.at, by, note.why, aim.value)
                found[name] = replace(aim, value=number, moved=(*aim.moved, change))
            case kind if kind == ENDED and aim is not None:
                found[name] = replace(aim, ended=Change(note.at, by, note.why, aim.value))
            case kind if kind == MISS and aim is not None:
                until = date.fromisoformat(str(facts["until"]))
                miss = Miss(note.at, by, note.why, number, until)
                found[name] = replace(aim, misses=(*aim.misses, miss))
    return found


_SAID = ("practice", "indicator", "definition", "unit", "period", "case")
