"""The form of the embedded server's address."""

from __future__ import annotations

from pathlib import Path
from typing import NewType
from urllib.parse import quote

Url = NewType("Url", str)
"""A libpq connection URI: what psql, psycopg and Django's settings take."""

NAME = "tongban"
ROLE = "tongban"


def socket_url(database: str, sockets: Path, port: int) -> Url:
    """``postgresql:///tongban?host=/directory&user=tongban&port=5432``, percent-encoded."""
    path, host = quote(database, safe=""), quote(str(sockets), safe="/")
    return Url(f"postgresql:///{path}?host={host}&user={ROLE}&port={port}")
