"""The county's event log beside its database: found, and brought up to date."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from msgspec import Struct

from tongban.analytics.log import Log, Say, behind, kept, refresh, silent
from tongban.apps.office import Office

SOON = 5000
"""So many new events a page brings in before it answers; more are left to the work behind the pages."""
SMALL = 400_000
"""Events of a log that is written anew in no time."""


def folder() -> Path:
    return Path(settings.TONGBAN_HOME) / "figures"


def whole_log(here: Office, say: Say = silent) -> Log:
    """The log with all that has happened by now. However long that takes."""
    found = refresh(here.journal, folder(), say)
    assert found is not None  # waited for
    return found


class Found(Struct, frozen=True):
    """``current``: nothing has happened that is not in it."""

    log: Log
    current: bool


def log_for_a_page(here: Office) -> Found | None:
    """The log as it is, with what has just happened where that takes no time. None while the first one is still to be made."""
    found = kept(folder(), here.county.code)
    large = SMALL if found is None else found.events
    new = behind(here.journal, found, SMALL if found is None else SOON)
    if new and (new < SMALL if found is None else new < SOON and large < SMALL):
        found, new = refresh(here.journal, folder(), wait=found is None) or found, 0
    return None if found is None else Found(found, not new)
