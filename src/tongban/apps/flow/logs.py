"""The county's event log beside its database: found, and brought up to date."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

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


def log_for_a_page(here: Office) -> Log | None:
    """The log as it is, with what has just happened where that takes no time. None while the first one is still to be made."""
    found = kept(folder(), here.county.code)
    if found is not None and found.events > SMALL:
        return found
    new = behind(here.journal, found, SOON + 1)
    if not new and found is not None:
        return found
    return (
        refresh(here.journal, folder(), wait=False)
        if new <= SOON or (found is None and _few(here))
        else found
    )


def _few(here: Office) -> bool:
    """Whether a log can be made from the beginning while somebody waits for a page."""
    return behind(here.journal, None, SMALL // 4) < SMALL // 4
