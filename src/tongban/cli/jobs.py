"""``tongban jobs``: what runs behind the pages, how it last went, and letting it be tried again."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from tongban.cli.machine import open_up
from tongban.cli.words import Voice
from tongban.kernel.clock import LOCAL


def jobs(voice: Voice, options: argparse.Namespace) -> int:
    """Every job of the list, then the events that were set aside; status 1 when something is set aside."""
    open_up()
    from tongban.apps.jobs.shown import ASIDE, shown, try_again
    from tongban.library.texts import product_texts

    if options.again:
        refused = try_again(options.again)
        if refused is not None:
            return voice.refuse(refused)
        voice.say("jobs.again", name=options.again)
        return 0
    found = shown(datetime.now(UTC))
    if options.json:
        voice.write_json(found)
        return 1 if found.aside or any(each.state == ASIDE for each in found.lines) else 0
    texts = product_texts()

    def words(key: str) -> str:
        return texts.say(key, voice.language)

    for each in found.lines:
        told = f"{each.name:<16} {_at(each.last)}  {_at(each.next)}  {each.took:>6} ms  {words(f'jobs.state.{each.state}')}"
        voice.write(f"{told}  {words(f'jobs.name.{each.name}')}")
        if each.tries:
            voice.say("jobs.fault", n=each.tries, fault=each.fault)
    for event in found.aside:
        voice.say("jobs.aside", reader=event.reactor, number=event.number, seq=event.seq, fault=event.fault)
    if found.queue.workers:
        voice.say("jobs.workers", due=found.queue.due, doing=found.queue.doing)
    else:
        voice.warn("jobs.no_workers")
    return 1 if found.aside or any(each.state == ASIDE for each in found.lines) else 0


def _at(at: datetime | None) -> str:
    return f"{at.astimezone(LOCAL):%m-%d %H:%M:%S}" if at is not None else f"{'–':<14}"
