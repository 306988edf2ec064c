"""Holding up whoever guesses passwords, by whichever door, without locking out the person whose account it is.

Failures are counted by account and address together, by address, and (much higher) by account, so that an
outsider cannot shut a clerk out by failing in the clerk's name.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from django.conf import settings

from tongban.apps import patience
from tongban.apps.observing.lines import who
from tongban.apps.patience import Bound, place

TOGETHER = Bound("sign_in:account_address", 5, 5 * 60, anew=True)
ADDRESS = Bound("sign_in:address", 30, 10 * 60, anew=True)
ACCOUNT = Bound("sign_in:account", 50, 15 * 60, anew=True)


log = logging.getLogger("tongban.sign_in")


def attempt(account: str, address: str, now: float) -> int:
    """Count an attempt before it is looked at; seconds until the next one is let through, 0 for now. What comes of it is said by
    ``failed`` or ``succeeded``: until then it counts as a failure."""
    seconds = patience.trying(_counted(account, address), now)
    if seconds:
        tell("sign-in held up", account, now, "")
    return seconds


def failed(account: str, address: str, now: float, way: str) -> None:
    """It stays counted; a count is forgotten when no failure was added for as long as its wait. ``way``: by what somebody tried
    to sign in (``password``, ``passkey``, ``platform``, ``program``)."""
    patience.wrong(_counted(account, address), now)
    tell("sign-in failed", account, now, way)


def succeeded(account: str, address: str, now: float, way: str) -> None:
    patience.right(_counted(account, address))
    tell("sign-in succeeded", account, now, way)


def tell(event: str, account: str, now: float, way: str) -> None:
    """One line of the log for each, with a sign that stands for the account for one day and without its name."""
    sign = who(account.casefold(), settings.SECRET_KEY, datetime.fromtimestamp(now, UTC))
    log.log(
        logging.INFO if event.endswith("succeeded") else logging.WARNING,
        event,
        extra={"who": sign, "way": way},
    )


def _counted(account: str, address: str) -> tuple[tuple[Bound, str], ...]:
    name, source = account.casefold(), place(address)
    return (TOGETHER, f"{name}\0{source}"), (ADDRESS, source), (ACCOUNT, name)
