"""What is to be said and looked at once the database is back (``fetching``).

Going back to a moment gives up what came after; so does a copy whose log was lost with the disk. That is said in the ledger, with
the signed heads that no longer hold. Everybody has to sign in anew after any of it, programs and residents too: a session that was ended in the last minutes
must not live again unseen. After going back that holds for the tokens and keys of programs, for secrets that were changed, and for whatever was
taken from people since (``shutting``).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from msgspec import Struct

from tongban.apps.acting import Acting
from tongban.apps.office import Office, office
from tongban.apps.open311 import keys
from tongban.apps.people import issuing, sessions, withdrawn
from tongban.apps.registry.progress import Say, silent
from tongban.apps.registry.upkeep import verify_ledger
from tongban.apps.safekeeping import manifest
from tongban.apps.safekeeping.manifest import Manifest
from tongban.apps.safekeeping.shutting import CHAIN, RESTORED, Shut, shut_again
from tongban.kernel.commands import SYSTEM
from tongban.kernel.ledger.checkpoint import read_checkpoint
from tongban.kernel.ledger.instant import instant_text
from tongban.kernel.ledger.note import base64_text
from tongban.kernel.refusal import Refused, RefusedError
from tongban.kernel.value import Facts
from tongban.store import checkpoints, webhooks
from tongban.store.heads import HEADS, kept_file, split
from tongban.store.notes import append_note
from tongban.store.shelf import Folder, Shelf, shelf_of
from tongban.store.verification import Report


class Restored(Struct, frozen=True):
    """``copy``: from which. ``aside``: where the data lie that were there. ``until`` is the newest entry of the ledger now. ``given_up``:
    signed heads that no longer hold; None where nothing was given up as far as anybody can tell. ``missing``: attachments that are in no copy."""

    copy: Path
    manifest: Manifest
    aside: Path | None
    entries: int
    until: datetime | None
    given_up: int | None
    missing: tuple[str, ...]
    report: Report
    ended: int = 0
    """tokens and keys of programs, and earlier secrets of webhooks, that were in force at the moment and are not any more"""
    shut: Shut = Shut()

    @property
    def files(self) -> bool:
        """Whether the embedded server was had back, whose log waits for the next copy."""
        return self.manifest.kind == "files"

    @property
    def alone(self) -> bool:
        """Whether no log lay beside the copy, which then leads to its own moment and no further."""
        return self.files and not (self.copy.parent / manifest.LOG).is_dir()


def settle(copy: Path, aside: Path | None, until: datetime | None, home: Path, say: Say = silent) -> Restored:
    """Bring the files back, say in the ledger what was given up, and verify all of it."""
    here = office()
    told = manifest.read(copy)
    now = datetime.now(UTC)
    [[entries, newest]] = here.rows(
        "SELECT count(*), max(recorded) FROM store_event WHERE county = %s", (here.county.code,)
    )
    last = newest if isinstance(newest, datetime) else None
    gone = _set_aside(kept_file(home / HEADS, here.county.code), checkpoints.notes(here.journal), now)
    back = until is not None or told.kind == "dump" or bool(gone)
    sessions.end_everywhere(now)
    shut = Shut()
    if back:
        reached = until or (told.began if told.kind == "dump" else last or told.began)
        shut = shut_again(here, home, copy.parent, reached, now)
        facts: Facts = {
            "listed": shut.whole,
            "until": instant_text(reached),
            "entries": int(str(entries)),
            "given_up": tuple(gone),
        }
        noted = append_note(here.journal, CHAIN, RESTORED, facts, now, now)
        if isinstance(noted, Refused):
            raise RefusedError(noted)
    withdrawn.begin_anew(home, here.county.code, withdrawn.place(copy.parent, here.county.code), now)
    ended = _end_keys(here, now) if back else 0
    known = "SELECT id FROM store_attachment WHERE county = %s AND found = '' ORDER BY id"
    names = [str(name) for [name] in here.rows(known, (here.county.code,))]
    copies = Folder(copy.parent / manifest.SHELF)
    missing = _bring_back(names, copies, shelf_of(home, settings.TONGBAN_OBJECTS), say)
    report = verify_ledger(datetime.now(UTC), told.checkpoint, say)
    return Restored(
        copy, told, aside, int(str(entries)), last, len(gone) if back else None, missing, report, ended, shut
    )


def _bring_back(names: list[str], copies: Folder, office: Shelf, say: Say) -> tuple[str, ...]:
    """Put attachments back that the database knows and the office has not; those that are in no copy, or changed in it."""
    missing, there = [], set(office.names())
    for n, name in enumerate(names, 1):
        if name not in there:
            kept = copies.path(name)
            if not kept.is_file() or manifest.digest_of(kept) != name:
                missing.append(name)
                continue
            office.put(name, copies.get(name))
        say("backup.attachments", n, len(names))
    return tuple(missing)


def _set_aside(path: Path, standing: tuple[str, ...], now: datetime) -> list[Facts]:
    """Take the heads that the ledger no longer has out of the home's file, into one of their own; what they said."""
    kept = split(path.read_text(encoding="utf-8")) if path.exists() else ()
    gone = [note for note in kept if note not in set(standing)]
    if not gone:
        return []
    aside = path.with_name(f"{path.name}.given-up-{manifest.stamp(now)}")
    aside.write_text("".join(f"{note}\n" for note in gone), encoding="utf-8")
    made = path.with_name(f".{path.name}")
    made.write_text("".join(f"{note}\n" for note in kept if note not in gone), encoding="utf-8")
    made.replace(path)
    read = [read_checkpoint(note) for note in gone]
    return [
        {"size": head.size, "root": base64_text(head.root), "at": instant_text(head.at)}
        for head in read
        if not isinstance(head, Refused)
    ]


def _end_keys(here: Office, now: datetime) -> int:
    """Whatever opens a door without a person: nobody knows which of it was ended after the moment. How many."""
    acting = Acting(now, SYSTEM)
    return issuing.end_every(acting) + keys.end_every(acting) + webhooks.end_earlier(here.journal)
