"""Plays a day: every act at its moment, by as many hands as were asked for, and what it was like."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from resource import RUSAGE_SELF, getrusage
from threading import Lock

from msgspec import Struct

from tongban.load.day import Act, Due
from tongban.load.kept import Checked
from tongban.load.playing import NOTHING, Done, Play
from tongban.load.turns import PAUSE

BREATH = 1.0
"""Seconds until a step for which nobody had anything to do is tried again."""
ROUNDS = 5
"""So many times ``PAUSE`` is longer than anybody rests."""


class Times(Struct, frozen=True):
    """Of one act: how many were done, and milliseconds from the moment at which each was due to its answer, waiting for a free hand
    included (who comes to a counter waits from when he comes); ``served`` is from when it was begun."""

    act: Act
    done: int
    median: float
    p95: float
    p99: float
    longest: float
    served: float


class Played(Struct, frozen=True):
    """``seconds`` until the last act was done; ``refused`` counts codes by act; ``idle`` steps for which nobody had anything to do to the end; ``again`` requests that had to be
    sent more than once; ``asked`` and ``did`` acts by what the day is measured in: cases, steps, views."""

    seconds: float
    driver: float
    """Seconds of a processor that this program itself used."""
    times: tuple[Times, ...]
    refused: dict[str, dict[str, int]]
    idle: int
    again: int
    met: dict[str, int]
    """Steps that were met and not taken, with the code of the refusal or the kind of field that a program cannot fill."""
    asked: dict[str, int]
    did: dict[str, int]
    checked: Checked | None = None


MEASURES = {Act.report: "cases", Act.register: "cases", Act.step: "steps"}
"""What an act counts as; the others are views."""


class _Day:
    """What was done of a day so far. Many hands write into it."""

    def __init__(self) -> None:
        self.waiting: SimpleQueue[tuple[float, int, Act]] = SimpleQueue()
        self.took: dict[Act, list[tuple[float, float]]] = defaultdict(list)
        self.refused: dict[Act, Counter[str]] = defaultdict(Counter)
        self.owed: list[int] = []
        """Steps for which nobody had anything to do: they are tried again while the day lasts, and until that brings nothing more."""
        self.open = 0
        """Acts that wait or are being done."""
        self.done = self.again = 0
        self.latest = 0.0
        """When the last act so far was done: what is looked for in vain afterwards is no part of the day."""
        self.over = False
        self.lock = Lock()

    def give(self, due: float, n: int, act: Act) -> None:
        with self.lock:
            self.open += 1
        self.waiting.put((due, n, act))

    def give_back(self) -> None:
        """Let what was owed be tried again. It waits for work, not for a free hand: it is due now."""
        with self.lock:
            owed, self.owed = self.owed, []
        for n in owed:
            self.give(time.perf_counter(), n, Act.step)

    def hand(self, made: Play) -> None:
        while not self.over:
            try:
                due, n, act = self.waiting.get(timeout=0.2)
            except Empty:
                continue
            start = time.perf_counter()
            try:
                self._note(act, n, made.act(act, n), due, start)
            except Exception as fault:  # one act that fails must not end the day; it is told
                with self.lock:
                    self.refused[act][type(fault).__name__] += 1
            finally:
                with self.lock:
                    self.open -= 1

    def _note(self, act: Act, n: int, done: Done, due: float, start: float) -> None:
        end = time.perf_counter()
        with self.lock:
            self.again += done.tries - 1
            if done.refused == NOTHING:
                self.owed.append(n)
                return
            self.done, self.latest = self.done + 1, max(self.latest, end)
            if done.refused:
                self.refused[act][done.refused] += 1
            else:
                self.took[act].append(((end - due) * 1e3, (end - start) * 1e3))


def play(made: Play, day: Sequence[Due], hands: int, said: Callable[[int, int], None]) -> Played:
    """Play the day to its end. ``said`` hears now and then how much is done of how much."""
    so_far = _Day()
    began, cpu = time.perf_counter(), _cpu()
    with ThreadPoolExecutor(hands) as pool:
        running = [pool.submit(so_far.hand, made) for _ in range(hands)]
        looked = began
        for n, each in enumerate(day):
            wait = began + each.at - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            so_far.give(began + each.at, n, each.act)
            if time.perf_counter() - looked >= BREATH:
                looked = time.perf_counter()
                so_far.give_back()
                said(so_far.done, len(day))
        _to_the_end(so_far, lambda: said(so_far.done, len(day)))
        so_far.over = True
        for each_hand in running:
            each_hand.result()
    said(len(day), len(day))
    times = tuple(_times(act, so_far.took[act]) for act in Act if so_far.took[act])
    did = {act: len(took) for act, took in so_far.took.items()}
    return Played(
        max(0.0, so_far.latest - began),
        _cpu() - cpu,
        times,
        {act.value: dict(codes.most_common()) for act, codes in so_far.refused.items()},
        len(so_far.owed),
        so_far.again,
        dict(made.met.most_common(40)),
        _measured(Counter(each.act for each in day)),
        _measured(did),
    )


def _to_the_end(so_far: _Day, said: Callable[[], None]) -> None:
    """Wait until all is done; what is owed is tried again until ``ROUNDS`` rounds brought nothing more: what follows from a step may
    open the next."""
    rounds, owed = 0, 0
    while True:
        while so_far.open:
            time.sleep(0.2)
            said()
        rounds = rounds + 1 if len(so_far.owed) == owed else 0
        owed = len(so_far.owed)
        if not owed or rounds == ROUNDS:
            return
        time.sleep(PAUSE)
        so_far.give_back()


def _measured(acts: Mapping[Act, int]) -> dict[str, int]:
    sums = {"cases": 0, "steps": 0, "views": 0}
    for act, n in acts.items():
        sums[MEASURES.get(act, "views")] += n
    return sums


def quantile(values: Sequence[float], part: float) -> float:
    """The value below which this part lies (nearest rank), of sorted values."""
    return values[min(len(values) - 1, int(part * len(values)))]


def _times(act: Act, took: Sequence[tuple[float, float]]) -> Times:
    felt, served = sorted(each for each, _ in took), sorted(each for _, each in took)
    return Times(
        act,
        len(felt),
        quantile(felt, 0.5),
        quantile(felt, 0.95),
        quantile(felt, 0.99),
        felt[-1],
        quantile(served, 0.5),
    )


def _cpu() -> float:
    used = getrusage(RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
