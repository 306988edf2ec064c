"""``tongban user``, ``tongban person``: accounts, leaving, and erasing who asked."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path

from tongban.apps.acting import Acting
from tongban.cli.machine import open_up, operator
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused

PASSWORD = "TONGBAN_PASSWORD"  # noqa: S105 - the name of a variable
"""Where a script leaves the password; people are asked for it."""
SECOND = "TONGBAN_SECOND"
"""Where a script leaves the code of a second factor."""


def add(voice: Voice, options: argparse.Namespace) -> int:
    posts: list[tuple[str, str]] = []
    for each in options.post:
        unit, sign, role = each.partition(":")
        if not sign or not unit or not role:
            return voice.refuse(Refused("cli.not_a_post", each))
        posts.append((unit, role))
    password = os.environ.get(PASSWORD) or _asked(voice)
    open_up()
    from tongban.apps.office import office
    from tongban.apps.people.accounts import add_person
    from tongban.apps.people.first import LASTS

    acting = operator(voice.language)
    refused = add_person(office().county.code, options.login, options.name, password, posts, acting)
    if refused is not None:
        return voice.refuse(refused)
    voice.say("user.added", login=options.login, posts=len(posts), days=LASTS.days)
    return 0


def bring(voice: Voice, options: argparse.Namespace) -> int:
    """The password of new accounts is asked for, or taken from the variable; who is there keeps theirs."""
    path = Path(options.file)
    try:
        content = path.read_bytes()
    except OSError:
        return voice.refuse(Refused("people.file_unreadable", path.name))
    password = os.environ.get(PASSWORD) or _asked(voice)
    open_up()
    from tongban.apps.office import office
    from tongban.apps.people.accounts import bring_people
    from tongban.apps.people.first import LASTS
    from tongban.apps.people.sheet import people_from
    from tongban.kernel.clock import local_date

    acting = operator(voice.language)
    named = people_from(path.name, content, acting)
    if isinstance(named, Refused):
        return voice.refuse(named)
    done = bring_people(office().county.code, named, password, local_date(acting.now), acting)
    if isinstance(done, Refused):
        return voice.refuse(done)
    voice.say("user.brought", people=done.people, posts=done.posts, added=done.added, days=LASTS.days)
    return 0


def signed_in(voice: Voice, login: str) -> Acting | Refused:
    """Whoever acts in their own name at the shell, with their password. Refuses a wrong one and whoever holds no post."""
    password = os.environ.get(PASSWORD) or _asked(voice, once=True)
    from django.contrib.auth import authenticate
    from django.contrib.auth.models import User

    from tongban.apps.people.acting import actor_of, name_of
    from tongban.apps.people.entering import second_given

    user = authenticate(None, username=login, password=password)
    if not isinstance(user, User):
        return Refused("people.sign_in", login)
    acting = operator(voice.language)
    actor = actor_of(user, acting.now)
    if not actor.posts:
        return Refused("people.no_posts", login)
    code = os.environ.get(SECOND, "")
    refused = second_given(user, code, acting.now)
    if refused is not None and refused.code == "people.second_missing" and not code and sys.stdin.isatty():
        refused = second_given(user, getpass.getpass(voice.words("user.second")), acting.now)
    if refused is not None:
        return refused
    return Acting(acting.now, actor, name_of(user, voice.language), voice.language)


def rights(voice: Voice, options: argparse.Namespace) -> int:
    """The table of rights as CSV."""
    open_up()
    from tongban.apps.rights.telling import rights_sheet

    sheet = rights_sheet(operator(voice.language), options.practice or "", options.role or "")
    voice.write(sheet.removeprefix("\ufeff").rstrip())
    return 0


def leave(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.people.posting import leave as end_all_posts

    ended = end_all_posts(options.login, operator(voice.language))
    if isinstance(ended, Refused):
        return voice.refuse(ended)
    if not ended:
        return voice.refuse(Refused("people.no_posts", options.login))
    voice.say("user.left", login=options.login, posts=ended)
    return 0


def numbers(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.signs.numbers import keep_numbers

    kept = keep_numbers(Path(options.file))
    if isinstance(kept, Refused):
        return voice.refuse(kept)
    voice.say("numbers.kept", numbers=kept.numbers, units=kept.units)
    return 0


def erase(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.people.erasing import erase_person

    done = erase_person(options.number, operator(voice.language))
    if isinstance(done, Refused):
        return voice.refuse(done)
    voice.say("person.erased", number=options.number, values=done.values)
    for number, seq, field in done.texts:
        where = "person.struck" if number.isdigit() else "person.struck_look"
        voice.say(where if seq else "person.struck_public", number=number, seq=seq, field=field)
    voice.say("person.stays" if done.texts else "person.nothing_struck")
    return 0


def _asked(voice: Voice, *, once: bool = False) -> str:
    """The password, a new one typed twice where somebody sits; a line of standard input elsewhere."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    while True:
        first = getpass.getpass(voice.words("user.password"))
        if once or first == getpass.getpass(voice.words("user.again")):
            return first
        voice.say("user.differ")
