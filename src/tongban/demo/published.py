"""The last months of the demo county published: proposed by the publisher, released by the supervisor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User

from tongban.apps.acting import Acting
from tongban.apps.disclosure.figures import months
from tongban.apps.editions.publishing import propose, release
from tongban.apps.people.acting import actor_of
from tongban.demo.found import Account
from tongban.kernel.refusal import Refused

MONTHS = 12
"""So that whole quarters are among them."""


def publish_months(accounts: Sequence[Account], now: datetime) -> int:
    """Put the last whole months out, the oldest first; how many there were anything to tell of."""
    logins = {each.role: each.login for each in accounts}
    publisher, supervisor = (_acting(logins[role], now) for role in ("publisher", "supervisor"))
    done = 0
    for period in reversed(months(now, MONTHS)):
        proposed = propose(period, "", publisher)
        if not isinstance(proposed, Refused):
            done += not isinstance(release(period, proposed.digest, supervisor), Refused)
    return done


def _acting(login: str, now: datetime) -> Acting:
    return Acting(now, actor_of(User.objects.get(username=login), now))
