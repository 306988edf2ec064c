"""``tongban case``: one case as its page shows it, and how its due dates came about."""

from __future__ import annotations

import argparse

from tongban.cli.machine import open_up, operator
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused


def show(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.casework.look import look

    page = look(options.number, operator(voice.language))
    if isinstance(page, Refused):
        return voice.refuse(page)
    if options.json:
        voice.write_json(page)
        return 0
    voice.write(f"{page.number}  {page.title}\n{page.practice} · {page.kind} · {page.stage}")
    voice.write(page.plain)
    for label, value in (("holder", page.holder), ("opened", page.opened), ("outcome", page.outcome)):
        if value:
            voice.write(f"{voice.words(f'case.{label}')}: {value}")
    for clock in page.clocks:
        voice.write(f"  {clock.title}: {clock.words}  {clock.due}")
    for fact in page.facts:
        voice.write(f"{fact.label}: {fact.value}")
    voice.say("case.story")
    for line in page.story:
        voice.write(f"  {line.when}  {line.what}  {line.who}".rstrip())
    return 0


def explain(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.casework.look import explain as explained

    clocks = explained(options.number, operator(voice.language))
    if isinstance(clocks, Refused):
        return voice.refuse(clocks)
    for clock in clocks:
        voice.say("case.clock", title=clock.title, lap=clock.lap, due=clock.due)
        for line in clock.lines:
            voice.write(f"  {line.words}")
    return 0
