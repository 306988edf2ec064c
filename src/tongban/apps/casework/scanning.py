"""Files and the virus scanner: asked before a file is kept, and again for what had to wait (decision 54)."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from msgspec import Struct

from tongban.apps.casework import clamd
from tongban.apps.casework.clamd import Clean, Found, Unanswered, Verdict
from tongban.apps.office import office
from tongban.apps.shelving import files

AT_ONCE = 100
"""Waiting files scanned in one round: deadlines wait for nobody's photos."""
PATIENCE = 2
"""Files in one round that get no answer before the rest is left for the next."""


class Scanner:
    """Asks about the files of one request. Whoever has not answered once is not waited for again.

    ``address`` is where clamd listens; with "" nothing is scanned and every file counts as clean.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._silent = False

    def ask(self, data: bytes) -> Verdict:
        if not self._address:
            return Clean()
        if self._silent:
            return Unanswered(away=True)
        verdict = clamd.ask(self._address, data)
        self._silent = isinstance(verdict, Unanswered)
        return verdict


def scanner() -> Scanner:
    return Scanner(settings.TONGBAN_CLAMAV)


class Scanned(Struct, frozen=True):
    """Of the files that waited: ``clean`` may be opened now, ``found`` are gone, ``left`` go on waiting."""

    clean: int = 0
    found: int = 0
    left: int = 0


def scan_waiting(now: datetime) -> Scanned:
    """Scan files that were kept unscanned, in an order by chance, so that none that the daemon cannot read shuts out the others.

    What is found is deleted from its shelf; its row and a note in the ledger say so. Without a scanner all go on waiting.
    """
    journal, folder = office().journal, files()
    waiting = list(folder.unscanned(journal)) if settings.TONGBAN_CLAMAV else []
    secrets.SystemRandom().shuffle(waiting)
    clean = found = silent = 0
    for name in waiting[:AT_ONCE]:
        try:
            verdict = clamd.ask(settings.TONGBAN_CLAMAV, folder.read(name))
        except (FileNotFoundError, ValueError):
            continue  # gone or changed: whoever opens it is told so, and a copy brought back is still unscanned
        match verdict:
            case Clean():
                folder.passed(journal, name)
                clean += 1
            case Found(what):
                folder.found(journal, name, what, now)
                found += 1
            case Unanswered(away):
                silent += 1
                if away or silent == PATIENCE:
                    break
    return Scanned(clean, found, len(waiting) - clean - found)
