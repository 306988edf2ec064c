"""``tongban demo``: a county that has been at work for two years, set up once and then served."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from importlib import resources
from pathlib import Path
from threading import Thread, Timer
from typing import TYPE_CHECKING

from tongban.apps.registry.database import database_url, migrate_database, start_database
from tongban.cli.machine import django_ready, home, open_up, operator
from tongban.cli.progress import progress
from tongban.cli.serving import load_application, port_taken, run_server
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from tongban.demo.found import Ready

HOST = "127.0.0.1"
BREATH = 8.0
"""Seconds until the sweep begins, so that the first page does not wait for it."""


def demo(voice: Voice, options: argparse.Namespace) -> int:
    if not options.no_serve:
        refused = port_taken(HOST, options.port)
        if refused is not None:
            return voice.refuse(refused)
    if not options.no_serve and _was_finished():
        # Nothing to set up: the database comes up while the pages are loaded, all else is done beside them.
        with ThreadPoolExecutor(1) as beside:
            database = beside.submit(start_database, home())
            load_application()
            database.result()
        _after_fork(Thread(target=_welcome, args=(voice, options.port), daemon=True))
    else:
        made = _made(voice, options.volume)
        if isinstance(made, Refused):
            return voice.refuse(made)
        _finished()
        _describe(voice, made)
        if options.no_serve:
            return 0
        voice.say("serve.here", url=f"http://{HOST}:{options.port}")
    with _at_work():
        run_server(HOST, options.port, 1)
    return 0


def _made(voice: Voice, volume: int) -> Ready | Refused:
    """The county, found or set up; with a first checkpoint of what was set up."""
    with progress(voice) as say:
        open_up(say)
        migrate_database()
        from tongban.demo.found import found

        made = found()
        if made is None:
            from tongban.demo.setting_up import set_up

            made = set_up(say, volume)
            from tongban.apps.proof.checkpoints import checkpoint

            head = checkpoint(operator(voice.language).now)
            if isinstance(head, Refused):
                return head
    return made


def _after_fork(thread: Thread) -> None:
    """Start a thread once the server's process has been forked off.

    A fork in the middle of this thread's imports would leave the new process waiting for their locks for ever.
    """
    waiting = [thread]

    def begin() -> None:
        if waiting:
            waiting.pop().start()

    os.register_at_fork(after_in_parent=begin)


def _welcome(voice: Voice, port: int) -> None:
    """Say what is there while the pages come up."""
    voice.say("serve.here", url=f"http://{HOST}:{port}")
    django_ready()
    from tongban.demo.found import found

    made = found()
    if made is not None:
        _describe(voice, made)


def _describe(voice: Voice, made: Ready) -> None:
    from tongban.demo.found import PASSWORD

    voice.say("demo.ready" if made.filled_now else "demo.found", cases=made.cases, events=made.events)
    voice.say("demo.accounts", password=PASSWORD)
    for account in made.accounts:
        role = voice.words(f"role.{account.role}")
        voice.write(f"  {account.login:<16} {role}  {account.name}  {account.unit}")
    if made.follow[0]:
        voice.say("demo.follow", number=made.follow[0], phone=made.follow[1])


def _mark() -> Path:
    return home() / "demo" / "finished"


def _tables() -> str:
    """Which database, and the migrations of this version: with others, something has to be done first."""
    folder = resources.files("tongban.store").joinpath("migrations")
    names = sorted(each.name for each in folder.iterdir() if each.name.endswith(".py"))
    return "\n".join([sha256(database_url(home()).encode()).hexdigest(), *names])


def _was_finished() -> bool:
    mark = _mark()
    return mark.is_file() and mark.read_text(encoding="utf-8") == _tables()


def _finished() -> None:
    mark = _mark()
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(_tables(), encoding="utf-8")


@contextmanager
def _at_work() -> Iterator[None]:
    """The sweep and the reactors beside the pages, for as long as these are served."""
    workers: list[subprocess.Popen[bytes]] = []

    def begin() -> None:
        command = [sys.executable, "-m", "tongban.cli.main", "work"]
        workers.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True))

    timer = Timer(BREATH, begin)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        for worker in workers:
            worker.terminate()
            worker.wait(timeout=20)
