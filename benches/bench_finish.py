"""How often the projected finish held, in generated campaigns whose end is known.

    python -m benches.bench_finish [--campaigns 400]

Each campaign is lived through day by day. On every day on which between a fifth and nine tenths are done, the projection is asked with what was known
in the evening before; afterwards it is seen whether the true last day lay in its interval of 80 %. Four kinds of campaign: an even pace with
good and bad days; the same at rest on Sundays and holidays; one that gains pace slowly and has runs of good and bad weeks; and one whose last fifth is three times as hard.
Nothing here is real; the same seed gives the same figures.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from math import exp
from random import Random

from tongban.apps.casework.finishing import Finish, finish

DAY = timedelta(days=1)
FIRST = date(2026, 3, 2)
Pace = Callable[[Random, int, float, float], float]
"""Cases of a day, on average: by the day's number, the share that is done, and yesterday's mood."""


def even(_: Random, __: int, ___: float, mood: float) -> float:
    return mood


def growing(_: Random, n: int, __: float, mood: float) -> float:
    return mood * min(1.0, 0.2 + n / 12)


def hard_end(_: Random, __: int, done: float, mood: float) -> float:
    return mood * (1 / 3 if done > 0.8 else 1)


KINDS: dict[str, tuple[Pace, bool, float]] = {
    "even pace": (even, False, 0.0),
    "even pace, at rest on days of rest": (even, True, 0.0),
    "gains pace, good and bad weeks": (growing, False, 0.7),
    "the last fifth three times as hard": (hard_end, False, 0.0),
}
"""The pace, whether it rests, and how much of a mood lasts to the next day."""


def worked(day: date) -> bool:
    return day.weekday() < 5


def counts(random: Random, total: int, kind: str) -> dict[date, int]:
    """The days of one campaign, from the first to the last case."""
    pace, rests, lasting = KINDS[kind]
    usual = total / random.uniform(15, 60)
    found: dict[date, int] = {}
    done, day, n, mood = 0, FIRST, 0, 0.0
    while done < total:
        if not rests or worked(day):
            mood = lasting * mood + (1 - lasting**2) ** 0.5 * random.gauss(0, 0.5)
            mean = usual * pace(random, n, done / total, exp(mood - 0.125))
            found[day] = min(poisson(random, mean), total - done)
            done += found[day]
            n += 1
        day += DAY
    return found


def poisson(random: Random, mean: float) -> int:
    if mean > 30:
        return max(0, round(random.gauss(mean, mean**0.5)))
    limit, n, product = exp(-mean), 0, random.random()
    while product > limit:
        n, product = n + 1, product * random.random()
    return n


def asked(random: Random, campaigns: int, kind: str) -> Iterator[tuple[bool, bool, bool, int, int]]:
    """For each day asked: a day was named, the true one lay within, it was later; how far off, how wide (days)."""
    for _ in range(campaigns):
        total = random.choice((60, 300, 2111))
        lived = counts(random, total, kind)
        last = max(lived)
        today = FIRST + DAY
        while today <= last:
            known = {day: n for day, n in lived.items() if day < today}
            if 0.2 <= sum(known.values()) / total <= 0.9:
                found = finish(known, total, today, worked)
                if isinstance(found, Finish):
                    off = (last - found.day).days
                    yield (
                        True,
                        found.low <= last <= found.high,
                        last > found.high,
                        off,
                        (found.high - found.low).days,
                    )
                else:
                    yield False, False, False, 0, 0
            today += DAY


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--campaigns", type=int, default=400)
    chosen = options.parse_args()
    print(f"{'':38}{'asked':>8}{'named':>8}{'within':>8}{'later':>8}{'off, days':>11}{'width':>7}")
    for kind in KINDS:
        rows = list(asked(Random(20261128), chosen.campaigns, kind))
        named = [row for row in rows if row[0]]
        offs, widths = sorted(abs(row[3]) for row in named), sorted(row[4] for row in named)
        share = [100 * sum(row[n] for row in named) / len(named) for n in (1, 2)]
        print(
            f"{kind:38}{len(rows):8,d}{100 * len(named) / len(rows):7.0f}%{share[0]:7.0f}%{share[1]:7.0f}%"
            f"{offs[len(offs) // 2]:11d}{widths[len(widths) // 2]:7d}"
        )


if __name__ == "__main__":
    main()
