"""Processes that end together: what was forked from this one goes when it goes, however it goes."""

from __future__ import annotations

import os
import signal
import time
from threading import Thread

PATIENCE = 10.0
"""Seconds that a process has to end by itself before it is ended."""


def tie_children() -> None:
    """Let every process that is forked from now on end with this one, also when this one is killed.

    Ctrl-C at a terminal reaches this process alone, which tells the others: a worker of the server that hears
    of its end twice, from the terminal and from here, may wait for ever.
    Nobody ever writes into the pipe: reading from it returns when the last process that could has gone.
    """
    reader, writer = os.pipe()
    open_writer = [writer]

    def watch() -> None:
        os.setpgid(0, 0)
        while open_writer:
            os.close(open_writer.pop())
        Thread(target=end_with, args=(reader,), daemon=True).start()

    os.register_at_fork(after_in_child=watch)


def end_with(reader: int) -> None:
    os.read(reader, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)
