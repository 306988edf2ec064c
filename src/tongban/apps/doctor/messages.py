"""Messages that do not get out: by which way, how many, since when and why. Those that wait, and those that nobody tries any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from tongban.apps.doctor.finding import Finding, doubt, grave
from tongban.apps.notices.channels import closed
from tongban.apps.office import Office
from tongban.kernel.clock import local_text
from tongban.store.standing import PEOPLE, held_up

AWHILE = timedelta(minutes=10)
"""Whoever is away for less is nobody's business: what waits is tried again by itself."""


def messages(here: Office, now: datetime) -> Iterator[Finding]:
    if closed(here) is not None:
        yield grave("channels_closed")
    for each in held_up(here.journal, now - AWHILE):
        found = grave if each.whom == PEOPLE and not each.given_up else doubt
        code = f"{'given_up' if each.given_up else 'waiting'}_{each.whom}"
        yield found(code, n=each.n, way=each.way, since=local_text(each.since), why=each.why)
