"""Whose account it is: the person of a signed-in user, and what is noted of their account in the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from django.contrib.auth.models import AbstractBaseUser, User
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import office, served_county
from tongban.apps.people import withdrawn
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.store.models import Person
from tongban.store.notes import append_note

OPERATOR = "operator"


class Whose(Struct, frozen=True):
    """A person by county and id, beside the account by which they sign in."""

    county: str
    person: str
    user: int
    login: str


def whose(user: AbstractBaseUser) -> Whose | None:
    """The person of an account; None for one that nobody of this county stands behind."""
    row = Person.objects.filter(county=served_county(), user_id=user.pk).values_list("county", "id").first()
    return Whose(*row, cast(int, user.pk), user.get_username()) if row is not None else None


def account(person: str) -> tuple[Whose, User] | Refused:
    """A person of this county with their account. Refuses one that is not there (``people.unknown``)."""
    row = Person.objects.filter(county=office().county.code, id=person).select_related("user").first()
    if row is None or row.user is None:
        return Refused("people.unknown", person)
    return Whose(row.county, row.id, row.user.pk, row.user.get_username()), row.user


def by(acting: Acting) -> str:
    """Who stands in a note: the person, or whoever has the shell of the machine."""
    return acting.actor.person or OPERATOR


def signed(acting: Acting, act: str = "") -> Facts:
    """Who did it, as a note says it; with the second person where there was one. ``alone`` says that ``act`` takes two and one did it."""
    said: dict[str, str | bool] = {"by": by(acting)}
    if acting.second:
        said["second"] = acting.second
    elif act:
        said["alone"] = True
    return said


def note(person: str, kind: str, facts: Facts, now: datetime) -> None:
    """What happened to somebody's account, sealed; ``facts`` never hold a secret. Raises ``RefusedError``. What was taken away is
    written outside the database first (``withdrawn``)."""
    here = office()
    said: Facts = {"person": person, **facts}
    withdrawn.put_down(here.county.code, person, kind, facts, now)
    noted = append_note(here.journal, f"account/{person}", kind, said, now, now)
    if isinstance(noted, Refused):
        raise RefusedError(noted)
