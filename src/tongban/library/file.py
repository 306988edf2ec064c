"""A file that somebody names: read whole, or written where none is; why not, where that cannot be."""

from __future__ import annotations

from pathlib import Path

from tongban.kernel.refusal import Refused
from tongban.library.causes import because


def content_of(path: Path) -> bytes | Refused:
    """All of it. Refuses what cannot be read (``import.unreadable``)."""
    try:
        return path.read_bytes()
    except OSError as fault:
        return Refused("import.unreadable", str(path), because(fault))


def write_new(path: Path, content: bytes) -> Refused | None:
    """Write it; never over a file that is there (``register.file_there``)."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return Refused("register.file_there", str(path))
    except OSError as fault:
        return Refused("import.unreadable", str(path), because(fault))
    return None
