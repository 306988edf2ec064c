"""Long work at a shell: bars on a terminal, a line at the beginning and the end of each part elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tongban.apps.registry.progress import Say
from tongban.cli.words import Voice


@contextmanager
def progress(voice: Voice) -> Iterator[Say]:
    """How far it is, for as long as the block lasts. Bars are drawn on standard error, results stay clean."""
    if sys.stderr.isatty():
        with _bars(voice) as say:
            yield say
    else:
        yield _Lines(voice)


class _Lines:
    """One line when a part begins and one when it ends."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.begun: set[str] = set()
        self.ended: set[str] = set()

    def __call__(self, key: str, done: int = 0, total: int = 0) -> None:
        if key not in self.begun:
            self.begun.add(key)
            self._write(key, "" if done >= total else "…")
        elif total and done >= total and key not in self.ended:
            self.ended.add(key)
            self._write(key, f" {done}")

    def _write(self, key: str, rest: str) -> None:
        print(self.voice.words(f"progress.{key}") + rest, file=sys.stderr, flush=True)


@contextmanager
def _bars(voice: Voice) -> Iterator[Say]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=28, complete_style="cyan", finished_style="green"),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    tasks: dict[str, Any] = {}
    with Progress(*columns, console=Console(stderr=True)) as bars:

        def say(key: str, done: int = 0, total: int = 0) -> None:
            if key not in tasks:
                tasks[key] = bars.add_task(voice.words(f"progress.{key}"), total=total or None)
            bars.update(tasks[key], completed=done, total=total or None)

        yield say
