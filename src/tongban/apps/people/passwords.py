"""Passwords: what is good enough, and changing one. Who signs in elsewhere by the old one is signed out."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import get_default_password_validators
from django.core.exceptions import ValidationError
from django.db import transaction

from tongban.apps import patience
from tongban.apps.patience import Bound
from tongban.apps.people import first
from tongban.apps.people.known_numbers import made_of_known_numbers
from tongban.apps.people.own import Whose, note
from tongban.apps.people.own_words import made_of_own_words
from tongban.apps.people.sessions import end_all
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts

SHORTEST = 12
"""Characters of a new password. Nothing else is asked of its look: long and not on the list of common ones is what helps."""
LONGEST = 200
_CODES = {
    "password_too_short": "people.password",
    "password_too_common": "people.password_common",
    "password_too_similar": "people.password_similar",
}
_EASY = "23456789abcdefghjkmnpqrstuvwxyz"
TRIES = Bound("password:person", 5, 5 * 60, anew=True)
"""Wrong tries at one's present password by somebody who sits at a page that was left open."""


def fault_of(password: str, user: User, where: str = "new_password") -> Refused | None:
    """Why a password is not good enough: too short, among the common or the breached ones (lists that come along), like the name, or made
    of numbers that others know or of the county's own words."""
    if len(password) > LONGEST or "\0" in password:
        return Refused("people.password_long", where, {"most": LONGEST})
    faults = []
    for rule in get_default_password_validators():
        try:
            rule.validate(password, user)
        except ValidationError as fault:
            code = _CODES.get(str(fault.code), "people.password_common")
            faults.append(Refused(code, where, {"least": SHORTEST}))
    if not faults and made_of_known_numbers(password):
        faults.append(Refused("people.password_number", where))
    if not faults and made_of_own_words(password):
        faults.append(Refused("people.password_own_words", where))
    return Refused.of(faults) if faults else None


def is_theirs(user: User, who: Whose, password: str, now: datetime) -> Refused | None:
    """None where it is the present password and has not run out. Bounded, as a sign-in is."""
    tried = ((TRIES, f"{who.county}/{who.person}"),)
    seconds = patience.trying(tried, now.timestamp())
    if seconds:
        return Refused("people.second_wait", "password", {"minutes": -(-seconds // 60)})
    if len(password) > LONGEST or not user.check_password(password):
        patience.wrong(tried, now.timestamp())
        return Refused("people.password_wrong", "password")
    refused = first.over(first.until(who), now)
    if refused is None:
        patience.untried(tried)
    else:
        patience.wrong(tried, now.timestamp())
    return refused


def change(user: User, who: Whose, old: str, new: str, session: str, now: datetime) -> Refused | None:
    """A new password by whoever knows the old one; every other session and every token ends, ``session`` goes on."""
    refused = is_theirs(user, who, old, now)
    if refused is None and old == new:
        refused = Refused("people.password_same", "new_password")
    refused = refused or fault_of(new, user)
    if refused is not None:
        return refused
    _keep(user, who, new, now)
    end_all(who, but=session)
    return None


def set_own(user: User, who: Whose, new: str, now: datetime) -> Refused | None:
    """A password of one's own in place of a first one, by whoever gave that a moment ago; whatever else they are signed in by ends.

    Refuses where the first one ran out meanwhile, the first one itself, and what is not good enough.
    """
    refused = first.over(first.until(who), now)
    if refused is None and len(new) <= LONGEST and user.check_password(new):
        refused = Refused("people.password_same", "new_password")
    refused = refused or fault_of(new, user)
    if refused is not None:
        return refused
    with transaction.atomic():
        if not first.use_up(who, now):
            return first.gone()
        _keep(user, who, new, now)
    end_all(who)
    return None


def _keep(user: User, who: Whose, new: str, now: datetime) -> None:
    """A password that its owner chose."""
    with transaction.atomic():
        user.set_password(new)
        user.save(update_fields=["password"])
        first.end(who)
        note(who.person, "password_changed", {"by": who.person}, now)


def first_password() -> str:
    """One to begin with: sixteen characters by chance, easy to read out."""
    return "-".join("".join(secrets.choice(_EASY) for _ in range(4)) for _ in range(4))


def reset(user: User, who: Whose, by: Facts, now: datetime) -> str:
    """A first password for somebody who forgot theirs, to be told once; everything they are signed in by ends. ``by``: who did it."""
    made = first_password()
    with transaction.atomic():
        user.set_password(made)
        user.save(update_fields=["password"])
        first.give(who, now)
        note(who.person, "password_reset", by, now)
    end_all(who)
    return made
