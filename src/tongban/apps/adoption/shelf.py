"""The practices at hand: folders on disk, and what the county has adopted of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from tongban.kernel.clock import Calendar
from tongban.kernel.refusal import Refused
from tongban.kernel.value import Value
from tongban.library.calendars import read_calendars
from tongban.library.practice import Practice
from tongban.library.reading import read_packed, read_practice
from tongban.library.settings import SettingAsked, settings_form

if TYPE_CHECKING:
    from tongban.library.story.telling import Report

VARIABLE = "TONGBAN_SHARE"
"""Where practices and calendars lie, when not beside the working directory or the checkout."""
MANIFEST = "practice.yaml"


class OnShelf(Struct, frozen=True):
    """A practice as a list shows it. ``adopted`` is the id of the adoption in force, "" without one.

    ``faults`` counts what keeps the folder from being read; then only ``id`` (its name) is known.
    """

    id: str
    path: str
    version: str = ""
    title: str = ""
    purpose: str = ""
    digest: str = ""
    adopted: str = ""
    adopted_version: str = ""
    current: bool = False
    """Whether the adopted content is the folder's."""
    faults: int = 0


class Shown(Struct, frozen=True):
    """One practice in words, for a page or a terminal."""

    id: str
    version: str
    digest: str
    title: str
    purpose: str
    preconditions: str
    home: str
    roles: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str, int, int], ...]
    """Id, title, stages, steps."""
    settings: tuple[SettingAsked, ...]
    values: Mapping[str, Value]
    """What the county set, or the defaults where it has not adopted."""
    legal_basis: tuple[tuple[str, str], ...]
    scenarios: tuple[str, ...]
    adopted: str
    since: datetime | None
    homes: tuple[str, ...]


def share(name: str) -> Path:
    """A folder that travels with the product: ``practices``, ``calendars``.

    Below ``$TONGBAN_SHARE``; else in the working directory; else beside the source.
    """
    beside = Path(__file__).resolve().parents[4]
    roots = [Path(os.environ[VARIABLE])] if os.environ.get(VARIABLE) else [Path.cwd(), beside]
    return next((root / name for root in roots if (root / name).is_dir()), roots[0] / name)


def folders(root: Path | None = None) -> Iterator[Path]:
    """The folders of practices, by name."""
    root = root or share("practices")
    for path in sorted(root.iterdir()) if root.is_dir() else ():
        if (path / MANIFEST).is_file():
            yield path


def folder_of(practice: str, root: Path | None = None) -> Path | Refused:
    """The folder of a practice on the shelf, by its id or by its path."""
    path = Path(practice)
    if (path / MANIFEST).is_file():
        return path
    found = (root or share("practices")) / practice
    if "/" not in practice and practice not in ("", ".", "..") and (found / MANIFEST).is_file():
        return found
    return Refused("adoption.unknown_practice", practice, {"practice": practice})


def list_practices(
    language: str, adopted: Mapping[str, tuple[str, Practice]], root: Path | None = None
) -> tuple[OnShelf, ...]:
    """All practices at hand, then those adopted whose folder is gone. ``adopted`` is by practice id."""
    found: list[OnShelf] = []
    for path in folders(root):
        practice = read_practice(path)
        if isinstance(practice, Refused):
            found.append(OnShelf(path.name, str(path), faults=len(practice.all())))
        else:
            found.append(_on_shelf(practice, str(path), language, adopted.get(practice.id)))
    known = {each.id for each in found}
    gone = (pair for name, pair in adopted.items() if name not in known)
    return (*found, *(_on_shelf(pair[1], "", language, pair) for pair in gone))


def _on_shelf(practice: Practice, path: str, language: str, held: tuple[str, Practice] | None) -> OnShelf:
    return OnShelf(
        id=practice.id,
        path=path,
        version=practice.version,
        title=said(practice, "practice.title", language),
        purpose=said(practice, "practice.purpose", language),
        digest=practice.digest,
        adopted=held[0] if held else "",
        adopted_version=held[1].version if held else "",
        current=held is not None and held[1].digest == practice.digest,
    )


def standing(offered: str, held: str) -> str:
    """How other content of one practice stands to what is in force, by their versions: ``newer``, ``older`` or ``changed``."""
    here, there = _counted(offered), _counted(held)
    return "newer" if here > there else "older" if here < there else "changed"


def _counted(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def show_folder(practice: str, language: str, root: Path | None = None) -> Shown | Refused:
    """One practice as it lies on the shelf; needs no database."""
    folder = folder_of(practice, root)
    read = folder if isinstance(folder, Refused) else read_practice(folder)
    return read if isinstance(read, Refused) else described(read, language, {})


def described(
    practice: Practice,
    language: str,
    values: Mapping[str, Value],
    adopted: str = "",
    since: datetime | None = None,
    homes: tuple[str, ...] = (),
) -> Shown:
    """A practice in words."""
    manifest = practice.manifest
    asked = settings_form(practice)
    return Shown(
        id=practice.id,
        version=practice.version,
        digest=practice.digest,
        title=said(practice, "practice.title", language),
        purpose=said(practice, "practice.purpose", language),
        preconditions=said(practice, "practice.preconditions", language),
        home=manifest.home,
        roles=tuple((role, said(practice, f"roles.{role}", language)) for role in manifest.roles),
        kinds=tuple(
            (name, said(practice, f"kinds.{name}", language), len(kind.stages), len(kind.steps))
            for name, kind in practice.kinds.items()
        ),
        settings=asked,
        values={each.id: values.get(each.id, each.default) for each in asked},
        legal_basis=tuple((each.called(language), each.found_in(language)) for each in manifest.legal_basis),
        scenarios=tuple(
            story.title.en if language == "en" else story.title.zh for story in practice.stories.values()
        ),
        adopted=adopted,
        since=since,
        homes=homes,
    )


def said(practice: Practice, key: str, language: str) -> str:
    """A text of the practice; in the other language where this one has none; the key's end without any."""
    for each in (language, *practice.words):
        if key in practice.words.get(each, {}):
            return practice.words[each][key]
    return key.rpartition(".")[2]


def check(path: Path) -> tuple[Practice | None, tuple[Refused, ...]]:
    """Read and check a practice's folder: the practice, when it can be read at all, and every fault."""
    from tongban.library.checking import check as check_practice

    practice = read_practice(path)
    return (None, practice.all()) if isinstance(practice, Refused) else (practice, check_practice(practice))


def check_files(files: Mapping[str, str]) -> tuple[Practice | None, tuple[Refused, ...]]:
    """The same of a practice that lies in no folder: one that came as a file, or that is being written."""
    from tongban.library.checking import check as check_practice

    practice = read_packed(files)
    return (None, practice.all()) if isinstance(practice, Refused) else (practice, check_practice(practice))


def tell(path: Path, calendars: Path | None = None) -> Report | Refused:
    """Tell every scenario of a practice on the kernel alone, in the county that scenarios share."""
    practice = read_practice(path)
    return practice if isinstance(practice, Refused) else tell_practice(practice, calendars)


def tell_practice(practice: Practice, calendars: Path | None = None) -> Report | Refused:
    """The same of a practice that is read already."""
    from tongban.library.counties import scenario_county
    from tongban.library.story.rehearsal import rehearsal
    from tongban.library.story.telling import run_scenarios

    calendar = read_calendars(calendars or share("calendars") / "cn")
    if not isinstance(calendar, Calendar):
        return calendar
    return run_scenarios(practice, rehearsal, scenario_county(calendar))


def untrue(practice: Practice) -> tuple[Refused, ...]:
    """A refusal for every scenario of a practice that does not come out as it is written; () where all do."""
    report = tell_practice(practice)
    if isinstance(report, Refused):
        return report.all()
    failed = (each.path for each in report.stories if each.failures)
    return tuple(Refused("adoption.story_fails", path, {"story": path}) for path in failed)
