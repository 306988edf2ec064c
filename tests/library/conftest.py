"""The practice ``streetlamp`` is whole and without fault; tests break it in one place at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

import folder_ground
from folder_ground import files_of, read
from tongban.kernel.county import County
from tongban.kernel.refusal import Refused
from tongban.library.calendars import read_calendars
from tongban.library.counties import scenario_county
from tongban.library.practice import Practice

STREETLAMP = Path(__file__).parent / "practices" / "streetlamp"
CALENDARS = Path(__file__).parents[2] / "calendars" / "cn"


@pytest.fixture(scope="session")
def files() -> Mapping[str, str]:
    return files_of(STREETLAMP)


@pytest.fixture(scope="session")
def practice(files: Mapping[str, str]) -> Practice:
    return read(files)


@pytest.fixture(scope="session")
def county() -> County:
    calendar = read_calendars(CALENDARS)
    assert not isinstance(calendar, Refused)
    return scenario_county(calendar)


Change = Callable[..., Mapping[str, str]]


@pytest.fixture
def changed(files: Mapping[str, str]) -> Change:
    """The files with one passage of one file replaced; the passage must be there."""
    return partial(folder_ground.changed, files)


@pytest.fixture
def faults() -> Callable[[Mapping[str, str]], list[Refused]]:
    """Everything that reading and checking say of some files."""
    return folder_ground.faults
