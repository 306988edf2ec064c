"""Confirming, declining, and what runs out: one person asked, another one decides, once."""

from __future__ import annotations

import json
from datetime import datetime
from os import urandom

from django.db import transaction
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.confirming.asking import CHAIN, CONFIRMED, DECLINED, EXPIRED, WAITING, Done, noted
from tongban.apps.confirming.kinds import KINDS, Kind, Said, act_of, digest
from tongban.apps.office import office
from tongban.apps.people.acting import actor_of
from tongban.apps.people.own import account
from tongban.apps.rights import may
from tongban.apps.rights.deciding import may_second
from tongban.kernel.commands import Actor, ActorKind
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.ledger.seal import SALT_LENGTH, commit_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.models import AskedRow
from tongban.store.notes import append_note, set_apart

LONGEST_WHY = 200
AT_A_TIME = 100


def may_confirm(kind: Kind, facts: Said, acting: Acting) -> bool:
    """Whether somebody has the right to confirm an act; that they are not who asked is looked at besides."""
    act, county = act_of(kind, facts, acting), office().county
    person = acting.actor.kind is ActorKind.PERSON and bool(acting.actor.person)
    return person and bool(act) and any(may_second(act, post, county) for post in acting.actor.posts)


def facts_of(row: AskedRow) -> Said:
    found: dict[str, str] = json.loads(row.facts)
    return found


def confirm(asked: str, acting: Acting) -> Done | Refused:
    """Do what somebody else asked for. Returns what is shown once.

    Refuses whoever asked (``two.same_person``) or has no right to it (``two.not_yours``), what was decided
    already (``two.decided``) or ran out (``two.expired``), what changed meanwhile (``two.changed``), and what whoever
    asked may not ask for any more (``two.asker``).
    """
    with transaction.atomic():
        row = _held(asked)
        refused = _open(row, acting)
        if row is None or refused is not None:
            return refused or Refused("two.unknown")
        kind, facts = KINDS[row.kind], facts_of(row)
        if row.asked_by == acting.actor.person:
            return Refused("two.same_person")
        asker, act = _actor(row.asked_by, acting.now), act_of(kind, facts, acting)
        if not act or digest(kind, facts) != row.digest:
            return Refused("two.changed")
        if asker is None or not may(act, asker):
            return Refused("two.asker")
        told = kind.do(facts, replace(acting, actor=asker, second=acting.actor.person))
        if isinstance(told, Refused):
            transaction.set_rollback(True)
            return told
        _decided(row, CONFIRMED, acting.actor.person, acting.now)
        said = {"id": row.id, "kind": row.kind, **facts, "by": row.asked_by, "second": acting.actor.person}
        noted("act_confirmed", said, acting.now)
    return Done(told, facts.get("person", ""))


def decline(asked: str, why: str, acting: Acting) -> Refused | None:
    """Say no, with a reason that stays sealed in the ledger; whoever asked takes it back so. Refuses as ``confirm`` does, and a
    reason that says nothing (``two.why``)."""
    why = " ".join(why.split())
    if not why or len(why) > LONGEST_WHY:
        return Refused("two.why", "why", {"most": LONGEST_WHY})
    with transaction.atomic():
        row = _held(asked)
        refused = _open(row, acting)
        if row is None or refused is not None:
            return refused or Refused("two.unknown")
        row.why = why
        _decided(row, DECLINED, acting.actor.person, acting.now)
        here, text, salt = office(), canonical(why), urandom(SALT_LENGTH)
        said = {"id": row.id, "kind": row.kind, "by": row.asked_by, "second": acting.actor.person}
        entry = append_note(
            here.journal,
            CHAIN,
            "act_declined",
            said,
            acting.now,
            acting.now,
            {"why": commit_text(text, salt)},
        )
        if isinstance(entry, Refused):
            raise RefusedError(entry)
        set_apart(here.journal, entry, {"why": (text, salt)})
    return None


def do_due(now: datetime) -> int:
    """End what nobody confirmed in time, each with a note. Returns how many."""
    rows = AskedRow.objects.filter(county=office().county.code, state=WAITING, until__lte=now)
    with transaction.atomic():
        found = list(rows.select_for_update(skip_locked=True).order_by("until")[:AT_A_TIME])
        for row in found:
            _expire(row, now)
    return len(found)


def _held(asked: str) -> AskedRow | None:
    """The row, for this transaction alone: who comes second waits and then finds it decided."""
    rows = AskedRow.objects.filter(county=office().county.code, id=asked)
    return rows.select_for_update().first()


def _open(row: AskedRow | None, acting: Acting) -> Refused | None:
    """Why somebody cannot decide. What has run out ends here, also where no worker came to it yet."""
    if row is None:
        return Refused("two.unknown")
    if row.asked_by != acting.actor.person and not may_confirm(KINDS[row.kind], facts_of(row), acting):
        return Refused("two.not_yours")
    if row.state == WAITING and row.until <= acting.now:
        _expire(row, acting.now)
    if row.state == EXPIRED:
        return Refused("two.expired")
    return None if row.state == WAITING else Refused("two.decided")


def _expire(row: AskedRow, now: datetime) -> None:
    _decided(row, EXPIRED, "", now)
    noted("act_expired", {"id": row.id, "kind": row.kind, "by": row.asked_by}, now)


def _decided(row: AskedRow, state: str, person: str, now: datetime) -> None:
    row.state, row.decided_by, row.decided_at = state, person, now
    row.save(update_fields=["state", "decided_by", "decided_at", "why"])


def _actor(person: str, now: datetime) -> Actor | None:
    """Whoever asked, with the posts that they hold now."""
    found = account(person)
    return None if isinstance(found, Refused) or not found[1].is_active else actor_of(found[1], now)
