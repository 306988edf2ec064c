"""``tongban serve``, ``tongban work``, ``tongban sweep``: the pages, and what goes on behind them."""

from __future__ import annotations

import argparse
import gc
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module

from tongban.apps.registry.database import tables_current
from tongban.cli.machine import home, open_up
from tongban.cli.progress import progress
from tongban.cli.together import tie_children
from tongban.cli.words import Voice
from tongban.kernel.clock import local_text
from tongban.kernel.refusal import Refused, RefusedError

LOCAL = timezone(timedelta(hours=8))
CHECKPOINTS = timedelta(hours=1)
"""A promise in a receipt holds for an hour, so a checkpoint comes at least as often."""
APPLICATION = "tongban.config.wsgi:application"
THREADS = 4
EVERY = 30
"""Seconds between two rounds of the work behind the pages."""


def serve(voice: Voice, options: argparse.Namespace) -> int:
    refused = port_taken(options.host, options.port)
    if refused is not None:
        return voice.refuse(refused)
    open_up()
    if not tables_current():
        return voice.refuse(Refused("cli.not_migrated"))
    voice.say("serve.here", url=f"http://{options.host}:{options.port}")
    tie_children()
    run_server(options.host, options.port, options.workers)
    return 0


def run_server(host: str, port: int, workers: int) -> None:
    """Serve until Ctrl-C. What was loaded before is there in every process of the server."""
    load_application()
    from django.db import connections
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    connections.close_all()  # one connection must not be in two processes
    os.register_at_fork(after_in_child=sys.modules[APPLICATION.partition(":")[0]].afterwards.unasked)
    server = Server(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_level=LogLevels.warning,
    )
    server.serve()


def load_application() -> None:
    """Import all that pages need, once: the server's processes are forked from this one. Connects to nothing.

    What was loaded stays: looking through it for garbage would only hold up a start, and later now and then a page.
    """
    gc.disable()
    import_module(APPLICATION.partition(":")[0])
    gc.freeze()
    gc.enable()


def port_taken(host: str, port: int) -> Refused | None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except (OSError, OverflowError) as fault:
            said = getattr(fault, "strerror", None) or str(fault)
            return Refused("cli.port", f"{host}:{port}", {"port": port, "said": said})
    return None


def work(voice: Voice, options: argparse.Namespace) -> int:
    """Act on deadlines, let reactors follow the ledger, sign checkpoints; over and over until stopped."""
    open_up()
    if not tables_current():
        return voice.refuse(Refused("cli.not_migrated"))
    signed = datetime.min.replace(tzinfo=UTC)
    while True:
        try:
            _round(voice)
            now = datetime.now(UTC)
            if now - signed >= CHECKPOINTS:
                _sign(now)
                signed = now  # whatever fails behind it, no round signs once more
                _hourly(voice, now)
        except Exception as fault:
            if options.once or not _passing(fault):
                raise
            voice.say("work.waiting", said=str(fault).strip().splitlines()[0])
            _revive()
        if options.once:
            return 0
        time.sleep(max(1, options.every))


def _revive() -> None:
    """Bring an embedded server back that was killed; one that cannot come yet is tried for again."""
    from tongban.apps.registry.database import start_database

    with suppress(RefusedError):
        start_database(home())


def _passing(fault: Exception) -> bool:
    """A database that is away for a moment comes back; anything else must be seen."""
    return bool({each.__name__ for each in type(fault).__mro__} & {"OperationalError", "InterfaceError"})


def _round(voice: Voice) -> None:
    """What everybody waits for: deadlines, what follows from events, messages, files."""
    from django.db import close_old_connections

    from tongban.apps import reactors
    from tongban.apps.casework.scanning import Scanned, scan_waiting
    from tongban.apps.disclosure.keeping import keep as keep_counts
    from tongban.apps.exchange.sending import Sent, send_due
    from tongban.apps.supervision.sweep import sweep as act

    close_old_connections()
    now = datetime.now(UTC)
    swept = act(now)
    read = reactors.run_once()
    sent = send_due(datetime.now(UTC))  # what the reactors have just made is to go at once
    if sent != Sent():
        voice.say("work.sent", received=sent.received, put_off=sent.put_off, given_up=sent.given_up)
    scanned = scan_waiting(datetime.now(UTC))
    if scanned != Scanned():
        voice.say("work.scanned", clean=scanned.clean, found=scanned.found, left=scanned.left)
    if swept.steps or read:
        voice.say(
            "work.round",
            time=f"{now.astimezone(LOCAL):%H:%M:%S}",
            cases=swept.cases,
            steps=swept.steps,
            events=read,
        )
    with _made_again(voice):
        keep_counts(datetime.now(UTC))


def _sign(now: datetime) -> None:
    """Commit to the lots of the month to come and sign the ledger's head, which then covers that, too."""
    from tongban.apps.draws.seeds import commit_ahead
    from tongban.apps.office import office
    from tongban.apps.proof.checkpoints import checkpoint

    commit_ahead(office(), now)
    head = checkpoint(now)
    if isinstance(head, Refused):
        raise RefusedError(head)


def _hourly(voice: Voice, now: datetime) -> None:
    from tongban.apps import patience
    from tongban.apps.casework import keeping
    from tongban.apps.draws.publishing import publish_due
    from tongban.apps.editions.expiry import archive_due
    from tongban.apps.flow.asking import count_usual
    from tongban.apps.flow.logs import whole_log
    from tongban.apps.flow.publishing import publish_logs
    from tongban.apps.office import office
    from tongban.apps.signs.looking import look

    publish_due(now)
    archived = archive_due(now)
    if archived:
        voice.say("work.archived", n=archived)
    marked = look(now)
    if marked:
        voice.say("work.signs", n=marked)
    patience.tidy(now)
    keeping.tidy(now)
    with _made_again(voice):
        log = whole_log(office())
        publish_logs(office(), log)
        count_usual(office(), log)


@contextmanager
def _made_again(voice: Voice) -> Iterator[None]:
    """For files that are made again from the ledger: what fails (a full disk, too little memory) is said and tried in the next round,
    and no deadline or checkpoint waits for it."""
    try:
        yield
    except RefusedError as fault:
        voice.refuse(fault.refusal)
    except Exception as fault:
        if not isinstance(fault, OSError) and "duckdb" not in type(fault).__module__:
            raise
        voice.refuse(Refused("work.not_made", "", {"said": str(fault).strip().splitlines()[0][:200]}))


def sweep(voice: Voice, options: argparse.Namespace) -> int:
    """Act on deadlines once. Another time than now only where nothing real happens."""
    at = datetime.now(UTC)
    if options.at:
        moment = moment_of(options.at)
        if isinstance(moment, Refused):
            return voice.refuse(moment)
        at = moment
    open_up()
    if options.at:
        refused = _real()
        if refused is not None:
            return voice.refuse(refused)
    from tongban.apps import reactors
    from tongban.apps.supervision.sweep import sweep as act

    with progress(voice) as say:
        swept = act(at, lambda cases: say("serve.sweeping", cases, 0))
    reactors.run_once()
    voice.say("sweep.done", cases=swept.cases, steps=swept.steps)
    if options.at and swept.cases and at > datetime.now(UTC):
        voice.warn("sweep.ahead", at=local_text(at))
    if swept.left:
        voice.warn("sweep.left", left=swept.left)
    return 1 if swept.left else 0


def moment_of(text: str) -> datetime | Refused:
    """``2026-03-09``, ``2026-03-09 18:00`` or with an offset; without one it is China's time."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return Refused("cli.time", "--at", {"given": text[:40]})
    return (at if at.tzinfo else at.replace(tzinfo=LOCAL)).astimezone(UTC)


def _real() -> Refused | None:
    """Time is moved by hand only in a demo's ledger or a database of tests."""
    from django.db import connection

    from tongban.apps.office import office
    from tongban.demo.marker import is_demo

    if str(connection.settings_dict["NAME"]).startswith("test_") or is_demo(office().journal):
        return None
    return Refused("cli.real_time", "--at")
