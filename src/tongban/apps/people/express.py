"""Posts that name a guarded practice: its roles, from what the county adopted and from what lies on the shelf.

Such a role is written with the practice before it (``permits.receiver``): whatever compares roles without knowing of that
takes it for another role, and for nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from tongban.apps.adoption.shelf import MANIFEST, folders, said
from tongban.apps.office import office
from tongban.kernel.refusal import Refused
from tongban.library.practice import Practice
from tongban.library.reading import read_practice

_GUARDED = re.compile(r"^guarded:\s*true\b", re.MULTILINE)


def practices() -> Mapping[str, Practice]:
    """The guarded practices that posts may name, by id: as adopted last, else as they lie on the shelf. A post is given before
    its practice is adopted, so that nobody takes on what nobody can run."""
    here = office()
    found = {each.id: each for path in folders() if (each := _on_shelf(path, _stamp(path))) is not None}
    for term in reversed(here.terms):
        if term.practice in here.county.guarded:
            found[term.practice] = here.practice(term.adoption)
    return found


def all_roles() -> tuple[str, ...]:
    """Every role of them, with its practice."""
    return tuple(f"{id}.{role}" for id, each in practices().items() for role in each.manifest.roles)


def known(role: str) -> bool:
    return role in all_roles()


def title(practice: str, language: str) -> str:
    found = practices().get(practice)
    return said(found, "practice.title", language) if found is not None else practice


def words(role: str, language: str) -> str:
    """What a role is called by its practice."""
    practice, _, named = role.rpartition(".")
    found = practices().get(practice)
    return said(found, f"roles.{named}", language) if found is not None else named


def _stamp(path: Path) -> tuple[int, int]:
    stat = (path / MANIFEST).stat()
    return stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=128)
def _on_shelf(path: Path, stamp: tuple[int, int]) -> Practice | None:
    """The practice of a folder where it is guarded; read once for each state of its first file."""
    del stamp
    if not _GUARDED.search((path / MANIFEST).read_text(encoding="utf-8", errors="replace")):
        return None
    read = read_practice(path)
    return None if isinstance(read, Refused) else read
