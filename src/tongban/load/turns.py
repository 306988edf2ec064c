"""Whose turn it is: which cases wait for whom, and what of them was tried in vain already."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from threading import Lock
from urllib.parse import quote

from tongban.load.crew import API, Lines, Member

PAUSE, LONGEST = 3.0, 12.0
"""Seconds after which somebody who saw nothing to do looks again: twice as long each time, and at most."""
PAGES = 8
"""How many pages of the own list somebody turns, looking for a case to move on."""

CIRCLES = 10
"""How often the same step is taken on one case: some come again and again, as a weekly report does, and some lead there and back; a case
that goes round all day is no day. [default]"""


class Turns:
    """Called from many threads; each case is in the hands of one at a time."""

    def __init__(self, lines: Lines, crew: Sequence[Member]) -> None:
        self.lines, self.crew = lines, crew
        self.moved: Counter[str] = Counter()
        """How often each case was moved on here."""
        self.last: dict[str, str] = {}
        """The step by which."""
        self.taken: Counter[tuple[str, str]] = Counter()
        """How often each step was taken on each case."""
        self.refused: dict[str, set[str]] = {}
        """The steps of a case that were refused, or that a program cannot fill, since it last moved."""
        self.vain: dict[tuple[str, str], int] = {}
        """How far a case had moved when somebody found nothing to do on it."""
        self.busy: set[str] = set()
        self.lock = Lock()

    def next(self, dice: random.Random) -> tuple[Member, str] | None:
        """Somebody and a case that waits for them, in their hands until it is ``left``; None where nobody sees one."""
        first = dice.randrange(len(self.crew))
        order = [*self.crew[first:], *self.crew[:first]]
        for looking in (False, True):
            for member in order:
                number = self._of(member, looking=looking)
                if number:
                    return member, number
        return None

    def done(self, number: str, step: str) -> None:
        """A case was moved on: whoever it waits for now may find something to do on it."""
        with self.lock:
            self.moved[number] += 1
            self.last[number] = step
            self.taken[number, step] += 1
            self.refused.pop(number, None)

    def in_vain(self, member: Member, number: str, steps: set[str]) -> None:
        """Nothing could be done on a case as it stands: ``steps`` are not tried again, and this one leaves it alone."""
        with self.lock:
            self.refused.setdefault(number, set()).update(steps)
            self.vain[member.login, number] = self.moved[number]

    def left(self, number: str) -> None:
        """Nobody has the case in hand any more."""
        with self.lock:
            self.busy.discard(number)

    def untried(self, number: str, step: str) -> bool:
        """Whether a step is worth trying: it was not refused as things stand, is not the one that brought the case here, and was not
        taken on it again and again."""
        known = step in self.refused.get(number, ()) or self.last.get(number) == step
        return not known and self.taken[number, step] < CIRCLES

    def _of(self, member: Member, *, looking: bool) -> str:
        if not member.lock.acquire(blocking=False):  # somebody else is at their desk
            return ""
        try:
            if not member.queue and looking and time.monotonic() >= member.quiet:
                member.queue = self._seen(member)
                member.pause = PAUSE if member.queue else min(max(PAUSE, 2 * member.pause), LONGEST)
                member.quiet = 0.0 if member.queue else time.monotonic() + member.pause
            while member.queue:
                number, moved = member.queue.pop()
                with self.lock:
                    if self.moved[number] == moved and self._open(member, number):
                        self.busy.add(number)
                        return number
            return ""
        finally:
            member.lock.release()

    def _open(self, member: Member, number: str) -> bool:
        return number not in self.busy and self.vain.get((member.login, number), -1) != self.moved[number]

    def _seen(self, member: Member) -> list[tuple[str, int]]:
        """What waits for somebody, the most urgent last, as the list of their own says: the first page with something to do."""
        after = ""
        for _ in range(PAGES):
            path = f"{API}/cases?view=waiting{after}"
            found = self.lines.staff().ask("GET", path, headers=member.headers)
            if found.status != 200:
                return []
            said = found.json()
            numbers = [row["number"].replace(" ", "") for row in said["rows"]]
            with self.lock:
                fresh = [(each, self.moved[each]) for each in numbers if self._open(member, each)]
            if fresh or not said["next"]:
                return fresh[::-1]
            after = f"&after={quote(said['next'])}"
        return []
