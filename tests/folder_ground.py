"""The folder of a practice, whole or with one thing changed in one file, and what the checks say of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tongban.kernel.refusal import Refused
from tongban.library.checking import check
from tongban.library.folder import pack
from tongban.library.practice import Practice
from tongban.library.reading import read_packed

PRACTICES = Path(__file__).parents[1] / "practices"


def files_of(folder: Path) -> Mapping[str, str]:
    """Its texts by path."""
    found = pack(folder)
    assert not isinstance(found, Refused), found
    return found


def changed(files: Mapping[str, str], path: str, old: str, new: str) -> dict[str, str]:
    """The same with the first ``old`` of one file made ``new``; it must be there."""
    assert old in files[path], f"{path} has no {old!r}"
    return {**files, path: files[path].replace(old, new, 1)}


def read(files: Mapping[str, str]) -> Practice:
    """The practice that can be read from them."""
    found = read_packed(files)
    assert not isinstance(found, Refused), found.all()
    return found


def faults(files: Mapping[str, str]) -> list[Refused]:
    """Everything that reading and checking say of them."""
    found = read_packed(files)
    return list(found.all() if isinstance(found, Refused) else check(found))


def codes(files: Mapping[str, str]) -> list[str]:
    return [each.code for each in faults(files)]
