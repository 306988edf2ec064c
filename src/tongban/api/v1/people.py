"""Accounts and posts for administrators and their programs; what one person asks for and another confirms."""

from __future__ import annotations

from datetime import date

from tongban.api.v1.cursors import name_after, named_cursor
from tongban.api.v1.route import Answer, Asked, Given
from tongban.api.v1.shapes import people as shapes
from tongban.api.v1.shapes.adoption import Gone
from tongban.apps.confirming.asking import Asked as Waits
from tongban.apps.confirming.asking import Done, carry_out
from tongban.apps.confirming.deciding import confirm, decline
from tongban.apps.confirming.kinds import (
    ENDING,
    ERASING,
    FACTORS,
    GIVING,
    LEAVING,
    LINKING,
    PASSWORD,
    STANDING,
    Said,
)
from tongban.apps.confirming.reading import told
from tongban.apps.office import office
from tongban.apps.outside import linking
from tongban.apps.people import standing_in
from tongban.apps.people.accounts import Named, PersonLine, PostLine, add_person, bring_people
from tongban.apps.people.entering import need, needed
from tongban.apps.people.issuing import issued, revoke
from tongban.apps.people.passwords import first_password
from tongban.apps.people.roster import colleague, roles, roster
from tongban.apps.people.stand_ins import stand_ins
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused


def list_people(asked: Asked, query: shapes.PeopleQuery) -> Answer:
    """Everybody who works here, by login, or those with these words in their name, login or unit."""
    after = name_after(query.after)
    if isinstance(after, Refused):
        return after
    found = roster(asked.acting, query.words, after, query.limit)
    people = tuple(shapes.PersonOut.model_validate(each) for each in found.people)
    return shapes.PeopleList(total=found.total, people=people, next=named_cursor(found.after))


def get_person(asked: Asked, login: str) -> Answer:
    """One of them, with every post that they hold, held or will hold."""
    found = colleague(login, asked.acting)
    return Refused("people.unknown", login) if found is None else shapes.PersonOut.model_validate(found)


def add_one(asked: Asked, body: shapes.AddPerson) -> Answer:
    """An account for somebody new, with a first password that is shown once; posts are given next."""
    password = first_password()
    refused = add_person(office().county.code, body.login, body.name, password, (), asked.acting)
    return refused or shapes.DoneOut(login=body.login, password=password)


def bring(asked: Asked, body: shapes.PeopleIn) -> Answer:
    """Many people with their posts: all of them or none. Who is there already keeps their password and gets what is missing.

    Refuses new posts that take two people to give (``two.not_by_file``).
    """
    today, password = local_date(asked.acting.now), first_password()
    lines = tuple(_line(each) for each in body.people)
    twice = {each.login for n, each in enumerate(lines) if each.login in {line.login for line in lines[:n]}}
    if twice:
        return Refused.of([Refused("people.twice", each, {"login": each}) for each in sorted(twice)])
    done = bring_people(office().county.code, Named(lines), password, today, asked.acting)
    if isinstance(done, Refused):
        return done
    shown = password if done.added else ""
    return shapes.BroughtOut(people=done.people, posts=done.posts, added=done.added, password=shown)


def _line(each: shapes.PersonIn) -> PersonLine:
    posts = tuple(PostLine(unit=p.unit, role=p.role, since=p.first, until=_after(p.last)) for p in each.posts)
    return PersonLine(login=each.login, zh=each.zh, en=each.en, posts=posts)


def _after(last: date | None) -> date | None:
    """The day on which a post counts no more."""
    return date.fromordinal(last.toordinal() + 1) if last is not None and last < date.max else None


def give_post(asked: Asked, login: str, body: shapes.PostIn) -> Answer:
    """Give somebody a post. One in which acts are confirmed takes two people: then 202 says until when it waits for the other."""
    first = body.first or local_date(asked.acting.now)
    return _carried(GIVING, {"person": login, **_post(body.unit, body.role, first, body.last)}, asked)


def end_post(asked: Asked, login: str, body: shapes.EndPost) -> Answer:
    """End one post, with a last day or at once."""
    return _carried(ENDING, {"person": login, **_post(body.unit, body.role, body.first, body.last)}, asked)


def _post(unit: str, role: str, first: date, last: date | None) -> Said:
    return {"unit": unit, "role": role, "first": first.isoformat(), "last": last.isoformat() if last else ""}


def leave(asked: Asked, login: str) -> Answer:
    """Somebody leaves: posts, sessions, tokens and the account end this minute."""
    return _carried(LEAVING, {"person": login}, asked)


def new_password(asked: Asked, login: str) -> Answer:
    """A first password for who forgot theirs, shown once."""
    return _carried(PASSWORD, {"person": login}, asked)


def remove_factors(asked: Asked, login: str) -> Answer:
    """Take every second factor away from who lost them."""
    return _carried(FACTORS, {"person": login}, asked)


def link_person(asked: Asked, login: str, body: shapes.LinkIn) -> Answer:
    """Who they are on a platform by which people sign in."""
    return _carried(
        LINKING, {"person": login, "provider": body.provider, "subject": body.subject.strip()}, asked
    )


def unlink_person(asked: Asked, login: str, body: shapes.LinkIn) -> Answer:
    """They sign in by that platform no more."""
    return linking.unlink(login, body.provider, body.subject.strip(), asked.acting) or Gone()


def list_stand_ins(asked: Asked, query: shapes.StandInQuery) -> Answer:
    """Who stands in for whom, the running and coming ones first."""
    found = stand_ins(asked.acting, query.person)
    return shapes.StandInList(stand_ins=tuple(shapes.StandInOut.model_validate(each) for each in found))


def stand_in(asked: Asked, login: str, body: shapes.StandIn) -> Answer:
    """Let somebody stand in for a post of theirs, from a first day to a last."""
    facts = {
        "person": login,
        "stands_in": body.person,
        "unit": body.unit,
        "role": body.role,
        "reason": body.reason,
        "first": body.first.isoformat(),
        "last": body.last.isoformat(),
        "practices": " ".join(body.practices),
    }
    return _carried(STANDING, facts, asked)


def take_back(asked: Asked, stand_in: str) -> Answer:
    """End that this minute."""
    return standing_in.take_back(stand_in, asked.acting) or Gone()


def list_tokens(asked: Asked) -> Answer:
    """The tokens of programs, the newest first: for whom, what for, what they allow, when they were used last."""
    found = issued(asked.acting.now)
    return shapes.IssuedList(tokens=tuple(shapes.IssuedOut.model_validate(each) for each in found))


def end_token(asked: Asked, token: str) -> Answer:
    """End one, from its next request on."""
    done = revoke([token], asked.acting)
    return done if isinstance(done, Refused) else Gone()


def list_roles(asked: Asked) -> Answer:
    """Every role that somebody holds, and whether it signs in with a second factor only."""
    rules = needed(office().county.code)
    found = roles(asked.acting).items()
    return shapes.RoleList(
        roles=tuple(shapes.RoleOut(id=each, title=title, second=each in rules) for each, title in found)
    )


def set_second(asked: Asked, body: shapes.SecondRule) -> Answer:
    """Which roles need a second factor, from their next sign-in on."""
    known = roles(asked.acting)
    unknown = [Refused("people.role", each) for each in body.roles if each not in known]
    return (Refused.of(unknown) if unknown else need(body.roles, asked.acting)) or list_roles(asked)


def list_waiting(asked: Asked) -> Answer:
    """What you asked for or may confirm: what waits, the soonest first, then what was decided last."""
    found = told(asked.acting)
    lines = (*found.waiting, *found.lately)
    return shapes.WaitingList(acts=tuple(shapes.WaitingOut.model_validate(each) for each in lines))


def decide(asked: Asked, act: str, body: shapes.Decide) -> Answer:
    """Confirm what somebody else asked for, or decline it with a reason. By a person who has signed in, not by a program."""
    if body.decision == "decline":
        return decline(act, body.why, asked.acting) or shapes.DoneOut(login="", password="")
    done = confirm(act, asked.acting)
    return done if isinstance(done, Refused) else shapes.DoneOut(login=done.whose, password=done.told)


def erase(asked: Asked, number: str) -> Answer:
    """Ask that the person behind a case be erased; another person confirms it. Every proof stays valid."""
    return _carried(ERASING, {"number": number}, asked)


def _carried(kind: str, facts: Said, asked: Asked) -> Answer:
    done = carry_out(kind, facts, asked.acting)
    match done:
        case Waits(id, until):
            return Given(shapes.AskedOut(id=id, until=until), 202)
        case Done(password, _):
            return shapes.DoneOut(login=facts.get("person", ""), password=password)
        case _:
            return done
