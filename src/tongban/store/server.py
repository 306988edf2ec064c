"""What PostgreSQL says of itself: version and the settings on which promises rest."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.db import connection
from msgspec import Struct

SETTINGS = (
    "fsync",
    "full_page_writes",
    "synchronous_commit",
    "max_connections",
    "server_encoding",
    "TimeZone",
    "archive_mode",
    "archive_library",
    "archive_command",
)


class LogKept(Struct, frozen=True):
    """``folder``: where ``basic_archive`` puts it ("" where something else does, or nothing). ``kept``: when a segment last was. ``failed``: how many tries
    failed, and ``segment`` which one waits since, where none was kept after that; 0 and "" where all is well."""

    folder: str = ""
    kept: datetime | None = None
    failed: int = 0
    segment: str = ""


class ServerSays(Struct, frozen=True):
    """``version`` as PostgreSQL counts it (180003). ``now`` is its clock. ``ordered`` is False where the words of the database were sorted by
    another version of the machine's rules than it has now. ``log`` is how keeping its log goes."""

    version: int
    settings: dict[str, str]
    now: datetime
    connections: int
    ordered: bool
    log: LogKept = LogKept()


def asked() -> ServerSays:
    """One look. Raises Django's ``OperationalError`` when the database is away."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting, reset_val FROM pg_settings WHERE name = ANY (%s)",
            [list(SETTINGS)],
        )
        rows = cast("list[tuple[str, str, str]]", cursor.fetchall())
        # Django sets the time zone of its own sessions: what everybody else gets is the one to be seen.
        settings = {name: reset if name == "TimeZone" else setting for name, setting, reset in rows}
        cursor.execute(
            """SELECT current_setting('server_version_num')::int, clock_timestamp(),
                      (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
                      (SELECT datcollversion IS NOT DISTINCT FROM pg_database_collation_actual_version(oid)
                       FROM pg_database WHERE datname = current_database())"""
        )
        version, now, connections, ordered = cast("tuple[int, datetime, int, bool | None]", cursor.fetchone())
        cursor.execute(
            """SELECT coalesce(current_setting('basic_archive.archive_directory', true), ''), last_archived_time,
                      last_failed_time > coalesce(last_archived_time, '-infinity'), failed_count, coalesce(last_failed_wal, '')
               FROM pg_stat_archiver"""
        )
        row = cast("tuple[str, datetime | None, bool | None, int, str]", cursor.fetchone())
        folder, kept, failing, failed, segment = row
    log = LogKept(folder, kept, failed, segment) if failing else LogKept(folder, kept)
    return ServerSays(version, settings, now, connections, ordered is not False, log)
