"""Whether this installation can serve now: few questions, each quick, asked by load balancers every few seconds."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from time import monotonic

from django.conf import settings
from django.db import InterfaceError, OperationalError

from tongban.apps.office import office
from tongban.apps.registry.database import tables_current
from tongban.kernel.refusal import RefusedError
from tongban.store.jobs import queue

FRESH = 2.0
"""Seconds for which an answer is given again."""
LEAST_FREE = 200_000_000
"""Bytes below which a disk is nearly full: PostgreSQL stops a little later."""
SILENT = timedelta(minutes=5)
"""How long no worker may have been heard of."""
_lock = Lock()
_kept: tuple[float, tuple[str, ...]] = (-FRESH, ())


def unready() -> tuple[str, ...]:
    """The codes of what does not hold: ``database``, ``tables``, ``office``, ``disk``, ``worker``."""
    global _kept
    with _lock:
        if monotonic() - _kept[0] >= FRESH:
            _kept = (monotonic(), _asked(datetime.now(UTC)))
        return _kept[1]


def forget() -> None:
    global _kept
    with _lock:
        _kept = (-FRESH, ())


def _asked(now: datetime) -> tuple[str, ...]:
    full = ("disk",) if nearly_full(Path(settings.TONGBAN_HOME)) else ()
    try:
        if not tables_current():
            return ("tables", *full)
        heard = queue(office().journal).heartbeat
    except (OperationalError, InterfaceError):
        return ("database", *full)
    except RefusedError:
        return ("office", *full)
    silent = ("worker",) if heard is None or now - heard > SILENT else ()
    return (*full, *silent)


def nearly_full(home: Path) -> bool:
    return shutil.disk_usage(home if home.exists() else home.parent).free < LEAST_FREE
