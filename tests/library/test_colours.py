"""Colours of units: the sound ones pass, each twin is refused, and below the smallest sample there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tongban.kernel.refusal import Refused
from tongban.library.indicators import Colours, Indicator

Faults = Callable[[Mapping[str, str]], list[Refused]]
SOUND = "numerator: clock.repair.kept\n  colours: {red: 40, amber: 80}"


def with_colours(files: Mapping[str, str], said: str) -> dict[str, str]:
    assert "numerator: clock.repair.kept" in files["indicators.yaml"]
    text = files["indicators.yaml"].replace("numerator: clock.repair.kept", said, 1)
    return {**files, "indicators.yaml": text}


def test_colours_that_differ_as_they_must_have_no_fault(files: Mapping[str, str], faults: Faults) -> None:
    assert faults(with_colours(files, SOUND)) == []


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("practice.colours_order", "red: 40", "red: 80"),
        ("practice.colours_order", "red: 40", "red: 90"),  # more is better: red is the lower one
        ("practice.colours_order", "amber: 80", "amber: 101"),
        ("practice.colours_order", "red: 40", "red: 0"),
        ("practice.colours_no_rate", "numerator: clock.repair.kept", "adds: count.mend"),
        ("practice.colours_no_rate", "amber: 80}", "amber: 80}\n  sign: true"),
        ("practice.unknown_setting", "red: 40", "red: {setting: nowhere}"),
        ("practice.missing_key", "red: 40, ", ""),
        ("practice.unknown_key", "amber: 80", "amber: 80, green: 90"),
    ],
)
def test_each_broken_twin_is_refused(
    code: str, old: str, new: str, files: Mapping[str, str], faults: Faults
) -> None:
    found = {fault.code for fault in faults(with_colours(files, SOUND.replace(old, new, 1)))}
    assert code in found


def indicator(*, more: bool, smallest: int = 10) -> Indicator:
    colours = Colours(40, 80) if more else Colours(80, 40)
    yes: object = None  # no expression is asked for a colour
    return Indicator("one", "matter", "opened", yes, yes, (), smallest, more, colours=colours)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unfinished", "of", "colour"),
    [(1, 1, ""), (9, 9, ""), (8, 10, "red"), (79, 100, "amber"), (4, 10, "amber"), (39, 100, "green")],
)
def test_a_small_village_has_no_colour_and_a_large_one_turns_at_the_edge(
    unfinished: int, of: int, colour: str
) -> None:
    assert indicator(more=False).colour_of(unfinished, of) == colour


def test_where_more_is_better_it_turns_below_the_edge() -> None:
    shares = {n: indicator(more=True).colour_of(n, 100) for n in (39, 40, 79, 80)}
    assert shares == {39: "red", 40: "amber", 79: "amber", 80: "green"}


def test_nothing_has_no_colour() -> None:
    assert indicator(more=False, smallest=0).colour_of(0, 0) == ""
