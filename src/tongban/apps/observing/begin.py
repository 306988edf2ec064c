"""Beginning to watch, as the settings say. Once a process, before it forks; nothing where nothing was asked for."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from msgspec import Struct

from tongban.apps.observing import parts
from tongban.apps.observing.figures import Figures
from tongban.apps.observing.traces import Traces, wanted


class Watching(Struct):
    figures: Figures | None = None
    traces: Traces | None = None
    lines: bool = False


_now = Watching()
_begun = False


def watching() -> Watching:
    """What is watched in this process; begins with the first who asks."""
    global _begun
    if not _begun:
        _begun = True
        _begin()
    return _now


def _begin() -> None:
    _now.lines = settings.TONGBAN_LOG == "json"
    if settings.TONGBAN_METRICS_TOKEN or settings.TONGBAN_METRICS_NETWORKS:
        _now.figures = Figures(Path(settings.TONGBAN_HOME))
        parts.watch(_now.figures)
    if wanted():
        _now.traces = Traces()
        parts.watch(_now.traces)


def stop() -> None:
    """End it, for tests: nothing is watched until somebody asks again."""
    global _begun
    for each in (_now.figures, _now.traces):
        if each is not None:
            parts.leave(each)
    _now.figures = _now.traces = None
    _now.lines = _begun = False
