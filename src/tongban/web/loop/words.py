"""What a drawing says: the practice's own words, who holds the case, and how its clock stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from tongban.kernel.clock import Unit
from tongban.kernel.procedure.drawing import DrawnClock
from tongban.kernel.value import Value
from tongban.web.words import has_words, say

Tone = Literal["late", "soon", "kept", "rest"]
HERE = ZoneInfo("Asia/Shanghai")
SOON_PERCENT = 75
"""From this share of the promise on, a clock is about to run out."""


class ClockInWords(Protocol):
    """How a clock stands, in words made elsewhere (``ClockView`` is one)."""

    @property
    def id(self) -> str: ...
    @property
    def running(self) -> bool: ...
    @property
    def tone(self) -> Tone: ...
    @property
    def words(self) -> str: ...
    @property
    def due(self) -> str: ...


@dataclass(frozen=True, slots=True)
class LoopWords:
    """``of`` gives the practice's words for a key (``stages.signed.title``), in ``language``.

    ``holder`` is the title of the unit that holds the case; ``clock`` how a clock stands, where a page has
    said it already (if it is not the drawn one, that is said here); ``clocks`` the clocks of each stage.
    """

    of: Callable[[str], str]
    language: str
    holder: str = ""
    clock: ClockInWords | None = None
    clocks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def say(self, key: str, **facts: Value) -> str:
        """The product's own words."""
        return say(key, self.language, **facts)

    def count(self, key: str, n: int) -> str:
        """Words for a number of things; one thing has its own where a language needs them."""
        one = f"{key}.one"
        return self.say(one if n == 1 and has_words(one) else key, n=n)


@dataclass(frozen=True, slots=True)
class Standing:
    """A clock as it is drawn. ``left`` and ``unit`` stand inside the dial, "" for none."""

    tone: Tone
    words: str
    due: str
    left: str
    unit: str


def standing(clock: DrawnClock, words: LoopWords) -> Standing:
    left, unit = _inside(clock, words)
    if words.clock is not None and words.clock.running and words.clock.id == clock.id:
        due = words.say("loop.due", due=words.clock.due) if words.clock.due else ""
        return Standing(words.clock.tone, words.clock.words, due, left, unit)
    return Standing(_tone(clock), _said(clock, words), due_words(clock.due, words), left, unit)


def due_words(due: datetime | None, words: LoopWords) -> str:
    """The due moment in the county's time; the end of a day is named by that day."""
    if due is None:
        return ""
    local = due.astimezone(HERE)
    whole_day = (local.hour, local.minute) == (0, 0)
    day = local - timedelta(minutes=1) if whole_day else local
    facts: dict[str, Value] = {
        "day": day.day,
        "month": words.say(f"loop.month.{day.month}"),
        "time": f"{local:%H:%M}",
    }
    return words.say("loop.due_day" if whole_day else "loop.due_time", **facts)


def _tone(clock: DrawnClock) -> Tone:
    if clock.late:
        return "late"
    if clock.suspended:
        return "rest"
    return "soon" if clock.percent >= SOON_PERCENT else "kept"


def _said(clock: DrawnClock, words: LoopWords) -> str:
    if clock.suspended:
        return words.say("loop.suspended")
    amount, unit = _amount(clock)
    if clock.late:
        return words.count(f"loop.late.{unit}", amount) if amount else words.say("loop.late.now")
    return words.count(f"loop.left.{unit}", amount) if amount else words.say("loop.left.now")


def _inside(clock: DrawnClock, words: LoopWords) -> tuple[str, str]:
    if clock.suspended:
        return "", ""
    amount, unit = _amount(clock)
    return f"{'+' if clock.late and amount else ''}{amount}", words.say(f"loop.unit.{unit}")


def _amount(clock: DrawnClock) -> tuple[int, str]:
    """What is left of the promise, or how far it is passed; minutes become hours and days when many.

    Left time is rounded down and passed time up to the started one: nothing looks better than it is.
    """
    amount = abs(clock.allowed - clock.used)
    if clock.unit is not Unit.MINUTES:
        return amount, clock.unit.value
    for unit, minutes in ((Unit.CALENDAR_DAYS, 24 * 60), (Unit.HOURS, 60)):
        if amount >= 2 * minutes:
            return amount // minutes, unit.value
    return amount, clock.unit.value
