"""How the embedded server is configured: for a small office's machine, and never at the cost of data."""

from __future__ import annotations

import os

_MEBIBYTE = 1024 * 1024

COPYING = "local replication all trust"
ACCESS = f"# Only the socket, whose directory belongs to the server's account alone.\nlocal all all trust\n{COPYING}\n"
"""``pg_hba.conf``: reaching the socket is the proof of identity; nothing listens on a network. Copies are made by the same way."""


def configuration(memory: int) -> str:
    """The text of ``conf.d/10-tongban.conf`` for a machine with ``memory`` bytes.

    Written once, when the data directory is made; an operator's later changes stay.
    """
    share = memory // _MEBIBYTE // 16
    settings = {
        "listen_addresses": "''",
        "unix_socket_permissions": "0700",
        "max_connections": "60",
        "shared_buffers": f"{_within(32, share, 256)}MB",
        "effective_cache_size": f"{_within(128, share * 8, 16384)}MB",
        "maintenance_work_mem": f"{_within(32, share, 128)}MB",
        "work_mem": "16MB",
        "random_page_cost": "1.1",
        "jit": "off",
        # A step that was answered is on disk: what was sealed may never be lost with the power.
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        # On from the beginning, so that keeping the log (``archive``) needs no restart. Until then it goes nowhere.
        "archive_mode": "on",
        "archive_command": "'true'",
        "min_wal_size": "256MB",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "lc_messages": "'C'",
        "log_line_prefix": "'%m [%p] %d '",
        "log_checkpoints": "off",
    }
    lines = [f"{name} = {value}" for name, value in settings.items()]
    return "\n".join(["# Written by tongban when this data directory was made; yours to change.", *lines, ""])


def _within(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))


def machine_memory() -> int:
    """Physical memory in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
