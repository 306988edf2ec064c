"""Putting the keys and the database back: as it was last, or as it was at a moment.

Nothing here needs Django: its settings make a key when there is none, and the keys come first.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from tongban.apps.registry.progress import Say, silent
from tongban.apps.safekeeping import manifest, sealed
from tongban.apps.safekeeping.manifest import Manifest
from tongban.kernel.refusal import Refused, RefusedError
from tongban.store.keys import Keys
from tongban.store.postgres import copies as postgres
from tongban.store.postgres import ensure_database, resolve


def fetch(
    home: Path, folder: Path, until: datetime | None, keys: Path | None, say: Say = silent
) -> tuple[Path, Path | None]:
    """Check a copy and put it back: keys first, then the database. The copy, and where the data went that were there.

    Refuses (``RefusedError``) before anything is changed: a damaged copy, keys of another office, a moment that no copy comes
    before, a served database that is not empty.
    """
    words = sealed.passphrase(os.environ) if keys is not None else ""
    copy = manifest.chosen(folder, until)
    told = manifest.read(copy)
    database = resolve(home)
    _fits(told, copy, embedded=database.embedded, until=until)
    say("restore.checking", 0, 1)
    if told.kind == "files":
        postgres.check_files(copy / manifest.FILES, told.postgres)
    say("restore.checking", 1, 1)
    _keys(home / "keys", told, sealed.unseal(keys, words) if keys is not None else {})
    say("restore.database", 0, 1)
    aside = None
    if told.kind == "files":
        kept_log = (copy.parent / manifest.LOG).absolute()
        aside = postgres.put_back_files(home, copy / manifest.FILES, kept_log, until)
    else:
        ensure_database(database.url)
        postgres.put_back_dump(database.url, copy / manifest.DUMP)
    say("restore.database", 1, 1)
    for path in (copy / manifest.HEADS).iterdir():
        (home / manifest.HEADS).mkdir(parents=True, exist_ok=True)
        if not (home / manifest.HEADS / path.name).exists():
            shutil.copyfile(path, home / manifest.HEADS / path.name)
    return copy, aside


def _fits(told: Manifest, copy: Path, *, embedded: bool, until: datetime | None) -> None:
    if embedded != (told.kind == "files"):
        raise RefusedError(Refused("backup.other_kind", str(copy), {"kind": told.kind}))
    if until is not None and (told.kind == "dump" or until < told.ended):
        raise RefusedError(Refused("backup.none_before", str(copy)))


def _keys(folder: Path, told: Manifest, found: Mapping[str, bytes]) -> None:
    """Put keys back, and refuse those that are not of the office that the copy is of: nothing would verify with them."""
    sealed.put_back(found, folder)
    if not (folder / f"{told.county}.signing").is_file():
        raise RefusedError(Refused("backup.keys_missing", str(folder)))
    signer = Keys(folder).signer(told.county)
    if told.keys and signer.key_id not in told.keys:
        raise RefusedError(Refused("backup.other_keys", str(folder)))
