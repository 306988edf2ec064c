"""Accounts and posts, what takes two people, which roles need a second factor."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tongban.api.v1.shapes import In, Out, Page, Query, Word

Day = Annotated[date, Field(strict=False)]


class PeopleQuery(Query):
    words: Word = Field("", description="in names, logins and units")
    limit: int = Field(50, ge=1, le=1000, description="how many rows at most")
    after: Annotated[str, StringConstraints(max_length=1000)] = Field(
        "", description="`next` of the page before"
    )


class HeldOut(Out):
    unit: str
    unit_name: str
    role: str
    role_name: str
    first: date
    last: date | None
    when: str = Field(description="now, coming or ended")


class PersonOut(Out):
    """``active``: they may sign in; ``second``: they have a second factor; ``first_until``: when the password that somebody gave them runs out
    or ran out, null where they set one of their own."""

    login: str
    name: str
    active: bool
    second: bool
    first_until: datetime | None
    posts: tuple[HeldOut, ...]


class PeopleList(Page):
    total: int
    people: tuple[PersonOut, ...]


class AddPerson(In):
    login: Word
    name: Word


class PostIn(In):
    """``first`` null is today, ``last`` null without an end."""

    unit: Word
    role: Word
    first: Day | None = None
    last: Day | None = None


class PersonIn(In):
    login: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]{1,63}$")]
    zh: Annotated[str, StringConstraints(min_length=1, max_length=50)]
    en: Word = ""
    posts: tuple[PostIn, ...] = Field((), max_length=50, strict=False)


class PeopleIn(In):
    people: tuple[PersonIn, ...] = Field(min_length=1, max_length=5000, strict=False)


class BroughtOut(Out):
    """``password`` is the first one of all new accounts, shown this once, "" where none is new: each of them sets their own within 14 days."""

    people: int
    posts: int
    added: int
    password: str


class EndPost(In):
    """``last`` null ends it at once."""

    unit: Word
    role: Word
    first: Day
    last: Day | None = None


class LinkIn(In):
    provider: Word
    subject: Annotated[str, StringConstraints(max_length=300)]


class DoneOut(Out):
    """``password`` is a first one, shown this once, "" where there is none to show: its owner sets their own within 14 days, at ``/sign-in/``."""

    done: bool = True
    login: str
    password: str


class AskedOut(Out):
    """It waits for another person to confirm it, as long as ``until``."""

    id: str
    until: datetime


class RoleOut(Out):
    id: str
    title: str
    second: bool = Field(description="signs in with a second factor only")


class RoleList(Page):
    roles: tuple[RoleOut, ...]


class SecondRule(In):
    roles: tuple[Word, ...] = Field(
        max_length=200, strict=False, description="those that need a second factor, all of them"
    )


class WaitingOut(Out):
    """``state`` is waiting, confirmed, declined or expired; ``changed``: it cannot be confirmed any more."""

    id: str
    says: str
    by: str
    at: str
    until: str
    mine: bool
    changed: bool
    state: str
    decided_by: str
    decided_at: str
    why: str


class WaitingList(Page):
    acts: tuple[WaitingOut, ...]


class Decide(In):
    decision: Literal["confirm", "decline"]
    why: Word = Field("", description="why it is declined; stays sealed in the ledger")


class StandInQuery(Query):
    person: Word = Field("", description='those that somebody gave or has; "" for all')


class StandInOut(Out):
    """Who stands in for whom. ``when`` is now, coming or ended; days are in words."""

    id: str
    giver: str
    giver_name: str
    person: str
    person_name: str
    unit_name: str
    role_name: str
    first: str
    last: str
    reason: str
    practices: tuple[str, ...] = Field(description="for these alone, none for all")
    when: str


class StandInList(Page):
    stand_ins: tuple[StandInOut, ...]


class StandIn(In):
    """``person`` stands in for a post of the one in the address."""

    person: Word
    unit: Word
    role: Word
    first: Day
    last: Day
    reason: Literal["leave", "training", "duty", "other"]
    practices: tuple[Word, ...] = Field((), max_length=100, strict=False)


class IssuedOut(Out):
    """A token of a program, without the token. ``ended`` is when it was revoked or ran out."""

    id: str
    login: str
    scopes: tuple[str, ...]
    purpose: str
    since: datetime
    until: datetime
    ended: datetime | None
    by: str
    used: date | None = Field(description="the last day on which it opened something")


class IssuedList(Page):
    tokens: tuple[IssuedOut, ...]
