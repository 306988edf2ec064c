"""First passwords: given by somebody else, who therefore knows them. One runs out by itself, and until then opens one page:
where its owner sets a password that nobody else knows.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser

from tongban.apps.people.own import Whose, whose
from tongban.kernel.refusal import Refused
from tongban.store.models import Person

LASTS = timedelta(days=14)
"""Long enough for whoever begins after a week away, short enough that a slip of paper in a drawer opens nothing."""


def until(who: Whose) -> datetime | None:
    """When the first password of somebody runs out; None where the password is their own."""
    found = Person.objects.filter(county=who.county, id=who.person).values_list("first_until", flat=True)
    return found.first()


def give(who: Whose, now: datetime) -> None:
    """The password that somebody has from now on is a first one."""
    Person.objects.filter(county=who.county, id=who.person).update(first_until=now + LASTS)


def end(who: Whose) -> None:
    """The password that somebody has from now on is their own."""
    Person.objects.filter(county=who.county, id=who.person).update(first_until=None)


def use_up(who: Whose, now: datetime) -> bool:
    """The same in place of a first password, which serves once: False where it ran out, or somebody was quicker."""
    rows = Person.objects.filter(county=who.county, id=who.person, first_until__gt=now)
    return bool(rows.update(first_until=None))


def ran_out(user: AbstractBaseUser, now: datetime) -> Refused | None:
    """For doors, after the right password and never before: ``people.first_over`` where it counts no more."""
    who = whose(user)
    return over(until(who), now) if who is not None else None


def over(moment: datetime | None, now: datetime) -> Refused | None:
    """``people.first_over`` from the very moment on at which a first password runs out."""
    if moment is None or now < moment:
        return None
    return gone()


def gone() -> Refused:
    return Refused("people.first_over", "password", {"days": LASTS.days})


def unless_own(who: Whose, now: datetime) -> Refused | None:
    """For what asks for a password of one's own: refuses a first one, and one that ran out."""
    moment = until(who)
    if moment is None:
        return None
    return over(moment, now) or Refused("people.first_password", "password")
