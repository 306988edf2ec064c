"""Known weaknesses of what runs in production, asked of pip-audit's source: fails for a weakness, never for a silence.

Where the source cannot be reached, or knows none of the packages (a mirror does not), this says so and ends well: nothing was
asked, and nothing is claimed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

RUNTIME = Path(__file__).resolve().parents[1] / "requirements" / "runtime.txt"
SECONDS = 300


def main() -> int:
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "-r",
        str(RUNTIME),
        "--disable-pip",
        "--no-deps",
        "-f",
        "json",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        print("audit: no source of known weaknesses answers here; nothing was asked")
        return 0
    asked = [each for each in packages if "vulns" in each]
    weak = [each for each in asked if each["vulns"]]
    print(
        f"audit: {len(asked)} of {len(packages)} packages could be asked for; with known weaknesses: {len(weak)}"
    )
    for each in weak:
        print(f"  {each['name']} {each['version']}: {', '.join(one['id'] for one in each['vulns'])}")
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
