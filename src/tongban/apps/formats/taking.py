"""Workflows of others taken on: as a draft in the studio, or as a folder at the shell, with what is wrong so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from tongban.apps.acting import Acting
from tongban.apps.adoption.adopting import may_adopt
from tongban.apps.adoption.drafts import ID, name_taken
from tongban.apps.adoption.shelf import check_files
from tongban.apps.formats.digit import BroughtKind, ids, read
from tongban.apps.formats.digit_practice import drafted
from tongban.apps.office import office
from tongban.kernel.clock import local_date
from tongban.kernel.refusal import Refused
from tongban.store import travelling
from tongban.store.travelling import Draft


def files_from_digit(
    content: bytes, file: str, service: str, practice: str, now: datetime
) -> tuple[str, Mapping[str, str]] | Refused:
    """The id of the practice and its files. ``service`` and ``practice`` "" are the only workflow of the file, and its name.

    Refuses what is no workflow, and a file of several of which none was named (``digit.which``).
    """
    found = read(content, file)
    if isinstance(found, Refused):
        return found
    names = tuple(each.name for each in found)
    chosen: BroughtKind | None = found[0] if len(found) == 1 and not service else None
    chosen = next((each for each in found if each.name == service), chosen)
    if chosen is None:
        return Refused("digit.which", file, {"known": names[:20]})
    id = practice or ids([chosen.name])[chosen.name]
    if not ID.fullmatch(id):
        return Refused("draft.name", "name", {"given": id[:40]})
    return id, drafted(chosen, id, local_date(now))


def begin_from_digit(content: bytes, file: str, practice: str, acting: Acting) -> Draft | Refused:
    """A draft in the studio. Refuses whoever may not adopt, a name that another practice has
    (``draft.taken``), and one of which a draft is there already (``draft.begun``)."""
    if not may_adopt(acting.actor):
        return Refused("adoption.not_yours", practice)
    made = files_from_digit(content, file, "", practice, acting.now)
    if isinstance(made, Refused):
        return made
    id, files = made
    taken = name_taken(id, acting)
    if taken is not None:
        return taken
    begun = travelling.begin(office().journal, id, "", files, acting.actor.person, acting.now)
    return begun or Refused("draft.begun", id, {"practice": id})


def folder_from_digit(
    content: bytes, file: str, service: str, practice: str, into: Path, now: datetime
) -> tuple[Path, tuple[Refused, ...]] | Refused:
    """Write the folder of the practice into another and say what is wrong with it. Refuses where something lies already."""
    made = files_from_digit(content, file, service, practice, now)
    if isinstance(made, Refused):
        return made
    id, files = made
    folder = into / id
    if folder.exists():
        return Refused("digit.exists", str(folder))
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    _, faults = check_files(files)
    return folder, tuple(faults)
