"""How the people of the demo want to be told: by telephones that everybody sees. Numbers and addresses are invented."""

from __future__ import annotations

from datetime import datetime

from tongban.apps.acting import Acting
from tongban.apps.notices.channels import MAIL, SMS
from tongban.apps.notices.choices import choose
from tongban.apps.notices.windows import MORNINGS, ONCE, WINDOWS
from tongban.demo.found import Account
from tongban.kernel.commands import Actor, ActorKind

_WAYS = {
    "dispatcher": (SMS, ONCE),
    "handler": (SMS, WINDOWS),
    "reviewer": (SMS, WINDOWS),
    "supervisor": (MAIL, MORNINGS),
    "leader": (MAIL, MORNINGS),
}
"""By role; everybody else reads at the desk."""


def choose_for(accounts: tuple[Account, ...], now: datetime) -> None:
    """Let those whose accounts are printed be told each in their way."""
    for n, account in enumerate(accounts):
        channel, pace = _WAYS.get(account.role, ("", ""))
        if channel:
            acting = Acting(now, Actor(ActorKind.PERSON, account.login), language="zh-Hans")
            choose(channel, pace, f"1390000{n:04d}", f"{account.login}@county.invalid", acting)
