"""Somebody who writes down all that is told and works out, by linear programming, what is not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from scipy.optimize import linprog

Name = tuple[str, str]


class Reader:
    """What a reader knows: that counts are not below nought (or below one, where it is known that there are some), and sums."""

    def __init__(self, least: Mapping[Name, int]) -> None:
        self.at = {name: n for n, name in enumerate(sorted(least))}
        self.bounds = [(least[name], None) for name in self.at]
        self.sums: list[tuple[list[float], int]] = []

    def reads(self, names: Iterable[Name], value: int) -> None:
        row = [0.0] * len(self.at)
        for name in names:
            row[self.at[name]] += 1.0
        self.sums.append((row, value))

    def width(self, name: Name) -> float:
        """Between the least and the greatest that a count could be."""
        ends = []
        for way in (1.0, -1.0):
            goal = [0.0] * len(self.at)
            goal[self.at[name]] = way
            rows = [row for row, _ in self.sums] or None
            values = [value for _, value in self.sums] or None
            found = linprog(goal, A_eq=rows, b_eq=values, bounds=self.bounds, method="highs")
            if found.status == 3:
                return float("inf")
            assert found.status == 0, found.message
            ends.append(way * found.fun)
        return ends[1] - ends[0]

    def follows(self, name: Name) -> bool:
        """Whether the sums alone settle it, whatever the numbers are: then what is counted of it would be settled too."""
        rows = np.array([row for row, _ in self.sums] or [[0.0] * len(self.at)])
        one = np.zeros(len(self.at))
        one[self.at[name]] = 1.0
        return bool(np.linalg.matrix_rank(np.vstack([rows, one])) == np.linalg.matrix_rank(rows))
