"""Whether somebody who finds a weakness knows whom to write to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.conf import settings

from tongban.apps.contact import lasts_until
from tongban.apps.doctor.finding import Finding, doubt
from tongban.apps.doctor.machine import LOCAL

SOON = timedelta(days=30)


def contact(now: datetime) -> Iterator[Finding]:
    """Asked only of who serves others."""
    hosts = served(settings.ALLOWED_HOSTS)
    until = lasts_until()
    if until is None:
        if hosts:
            yield doubt("contact_missing", hosts=", ".join(hosts))
    elif until <= now:
        yield doubt("contact_over", day=settings.TONGBAN_SECURITY_UNTIL)
    elif until - now < SOON:
        yield doubt("contact_ends", day=settings.TONGBAN_SECURITY_UNTIL)


def served(hosts: Sequence[str]) -> list[str]:
    """The names by which others reach this machine."""
    return [each for each in hosts if each not in LOCAL]
