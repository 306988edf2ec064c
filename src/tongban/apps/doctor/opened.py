"""Whether a county that others reach is one to be reached: nobody's password known to all, a second factor for whoever signs in, lines that can be kept.

Asked only of who serves others, as ``contact``. The list that this follows: docs/explanation/security-architecture.md, *A list before it opens*.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from tongban.apps.doctor.contact import served
from tongban.apps.doctor.finding import Finding, advice, doubt, grave
from tongban.apps.office import Office
from tongban.apps.people.entering import needed
from tongban.apps.people.roster import held_roles

NAMED = 5
"""Roles that are named."""


def opened(here: Office) -> Iterator[Finding]:
    hosts = served(settings.ALLOWED_HOSTS)
    if not hosts:
        return
    if here.demo:
        yield grave("demo_served", hosts=", ".join(hosts))
    without = sorted(held_roles(here.county.code) - set(needed(here.county.code)))
    if without:
        yield doubt("second_factor_less", n=len(without), roles=tuple(without[:NAMED]))
    if settings.TONGBAN_LOG != "json":
        yield advice("log_plain")
