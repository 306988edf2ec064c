"""``tongban export``: what the ledger holds, for other programs, without anybody's name."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from tongban.cli.machine import open_up
from tongban.cli.moments import bounds_of
from tongban.cli.progress import progress
from tongban.cli.words import Voice
from tongban.kernel.clock import local_text
from tongban.kernel.refusal import Refused


def trace(voice: Voice, options: argparse.Namespace) -> int:
    """Who took the file that bears this number, when and what it is of; without a number, everything that was taken within a time."""
    bounds = bounds_of(options)
    if isinstance(bounds, Refused):
        return voice.refuse(bounds)
    open_up()
    from tongban.apps.marking import taken
    from tongban.apps.marking import trace as traced
    from tongban.library.texts import product_texts

    one = traced(options.number) if options.number else None
    if isinstance(one, Refused):
        return voice.refuse(one)
    found = (one,) if one is not None else taken(**bounds)
    if options.json:
        voice.write_json(found[0] if options.number else found)
        return 0
    for each in found:
        what = product_texts().say(f"mark.what.{each.what}", voice.language)
        said = {"person": each.person, "at": local_text(each.at), "what": what, "about": each.about}
        voice.say("export.traced" if options.number else "export.taken", number=each.number, **said)
    if not found:
        voice.say("export.none_taken")
    return 0


def events(voice: Voice, options: argparse.Namespace) -> int:
    """Write the event log; what was written is told on standard output, how far it is on standard error."""
    bounds = bounds_of(options)
    if isinstance(bounds, Refused):
        return voice.refuse(bounds)
    open_up()
    from tongban.apps.flow.exporting import export_events

    with progress(voice) as say:
        found = export_events(
            options.format,
            Path(options.out),
            datetime.now(UTC),
            practice=options.practice,
            by_day=options.time == "day",
            read=lambda n, total: say("events", n, total),
            **bounds,
        )
    if isinstance(found, Refused):
        return voice.refuse(found)
    voice.say("export.done", path=found.path, cases=found.cases, events=found.events)
    voice.say("export.dictionary", path=found.dictionary)
    if found.left_out is None:
        voice.say("export.hidden_few", together=found.together, fewest=found.fewest)
    elif found.left_out or found.together:
        voice.say("export.hidden", left_out=found.left_out, together=found.together, fewest=found.fewest)
    return 0
