"""``tongban serve``, ``tongban work``, ``tongban sweep``: the pages, and what goes on behind them."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module

from tongban.apps.registry.database import tables_current
from tongban.apps.served import note
from tongban.cli.machine import home, open_up
from tongban.cli.moments import moment_of
from tongban.cli.progress import progress
from tongban.cli.together import tie_children
from tongban.cli.words import Voice
from tongban.kernel.clock import local_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.library.causes import because

BREATH = 1.0
"""Seconds until a worker whose database is away tries again."""
APPLICATION = "tongban.config.wsgi:application"
THREADS = 4


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
    note(home(), host, port)
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
            return Refused("cli.port", f"{host}:{port}", {"port": port, **because(fault, "said")})
    return None


def work(voice: Voice, options: argparse.Namespace) -> int:
    """Run what is due behind the pages, beside other workers, until stopped; or one round of everything."""
    open_up()
    if not tables_current():
        return voice.refuse(Refused("cli.not_migrated"))
    if options.once:
        return _once(voice)
    from tongban.apps.jobs.worker import STUCK, Worker
    from tongban.apps.observing.begin import watching

    lines = watching().lines

    def tell(key: str, facts: Mapping[str, object]) -> None:
        if lines:
            logging.getLogger("tongban.work").info(key, extra=facts)
        else:
            voice.say(key, **facts)

    worker = Worker(tell, options.every)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: worker.stop())
    while not worker.stopping:
        try:
            worker.run()
        except Exception as fault:
            if not _passing(fault):
                raise
            tell("work.waiting", {"said": _first_line(fault)})
        if not worker.stopping:
            _revive()
            worker.pause(BREATH)
    return STUCK if worker.stuck else 0


def _once(voice: Voice) -> int:
    """One round; what failed is said, and nothing else waits for it."""
    from tongban.apps.jobs.running import Again, once

    status = 0
    for job, did in once():
        if isinstance(did, Again):
            fault = did.__cause__
            if isinstance(fault, RefusedError):
                voice.refuse(fault.refusal)
            else:
                voice.warn("work.failed", job=job.name, fault=did.fault, wait=did.wait or 0)
            status = status if job.can_wait else 1
        elif did.says:
            voice.say(did.says, **dict(did.facts))
        elif did.n:
            voice.say("work.did", job=job.name, n=did.n)
    return status


def _first_line(fault: BaseException) -> str:
    said = str(fault.__cause__ or fault).strip().splitlines()
    return said[0][:200] if said else type(fault).__name__


def _revive() -> None:
    """Bring an embedded server back that was killed; one that cannot come yet is tried for again."""
    from tongban.apps.registry.database import start_database

    with suppress(RefusedError):
        start_database(home())


def _passing(fault: Exception) -> bool:
    """A database that is away for a moment comes back; anything else must be seen."""
    from tongban.apps.jobs.faults import passing

    return passing(fault)


def sweep(voice: Voice, options: argparse.Namespace) -> int:
    """Act on deadlines once. Another time than now only where nothing real happens."""
    at = datetime.now(UTC)
    if options.at:
        moment = moment_of(options.at, "--at")
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


def _real() -> Refused | None:
    """Time is moved by hand only in a demo's ledger or a database of tests."""
    from django.db import connection

    from tongban.apps.office import office
    from tongban.demo.marker import is_demo

    if str(connection.settings_dict["NAME"]).startswith("test_") or is_demo(office().journal):
        return None
    return Refused("cli.real_time", "--at")
