"""``tongban import``, ``tongban county``, ``tongban calendar``: what comes from files."""

from __future__ import annotations

import argparse
from pathlib import Path

from tongban.cli.machine import open_up, operator
from tongban.cli.progress import progress
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused


def cases(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.adoption.shelf import share
    from tongban.apps.dispatch.offering import offer
    from tongban.apps.dispatch.suggest import Message
    from tongban.apps.office import office
    from tongban.apps.registry.importing import MORE_FAULTS, import_cases

    acting = operator(voice.language)

    def suggest(title: str, body: str) -> str:
        found = offer(Message(title, body), acting)
        return "" if isinstance(found, Refused) else found.category

    plan = Path(options.plan) if options.plan else share("imports") / f"{options.practice}.yaml"
    with progress(voice) as say:
        done = import_cases(
            options.practice,
            Path(options.file),
            acting,
            say,
            plan=plan,
            suggest=suggest,
        )
    if isinstance(done, Refused):
        voice.refuse(done)
        told = [each for each in done.all() if each.code != MORE_FAULTS]
        more = sum(int(str(each.facts["count"])) for each in done.all() if each.code == MORE_FAULTS)
        voice.warn("import.nothing", faults=len(told) + more)
        return 1
    voice.say("import.done", cases=done.cases, events=done.events, known=done.known)
    if done.promised:
        voice.say("import.promises", kept=done.promised - done.late, late=done.late, open_late=done.open_late)
    if done.overdue:
        units = office().names.unit
        voice.say("import.overdue", count=sum(n for _, n in done.overdue))
        for unit, n in done.overdue:
            voice.say("import.overdue_at", unit=units(unit, voice.language), count=n)
    if done.doubts:
        voice.warn("import.doubts", count=len(done.doubts))
        for each in done.doubts:
            voice.doubt(each)
    if done.ignored:
        voice.say("import.ignored", headers=", ".join(done.ignored))
    return 0


def county(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.registry.loading import load_county

    with progress(voice) as say:
        done = load_county(Path(options.folder), say)
    if isinstance(done, Refused):
        return voice.refuse(done)
    voice.say(
        "county.loaded",
        county=done.county,
        divisions=done.divisions,
        units=done.units,
        duties=done.duties,
        categories=done.categories,
        changed=done.changed,
    )
    return 0


def calendars(voice: Voice, options: argparse.Namespace) -> int:
    """Take calendars over, then move the due dates that they change."""
    open_up()
    from tongban.apps.adoption.shelf import share
    from tongban.apps.registry.calendars import import_calendars
    from tongban.apps.supervision.sweep import recompute

    path = Path(options.path) if options.path else share("calendars") / "cn"
    with progress(voice) as say:
        done = import_calendars(path, operator(voice.language), say)
        moved = 0
        if not isinstance(done, Refused) and done.changed:
            moved = recompute(lambda n: say("registry.recomputing", n, 0))
    if isinstance(done, Refused):
        return voice.refuse(done)
    years = ", ".join(map(str, done.changed)) or "–"
    voice.say("calendar.imported", years=len(done.years), changed=years, moved=moved)
    return 0
