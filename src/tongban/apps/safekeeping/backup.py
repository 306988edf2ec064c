"""Making a copy of everything while everybody works."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from msgspec import Struct

from tongban import __version__
from tongban.apps.office import Office, office
from tongban.apps.people import withdrawn
from tongban.apps.proof.checkpoints import latest, public_keys
from tongban.apps.registry.progress import Say, silent
from tongban.apps.safekeeping import manifest, noted, sealed
from tongban.apps.safekeeping.manifest import Manifest
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.heads import HEADS
from tongban.store.postgres import Server, resolve
from tongban.store.postgres import archive as log
from tongban.store.postgres import copies as postgres
from tongban.store.shelf import Folder, Shelf, shelf_of

MANIFEST_OF_FILES = f"{manifest.FILES}/backup_manifest"


class Copied(Struct, frozen=True):
    """``copy``: where it is. ``keys``: how many were sealed; None when nobody asked for them. ``log``: where the server's log goes;
    None where that is up to whoever runs the server. ``gone``: old copies removed."""

    copy: Path
    manifest: Manifest
    keys: int | None
    log: log.Kept | None
    gone: int

    @property
    def alone(self) -> bool:
        """Whether the log goes elsewhere, so that this copy leads to its own moment and no further."""
        return self.log is not None and not self.log.here


def back_up(
    home: Path, folder: Path, keys: Path | None, keep: int, say: Say = silent, *, follow: bool = False
) -> Copied:
    """Copy database, attachments and heads into a new folder below ``folder``; seal the keys into the file ``keys``.

    ``keep``: remove older copies beyond so many (0: none). ``follow``: the server's log, where it goes to another folder, comes to this
    one from now on; otherwise the copy stands by itself, and what is known of the office's copies stays. Refuses (``RefusedError``) what stands in the way; then nothing that
    looks like a copy is left.
    """
    words = sealed.passphrase(os.environ) if keys is not None else ""
    if keys is not None and keys.absolute().is_relative_to(folder.absolute()):
        raise RefusedError(Refused("backup.keys_beside", str(keys)))
    here = office()
    began = datetime.now(UTC)
    withdrawn.begin(home, here.county.code, began)
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        folder.chmod(folder.stat().st_mode | 0o111)
    copy = folder / manifest.stamp(began)
    try:
        copy.mkdir(mode=0o755)
    except FileExistsError as fault:
        raise RefusedError(Refused("backup.twice", str(copy))) from fault
    try:
        made, keeping = _made(here, home, folder, copy, began, say, follow=follow)
    except BaseException:
        shutil.rmtree(copy, ignore_errors=True)
        raise
    count = sealed.seal(home / "keys", keys, words) if keys is not None else None
    done = Copied(copy, made, count, keeping, forget(home, folder, keep) if keep else 0)
    noted.copied(home, None if done.alone else copy.absolute(), datetime.now(UTC), keys=count is not None)
    return done


def _made(
    here: Office, home: Path, folder: Path, copy: Path, began: datetime, say: Say, *, follow: bool
) -> tuple[Manifest, log.Kept | None]:
    head = latest()
    [[entries]] = here.rows("SELECT count(*) FROM store_event WHERE county = %s", (here.county.code,))
    database = resolve(home)
    major = postgres.major_of(database.url)
    digests, keeping = {}, None
    say("backup.database", 0, 1)
    if database.embedded:
        server = Server(home)
        keeping = log.begin(server, (folder / manifest.LOG).absolute(), major, move=follow)
        postgres.take_files(server, (copy / manifest.FILES).absolute(), major)
        postgres.check_files(copy / manifest.FILES, major)
        digests[MANIFEST_OF_FILES] = manifest.digest_of(copy / MANIFEST_OF_FILES)
    else:
        postgres.take_dump(database.url, copy / manifest.DUMP)
        digests[manifest.DUMP] = manifest.digest_of(copy / manifest.DUMP)
    say("backup.database", 1, 1)
    # After the database: a photo that no case names yet does no harm, a case whose photo is missing does.
    names = shelve(shelf_of(home, settings.TONGBAN_OBJECTS), folder, say)
    lay_beside(home, folder)
    (copy / manifest.NAMES).write_text("".join(f"{name}\n" for name in names))
    digests[manifest.NAMES] = manifest.digest_of(copy / manifest.NAMES)
    (copy / manifest.HEADS).mkdir()
    for path in sorted((home / HEADS).glob("*.heads*")) if (home / HEADS).is_dir() else ():
        shutil.copyfile(path, copy / manifest.HEADS / path.name)
        digests[f"{manifest.HEADS}/{path.name}"] = manifest.digest_of(copy / manifest.HEADS / path.name)
    made = Manifest(
        __version__, here.county.code, "files" if database.embedded else "dump", major, began, datetime.now(UTC), int(str(entries)),
        head.note if head is not None else "", dict(public_keys()), len(names), digests,
    )  # fmt: skip
    manifest.write(copy, made)
    return made, keeping


def shelve(source: Shelf, folder: Path, say: Say = silent) -> list[str]:
    """Copy the attachments of an office that the folder does not have yet; the names of all that are there now."""
    copies = Folder(folder / manifest.SHELF)
    found, there = sorted(source.names()), set(copies.names())
    copies.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = []
    for n, name in enumerate(found, 1):
        if name not in there:
            try:
                copies.put(name, source.get(name))
            except FileNotFoundError:
                continue  # erased just now
        kept.append(name)
        say("backup.attachments", n, len(found))
    return kept


def lay_beside(home: Path, folder: Path) -> None:
    """The list of what was taken from people, whole as it is now: it is sealed, and the newest one is the one that counts."""
    county = office().county.code
    source, into = withdrawn.place(home, county), withdrawn.place(folder, county)
    if source.is_file():
        into.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = into.with_name(f".{into.name}.{os.getpid()}")
        made.write_bytes(source.read_bytes())
        made.replace(into)


def forget(home: Path, folder: Path, keep: int) -> int:
    """Remove copies beyond the newest ``keep``, with the log before them and the attachments that only they have.

    What was erased in the office thereby leaves the copies, too. How many copies went.
    """
    found = manifest.copies(folder)
    old, kept = found[:-keep], found[-keep:]
    for copy in old:
        (copy / manifest.NAME).unlink()  # from here on it is none
        shutil.rmtree(copy)
    oldest = kept[0]
    if (oldest / manifest.FILES).is_dir() and (folder / manifest.LOG).is_dir():
        log.forget_before(folder / manifest.LOG, postgres.first_segment(oldest / manifest.FILES))
    named = {name for copy in kept for name in (copy / manifest.NAMES).read_text().split()}
    # somebody may mirror them more often than the database
    named |= set(shelf_of(home, settings.TONGBAN_OBJECTS).names())
    copies = Folder(folder / manifest.SHELF)
    for name in set(copies.names()) - named:
        copies.drop(name)
    return len(old)
