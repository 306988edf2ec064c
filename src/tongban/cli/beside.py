"""The second county of the demo: a process of its own with a home, a database, keys and a port of its own.

It is started by ``tongban demo`` and ends with it. What it keeps lies below the demo county's home, in ``neighbour``; every other
command reaches it by ``TONGBAN_HOME``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl, urlencode, urlsplit

from tongban.cli.machine import home
from tongban.cli.together import end_with
from tongban.kernel.refusal import Refused

FOLDER, LETTERS, LOG = "neighbour", "letters", "neighbour.log"
DATABASE = "DATABASE_URL"
PATIENCE = 20.0
"""Seconds that it has to end by itself."""


def beside() -> Path:
    """The neighbour's home."""
    return home() / FOLDER


def letters(of: Path) -> Path:
    """Where the demo county, whose home is ``of``, lays what is carried to the neighbour, and finds what comes back."""
    return of / LETTERS


def environment() -> Mapping[str, str]:
    """The neighbour's own: its home, and where a served database was named a second one beside that."""
    found = {**os.environ, "TONGBAN_HOME": str(beside())}
    for name in ("TONGBAN_COUNTY", "TONGBAN_ADDRESS"):
        found.pop(name, None)
    given = os.environ.get(DATABASE, "").strip()
    if given:
        found[DATABASE] = _second(given)
    return found


def _second(address: str) -> str:
    """The address of another database on the same server: its name stands in the path, or as ``dbname``."""
    parts = urlsplit(address)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if "dbname" in query:
        query["dbname"] += f"_{FOLDER}"
        return f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode(query)}"
    more = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}{parts.path or '/tongban'}_{FOLDER}{more}"


class Making:
    """The neighbour being set up, beside whatever this process does."""

    def __init__(self, language: str, port: int, volume: int) -> None:
        self.log = home() / LOG
        command = _command(language, port, "--no-serve", "--volume", str(volume))
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def made(self) -> Refused | None:
        """Wait until it stands. Refuses with what the other process said last."""
        if self._process.wait() == 0:
            return None
        lines = self.log.read_text("utf-8", "replace").splitlines()
        said = [each for each in lines if each[:1].strip()]  # what is indented says what to do
        return Refused("demo.neighbour", str(self.log), {"said": said[-1][:300] if said else ""})


@contextmanager
def served(language: str, port: int) -> Iterator[None]:
    """The neighbour's pages, for as long as the block lasts."""
    with (home() / LOG).open("wb") as log:
        process = subprocess.Popen(
            _command(language, port),
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C reaches the demo county, which tells this one
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def watch_over() -> None:
    """In the neighbour's process: end when the demo county's ends, however it ends; its end of the pipe closes then."""
    Thread(target=end_with, args=(sys.stdin.fileno(),), daemon=True).start()


def _command(language: str, port: int, *more: str) -> list[str]:
    said = (sys.executable, "-m", "tongban.cli.main", "--language", language)
    return [*said, "demo", "--neighbour-of", str(home()), "--port", str(port), *more]
