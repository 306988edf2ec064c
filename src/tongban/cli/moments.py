"""Moments as they are typed at the shell."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from tongban.kernel.clock import LOCAL
from tongban.kernel.refusal import Refused


def moment_of(text: str, option: str) -> datetime | Refused:
    """``2026-03-09``, ``2026-03-09 18:00`` or with an offset; without one it is China's time. ``option`` is where it was typed."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return Refused("cli.time", option, {"given": text[:40]})
    return (at if at.tzinfo else at.replace(tzinfo=LOCAL)).astimezone(UTC)


def bounds_of(options: argparse.Namespace) -> dict[str, datetime] | Refused:
    """``--since`` and ``--until``, by name, as far as they were given."""
    bounds: dict[str, datetime] = {}
    for name in ("since", "until"):
        if text := getattr(options, name):
            at = moment_of(text, f"--{name}")
            if isinstance(at, Refused):
                return at
            bounds[name] = at
    return bounds
