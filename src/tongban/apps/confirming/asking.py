"""Doing an act at once where one person may, else keeping it for another one to confirm."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from msgspec import Struct
from msgspec.structs import replace

from tongban.apps.acting import Acting
from tongban.apps.confirming.kinds import KINDS, Kind, Said, act_of, digest
from tongban.apps.office import office
from tongban.apps.rights import may
from tongban.apps.rights.two import needed
from tongban.kernel.commands import ActorKind
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.store.models import AskedRow
from tongban.store.notes import append_note

CHAIN = "two_people"
"""The chain of notes."""
HOURS = 24
"""For so long it may be confirmed."""
WAITING, CONFIRMED, DECLINED, EXPIRED = "waiting", "confirmed", "declined", "expired"
_TRIAL = "-"
"""Who stands as the second person while it is tried whether an act can be done at all; nothing of that stays."""


class Done(Struct, frozen=True):
    """It is done. ``told`` is shown this one time, "" for nothing; ``whose`` says to whom it belongs."""

    told: str = ""
    whose: str = ""


class Asked(Struct, frozen=True):
    """It waits for another person until then."""

    id: str
    until: datetime


def carry_out(kind: str, facts: Said, acting: Acting) -> Done | Asked | Refused:
    """Do what ``facts`` say, or ask for it where the table of rights wants two people and there are two.

    Refuses what could not be done now, what ``acting`` may not ask for, and what waits already (``two.waits_already``).
    """
    what = KINDS[kind]
    with transaction.atomic():
        act = act_of(what, facts, acting)
        if act and not may(act, acting.actor):
            return Refused("people.not_administrator")
        if act and needed(act, acting) is not None:
            return _ask(what, facts, acting)
        told = what.do(facts, acting)
        if isinstance(told, Refused):
            return told
        if act and acting.actor.kind is ActorKind.PERSON:
            noted("act_alone", {"act": act, "kind": kind, **facts, "by": acting.actor.person}, acting.now)
        return Done(told, facts.get("person", ""))


def _ask(what: Kind, facts: Said, acting: Acting) -> Asked | Refused:
    here, person = office(), acting.actor.person
    refused = _tried(what, facts, acting)
    if refused is not None:
        return refused
    here.journal.take_turn("two_people")
    text, rows = canonical(dict(facts)), AskedRow.objects.filter(county=here.county.code)
    if rows.filter(kind=what.id, facts=text, state=WAITING, until__gt=acting.now).exists():
        return Refused("two.waits_already")
    row = AskedRow.objects.create(
        county=here.county.code, id=secrets.token_hex(8), kind=what.id, facts=text, digest=digest(what, facts),
        asked_by=person, asked_at=acting.now, until=acting.now + timedelta(hours=HOURS),
    )  # fmt: skip
    noted("act_asked", {"id": row.id, "kind": what.id, **facts, "by": person}, acting.now)
    return Asked(row.id, row.until)


def _tried(what: Kind, facts: Said, acting: Acting) -> Refused | None:
    """Why it could not be done, found by doing it and taking it back: nobody is asked to confirm what cannot be."""
    with transaction.atomic():
        told = what.do(facts, replace(acting, second=_TRIAL))
        transaction.set_rollback(True)
    return told if isinstance(told, Refused) else None


def noted(kind: str, facts: Facts, now: datetime) -> None:
    """Raises ``RefusedError``."""
    entry = append_note(office().journal, CHAIN, kind, facts, now, now)
    if isinstance(entry, Refused):
        raise RefusedError(entry)
