"""The kernel alone: deciding, folding, sealing; no database. Beside it, what hashing the same bytes costs.

    python benches/bench_kernel.py [--steps 5000]

Uses a small practice of two clocks; the shortest of many short runs is printed, so that a busy machine
does not count.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from timeit import repeat

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "store"), str(Path(__file__).parent)]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.config.settings")

from small_practice import MONDAY, PROCEDURE, opened, take  # noqa: E402 - beside the tests

from tongban.kernel.ledger.canonical import canonical  # noqa: E402
from tongban.kernel.ledger.seal import Tip  # noqa: E402
from tongban.kernel.procedure.evolve import evolve  # noqa: E402
from tongban.kernel.record import case_from, deed, state_of  # noqa: E402
from tongban.store.batch import Append, Loaded  # noqa: E402
from tongban.store.keys import Lookup  # noqa: E402
from tongban.store.sealing import Rows  # noqa: E402

NOTE = {"note": "已电话联系来电人，约定明天上午到现场查看，结果将在两个工作日内答复。"}
RUN = 20


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--steps", type=int, default=8000)
    runs = options.parse_args().steps // RUN
    case = opened(number="K1").cases[0]
    noted = take(case, "note", answers=NOTE)
    loaded = Loaded(case, Tip(1, bytes(32), MONDAY))
    state = state_of(case)
    lookup = Lookup(b"k" * 32)
    rows = Rows()
    rows.add(0, Append(PROCEDURE, noted, loaded), MONDAY, lookup)
    body = str(rows.events[0]["body"]).encode()

    def sealed(decided, before=None) -> None:
        Rows().add(0, Append(PROCEDURE, decided, before), MONDAY, lookup)

    work: dict[str, Callable[[], object]] = {
        "open a case: decide": lambda: opened(number="K2"),
        "a step: decide": lambda: take(case, "note", answers=NOTE),
        "a step: fold (evolve)": lambda: evolve(case, noted.events[0]),
        "a step: decide, seal, rows": lambda: sealed(take(case, "note", answers=NOTE), loaded),
        "open a case: decide, seal, rows": lambda: sealed(opened(number="K3")),
        "state of a case: read": lambda: case_from(state),
        "state of a case: write": lambda: state_of(case),
        "event: text of the deed": lambda: canonical(deed(noted.events[0])),
        f"SHA-256 of such a body ({len(body)} bytes)": lambda: sha256(body).digest(),
    }
    print(f"{'':44}{'µs':>9}{'a second':>13}")
    for name, act in work.items():
        seconds = min(repeat(act, number=RUN, repeat=runs)) / RUN
        print(f"{name:44}{seconds * 1e6:9.1f}{1 / seconds:13,.0f}")


if __name__ == "__main__":
    main()
