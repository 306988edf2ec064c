"""Plays a day: every act at its moment, by as many hands as were asked for, and what it was like."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from resource import RUSAGE_SELF, getrusage
from threading import Lock

from msgspec import Struct

from tongban.load.day import Act, Due
from tongban.load.kept import Checked
from tongban.load.playing import Play

NOTHING = "nothing"


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
    """``refused`` counts codes by act; ``idle`` acts that found nothing to do; ``again`` requests that had to be sent more than once."""

    seconds: float
    driver: float
    """Seconds of a processor that this program itself used."""
    times: tuple[Times, ...]
    refused: dict[str, dict[str, int]]
    idle: int
    again: int
    left: dict[str, int]
    """Steps that a program cannot fill, and how often one was met."""
    checked: Checked | None = None


def play(made: Play, day: Sequence[Due], hands: int, said: Callable[[int, int], None]) -> Played:
    """Play the day to its end. ``said`` hears now and then how much is done of how much."""
    waiting: SimpleQueue[tuple[float, int, Act]] = SimpleQueue()
    took: dict[Act, list[tuple[float, float]]] = defaultdict(list)
    refused: dict[Act, Counter[str]] = defaultdict(Counter)
    sums: Counter[str] = Counter()
    over, counting = False, Lock()
    began, cpu = time.perf_counter(), _cpu()

    def hand() -> None:
        while True:
            try:
                due, n, act = waiting.get(timeout=0.2)
            except Empty:
                if over:
                    return
                continue
            start = time.perf_counter()
            try:
                done = made.act(act, n)
            except Exception as fault:  # one act that fails must not end the day; it is told
                with counting:
                    refused[act][type(fault).__name__] += 1
                continue
            end = time.perf_counter()
            with counting:
                sums["done"] += 1
                sums["again"] += done.tries - 1
                if done.refused == NOTHING:
                    sums[NOTHING] += 1
                elif done.refused:
                    refused[act][done.refused] += 1
                else:
                    took[act].append(((end - due) * 1e3, (end - start) * 1e3))

    with ThreadPoolExecutor(hands) as pool:
        running = [pool.submit(hand) for _ in range(hands)]
        for n, each in enumerate(day):
            wait = began + each.at - time.perf_counter()
            if wait > 0:
                time.sleep(wait)
            waiting.put((began + each.at, n, each.act))
            if n % 200 == 0:
                said(sums["done"], len(day))
        while not waiting.empty():
            time.sleep(0.2)
            said(sums["done"], len(day))
        over = True
        for each_hand in running:
            each_hand.result()
    said(len(day), len(day))
    times = tuple(_times(act, took[act]) for act in Act if took[act])
    told = {act.value: dict(codes.most_common()) for act, codes in refused.items()}
    left = dict(made.left.most_common(20))
    return Played(time.perf_counter() - began, _cpu() - cpu, times, told, sums[NOTHING], sums["again"], left)


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
