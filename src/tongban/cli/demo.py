"""``tongban demo``: a county that has been at work for two years and its neighbour, set up once and then served side by side."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, redirect_stdout
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from tongban.apps.registry.database import (
    database_made,
    migrate_database,
    setting_up,
    start_database,
    tables_current,
)
from tongban.apps.registry.progress import Say, silent
from tongban.cli.beside import Making, beside, letters, served, watch_over
from tongban.cli.machine import django_ready, home, operator
from tongban.cli.progress import progress
from tongban.cli.serving import load_application, port_taken, run_server, work
from tongban.cli.together import tie_children
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from tongban.demo.found import Ready

HOST = "127.0.0.1"
EVERY = 30
"""Seconds between two rounds of the work behind the pages."""
BREATH = 8.0
"""Seconds until the sweep begins, so that the first page does not wait for it."""


def demo(voice: Voice, options: argparse.Namespace) -> int:
    ports = (options.port,) if _single(options) else (options.port, options.port + 1)
    refused = None if options.no_serve else _taken(ports)
    if refused is not None:
        return voice.refuse(refused)
    if options.neighbour_of:
        watch_over()
    _open(voice, pages=not options.no_serve)
    whole = _whole(options)
    if not whole or options.no_serve:
        made = _made(voice, options)
        if isinstance(made, Refused):
            return voice.refuse(made)
        _describe(voice, made)
        if options.no_serve:
            _tell_of_neighbour(voice, options)
            return 0
        refused = _taken(ports)  # setting up took long enough for somebody else to come
        if refused is not None:
            return voice.refuse(refused)
    voice.say("serve.here", url=_url(options.port))
    _tell_of_neighbour(voice, options)
    _settle(options)
    with nullcontext() if _single(options) else served(voice.language, options.port + 1):
        tie_children()
        with _at_work(voice):
            if whole:  # the pages first, what is said of them beside
                _after_fork(Thread(target=_welcome, args=(voice,), daemon=True))
            run_server(HOST, options.port, 1)
    return 0


def _single(options: argparse.Namespace) -> bool:
    """Whether this process has one county to look after: it is the neighbour's, or no neighbour is wanted."""
    return bool(options.alone or options.neighbour_of)


def _taken(ports: Iterable[int]) -> Refused | None:
    return next((refused for port in ports if (refused := port_taken(HOST, port)) is not None), None)


def _url(port: int) -> str:
    return f"http://{HOST}:{port}"


def _tell_of_neighbour(voice: Voice, options: argparse.Namespace) -> None:
    if not _single(options):
        from tongban.demo.carrying import plan

        voice.say("demo.neighbour", url=_url(options.port + 1), home=beside())
        voice.say("demo.side_by_side", url=f"{_url(options.port)}/open/practices/{plan()['practice']}/")


def _settle(options: argparse.Namespace) -> None:
    """Where links in the demo's messages lead, unless somebody said otherwise; and who signs in here stays signed in next door:
    two ports of one machine share their cookies, so these have names of their own."""
    from django.conf import settings

    settings.TONGBAN_ADDRESS = settings.TONGBAN_ADDRESS or _url(options.port)
    if options.neighbour_of:
        settings.SESSION_COOKIE_NAME = f"{settings.SESSION_COOKIE_NAME}_neighbour"
        settings.CSRF_COOKIE_NAME = f"{settings.CSRF_COOKIE_NAME}_neighbour"


def _open(voice: Voice, *, pages: bool) -> None:
    """The database, which comes up while the pages are loaded; told only when it has to be made first."""
    made = database_made(home())
    with nullcontext(silent) if made else progress(voice) as say, ThreadPoolExecutor(1) as beside:
        database = beside.submit(start_database, home(), say)
        if pages:
            load_application()
        else:
            django_ready()
        database.result()


def _whole(options: argparse.Namespace) -> bool:
    """Whether all was set up before, with the tables of this version."""
    from tongban.demo.found import whole

    return tables_current() and whole() and (_single(options) or _met())


def _met() -> bool:
    """Whether the demo county knows its neighbour, which is the last thing that is done."""
    from tongban.demo.carrying import knows_neighbour

    return knows_neighbour()


def _made(voice: Voice, options: argparse.Namespace) -> Ready | Refused:
    """The county, found or set up; with a first checkpoint of what was set up, and its last months published.

    The neighbour is set up at the same time by a process of its own, as soon as there is a practice to carry to it.
    """
    with progress(voice) as say, setting_up(home(), say):
        migrate_database(say)
        if options.neighbour_of:
            return _made_neighbour(voice, options, say)
        from tongban.demo.found import found

        making: list[Making] = []

        def neighbour() -> None:
            if not _single(options) and not making:
                _give(options.port, voice)
                making.append(Making(voice.language, options.port + 1, options.volume))

        made = found()
        if made is None:
            from tongban.demo.setting_up import set_up

            made = set_up(say, options.volume, neighbour)
            refused = _published(voice, made)
            if refused is not None:
                return refused
            from tongban.demo.told import choose_for

            choose_for(made.accounts, operator(voice.language).now)
        if not _single(options) and not (_met() and beside().is_dir()):
            neighbour()
            say("demo.neighbour", 0, 1)
            refused = making[0].made()
            if refused is not None:
                return refused
            say("demo.neighbour", 1, 1)
            _meet(voice)
    return made


def _made_neighbour(voice: Voice, options: argparse.Namespace, say: Say) -> Ready | Refused:
    from tongban.demo.found import found
    from tongban.demo.neighbour import set_up_neighbour

    made = found()
    if made is None:
        from tongban.apps.adoption.found_sound import take_over

        take_over(Path(options.neighbour_of))
        carried = letters(Path(options.neighbour_of))
        made = set_up_neighbour(home(), carried, _url(options.port), say, options.volume)
        refused = _published(voice, made)
        if refused is not None:
            return refused
    return made


def _give(port: int, voice: Voice) -> None:
    from tongban.demo.carrying import give

    give(letters(home()), _url(port), operator(voice.language))


def _meet(voice: Voice) -> None:
    from tongban.demo.carrying import THERE, meet

    meet(letters(home()) / THERE, operator(voice.language))


def _published(voice: Voice, made: Ready) -> Refused | None:
    """A first checkpoint of what was set up, and the last months put out."""
    from tongban.apps.proof.checkpoints import checkpoint

    head = checkpoint(operator(voice.language).now)
    if isinstance(head, Refused):
        return head
    from tongban.demo.published import publish_months

    publish_months(made.accounts, operator(voice.language).now)
    return None


def _after_fork(thread: Thread) -> None:
    """Start a thread once the server's process has been forked off.

    A fork in the middle of this thread's imports would leave the new process waiting for their locks for ever.
    """
    waiting = [thread]

    def begin() -> None:
        if waiting:
            waiting.pop().start()

    os.register_at_fork(after_in_parent=begin)


def _welcome(voice: Voice) -> None:
    """Say what is there while the pages come up."""
    from tongban.demo.found import found

    made = found()
    if made is not None:
        _describe(voice, made)


def _describe(voice: Voice, made: Ready) -> None:
    from tongban.apps.office import office
    from tongban.apps.people.posts import role_words
    from tongban.demo.found import PASSWORD

    now = datetime.now(UTC)
    voice.say("demo.ready" if made.filled_now else "demo.found", cases=made.cases, events=made.events)
    voice.say("demo.accounts", password=PASSWORD)
    for account in made.accounts:
        named = "." in account.role  # a post that names a guarded practice, in the words of that
        role = (
            role_words(office(), account.role, voice.language, now)
            if named
            else voice.words(f"role.{account.role}")
        )
        name, unit = account.named(voice.language)
        voice.write(f"  {account.login:<16} {role}  {name}  {unit}")
    if made.follow[0]:
        voice.say("demo.follow", number=made.follow[0], phone=made.follow[1])


@contextmanager
def _at_work(voice: Voice) -> Iterator[None]:
    """The sweep and the reactors beside the pages, for as long as these are served; forked, so nothing is read twice."""
    from django.db import connections

    connections.close_all()  # one connection must not be in two processes
    worker = get_context("fork").Process(target=_work, args=(voice,), daemon=True)
    worker.start()
    try:
        yield
    finally:
        worker.terminate()
        worker.join(20)


def _work(voice: Voice) -> None:
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        time.sleep(BREATH)
        work(voice, argparse.Namespace(once=False, every=EVERY))
