"""All benches, one after the other, each figure beside the machine's own limit measured in the same run.

    python -m benches [--quick] [NAME …]      names: kernel store ledger dispatch start pages peer

The whole takes about forty minutes on two cores and 20 GB of disk, most of it to fill a county with a
million cases; ``--quick`` fills fifty thousand and takes about eight. Nothing listens outside the loopback
and nothing stays behind: homes are temporary. A busy machine slows everything; read ratios, and run it again.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tongban.store.postgres import Server

ROOT = Path(__file__).parents[1]
FULL: dict[str, list[str]] = {
    "kernel": [],
    "store": [],
    "ledger": [],
    "dispatch": [],
    "start": [],
    "pages": [],
    "peer": [],
}
QUICK: dict[str, list[str]] = {
    "kernel": ["--steps", "2000"],
    "store": ["--rounds", "1", "--seconds", "2"],
    "ledger": ["--cases", "5000", "--rounds", "1"],
    "dispatch": [],
    "start": ["--volume", "10", "--rounds", "2"],
    "pages": ["--rounds", "6", "--families", "10", "--seconds", "2"],
    "peer": ["--seconds", "2", "--ready", "500"],
}
COUNTED = ("pages",)
"""What looks at a filled county that may stay."""


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("names", nargs="*", metavar="NAME", choices=[[], *FULL])
    options.add_argument("--quick", action="store_true")
    chosen = options.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )
    home = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    failed = []
    try:
        for name in chosen.names or FULL:
            arguments = list((QUICK if chosen.quick else FULL)[name])
            if name in COUNTED:
                arguments += ["--home", str(home), *(["--large", "50000"] if chosen.quick else [])]
            print(f"\n── {name} ──", flush=True)
            command = [sys.executable, "-m", f"benches.bench_{name}", *arguments]
            if subprocess.run(command, cwd=ROOT, check=False).returncode:
                failed.append(name)
    finally:
        Server(home).stop()
        shutil.rmtree(home, ignore_errors=True)
    if failed:
        print(f"\nfailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
