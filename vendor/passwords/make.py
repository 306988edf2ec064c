"""Write the list of breached passwords from the package that it comes from: ``python vendor/passwords/make.py FOLDER_OF_THE_PACKAGE``."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

TO = Path(__file__).resolve().parents[2] / "src" / "tongban" / "apps" / "people" / "breached.txt.gz"
SHORTEST = 12


def main() -> None:
    given = gzip.decompress((Path(sys.argv[1]) / "data" / "passwords.txt.gz").read_bytes()).decode(
        errors="replace"
    )
    words = (each.strip().lower() for each in given.splitlines())
    kept = list(dict.fromkeys(each for each in words if len(each) >= SHORTEST))
    TO.write_bytes(gzip.compress("\n".join(kept).encode(), mtime=0))
    print(len(kept))


if __name__ == "__main__":
    main()
