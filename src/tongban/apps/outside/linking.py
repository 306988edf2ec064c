"""Whose account an answer of a platform belongs to: the person it was linked to here. No platform makes an account or a post.

A link is made by an administrator, or the first time that what the operator named (an employee number, a login) equals
somebody's login here. Both are noted in the ledger; one subject of a platform is one person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.outside.providers import Known, Provider, providers
from tongban.apps.people.helping import act_for, guarded
from tongban.apps.people.own import account, by, note, signed
from tongban.apps.rights import may
from tongban.kernel.refusal import Refused
from tongban.store.models import LinkRow

LONGEST = 255


class Link(Struct, frozen=True):
    provider: str
    subject: str
    since: datetime


def whose_answer(provider: Provider, known: Known, now: datetime) -> User | Refused:
    """The account of whoever a platform named. Refuses somebody who is linked to nobody (``outside.unlinked``) and a closed
    account in the same words."""
    county = office().county.code
    unlinked = Refused("outside.unlinked", "", {"subject": known.subject[:LONGEST], "title": provider.title})
    row = LinkRow.objects.filter(county=county, provider=provider.id, subject=known.subject).first()
    person = row.person if row is not None else known.login
    found = account(person) if person else unlinked
    if isinstance(found, Refused) or not found[1].is_active:
        return unlinked
    if row is None:
        if LinkRow.objects.filter(county=county, provider=provider.id, person=person).exists():
            return unlinked  # they are linked to another subject: a number that was given out again opens nothing
        refused = _kept(provider.id, known.subject, person, provider.id, now)
        if refused is not None:
            return unlinked
    return found[1]


def link(person: str, provider: str, subject: str, acting: Acting) -> Refused | None:
    """Link somebody to their subject of a platform. For administrators."""
    subject = subject.strip()
    if not may("give_accounts", acting.actor):
        return Refused("people.not_administrator")
    found = account(person)
    refused = guarded(person, acting)
    if refused is not None or isinstance(found, Refused):
        return refused or Refused("people.unknown", person)
    if provider not in providers() or not subject or len(subject) > LONGEST:
        return Refused("outside.subject", "subject")
    return _kept(provider, subject, person, by(acting), acting.now)


def unlink(person: str, provider: str, subject: str, acting: Acting) -> Refused | None:
    """Take a link away. For administrators; like linking it takes two for whoever nobody alone lets in: a platform whose word
    names logins could link somebody else the next minute."""
    refused = guarded(person, acting)
    if refused is not None:
        return refused
    county = office().county.code
    with transaction.atomic():
        rows = LinkRow.objects.filter(county=county, provider=provider, subject=subject, person=person)
        if not rows.delete()[0]:
            return Refused("outside.subject", "subject")
        note(
            person,
            "unlinked",
            {"provider": provider, **signed(acting, act_for(person, acting))},
            acting.now,
        )
    return None


def links_of(person: str) -> Sequence[Link]:
    rows = LinkRow.objects.filter(county=office().county.code, person=person).order_by("provider", "since")
    return [Link(row.provider, row.subject, row.since) for row in rows]


def _kept(provider: str, subject: str, person: str, who: str, now: datetime) -> Refused | None:
    try:
        with transaction.atomic():
            LinkRow.objects.create(
                county=office().county.code,
                provider=provider,
                subject=subject,
                person=person,
                since=now,
                by=who,
            )
            note(person, "linked", {"provider": provider, "by": who}, now)
    except IntegrityError:
        return Refused("outside.taken", "subject")
    return None
