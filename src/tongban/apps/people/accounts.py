"""Accounts and posts: from a file, one by one, and their end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import transaction
from msgspec import Struct
from msgspec import field as msgspec_field
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tongban.apps.acting import Acting
from tongban.apps.office import office
from tongban.apps.people import first
from tongban.apps.people.own import note, signed
from tongban.apps.people.passwords import fault_of
from tongban.apps.people.posts import role_words
from tongban.apps.rights.two import GIVES, needed, takes_two
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.library.document import read_document
from tongban.library.shape.fitting import Shaped
from tongban.library.shape.written import Day, Many
from tongban.store.models import Person, PostRow, UnitRow
from tongban.store.notes import append_note

LARGEST = 10_000_000
"""Bytes in the largest file of people that is read."""
BROUGHT = "accounts/brought"
"""The chain of the ledger where it stands whom files brought."""
PORTION = 200
"""Accounts, and posts, of one note."""

LONGEST_NAME = 50
"""Characters."""
LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,63}")


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class PostLine(_Shape):
    """``since`` may be left out: from the day the file speaks from."""

    unit: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    role: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}(\.[a-z][a-z0-9_]{0,49})?$")]
    since: Day | None = None
    until: Day | None = None


class PersonLine(_Shape):
    login: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]{1,63}$")]
    zh: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
    en: str = ""
    posts: Many[PostLine] = ()


class _People(_Shape):
    people: Many[PersonLine] = Field(min_length=1)


PEOPLE: Shaped[_People] = Shaped(_People)


class Named(Struct, frozen=True):
    """Whom a file names, as far as it can be read. ``faults`` are those of its rows, told from the top; ``places`` where each post of a
    login stands, in their order, so that what is found later is told of its row, too."""

    lines: tuple[PersonLine, ...]
    faults: tuple[Refused, ...] = ()
    places: Mapping[str, tuple[str, ...]] = msgspec_field(default_factory=dict)

    def place(self, login: str, n: int) -> str:
        """Where the ``n``-th post of a login stands; the login itself where rows have no numbers."""
        return self.places[login][n] if login in self.places else login


class PeopleLoaded(Struct, frozen=True):
    people: int
    posts: int
    """that were not held before"""
    added: int
    """Accounts that did not exist before."""


def read_people(path: Path) -> tuple[PersonLine, ...] | Refused:
    """A file of people, strictly read; every fault with its line."""
    try:
        if path.stat().st_size > LARGEST:
            return Refused("people.file_too_large", path.name, {"most": LARGEST})
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return Refused("people.file_unreadable", path.name)
    return people_in(path.name, text)


def people_in(name: str, text: str) -> tuple[PersonLine, ...] | Refused:
    """The people that the text of a file names."""
    document = read_document(name, text)
    if isinstance(document, Refused):
        return document
    found = PEOPLE.fit(document)
    if isinstance(found, Refused):
        return found
    logins = [person.login for person in found.people]
    twice = [
        Refused("people.twice", document.where("people", n), {"login": login})
        for n, login in enumerate(logins)
        if login in logins[:n]
    ]
    return Refused.of(twice) if twice else found.people


def load_people(county: str, path: Path, password: str, since: date) -> PeopleLoaded | Refused:
    """Accounts and posts from a file: all or none. Who is there already keeps their password.

    All new accounts get ``password``, hashed once: this is for a demo, whose password everybody knows and which is nobody's
    first one. ``since`` is the first day of posts that name none.
    """
    lines = read_people(path)
    if isinstance(lines, Refused):
        return lines
    faults = _unknown(county, Named(lines))
    return Refused.of(faults) if faults else _bring(county, lines, password, since)


def bring_people(
    county: str, named: Named, password: str, since: date, acting: Acting
) -> PeopleLoaded | Refused:
    """What a file named, kept: all or none. ``password`` is the first one of all new accounts.

    Refuses with every fault at once: those of the rows, units that do not exist, a post that is named twice for one time, other days
    than those of a post that is held already, new posts that take two people to give, and a password for new accounts that is easy
    to guess.
    """
    lines = named.lines
    faults = [*named.faults, *_unknown(county, named), *_at_odds(county, named, since, acting)]
    here = set(
        User.objects.filter(username__in=[line.login for line in lines]).values_list("username", flat=True)
    )
    new = next((line.login for line in lines if line.login not in here), "")
    weak = fault_of(password, User(username=new), new) if new else None
    if weak is not None:
        faults.append(weak)
    held = _rows(county, lines)
    guarded = [
        Refused("two.not_by_file", named.place(person.login, n), {"who": person.login})
        for person in lines
        for n, post in enumerate(person.posts)
        if takes_two(post.unit, post.role)
        and not any(_is_there(post, row, since) for row in held.get(person.login, ()))
    ]
    if guarded and needed(GIVES, acting) is not None:
        faults += guarded
    if faults:
        return Refused.of(sorted(faults, key=row_of))
    return _bring(county, lines, password, since, acting)


def row_of(fault: Refused) -> int:
    """As ``at_row`` writes it: faults are told from the top, and before them what is of no row."""
    found = re.match(r"row ([0-9]+)", fault.where)
    return int(found[1]) if found else 0


def meets(one: PostLine, other: PostLine, since: date) -> bool:
    """Whether two lines give the same post for a time that they share."""
    last = min(each.until or date.max for each in (one, other))
    first = max(each.since or since for each in (one, other))
    return (one.unit, one.role) == (other.unit, other.role) and first < last


def _is_there(post: PostLine, row: PostRow, since: date) -> bool:
    """Whether a row is what a line asks for. Days that are left out are those of the row, unless it is over: then it is given anew."""
    if (post.unit, post.role) != (row.unit, row.role):
        return False
    if row.until is not None and row.until <= since and post.since != row.since:
        return False
    return (post.since or row.since, post.until or row.until) == (row.since, row.until)


def _rows(county: str, lines: Sequence[PersonLine]) -> Mapping[str, list[PostRow]]:
    found: dict[str, list[PostRow]] = defaultdict(list)
    for row in PostRow.objects.filter(county=county, person__in=[line.login for line in lines]):
        found[row.person].append(row)
    return found


def _unknown(county: str, named: Named) -> list[Refused]:
    units = set(UnitRow.objects.filter(county=county).values_list("id", flat=True))
    return [
        Refused("people.unknown_unit", named.place(person.login, n), {"unit": post.unit})
        for person in named.lines
        for n, post in enumerate(person.posts)
        if post.unit not in units
    ]


def _at_odds(county: str, named: Named, since: date, acting: Acting) -> list[Refused]:
    """Posts that are named twice for one time, and those that are held with other days: a file gives posts and changes none."""
    rows, faults = _rows(county, named.lines), []
    for line in named.lines:
        for n, post in enumerate(line.posts):
            if any(meets(post, earlier, since) for earlier in line.posts[:n]):
                faults.append(Refused("people.post_held", named.place(line.login, n)))
            for row in rows.get(line.login, ()):
                there = PostLine.model_construct(
                    unit=row.unit, role=row.role, since=row.since, until=row.until
                )
                if meets(post, there, since) and not _is_there(post, row, since):
                    facts = _called(row, acting)
                    faults.append(Refused("people.other_days", named.place(line.login, n), facts))
    return faults


def _called(row: PostRow, acting: Acting) -> Facts:
    """A post as its reader calls it."""
    here = office()
    role = role_words(here, row.role, acting.language, acting.now)
    return {"unit": here.names.unit(row.unit, acting.language), "role": role, "first": row.since.isoformat()}


def _bring(
    county: str, lines: Sequence[PersonLine], password: str, since: date, acting: Acting | None = None
) -> PeopleLoaded:
    with transaction.atomic():
        return _load(county, lines, password, since, acting)


def _load(
    county: str, lines: Sequence[PersonLine], password: str, since: date, acting: Acting | None
) -> PeopleLoaded:
    known = dict(User.objects.values_list("username", "pk"))
    secret = make_password(password)
    new = [User(username=line.login, password=secret) for line in lines if line.login not in known]
    User.objects.bulk_create(new)
    known |= dict(
        User.objects.filter(username__in=[user.username for user in new]).values_list("username", "pk")
    )
    until = acting.now + first.LASTS if acting is not None else None
    given_one = {user.username for user in new}
    Person.objects.bulk_create(
        [
            Person(
                county=county,
                id=line.login,
                name=line.zh,
                name_en=line.en,
                user_id=known[line.login],
                first_until=until if line.login in given_one else None,
            )
            for line in lines
        ],
        update_conflicts=True,
        update_fields=["name", "name_en"],
        unique_fields=["county", "id"],
    )
    held = _rows(county, lines)
    given = [
        PostRow(
            county=county,
            person=line.login,
            unit=post.unit,
            role=post.role,
            since=post.since or since,
            until=post.until,
        )
        for line in lines
        for post in line.posts
        if not any(_is_there(post, row, since) for row in held.get(line.login, ()))
    ]
    PostRow.objects.bulk_create(
        given,
        update_conflicts=True,
        update_fields=["until"],
        unique_fields=["county", "person", "unit", "role", "since"],
    )
    if acting is not None:
        _note([user.username for user in new], given, acting)
    return PeopleLoaded(len(lines), len(given), len(new))


def _note(accounts: Sequence[str], posts: Sequence[PostRow], acting: Acting) -> None:
    """What a file brought, by whom: a portion a note, so that ten thousand people ask for one turn and not for as many."""
    for n in range(0, max(len(accounts), len(posts)), PORTION):
        said: Facts = {
            "accounts": tuple(accounts[n : n + PORTION]),
            "posts": tuple(f"{post.person}:{post.unit}:{post.role}" for post in posts[n : n + PORTION]),
            **signed(acting),
        }
        noted = append_note(office().journal, BROUGHT, "accounts_brought", said, acting.now, acting.now)
        if isinstance(noted, Refused):
            raise RefusedError(noted)


def add_person(
    county: str, login: str, name: str, password: str, posts: Sequence[tuple[str, str]], acting: Acting
) -> Refused | None:
    """One account with posts from today, each a unit and a role; None when it was made. ``password`` is a first one.

    Refuses a login that is taken or badly spelt, a password that is easy to guess, and units that do not exist.
    """
    if not LOGIN.fullmatch(login):
        return Refused("people.login", login)
    if not name.strip():
        return Refused("people.no_name", login)
    weak = fault_of(password, User(username=login), login)
    if weak is not None:
        return weak
    units = set(UnitRow.objects.filter(county=county).values_list("id", flat=True))
    unknown = [
        Refused("people.unknown_unit", login, {"unit": unit}) for unit, _ in posts if unit not in units
    ]
    if unknown:
        return Refused.of(unknown)
    with transaction.atomic():
        user, made = User.objects.get_or_create(
            username=login, defaults={"password": make_password(password)}
        )
        if not made:
            return Refused("people.taken", login)
        Person.objects.create(
            county=county, id=login, name=name.strip(), user_id=user.pk, first_until=acting.now + first.LASTS
        )
        for unit, role in posts:
            PostRow.objects.create(
                county=county, person=login, unit=unit, role=role, since=local_date(acting.now)
            )
        said: Facts = {"posts": tuple(f"{unit}:{role}" for unit, role in posts), **signed(acting)}
        note(login, "account_added", said, acting.now)
    return None
