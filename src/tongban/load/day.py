"""What happens when: a day's arrivals by the hour, drawn from a seed and pressed into the time that there is."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import accumulate

from msgspec import Struct

HOURS = (6, 4, 2, 2, 2, 4, 12, 28, 62, 84, 78, 60, 30, 36, 62, 66, 60, 46, 34, 36, 38, 30, 20, 12)
"""Weight of each hour of the day: two humps, a dip at noon, and calls about noise at night. [default, as in the demo county]"""


class Act(StrEnum):
    """What somebody does."""

    report = "report"
    """A resident opens a case."""
    register = "register"
    """A clerk writes down what was told on the telephone."""
    step = "step"
    """Somebody on whom a case waits takes a step."""
    follow = "follow"
    """A resident looks how the own case stands."""
    public = "public"
    """Anybody reads a public page."""
    worklist = "worklist"
    """Somebody of the staff looks what waits."""
    case = "case"
    """Somebody of the staff opens a case."""
    lead = "lead"
    """A leader looks at the whole."""


VIEWS: Mapping[Act, int] = {Act.public: 62, Act.follow: 14, Act.worklist: 10, Act.case: 13, Act.lead: 1}
"""Of a hundred page views. [default: most who look are no staff]"""
TOLD = 70
"""Of a hundred new cases those that a clerk writes down. [default]"""


class Size(Struct, frozen=True):
    """How much happens in ``hours`` of the day from ``first`` o'clock on."""

    cases: int
    steps: int
    views: int
    hours: int
    first: int


class Due(Struct, frozen=True, order=True):
    """``at`` is seconds from the start of the run."""

    at: float
    act: Act


def day_of(size: Size, seconds: float, seed: int, told: int = TOLD) -> Sequence[Due]:
    """Everything of the day in order, pressed into so many seconds. The same seed gives the same day. ``told``: of a hundred new cases
    those that clerks write down.

    A case must be there before a step can be taken on it: the first steps come when a fiftieth of the time is over.
    """
    dice = random.Random(seed)  # noqa: S311 - a day, no secret
    found = [
        *_many(Act.register, size.cases * told // 100, size, seconds, dice),
        *_many(Act.report, size.cases - size.cases * told // 100, size, seconds, dice),
        *_many(Act.step, size.steps, size, seconds, dice, seconds / 50),
    ]
    for act, n in apportioned(size.views, VIEWS).items():
        found += _many(act, n, size, seconds, dice)
    return sorted(found)


def apportioned(whole: int, shares: Mapping[Act, int]) -> dict[Act, int]:
    """So many parted by shares, all of them: what is left over after whole ones goes where most of one was cut off (largest remainders)."""
    of = sum(shares.values())
    parts = {each: whole * share // of for each, share in shares.items()}
    cut = sorted(shares, key=lambda each: -(whole * shares[each] % of))
    for each in cut[: whole - sum(parts.values())]:
        parts[each] += 1
    return parts


def _many(
    act: Act, count: int, size: Size, seconds: float, dice: random.Random, least: float = 0.0
) -> list[Due]:
    weights = [HOURS[(size.first + n) % 24] for n in range(size.hours)]
    hour = seconds / size.hours
    sums = list(accumulate(weights))
    hours = dice.choices(range(size.hours), cum_weights=sums, k=count)
    return [Due(max(least, (each + dice.random()) * hour), act) for each in hours]
