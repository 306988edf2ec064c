"""What the upper rungs of the scenarios stand on: every story found, and nothing remembered between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import pytest
from msgspec.structs import replace

from tongban.kernel.clock import Calendar
from tongban.kernel.refusal import Refused
from tongban.library.calendars import read_calendars
from tongban.library.counties import scenario_county
from tongban.library.practice import Practice
from tongban.library.reading import read_practice
from tongban.library.shape.story import FollowedSpec, StorySpec
from tongban.library.story.runner import RunnerFactory
from tongban.library.story.telling import run_scenarios

ROOT = Path(__file__).parents[1]
FOLDERS = sorted(
    path.parent
    for shelf in ("practices", "docs/tutorial", "tests/library/practices")
    for path in (ROOT / shelf).glob("*/practice.yaml")
)
STORIES = [
    pytest.param(folder, path.name, id=f"{folder.name}/{path.stem}")
    for folder in FOLDERS
    for path in sorted(folder.glob("scenarios/*.yaml"))
]

_practices: dict[Path, Practice] = {}


def practice_in(folder: Path) -> Practice:
    if folder not in _practices:
        read = read_practice(folder)
        assert not isinstance(read, Refused), read.all()
        _practices[folder] = read
    return _practices[folder]


@lru_cache(maxsize=1)
def calendar() -> Calendar:
    found = read_calendars(ROOT / "calendars" / "cn")
    assert isinstance(found, Calendar)
    return found


def told(folder: Path, name: str, rung: RunnerFactory, *, wrongly: bool = False) -> list[str]:
    """Tell one story; what was not as an official expects, a line each. ``wrongly`` expects too much of it."""
    practice = practice_in(folder)
    stories = {path: story for path, story in practice.stories.items() if Path(path).name == name}
    assert stories, f"{name} is no story of {folder.name}"
    if wrongly:
        stories = {path: _wrong(story) for path, story in stories.items()}
    report = run_scenarios(replace(practice, stories=stories), rung, scenario_county(calendar()))
    return [f"{each.where}: {each.code} {dict(each.facts)}" for each in report.failures]


def _wrong(story: StorySpec) -> StorySpec:
    """The same story, its first expectation turned into what never is."""
    at = next(n for n, entry in enumerate(story.story) if entry.expect is not None)
    entry = story.story[at]
    assert entry.expect is not None
    never = {
        "holder": "tax",
        "outcome": "never",
        "count": {"never": 1},
        "follows": (FollowedSpec(name="joined"),),
    }
    wrong = entry.model_copy(update={"expect": entry.expect.model_copy(update=never)})
    return story.model_copy(update={"story": (*story.story[:at], wrong, *story.story[at + 1 :])})


class LateClock(datetime):
    """The server's clock twenty years on: a story of any year lies in the past when it is written down."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return datetime.now(UTC) + timedelta(days=20 * 365)


def forget() -> None:
    """Nothing that a process keeps of one database may be used for the next one."""
    from tongban.apps import office
    from tongban.apps.casework import choices
    from tongban.apps.registry import lists
    from tongban.store import registers

    office._kept = None
    office._found.cache_clear()
    office._journal.cache_clear()
    registers.forget()
    choices._kept.clear()
    lists._KEPT.clear()


def ground(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[None]:
    """An empty county's home, and a clock that is later than any story."""
    from django.test import override_settings

    from tongban.apps.casework import hearing, take
    from tongban.apps.supervision import sweep

    for module in (take, hearing, sweep):
        monkeypatch.setattr(module, "datetime", LateClock)
    forget()
    with override_settings(TONGBAN_HOME=home, TONGBAN_OFFICE_NETWORKS=("198.51.100.0/24",)):
        yield
    forget()
