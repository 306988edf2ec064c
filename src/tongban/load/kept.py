"""What was acknowledged, and whether it is all there afterwards: nothing lost, nothing twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from threading import Lock

from msgspec import Struct

from tongban.load.crew import API, Lines


class Checked(Struct, frozen=True):
    """``lost``: acknowledged and not there, as (case, step); ``twice``: there more often than acknowledged. ``unseen``: cases that who acted may no longer see."""

    cases: int
    steps: int
    lost: tuple[tuple[str, str], ...]
    twice: tuple[tuple[str, str], ...]
    unseen: int


class Kept:
    """Filled by many threads. Of a case only what happened since ``began`` (by the instance's own clock) is looked at."""

    def __init__(self, began: datetime) -> None:
        self.began = began
        self.took: dict[str, Counter[str]] = defaultdict(Counter)
        self.seen_by: dict[str, Mapping[str, str]] = {}
        self.lock = Lock()

    def note(self, number: str, step: str, headers: Mapping[str, str], *, resident: bool = False) -> None:
        """An answer said that this was done; whoever sends these headers saw the case. A resident is asked again only where nobody of the
        staff can be: the story that residents are shown leaves steps between offices out."""
        with self.lock:
            self.took[number][step] += 1
            if not resident or number not in self.seen_by:
                self.seen_by[number] = headers

    def check(self, lines: Lines, most: int) -> Checked:
        """Read the cases again, the last ``most`` of them, and hold their stories beside what was acknowledged."""
        line, lost, twice, unseen, steps = lines.staff(), [], [], 0, 0
        numbers = list(self.took)[-most:]
        for number in numbers:
            answer = line.ask("GET", f"{API}/cases/{number}", headers=self.seen_by[number], again=True)
            if answer.status != 200:
                unseen += 1
                continue
            told = Counter(
                each["step"]["id"]
                for each in answer.json()["story"]
                if not each["system"] and datetime.fromisoformat(each["at"]) >= self.began
            )
            for step, count in self.took[number].items():
                steps += count
                if told[step] < count:
                    lost.append((number, step))
                elif told[step] > count:
                    twice.append((number, step))
        return Checked(len(numbers), steps, tuple(lost), tuple(twice), unseen)
