"""``tongban demo``: a county that has been at work for two years, set up once and then served."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tongban.apps.registry.database import migrate_database
from tongban.cli.machine import open_up, operator
from tongban.cli.progress import progress
from tongban.cli.serving import port_taken, run_server
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused

HOST = "127.0.0.1"


def demo(voice: Voice, options: argparse.Namespace) -> int:
    if not options.no_serve:
        refused = port_taken(HOST, options.port)
        if refused is not None:
            return voice.refuse(refused)
    with progress(voice) as say:
        open_up(say)
        migrate_database()
        from tongban.demo.setting_up import PASSWORD, ready

        made = ready(say, options.volume)
        if made.filled_now:
            refused = _sign(voice)
            if refused is not None:
                return voice.refuse(refused)
    voice.say("demo.ready" if made.filled_now else "demo.found", cases=made.cases, events=made.events)
    voice.say("demo.accounts", password=PASSWORD)
    for account in made.accounts:
        voice.write(
            f"  {account.login:<16} {voice.words(f'role.{account.role}')}  {account.name}  {account.unit}"
        )
    if made.follow[0]:
        voice.say("demo.follow", number=made.follow[0], phone=made.follow[1])
    if options.no_serve:
        return 0
    voice.say("serve.here", url=f"http://{HOST}:{options.port}")
    with _at_work():
        run_server(HOST, options.port, 1)
    return 0


def _sign(voice: Voice) -> Refused | None:
    from tongban.apps.proof.checkpoints import checkpoint

    head = checkpoint(operator(voice.language).now)
    return head if isinstance(head, Refused) else None


@contextmanager
def _at_work() -> Iterator[None]:
    """The sweep and the reactors beside the pages, for as long as these are served."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tongban.cli.main", "work"], stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(timeout=20)
