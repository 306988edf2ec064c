"""What it takes to prove every practice on the shelf: all checks of each folder, and every scenario on the kernel alone.

    python benches/bench_practices.py [--rounds 3]

Beside it what the machine cannot do without: reading the same files by the C parser of YAML, and nothing else. Seconds of a
processor, the shortest of the rounds: what others do on the machine stretches the clock on the wall. Each round is a process of its
own, for what a process keeps of a practice must not count.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from time import process_time

ROOT = Path(__file__).parents[1]
GOALS = {"checks": 5.0, "scenarios": 20.0}


def folders() -> list[Path]:
    return sorted(path.parent for path in (ROOT / "practices").glob("*/practice.yaml"))


def parse() -> None:
    import yaml

    for path in sorted((ROOT / "practices").glob("*/**/*.yaml")):
        for _ in yaml.parse(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader):
            pass


def checks() -> None:
    from tongban.apps.adoption.shelf import check

    for folder in folders():
        _, faults = check(folder)
        assert not faults, folder


def scenarios() -> None:
    from tongban.apps.adoption.shelf import tell

    for folder in folders():
        report = tell(folder, ROOT / "calendars" / "cn")
        assert not report.failures, folder


WORK = {"parse": parse, "checks": checks, "scenarios": scenarios}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--one", choices=[*WORK])
    chosen = options.parse_args()
    if chosen.one:
        begun = process_time()
        WORK[chosen.one]()
        print(process_time() - begun)
        return
    print(
        f"{len(folders())} practices, {len(list((ROOT / 'practices').glob('*/scenarios/*.yaml')))} scenarios"
    )
    for name in WORK:
        took = min(_alone(name) for _ in range(chosen.rounds))
        goal = f", goal {GOALS[name]:.0f}" if name in GOALS else ", the machine's own limit of reading them"
        print(f"{name}: {took:.1f} s of a processor{goal}")


def _alone(name: str) -> float:
    done = subprocess.run(
        [sys.executable, __file__, "--one", name], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


if __name__ == "__main__":
    main()
