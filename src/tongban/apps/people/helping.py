"""Helping somebody in again: a first password, second factors taken away.

For whoever confirms what others ask for, leads an office or publishes this takes two people: who resets such an account alone
could sign in by it and confirm what they asked for themselves, or decide and publish under another name.
"""

from __future__ import annotations

from tongban.apps.acting import Acting
from tongban.apps.people import factors, passwords
from tongban.apps.people.own import account, signed
from tongban.apps.people.posting import is_guarded
from tongban.apps.rights import may
from tongban.apps.rights.two import RESETS, needed
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused


def new_password(person: str, acting: Acting) -> str | Refused:
    """A first password for who forgot theirs, to be told once."""
    found = account(person)
    refused = guarded(person, acting)
    if refused is not None or isinstance(found, Refused):
        return refused or Refused("people.unknown", person)
    return passwords.reset(found[1], found[0], signed(acting, act_for(person, acting)), acting.now)


def new_factors(person: str, acting: Acting) -> Refused | None:
    """Take every second factor away from who lost them."""
    found = account(person)
    refused = guarded(person, acting)
    if refused is not None or isinstance(found, Refused):
        return refused or Refused("people.unknown", person)
    factors.remove_all(found[0], signed(acting, act_for(person, acting)), acting.now)
    return None


def act_for(person: str, acting: Acting) -> str:
    """The act that takes two, "" for an account that one may let in."""
    return RESETS if is_guarded(person, local_date(acting.now)) else ""


def guarded(person: str, acting: Acting) -> Refused | None:
    """What stands against getting somebody in by another way than they had."""
    if not may("give_accounts", acting.actor):
        return Refused("people.not_administrator")
    act = act_for(person, acting)
    return needed(act, acting) if act else None
