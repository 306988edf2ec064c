"""Where the pages of this home were served last: for the links of a demo and for commands that ask its pages, on whichever port it is."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

NAME = "served-at"
USUAL = "http://127.0.0.1:8000"


def note(home: Path, host: str, port: int) -> None:
    """Whoever begins to serve says where. ``host``: as it is listened on; every address of a machine is found on its own."""
    named = "127.0.0.1" if host in ("0.0.0.0", "::", "") else f"[{host}]" if ":" in host else host  # noqa: S104
    with suppress(OSError):  # a home that only another account may write to serves all the same
        (home / NAME).write_text(f"http://{named}:{port}\n", encoding="utf-8")


def last(home: Path) -> str:
    """Where it was last; the usual place where nobody served yet."""
    try:
        return (home / NAME).read_text(encoding="utf-8").strip() or USUAL
    except OSError:
        return USUAL
