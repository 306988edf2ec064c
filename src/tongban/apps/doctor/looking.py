"""The whole look: from what needs nothing to what needs everything; where something is missing, the rest is still looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError

from tongban.apps.doctor.backups import backups
from tongban.apps.doctor.certificates import certificates
from tongban.apps.doctor.contact import contact
from tongban.apps.doctor.county import county
from tongban.apps.doctor.finding import GRAVE, Finding, doubt, grave
from tongban.apps.doctor.machine import machine
from tongban.apps.doctor.opened import opened
from tongban.apps.doctor.platforms import platforms
from tongban.apps.doctor.posts import posts, unmanned
from tongban.apps.doctor.server import server
from tongban.apps.office import office
from tongban.apps.registry.database import tables_ahead, tables_current
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.server import asked


def look(
    home: Path, now: datetime, shelf: Path | None = None, away: Refused | None = None
) -> Iterator[Finding]:
    """Everything wrong with this installation. ``away``: why its database could not be reached or started, where somebody tried."""
    yield from machine(home)
    yield from contact(now)
    yield from certificates(settings.ALLOWED_HOSTS, now)
    yield from platforms(now)
    if away is not None:
        yield Finding(GRAVE, away)
        return
    before = datetime.now(UTC)
    try:
        says = asked()
    except (OperationalError, InterfaceError):
        yield grave("database_away")
        return
    yield from server(says, before)
    try:
        if not tables_current():
            yield grave("tables")
            return
        if ahead := tables_ahead():
            yield doubt("tables_ahead", n=len(ahead), first=ahead[0])
    except DatabaseError:
        yield grave("tables")
        return
    try:
        here = office()
    except RefusedError as fault:
        yield (
            grave("no_county")
            if fault.refusal.code == "registry.no_county"
            else Finding(GRAVE, fault.refusal)
        )
        return
    yield from county(here, now, shelf)
    yield from opened(here)
    yield from unmanned(here, now)
    yield from posts(now)
    yield from backups(home, here.county.code, now)
