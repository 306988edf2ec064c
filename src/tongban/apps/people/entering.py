"""What stands between the right password and being signed in: a password of one's own, and a second factor where there is one or there
has to be."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from django.contrib.auth.models import AbstractBaseUser

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.people import first
from tongban.apps.people.factors import factors_of, given
from tongban.apps.people.own import OPERATOR, Whose, note, signed, whose
from tongban.apps.rights import ADMINISTRATOR, may
from tongban.apps.rights.two import RULES
from tongban.apps.rights.two import needed as needs_two
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.store.models import CountyRule, PostRow, StandInRow

RULE = "second_factor"
BY_DEFAULT = (ADMINISTRATOR,)
"""Whose roles need a second factor in a county that has said nothing."""


class Next(StrEnum):
    ENTER = "enter"
    GIVE = "give"
    """their second factor is asked for"""
    SET_UP = "set_up"
    """they hold a role that needs one and have none"""
    OWN = "own"
    """somebody else gave them the password: they set one of their own"""
    OVER = "over"
    """that password has run out"""


def after_password(who: Whose, now: datetime) -> Next:
    """What whoever gave the right password has to do next before they are in."""
    until = first.until(who)
    if until is not None:
        return Next.OVER if first.over(until, now) else Next.OWN
    return after_platform(who, now)


def after_platform(who: Whose, now: datetime) -> Next:
    """The same for whoever a platform vouched for, whatever password they have here; and what follows on a password of one's own."""
    if factors_of(who).listed:
        return Next.GIVE
    return Next.SET_UP if _roles(who, local_date(now)) & set(needed(who.county)) else Next.ENTER


def _roles(who: Whose, day: date) -> set[str]:
    """Those that somebody holds, and those in which they stand in for others."""
    own = PostRow.objects.filter(county=who.county, person=who.person, since__lte=day).exclude(until__lte=day)
    others = StandInRow.objects.filter(county=who.county, person=who.person, ended=None, since__lte=day)
    others = others.exclude(until__lte=day)
    held = {*own.values_list("role", flat=True), *others.values_list("role", flat=True)}
    return {role.rpartition(".")[2] for role in held}


def second_given(user: AbstractBaseUser, code: str, now: datetime) -> Refused | None:
    """For doors that ask for password and code at once: None where nothing is missing."""
    who = whose(user)
    following = after_password(who, now) if who is not None else Next.ENTER
    if who is None or following is Next.ENTER:
        return None
    if following in (Next.OWN, Next.OVER):
        return first.unless_own(who, now)
    if following is Next.SET_UP or not code:
        return Refused("people.second_missing", "second")
    return given(who, code, now)


def needed(county: str) -> tuple[str, ...]:
    """The roles that sign in with a second factor only."""
    value = CountyRule.objects.filter(county=county, name=RULE).values_list("value", flat=True).first()
    return tuple(value) if isinstance(value, list) else BY_DEFAULT


def need(roles: tuple[str, ...], acting: Acting) -> Refused | None:
    """Set which roles need a second factor, from their next sign-in on. Takes two administrators, where there are two."""
    if not may(RULES, acting.actor):
        return Refused("people.not_administrator")
    refused = needs_two(RULES, acting)
    if refused is not None:
        return refused
    here = office()
    set_rule(here.county.code, RULE, sorted(set(roles)), acting)
    note(
        acting.actor.person or OPERATOR,
        "second_factor_rule",
        {"roles": tuple(sorted(set(roles))), **signed(acting, RULES)},
        acting.now,
    )
    return None


def set_rule(county: str, name: str, value: object, acting: Acting) -> None:
    CountyRule.objects.update_or_create(
        county=county, name=name, defaults={"value": value, "at": acting.now, "by": acting.actor.person}
    )
