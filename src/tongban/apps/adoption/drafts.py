"""Practices that are being written: begun from one that is at hand, changed file by file, checked at every word."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import may_adopt
from tongban.apps.adoption.shelf import said, share
from tongban.apps.adoption.succeeding import last
from tongban.apps.office import office
from tongban.kernel.refusal import Refused
from tongban.library.folder import LARGEST, REQUIRED, names_of
from tongban.library.practice import Practice
from tongban.library.reading import read_practice
from tongban.store import travelling
from tongban.store.travelling import Draft as Draft

MANIFEST = REQUIRED[0]
ID = re.compile(r"[a-z][a-z0-9_]{2,39}")
_ID_LINE = re.compile(r"^id:.*$", re.MULTILINE)
_VERSION_LINE = re.compile(r"^(version:\s*[0-9]+\.[0-9]+\.)([0-9]+)", re.MULTILINE)


def drafts() -> tuple[Draft, ...]:
    return travelling.drafts(office().journal)


def draft(practice: str) -> Draft | None:
    return travelling.draft(office().journal, practice)


def begin(base: Practice, practice: str, acting: Acting) -> Draft | Refused:
    """A draft that begins as ``base``: under the same name a next version of it, under another a practice of its own.

    Refuses whoever may not adopt, a name that is none (``draft.name``) or that another practice has (``draft.taken``), and one of
    which a draft is there already (``draft.begun``).
    """
    if not may_adopt(acting.actor):
        return Refused("adoption.not_yours", practice)
    if not ID.fullmatch(practice):
        return Refused("draft.name", "name", {"given": practice[:40]})
    manifest = base.files[MANIFEST]
    if practice == base.id:
        manifest = _VERSION_LINE.sub(lambda found: f"{found[1]}{int(found[2]) + 1}", manifest, count=1)
    else:
        taken = name_taken(practice, acting)
        if taken is not None:
            return taken
        manifest = _ID_LINE.sub(f"id: {practice}", manifest, count=1)
    files = {**base.files, MANIFEST: manifest}
    made = travelling.begin(office().journal, practice, base.digest, files, acting.actor.person, acting.now)
    return made or Refused("draft.begun", practice, {"practice": practice})


def name_taken(practice: str, acting: Acting) -> Refused | None:
    """That a practice of this name lies on the shelf, or that the county has or had one: ``draft.taken``."""
    here = office()
    before, folder = last(here, practice), share("practices") / practice
    if before is None and not folder.is_dir():
        return None
    read = here.practice(before.id) if before is not None else read_practice(folder)
    title = practice if isinstance(read, Refused) else said(read, "practice.title", acting.language)
    return Refused("draft.taken", "name", {"practice": practice, "title": title})


def write(practice: str, path: str, text: str | None, seen: str, acting: Acting) -> Draft | Refused:
    """A file of a draft as somebody wrote it; None takes it out. ``seen`` is the mark of the draft that was before their eyes.

    Refuses whoever may not adopt, a draft that is not there, one that somebody else changed meanwhile (``draft.changed``), a file
    that no practice has, one that every practice needs, and one that is too large.
    """
    if not may_adopt(acting.actor):
        return Refused("adoption.not_yours", practice)
    found = draft(practice)
    if found is None:
        return Refused("draft.unknown", practice, {"practice": practice})
    files = _changed(found.files, path, text)
    if isinstance(files, Refused):
        return files
    written = travelling.write(office().journal, practice, seen, files, acting.actor.person, acting.now)
    return written or Refused("draft.changed", practice, {"practice": practice})


def discard(practice: str, seen: str, acting: Acting) -> Refused | None:
    """Throw a draft away. Refuses as ``write`` does."""
    if not may_adopt(acting.actor):
        return Refused("adoption.not_yours", practice)
    if travelling.drop(office().journal, practice, seen):
        return None
    gone = draft(practice) is None
    return Refused("draft.unknown" if gone else "draft.changed", practice, {"practice": practice})


def _changed(files: Mapping[str, str], path: str, text: str | None) -> Mapping[str, str] | Refused:
    if text is None:
        left = {name: each for name, each in files.items() if name != path}
        missing = path in REQUIRED or path not in files
        return Refused("draft.needed", path, {"path": path[:100]}) if missing else left
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(plain.encode("utf-8", "replace")) > LARGEST:
        return Refused("practice.file_too_large", path, {"most": LARGEST})
    strange = [each for each in names_of({path: ""}) if each.code == "practice.unknown_file"]
    return (
        Refused.of(strange) if strange else {**files, path: plain if plain.endswith("\n") else f"{plain}\n"}
    )
