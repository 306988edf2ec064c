"""Setting a target, moving it, giving it up, and saying in time that it will be missed: each a note in the ledger, by a post."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from secrets import token_hex

from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.casework.heads import head
from tongban.apps.disclosure.counting import indicators_of
from tongban.apps.disclosure.periods import Days, kind_of
from tongban.apps.office import Office, office
from tongban.apps.rights import ACTS, By, may_as
from tongban.apps.supervision.scope import procedures, scope_of
from tongban.apps.targets.aims import Aim, Post, aims, early_until, period_days
from tongban.kernel.clock import local_date
from tongban.kernel.indicator.parts import PARTS, PERIODS, UNIT
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.library.indicators import Indicator, definition_of
from tongban.store import targets

SET, MISS = "set_target", "declare_miss"
"""The acts, as the table of rights has them."""
LONGEST = 500
"""Characters of an explanation."""
AHEAD = 2
"""Years ahead for which one may be set."""


def set_target(
    practice: str, indicator: str, unit: str, period: str, value: str, why: str, acting: Acting
) -> Aim | Refused:
    """Set a target for an indicator; ``unit`` is "" for the county, ``value`` in per cent, or plain for an average.

    Refuses who may not (``targets.not_yours``), what is no indicator or only a sign, a period that it is not made for, one that is over or too far
    ahead or of which three quarters are over (``targets.too_late``), one that has a target already, and a value that is none.
    """
    here = office()
    by = post_for(here, unit, acting, SET)
    if by is None:
        return Refused("targets.not_yours", "unit", {"unit": unit})
    adoption = here.adopted(practice, acting.now)
    known = indicators_of(here, adoption).get(indicator) if adoption is not None else None
    if known is None or known.sign:
        return Refused("targets.no_indicator", "indicator", {"indicator": f"{practice}/{indicator}"[:100]})
    if unit and unit not in here.county.units:
        return Refused("targets.no_unit", "unit", {"unit": unit[:64]})
    days = period_days(period)
    if isinstance(days, Refused):
        return Refused("targets.period", "period", {"period": period[:20]})
    if kind_of(period) not in known.periods:
        return Refused("targets.not_made", "period", {"period": period})
    today = local_date(acting.now)
    if days.until < today or days.since.year > today.year + AHEAD:
        return Refused("targets.period_over", "period", {"period": period})
    if acting.now > early_until(days):
        return Refused("targets.too_late", "period", {})
    number = read_value(value, known)
    if isinstance(number, Refused):
        return number
    facts: Facts = {
        "practice": practice, "indicator": indicator, "unit": unit, "period": period, "value": number,
        "definition": definition_hash(known, practice),
    }  # fmt: skip
    there = Refused("targets.there", "period", {"period": period})
    return _set(
        here, facts, by, why, acting, lambda aim: _same(aim, practice, indicator, unit, period), there
    )


def set_campaign(number: str, day: str, why: str, acting: Acting) -> Aim | Refused:
    """Set the day by which all below a case is to be done. Refuses a case that the reader may not see, and a day that is past."""
    here = office()
    found = head(number, acting, here)
    if isinstance(found, Refused):
        return found
    case = found.loaded.case
    by = post_for(here, case.holder, acting, SET)
    if by is None:
        return Refused("targets.not_yours", "number", {"unit": case.holder})
    until = read_day(day)
    if until is None or until <= local_date(acting.now):
        return Refused("targets.day", "day", {"day": day[:20]})
    facts: Facts = {"case": case.number, "unit": case.holder, "value": until.toordinal()}
    there = Refused("targets.there", "number", {"period": found.number})
    return _set(
        here, facts, by, why, acting, lambda aim: aim.case == case.number and aim.ended is None, there
    )


def move_target(target: str, value: str, why: str, acting: Acting) -> Aim | Refused:
    """Put another value in its place; the first stays beside it. Refuses once three quarters of the time are over: whoever could move
    it in the last days would never miss it."""
    here = office()
    aim = _early(here, target, acting, "value")
    if isinstance(aim, Refused):
        return aim
    by = post_for(here, aim.unit, acting, SET)
    if by is None:
        return Refused("targets.not_yours", "unit", {"unit": aim.unit})
    number = _number(here, aim, value, acting)
    if isinstance(number, Refused):
        return number
    return _note(here, targets.MOVED, aim, by, {"value": number}, why, acting)


def give_up(target: str, why: str, acting: Acting) -> Aim | Refused:
    """End a target before its time; it stays on the page as given up. Refuses as late as moving it does: it could be set anew."""
    here = office()
    aim = _early(here, target, acting)
    if isinstance(aim, Refused):
        return aim
    by = post_for(here, aim.unit, acting, SET)
    if by is None:
        return Refused("targets.not_yours", "unit", {"unit": aim.unit})
    return _note(here, targets.ENDED, aim, by, {}, why, acting)


def declare_miss(target: str, expected: str, until: str, why: str, acting: Acting) -> Aim | Refused:
    """Say that a target will be missed: what is to be expected instead, why, and by when it is made good.

    For leaders and supervisors of the unit itself or above it; until the period is over.
    """
    here = office()
    aim = _open(here, target, acting)
    if isinstance(aim, Refused):
        return aim
    by = post_for(here, aim.unit, acting, MISS)
    if by is None:
        return Refused("targets.not_yours", "unit", {"unit": aim.unit})
    number = _number(here, aim, expected, acting, "expected")
    if isinstance(number, Refused):
        return number
    day = read_day(until)
    if day is None or day <= local_date(acting.now):
        return Refused("targets.day", "until", {"day": until[:20]})
    if not why.strip():
        return Refused("targets.no_reason", "why")
    return _note(here, targets.MISS, aim, by, {"value": number, "until": day.isoformat()}, why, acting)


def post_for(here: Office, unit: str, acting: Acting, act: str) -> Post | None:
    """The post by which the actor may speak for a unit ("" for the county): there, above it, or with oversight over all."""
    county, posts = here.county, acting.actor.own_posts
    for post in posts:
        if may_as(act, post, county, unit=unit):
            return Post(post.unit, post.role)
    everywhere = {grant.role for grant in ACTS[act].grants if grant.by is By.STEP}
    sayers = [post for post in posts if post.role in everywhere]
    if sayers and scope_of(here, acting, [each for _, each in procedures(here, acting.now).values()]).whole:
        return Post(sayers[0].unit, sayers[0].role)
    return None


def read_value(text: str, indicator: Indicator) -> int | Refused:
    """Per cent as thousandths, an average as hundredths. Refuses what is no number, or none that the indicator can have."""
    average = indicator.kind == "average"
    whole, _, rest = text.strip().removesuffix("%").strip().partition(".")
    places = 2 if average else 1
    if not (whole.isascii() and whole.isdecimal() and len(whole) <= 7) or (
        rest and not (rest.isascii() and rest.isdecimal() and len(rest) <= places)
    ):
        return Refused("targets.value", "value", {"given": text[:40], "places": places})
    number = int(whole + rest.ljust(places, "0"))
    if indicator.kind == "rate" and number > 1000:
        return Refused("targets.value", "value", {"given": text[:40], "places": places})
    return number


def read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-01") else None
    except ValueError:
        return None


def definition_hash(indicator: Indicator, practice: str) -> str:
    """What is counted, whatever version of its practice says so and whatever it is broken down by; "" where it cannot be spelled."""
    plain = replace(indicator, by=(UNIT,), periods=PERIODS, disclosure=PARTS)
    found = definition_of(plain, practice, "")
    return "" if isinstance(found, Refused) else found.hash


def _same(aim: Aim, practice: str, indicator: str, unit: str, period: str) -> bool:
    own = (aim.practice, aim.indicator, aim.unit, aim.period)
    return aim.ended is None and own == (practice, indicator, unit, period)


def _open(here: Office, target: str, acting: Acting) -> Aim | Refused:
    """A target whose time is not over. Refuses one that is not there, given up, or over."""
    aim = next((each for each in aims(here) if each.id == target), None)
    if aim is None:
        return Refused("targets.unknown", "", {"target": target[:40]})
    days = aim.days()
    assert isinstance(days, Days)
    if aim.ended is not None or acting.now >= days.bounds[1]:
        return Refused("targets.over", "", {})
    return aim


def _early(here: Office, target: str, acting: Acting, where: str = "why") -> Aim | Refused:
    """One that may still be moved or given up. Refuses one of whose time three quarters are over."""
    aim = _open(here, target, acting)
    if isinstance(aim, Refused) or acting.now <= aim.early_until:
        return aim
    return Refused("targets.too_late", where, {})


def _number(here: Office, aim: Aim, text: str, acting: Acting, where: str = "value") -> int | Refused:
    """What somebody wrote for a target, in its own measure."""
    if aim.campaign:
        day = read_day(text)
        past = day is None or day <= local_date(acting.now)
        return Refused("targets.day", where, {"day": text[:20]}) if past or day is None else day.toordinal()
    adoption = here.adopted(aim.practice, acting.now)
    known = indicators_of(here, adoption).get(aim.indicator) if adoption is not None else None
    if known is None:
        return Refused("targets.no_indicator", where, {"indicator": f"{aim.practice}/{aim.indicator}"})
    found = read_value(text, known)
    return Refused(found.code, where, found.facts) if isinstance(found, Refused) else found


def _set(
    here: Office,
    facts: Facts,
    by: Post,
    why: str,
    acting: Acting,
    same: Callable[[Aim], bool],
    there: Refused,
) -> Aim | Refused:
    """Note a new target, unless the ``same`` is ``there``: asked in the turn, so that of two at once one is set."""
    name = token_hex(8)
    with targets.turn(here.journal):
        if any(same(each) for each in aims(here)):
            return there
        noted = targets.note(
            here.journal, targets.SET, _said(name, facts, by, acting), _words(why), acting.now
        )
        return noted if noted is not None else _found(here, name)


def _note(
    here: Office, kind: str, aim: Aim, by: Post, facts: Facts, why: str, acting: Acting
) -> Aim | Refused:
    if kind != targets.MISS and not why.strip():
        return Refused("targets.no_reason", "why")
    with targets.turn(here.journal):
        still = _open(here, aim.id, acting) if kind == targets.MISS else _early(here, aim.id, acting)
        if isinstance(still, Refused):
            return still  # given up meanwhile
        noted = targets.note(here.journal, kind, _said(aim.id, facts, by, acting), _words(why), acting.now)
        return noted if noted is not None else _found(here, aim.id)


def _said(name: str, facts: Facts, by: Post, acting: Acting) -> Facts:
    return {**facts, "target": name, "unit_of": by.unit, "role": by.role, "person": acting.actor.person}


def _words(why: str) -> str:
    return why.strip()[:LONGEST]


def _found(here: Office, name: str) -> Aim:
    return next(each for each in aims(here) if each.id == name)
