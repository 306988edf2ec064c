"""What changes between two versions, as plain facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tongban.library.difference import Change, diff
from tongban.library.practice import Practice
from tongban.library.reading import read_packed


def changes(practice: Practice, files: Mapping[str, str]) -> list[Change]:
    new = read_packed(files)
    assert isinstance(new, Practice), new
    return list(diff(practice, new))


def test_nothing_changes_between_a_practice_and_itself(practice: Practice) -> None:
    assert diff(practice, practice) == ()


@pytest.mark.parametrize(
    ("path", "old", "new", "change"),
    [
        ("practice.yaml", "1.2.0", "1.3.0", ("changed", "manifest", "version", "", "1.2.0", "1.3.0")),
        ("practice.yaml", "default: 2", "default: 3", ("changed", "setting", "max_tries", "default", "2", "3")),
        ("procedure/lamp.yaml", "judges: [mend]", "judges: [mend, stop]", ("changed", "step", "lamp/check", "judges", "[mend]", "[mend, stop]")),
        ("procedure/lamp.yaml", "to: checking", "to: mended", ("changed", "step", "lamp/mend", "to", "[checking]", "[mended]")),
        ("procedure/lamp.yaml", "phase: received}", "phase: with_unit}", ("changed", "stage", "lamp/reported", "phase", "received", "with_unit")),
        ("routing.yaml", "take: duty", "take: kind:department", ("changed", "routing", "duty_list", "", "[2, {id: duty_list, take: duty}]", "[2, {id: duty_list, take: kind:department}]")),
        ("forms.yaml", "max: 2000", "max: 1000", ("changed", "field", "report/body", "max", "2000", "1000")),
        ("texts/en.yaml", "title: Season", "title: Time of year", ("changed", "text", "en/settings.season.title", "", "Season", "Time of year")),
        ("indicators.yaml", "smallest_sample: 30", "smallest_sample: 50", ("changed", "indicator", "repaired_in_time", "smallest_sample", "30", "50")),
    ],
)  # fmt: skip
def test_a_change_says_what_it_was_and_is(
    practice: Practice,
    changed: Callable[..., Mapping[str, str]],
    path: str,
    old: str,
    new: str,
    change: tuple[str, ...],
) -> None:
    (found,) = changes(practice, changed(path, old, new))
    assert (found.act, found.area, found.name, found.part, found.before, found.after) == change
    assert found.where.startswith(f"{path}:")


def test_a_changed_limit_names_its_clock(
    practice: Practice, changed: Callable[..., Mapping[str, str]]
) -> None:
    (found,) = changes(practice, changed("deadlines.yaml", "limit: 24 hours", "limit: 12 hours"))
    assert (found.area, found.name, found.part) == ("clock", "lamp/assign", "limits")
    assert "24 hours" in found.before
    assert "12 hours" in found.after


def test_what_is_new_and_what_is_gone_are_told(practice: Practice, files: Mapping[str, str]) -> None:
    renamed = {path: text.replace("  lend:", "  entrust:") for path, text in files.items()}
    found = {(each.act, each.area, each.name) for each in changes(practice, renamed)}
    assert {("added", "step", "lamp/entrust"), ("removed", "step", "lamp/lend")} <= found
    assert ("removed", "text", "en/steps.lend.title") in found
