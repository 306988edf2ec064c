"""Holding up whoever guesses passwords, by whichever door, without locking out the person whose account it is.

Failures are counted by account and address together, by address, and (much higher) by account, so that an
outsider cannot shut a clerk out by failing in the clerk's name.
"""

from __future__ import annotations

from tongban.apps import patience
from tongban.apps.patience import Bound, place

TOGETHER = Bound("sign_in:account_address", 5, 5 * 60, anew=True)
ADDRESS = Bound("sign_in:address", 30, 10 * 60, anew=True)
ACCOUNT = Bound("sign_in:account", 50, 15 * 60, anew=True)


def attempt(account: str, address: str, now: float) -> int:
    """Count an attempt before it is looked at; seconds until the next one is let through, 0 for now. What comes of it is said by
    ``failed`` or ``succeeded``: until then it counts as a failure."""
    return patience.trying(_counted(account, address), now)


def failed(account: str, address: str, now: float) -> None:
    """It stays counted; a count is forgotten when no failure was added for as long as its wait."""
    patience.wrong(_counted(account, address), now)


def succeeded(account: str, address: str) -> None:
    patience.right(_counted(account, address))


def _counted(account: str, address: str) -> tuple[tuple[Bound, str], ...]:
    name, source = account.casefold(), place(address)
    return (TOGETHER, f"{name}\0{source}"), (ADDRESS, source), (ACCOUNT, name)
