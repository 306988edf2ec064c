"""Whether there are enough people for what takes two, and anybody at all to look after the office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from tongban.apps.doctor.finding import Finding, doubt, grave
from tongban.apps.office import Office
from tongban.apps.rights.table import ACTS
from tongban.apps.rights.two import who
from tongban.apps.supervision.stranded import stranded

NAMED = 5
"""Units that are named where nobody could go on."""
LOOKS_AFTER = "give_accounts"
"""The act of an administrator that others need first."""


def unmanned(here: Office, now: datetime) -> Iterator[Finding]:
    """Units in which nobody could go on with what stands there."""
    places = stranded(here, now)
    if places:
        units = sorted({each.unit for each in places})
        yield doubt("nobody_at", n=sum(each.n for each in places), at=len(units), units=tuple(units[:NAMED]))


def posts(now: datetime) -> Iterator[Finding]:
    """Acts for which there is one person alone: asked for and confirmed by the same one, they are done without a second look."""
    administrators = who(LOOKS_AFTER, now)
    if not administrators:
        yield grave("no_administrator")
    elif len(administrators) == 1:
        yield doubt("one_administrator")
    alone = tuple(act.id for act in ACTS.values() if act.two and len(who(act.id, now)) == 1)
    if alone:
        yield doubt("one_for_two", acts=alone)
    nobody = tuple(act.id for act in ACTS.values() if act.two and not who(act.id, now))
    if nobody and administrators:
        yield doubt("none_for_two", acts=nobody)
