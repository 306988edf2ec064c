"""``tongban import``, ``tongban county``, ``tongban calendar``: what comes from files."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tongban.cli.machine import open_up, operator
from tongban.cli.progress import progress
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused
from tongban.library.causes import because

if TYPE_CHECKING:
    from tongban.apps.registry.loading import CountyLoaded, CountyPlan


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
        voice.say("import.overdue", n=sum(n for _, n in done.overdue))
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
    """From a folder, or from a workbook as ``county export`` writes it."""
    open_up()
    given = Path(options.folder)
    if not given.is_file():
        return _county(voice, options, given)
    from tempfile import TemporaryDirectory

    from tongban.apps.formats.county_book import at_rows, county_folder

    with TemporaryDirectory() as folder:
        refused = county_folder(given.read_bytes(), given.name, Path(folder))
        if refused is not None:
            return voice.refuse(refused)
        return _county(voice, options, Path(folder), lambda found: at_rows(found, Path(folder)))


def _county(
    voice: Voice,
    options: argparse.Namespace,
    folder: Path,
    told: Callable[[Refused], Refused] = lambda found: found,
) -> int:
    """``told``: how the faults of a folder are told that was made of something else."""
    if options.dry_run:
        return plan(voice, folder, told)
    from tongban.apps.registry.loading import load_county

    with progress(voice) as say:
        done = load_county(folder, say)
    if isinstance(done, Refused):
        return voice.refuse(told(done))
    voice.say(
        "county.loaded",
        county=done.county,
        divisions=done.divisions,
        units=done.units,
        duties=done.duties,
        categories=done.categories,
        changed=done.changed,
    )
    _write_passing(voice, done)
    return 0


def outlines(voice: Voice, options: argparse.Namespace) -> int:
    """Outlines of townships for the maps of figures."""
    try:
        text = Path(options.file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        return voice.refuse(Refused("cli.cannot_read", options.file, because(fault, "said")))
    open_up()
    from tongban.apps.figures.outlines import load_outlines

    done = load_outlines(text, options.approval, options.source, operator(voice.language))
    if isinstance(done, Refused):
        return voice.refuse(done)
    voice.say("county.outlines", n=done.places)
    if done.missing:
        voice.say("county.outlines_missing", names=", ".join(done.missing))
    return 0


def _write_passing(voice: Voice, done: CountyLoaded) -> None:
    """What has ended, and where its open cases are now."""
    for each in done.passing:
        key = "county.passes" if each.successor else "county.ended"
        voice.say(key, name=each.name, successor=each.successor, cases=each.cases)


def plan(voice: Voice, folder: Path, told: Callable[[Refused], Refused] = lambda found: found) -> int:
    """What loading the folder would change, and where last year's cases would then have gone."""
    from tongban.apps.registry.loading import plan_county

    with progress(voice) as say:
        planned = plan_county(folder, say)
    if isinstance(planned, Refused):
        return voice.refuse(told(planned))
    voice.say("county.plan", county=planned.loaded.county, changed=planned.loaded.changed)
    for key in ("added", "changed", "gone"):
        for duty in getattr(planned, key):
            facts = {"unit": planned.names.unit(duty.unit, voice.language), "code": duty.code}
            kind, categories = voice.words(f"county.kind_{duty.kind.value}"), " ".join(duty.categories)
            voice.say(f"county.duty_{key}", kind=kind, categories=categories, **facts)
    _write_passing(voice, planned.loaded)
    if not planned.first:
        _write_effect(voice, planned)
    return 0


def _write_effect(voice: Voice, plan: CountyPlan) -> None:
    """Of every practice in force that routes."""
    from tongban.apps.dispatch.rerouted_lines import lines
    from tongban.apps.dispatch.rerouted_words import Way, worded
    from tongban.apps.dispatch.rerouting import Draft, rerouted
    from tongban.apps.office import office

    here, acting = office(), operator(voice.language)
    same = 0
    for practice, adoption in here.practices(acting.now):
        procedure, read = here.procedure(adoption), here.practice(adoption)
        if not procedure.routing:
            continue
        drafts = Draft(procedure, here.county), Draft(procedure, plan.county)
        with progress(voice) as say:
            found = rerouted(here, practice, *drafts, acting.now, say=say)
        if found.same:
            same += 1
            continue
        voice.write(f"\n{here.wording(adoption, voice.language).title()}")
        told = worded(here, found, Way(read, here.names), Way(read, plan.names), acting)
        for line in lines(told, voice.language):
            voice.write(line)
    if same:
        voice.say("county.rerouted_same", n=same)


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
