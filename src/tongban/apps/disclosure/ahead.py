"""What boards stand on, read before anybody asks: the first page of a process would wait a second or two for it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from django.db import Error, connection

from tongban.apps.disclosure.kept import digest_kept
from tongban.apps.office import office
from tongban.kernel.refusal import RefusedError
from tongban.library.folder import LANGUAGES


def read_ahead() -> None:
    """Practices in force, bound, with their indicators and words. Where there is no county yet, or no database just now, pages will read them."""
    try:
        with suppress(RefusedError, Error):
            here = office()
            for practice, adoption in here.practices(datetime.now(UTC)):
                digest_kept(here, practice, adoption)
                for language in LANGUAGES:
                    here.wording(adoption, language).title()
    finally:
        connection.close()  # that of this thread alone
    _count_once()


def _count_once() -> None:
    """The libraries that count are slow to load and slow at their first question."""
    import numpy  # noqa: F401 - what a flow is counted with

    from tongban.analytics.log import connect

    with connect() as engine:
        engine.execute("SELECT 1").fetchall()
