"""What PostgreSQL says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from tongban.apps.doctor.finding import Finding, doubt, grave
from tongban.kernel.clock import local_text
from tongban.store.server import ServerSays

OLDEST = 150_000
OFF = "off"
SKEW = 5.0
"""Seconds by which two clocks may differ."""
NEARLY = 0.85
"""The part of all connections that may be taken."""
ZONES = frozenset({"Asia/Shanghai", "PRC", "UTC", "Etc/UTC", "GMT"})
"""In which whoever reads tables by hand reads the right day, or knows that it is another."""


def server(says: ServerSays, before: datetime, after: datetime | None = None) -> Iterator[Finding]:
    """``before`` and ``after`` are this machine's clock around the question."""
    if says.version < OLDEST:
        yield grave("database_old", version=says.version // 10_000)
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if says.settings.get(name) == OFF:
            yield grave("database_forgets", setting=name)
    if says.settings.get("server_encoding") != "UTF8":
        yield grave("database_encoding", encoding=says.settings.get("server_encoding", ""))
    if says.settings.get("TimeZone") not in ZONES:
        yield doubt("database_zone", zone=says.settings.get("TimeZone", ""))
    if not says.ordered:
        yield doubt("database_collation")
    yield from _log(says)
    most = int(says.settings.get("max_connections", "0"))
    if says.connections > NEARLY * most:
        yield doubt("database_connections", taken=says.connections, most=most)
    after = after or datetime.now(UTC)
    skew = max((before - says.now).total_seconds(), (says.now - after).total_seconds(), 0.0)
    if skew > SKEW:
        yield grave("clock_skew", seconds=round(skew))


def _log(says: ServerSays) -> Iterator[Finding]:
    """The server's log, from which any moment is had back: nothing of it is removed while it cannot be kept, so the disk fills, too."""
    nowhere = [says.settings.get(each) for each in ("archive_library", "archive_command")] == ["", ""]
    if says.settings.get("archive_mode") not in (None, OFF) and nowhere:
        yield grave("log_waits")
    elif says.log.failed:
        kept = local_text(says.log.kept) if says.log.kept else "—"
        yield grave(
            "log_failing", n=says.log.failed, segment=says.log.segment, kept=kept, folder=says.log.folder
        )
