"""Standing in: whoever is away gives a post to a colleague for some days. It ends with its last day, with the post itself, with
either account, or when it is taken back: the same minute, by every door.

What was given so is never given on, and nobody can give what is personal: see ``Lends`` in the table of rights.
"""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.people.entering import needed as roles_with_two_factors
from tongban.apps.people.factors import factors_of
from tongban.apps.people.own import Whose, account, by, note, signed
from tongban.apps.rights import ADMINISTRATOR, may
from tongban.apps.rights.two import GIVES, needed, takes_two
from tongban.kernel.clock import local_date
from tongban.kernel.commands import ActorKind
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Facts
from tongban.store.models import PostRow, StandInRow

LONGEST = timedelta(days=183)
"""Whoever is away for longer is replaced: that is a post."""
REASONS = ("leave", "training", "duty", "other")
"""Why somebody is away. Being ill is no reason of its own: nobody needs to know it (个人信息保护法, art. 28)."""
PERSONAL = frozenset({ADMINISTRATOR})
"""Roles that nobody stands in for: who gives accounts and posts is appointed."""


class StandIn(Struct, frozen=True):
    """A post of ``giver`` for ``person``, from its first day to its last. ``practices`` are those for which alone, none for all."""

    giver: str
    person: str
    unit: str
    role: str
    first: date
    last: date
    reason: str
    practices: tuple[str, ...] = ()


def stand_in(wish: StandIn, acting: Acting) -> Refused | None:
    """Let somebody stand in: by whoever holds the post, for a colleague of the same unit; by an administrator for anybody but
    themselves. Refuses posts that are personal or not held, days that cannot be, and whoever could not sign in for it."""
    mine = acting.actor.kind is ActorKind.PERSON and acting.actor.person == wish.giver
    act = GIVES if not mine and takes_two(wish.unit, wish.role) else ""
    refused = (
        _may(wish, acting, mine=mine)
        or (needed(act, acting) if act else None)
        or _unfit(wish, local_date(acting.now))
        or _unfit_person(wish, local_date(acting.now), anywhere=not mine)
    )
    if refused is not None:
        return refused
    here, until = office(), wish.last + timedelta(days=1)
    known = {practice for practice, _ in here.practices(acting.now)}
    if not known.issuperset(wish.practices):
        return Refused("stand_in.practice", "practices")
    with transaction.atomic():
        here.journal.take_turn("stand_in")
        rows = _open_rows(local_date(acting.now)).filter(giver=wish.giver, unit=wish.unit, role=wish.role)
        if rows.filter(since__lt=until, until__gt=wish.first).exists():
            return Refused("stand_in.twice", "first")
        row = StandInRow.objects.create(
            county=here.county.code, id=secrets.token_hex(8), giver=wish.giver, person=wish.person, unit=wish.unit,
            role=wish.role, since=wish.first, until=until, reason=wish.reason, practices=" ".join(wish.practices),
            by=by(acting), at=acting.now,
        )  # fmt: skip
        said: Facts = {
            "id": row.id, "stands_in": wish.person, "unit": wish.unit, "role": wish.role, "reason": wish.reason,
            "since": wish.first.isoformat(), "until": until.isoformat(), "practices": wish.practices,
        }  # fmt: skip
        note(wish.giver, "stand_in_given", {**said, **signed(acting, act)}, acting.now)
    return None


def take_back(id: str, acting: Acting) -> Refused | None:
    """End it this minute: by either of the two, or an administrator. Refuses what is not there or has ended."""
    with transaction.atomic():
        row = StandInRow.objects.filter(county=office().county.code, id=id).select_for_update().first()
        theirs = row is not None and acting.actor.person and acting.actor.person in (row.giver, row.person)
        if row is None or not (theirs or may("give_accounts", acting.actor)):
            return Refused("stand_in.unknown", "stand_in")
        if row.ended is not None or row.until <= local_date(acting.now):
            return Refused("stand_in.ended", "stand_in")
        _end(row, acting)
    return None


def end_all(person: str, acting: Acting) -> int:
    """Somebody leaves: nobody stands in for them, nor they for anybody. Returns how many there were."""
    rows = list(_open_rows(local_date(acting.now)).filter(Q(giver=person) | Q(person=person)))
    for row in rows:
        _end(row, acting)
    return len(rows)


def end_again(id: str, acting: Acting) -> None:
    """A restore brought it back: it ends once more."""
    for row in StandInRow.objects.filter(county=office().county.code, id=id, ended=None):
        _end(row, acting)


def shorten(giver: str, unit: str, role: str, until: date) -> None:
    """A post ends: whoever stands in for it does so no longer than that, whatever is given anew afterwards."""
    rows = StandInRow.objects.filter(
        county=office().county.code, giver=giver, unit=unit, role=role, ended=None
    )
    rows.filter(until__gt=until).update(until=until)


def lendable(person: str, today: date) -> QuerySet[PostRow]:
    """The posts of somebody's own, in force or to come, for which another one may stand in: none that names a guarded practice."""
    rows = PostRow.objects.filter(county=office().county.code, person=person).exclude(role__in=PERSONAL)
    rows = rows.exclude(role__contains=".")
    return rows.filter(Q(until=None) | Q(until__gt=today)).order_by("unit", "role")


def _open_rows(today: date) -> QuerySet[StandInRow]:
    return StandInRow.objects.filter(county=office().county.code, ended=None, until__gt=today)


def _end(row: StandInRow, acting: Acting) -> None:
    row.ended = acting.now
    row.save(update_fields=["ended"])
    said = {"id": row.id, "stands_in": row.person, "unit": row.unit, "role": row.role}
    note(row.giver, "stand_in_ended", {**said, **signed(acting)}, acting.now)


def _may(wish: StandIn, acting: Acting, *, mine: bool) -> Refused | None:
    if not mine and not may("give_accounts", acting.actor):
        return Refused("people.not_administrator")
    if wish.person == wish.giver:
        return Refused("stand_in.oneself", "person")
    if acting.actor.person and wish.person in (acting.actor.person, acting.second):
        return Refused("stand_in.own_hand", "person")
    return None


def _unfit(wish: StandIn, today: date) -> Refused | None:
    """What is wrong with the post, the days or the reason."""
    if wish.role in PERSONAL:
        return Refused("stand_in.personal", "post")
    if not today <= wish.first <= wish.last or wish.last - wish.first >= LONGEST:
        return Refused("stand_in.days", "last", {"most": LONGEST.days})
    if wish.reason not in REASONS:
        return Refused("stand_in.reason", "reason")
    held = lendable(wish.giver, today).filter(unit=wish.unit, role=wish.role, since__lte=wish.first)
    if not held.filter(Q(until=None) | Q(until__gt=wish.first)).exists():
        return Refused("stand_in.no_post", "post")
    giver = account(wish.giver)
    return giver if isinstance(giver, Refused) else None if giver[1].is_active else _closed("post")


def _unfit_person(wish: StandIn, today: date, *, anywhere: bool) -> Refused | None:
    """Whether somebody may stand in: their account is open, they have the factors that the role asks for, work at the same unit, and
    do not hold that very post themselves: then it would change nothing, and the matter would look provided for."""
    found = account(wish.person)
    if isinstance(found, Refused) or not found[1].is_active:
        return _closed("person")
    if wish.role in roles_with_two_factors(office().county.code) and not _has_second(found[0]):
        return Refused("stand_in.factor", "person")
    if _held_throughout(wish):
        return Refused("stand_in.held", "person")
    there = lendable(wish.person, today).filter(unit=wish.unit, since__lte=today).exists()
    if not there and (wish.practices or not anywhere):
        return Refused("stand_in.unit", "person")
    return None


def _held_throughout(wish: StandIn) -> bool:
    rows = PostRow.objects.filter(
        county=office().county.code, person=wish.person, unit=wish.unit, role=wish.role, since__lte=wish.first
    )
    return rows.filter(Q(until=None) | Q(until__gt=wish.last)).exists()


def _closed(where: str) -> Refused:
    return Refused("stand_in.account", where)


def _has_second(who: Whose) -> bool:
    return bool(factors_of(who).listed)
