"""The practice ``streetlamp`` is whole and without fault; tests break it in one place at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tongban.kernel.county import County
from tongban.kernel.refusal import Refused
from tongban.library.calendars import read_calendars
from tongban.library.checking import check
from tongban.library.counties import scenario_county
from tongban.library.folder import pack
from tongban.library.practice import Practice
from tongban.library.reading import read_packed

STREETLAMP = Path(__file__).parent / "practices" / "streetlamp"
CALENDARS = Path(__file__).parents[2] / "calendars" / "cn"


@pytest.fixture(scope="session")
def files() -> Mapping[str, str]:
    found = pack(STREETLAMP)
    assert not isinstance(found, Refused)
    return found


@pytest.fixture(scope="session")
def practice(files: Mapping[str, str]) -> Practice:
    found = read_packed(files)
    assert not isinstance(found, Refused), found
    return found


@pytest.fixture(scope="session")
def county() -> County:
    calendar = read_calendars(CALENDARS)
    assert not isinstance(calendar, Refused)
    return scenario_county(calendar)


Change = Callable[..., Mapping[str, str]]


@pytest.fixture
def changed(files: Mapping[str, str]) -> Change:
    """The files with one passage of one file replaced; the passage must be there."""

    def change(path: str, old: str, new: str) -> Mapping[str, str]:
        assert old in files[path], f"{path} has no {old!r}"
        return {**files, path: files[path].replace(old, new, 1)}

    return change


@pytest.fixture
def faults() -> Callable[[Mapping[str, str]], list[Refused]]:
    """Everything that reading and checking say of some files."""

    def told(files: Mapping[str, str]) -> list[Refused]:
        found = read_packed(files)
        return list(found.all() if isinstance(found, Refused) else check(found))

    return told
