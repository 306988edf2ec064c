"""``tongban register``: the brought registers of a practice, loaded from sheets, given out and shown."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from pathlib import Path

from tongban.cli.machine import open_up, operator
from tongban.cli.progress import progress
from tongban.cli.words import Voice
from tongban.kernel.refusal import Refused
from tongban.library.file import content_of, write_new

MOST_NAMED = 20
"""Rows of a change that are named one by one."""


def load(voice: Voice, options: argparse.Namespace) -> int:
    """With ``--check`` nothing is changed: what would change is said."""
    open_up()
    from tongban.apps.brought.loading import carry_out, plan
    from tongban.apps.brought.lookalikes import alike_in
    from tongban.apps.brought.naming_still import still_named
    from tongban.apps.office import office

    path = Path(options.file)
    content = content_of(path)
    if isinstance(content, Refused):
        return voice.refuse(content)
    since = since_of(options.since)
    if isinstance(since, Refused):
        return voice.refuse(since)
    acting = operator(voice.language)
    with progress(voice) as say:
        found = plan(
            content, path.name, options.practice, acting, register=options.register, since=since, say=say
        )
        done = found if isinstance(found, Refused) or options.check else carry_out(found, acting, say)
    if isinstance(done, Refused):
        voice.refuse(done)
        voice.warn("register.nothing")
        return 1
    for each in done.changes:
        found_ = each.difference
        facts = {"added": len(found_.added), "changed": len(found_.changed), "ended": len(found_.ended)}
        voice.say("register.change", title=each.title, rows=each.rows, same=found_.same, **facts)
        named = [("added", one) for one in found_.added]
        named += [("changed", after) for _, after in found_.changed]
        named += [("ended", one) for one in found_.ended]
        still = still_named(
            office(),
            each.register,
            [one.key for one in found_.ended],
            acting.now,
            since=done.since,
            loaded=done.rows,
        )
        for one in found_.ended:
            if one.key in still:
                n = still[one.key]
                voice.warn("register.row_still", code=one.key, title=one.title, cases=n.cases, rows=n.rows)
        alike = alike_in(done, each)
        for one in found_.added:
            if one.key in alike:
                voice.warn("register.row_alike", code=one.key, title=one.title, known=alike[one.key])
        for what, entry in named[:MOST_NAMED] if options.check else []:
            voice.say(f"register.row_{what}", code=entry.key, title=entry.title)
        if options.check and named[MOST_NAMED:]:
            voice.say("register.more", n=len(named) - MOST_NAMED)
    if options.check:
        voice.say("register.checked")
    elif done.nothing:
        voice.say("register.same")
    return 0


def export(voice: Voice, options: argparse.Namespace) -> int:
    """Write the rows in force to a workbook; it is never written over another file."""
    open_up()
    from tongban.apps.brought.giving import workbook

    path = Path(options.file)
    found = workbook(
        options.practice, operator(voice.language), (options.register,) if options.register else ()
    )
    if isinstance(found, Refused):
        return voice.refuse(found)
    refused = write_new(path, found)
    if refused is not None:
        return voice.refuse(refused)
    voice.say("register.exported", file=path)
    return 0


def show(voice: Voice, options: argparse.Namespace) -> int:
    """The brought registers of one practice or of all; with a key what that row said, the latest first."""
    open_up()
    from tongban.apps.brought.giving import practices_with_registers, standing

    acting = operator(voice.language)
    if options.key:
        return _show_row(voice, options.register, options.key)
    listed = [options.practice] if options.practice else [p for p, _ in practices_with_registers(acting)]
    for practice in listed:
        found = standing(practice, acting)
        if isinstance(found, Refused):
            return voice.refuse(found)
        for each in found:
            since = each.since.astimezone().strftime("%Y-%m-%d %H:%M") if each.since is not None else "–"
            voice.say(
                "register.line",
                register=each.register,
                title=each.title,
                practice=practice,
                rows=each.rows,
                since=since,
            )
    if not listed:
        voice.say("register.no_practice")
    return 0


def _show_row(voice: Voice, register: str, key: str) -> int:
    from tongban.apps.brought.giving import history

    said = history(register, key)
    if not said:
        return voice.refuse(Refused("form.unknown_entry", register, {"given": key, "nearest": ""}))
    for each in said:
        until = each.until.astimezone().strftime("%Y-%m-%d %H:%M") if each.until is not None else "–"
        voice.say(
            "register.said",
            since=each.since.astimezone().strftime("%Y-%m-%d %H:%M"),
            until=until,
            title=each.entry.title,
        )
        voice.write_json(each.entry.fields)
    return 0


def since_of(text: str) -> datetime | Refused | None:
    """The opening of a local day; None for now."""
    from tongban.kernel.clock.day import opening

    if not text:
        return None
    try:
        return opening(date.fromisoformat(text).toordinal()).astimezone(UTC)
    except ValueError:
        return Refused("register.since", "--since", {"given": text[:40]})
