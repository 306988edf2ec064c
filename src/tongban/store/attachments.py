"""Files by the SHA-256 of their bytes, under ``TONGBAN_HOME/attachments``: the same photo is kept once.

The database knows size and media type; names and which case a file belongs to are content of that case.
"""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from tongban.store.journal import Journal
from tongban.store.models import Attachment


class Files(Struct, frozen=True):
    """The folder of attachments of a home."""

    folder: Path

    def keep(self, journal: Journal, data: bytes, media_type: str, now: datetime) -> str:
        """Keep the bytes and give their id (64 hexadecimal digits). On disk before the row is written."""
        name = sha256(data).hexdigest()
        path = self.path(name)
        if not path.exists():
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
        Attachment.objects.using(journal.using).get_or_create(
            county=journal.county,
            id=name,
            defaults={"size": len(data), "media_type": media_type, "at": now},
        )
        return name

    def read(self, name: str) -> bytes:
        """The bytes. Raises ``FileNotFoundError`` for an unknown id, ``ValueError`` when they changed."""
        data = self.path(name).read_bytes()
        if sha256(data).hexdigest() != name:
            raise ValueError(f"attachment {name} has changed on disk")
        return data

    def remove(self, journal: Journal, name: str) -> None:
        """Delete a file that no case names any more."""
        Attachment.objects.using(journal.using).filter(county=journal.county, id=name).delete()
        self.path(name).unlink(missing_ok=True)

    def path(self, name: str) -> Path:
        """Where a file lies. Raises ``ValueError`` for what is no id, so no path can leave the folder."""
        if len(name) != 64 or not set(name) <= set("0123456789abcdef"):
            raise ValueError("not the id of an attachment")
        return self.folder / name[:2] / name[2:]
