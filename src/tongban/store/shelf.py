"""Where the bytes of attachments lie: a folder, or a bucket that speaks S3. Both keep one contract, and one suite of tests.

A name is the SHA-256 of its bytes, so what lies under a name never changes: to put it twice is to put it once, and two hosts
that put the same do no harm. What is dropped is gone at once. Nothing is ever handed out from here to a browser: the bytes
go through the program, which asks whose case it is.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from msgspec import Struct

FOLDER = "attachments"


class AwayError(OSError):
    """Nobody answers where the attachments lie, or whoever does will not let us in."""


class Shelf(Protocol):
    """Every act raises ``ValueError`` for what is no id of an attachment, and ``AwayError`` when the place cannot be reached."""

    def put(self, name: str, data: bytes) -> None:
        """Kept whole, and for good, once this returns; what is there already stays as it is."""

    def get(self, name: str) -> bytes:
        """The bytes as they are there. Raises ``FileNotFoundError`` for what is not."""

    def drop(self, name: str) -> None:
        """Gone once this returns; what is not there is gone."""

    def names(self) -> Iterator[str]:
        """All that are there, in no order."""


def path_of(name: str) -> str:
    """Where a file lies below its shelf. Raises ``ValueError`` for what is no id, so no path can leave it."""
    if not _is_name(name):
        raise ValueError("not the id of an attachment")
    return f"{name[:2]}/{name[2:]}"


def name_of(path: str) -> str:
    """The file that lies there, "" for what is none of ours."""
    name = path.replace("/", "", 1)
    return name if _is_name(name) and path == path_of(name) else ""


def _is_name(name: str) -> bool:
    return len(name) == 64 and set(name) <= set("0123456789abcdef")


class Folder(Struct, frozen=True):
    """Files on a disk, or on a file system that several hosts share."""

    folder: Path

    def put(self, name: str, data: bytes) -> None:
        path = self.path(name)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = path.with_name(f".{name}.{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            made.replace(path)
        finally:
            made.unlink(missing_ok=True)

    def get(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def drop(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        for path in self.folder.glob("??/*"):
            if name := name_of(f"{path.parent.name}/{path.name}"):
                yield name

    def path(self, name: str) -> Path:
        return self.folder / path_of(name)


def shelf_of(home: Path, address: str) -> Shelf:
    """The bucket at an address (``TONGBAN_OBJECTS``); the folder of the home without one."""
    if not address:
        return Folder(home / FOLDER)
    from tongban.store.bucket import bucket_at

    return bucket_at(address)
