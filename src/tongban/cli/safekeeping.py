"""``tongban backup``, ``tongban restore``: all of an office kept twice, and had back."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tongban.cli.ledger import tell
from tongban.cli.machine import django_ready, home, open_up, operator
from tongban.cli.moments import moment_of
from tongban.cli.progress import progress
from tongban.cli.words import Voice
from tongban.kernel.clock import local_text
from tongban.kernel.refusal import Refused

if TYPE_CHECKING:
    from tongban.apps.safekeeping.shutting import Shut

MOST = 20
"""Names of lost attachments that are told."""


def backup(voice: Voice, options: argparse.Namespace) -> int:
    open_up()
    from tongban.apps.safekeeping.backup import back_up, lay_beside, shelve
    from tongban.apps.safekeeping.noted import rehearsed_here
    from tongban.apps.shelving import shelf

    if options.rehearsed:
        rehearsed_here(home(), Path(options.folder).absolute(), datetime.now(UTC))
        voice.say("backup.rehearsed")
        return 0
    if options.attachments_only:
        folder = Path(options.folder).absolute()
        lay_beside(home(), folder)
        with progress(voice) as say:
            names = shelve(shelf(), folder, say)
        voice.say("backup.shelved", n=len(names))
        return 0
    keys = Path(options.keys).absolute() if options.keys else None
    with progress(voice) as say:
        folder = Path(options.folder).absolute()
        made = back_up(home(), folder, keys, options.keep, say, follow=options.follow)
    told = made.manifest
    voice.say("backup.done", copy=made.copy, entries=told.entries, attachments=told.attachments)
    if made.keys is None:
        voice.warn("backup.no_keys")
    else:
        voice.say("backup.keys", n=made.keys, file=keys)
    if made.gone:
        voice.say("backup.gone", n=made.gone)
    if made.log is None:
        voice.warn("backup.served")
    elif made.alone:
        voice.warn("backup.alone", path=made.log.folder)
    elif not made.log.on:
        voice.warn("backup.log_waits")
    return 0


def tell_shut(voice: Voice, shut: Shut) -> None:
    """From whom something was taken again, and what is to be looked at by hand."""
    if shut.people:
        voice.warn("restore.shut", n=len(shut.people), people=", ".join(shut.people))
    if shut.left_over:
        voice.warn("restore.left_over", people=", ".join(shut.left_over))
    if not shut.whole:
        voice.warn("restore.unlisted")


def checked(voice: Voice, options: argparse.Namespace) -> int:  # noqa: ARG001 - every command is given its options
    """Somebody has gone through posts and accounts after a restore."""
    open_up()
    from tongban.apps.office import office
    from tongban.apps.people.own import by
    from tongban.apps.safekeeping.shutting import checked as put_down

    acting = operator(voice.language)
    put_down(office(), by(acting), acting.now)
    voice.say("user.checked")
    return 0


def restore_keys(voice: Voice, options: argparse.Namespace) -> int:
    """The keys alone, those that do not lie here; the database is left as it is, and may run."""
    from tongban.apps.safekeeping import sealed

    folder = home() / "keys"
    there = sealed.names(folder)
    sealed.put_back(sealed.unseal(Path(options.file).absolute(), sealed.passphrase(os.environ)), folder)
    back = sorted(sealed.names(folder) - there)
    voice.say("keys.back" if back else "keys.whole", n=len(back), keys=", ".join(back))
    return 0


def restore(voice: Voice, options: argparse.Namespace) -> int:
    from tongban.apps.safekeeping.fetching import fetch

    until: datetime | None = None
    if options.until:
        moment = moment_of(options.until, "--until")
        if isinstance(moment, Refused):
            return voice.refuse(moment)
        until = moment
    keys = Path(options.keys).absolute() if options.keys else None
    with progress(voice) as say:
        copy, aside = fetch(home(), Path(options.folder).absolute(), until, keys, say)
        django_ready()
        from tongban.apps.safekeeping.restore import settle

        done = settle(copy, aside, until, home(), say)
    last = local_text(done.until or datetime.now(UTC))
    voice.say("restore.done", copy=done.copy, entries=done.entries, until=last)
    if done.alone:
        voice.warn("restore.alone", at=local_text(done.manifest.ended))
    if done.aside is not None:
        voice.say("restore.aside", path=done.aside)
    if done.given_up is not None:
        voice.warn("restore.given_up", n=done.given_up)
        voice.warn("restore.ended", n=done.ended)
        tell_shut(voice, done.shut)
    if done.missing:
        voice.warn("restore.missing", n=len(done.missing), names=", ".join(done.missing[:MOST]))
    found = tell(voice, done.report)
    if not found and not done.missing:
        from tongban.apps.safekeeping.noted import rehearsed_beside

        unnoted = rehearsed_beside(done.copy, done.manifest.county, datetime.now(UTC))
        if unnoted is not None:
            voice.doubt(unnoted)
    voice.say("restore.again")
    if done.files:
        voice.warn("restore.log_waits")
    return 1 if found or done.missing else 0
