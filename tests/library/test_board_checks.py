"""A board is made only of what work leaves behind: the sound one passes, each twin is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from folder_ground import PRACTICES, changed, codes, files_of, read
from tongban.kernel.refusal import Refused
from tongban.library.boards import boards_of, only_drawn
from tongban.library.checking import check_settings
from tongban.library.settings import settle_settings
from tongban.library.shape.rules import IndicatorSpec

Faults = Callable[[Mapping[str, str]], list[Refused]]
BOARD = """streets:
  compares: [department, township]
  items:
    in_time: {indicator: repaired_in_time, weight: 60}
    other: {indicator: hotline.handled_on_time, weight: 40}
"""
WORDS = """
boards:
  streets: {title: Streets, says: Side by side}
items:
  in_time: {title: In time}
  other: {title: Other}
"""


def with_board(files: Mapping[str, str]) -> dict[str, str]:
    texts = {path: text + WORDS for path, text in files.items() if path.startswith("texts/")}
    return {**files, **texts, "boards.yaml": BOARD}


def told(files: Mapping[str, str], faults: Faults) -> set[str]:
    return {fault.code for fault in faults(files)}


def test_a_board_of_steps_and_clocks_has_no_fault(files: Mapping[str, str], faults: Faults) -> None:
    assert faults(with_board(files)) == []


@pytest.mark.parametrize(
    ("code", "path", "old", "new"),
    [
        ("practice.unknown_indicator", "boards.yaml", "repaired_in_time", "repaired_on_time"),
        ("practice.board_weight", "boards.yaml", "weight: 60", "weight: 0"),
        ("practice.board_total", "boards.yaml", "weight: 40", "weight: 39"),
        ("practice.unknown_key", "boards.yaml", "weight: 60", "weight: 60, mark: 55"),
        ("practice.missing_key", "boards.yaml", "indicator: repaired_in_time, ", ""),
        ("practice.board_sampled", "boards.yaml", "weight: 60", "weight: 60, sampled: true"),
        ("practice.board_no_rate", "indicators.yaml", "numerator: clock.repair.kept", "adds: count.mend"),
        ("practice.one_key", "indicators.yaml", "clock.repair.kept", "clock.repair.kept\n  adds: count.mend"),
        ("practice.one_key", "indicators.yaml", "clock.repair.kept", "clock.repair.kept\n  over: count.mend"),
        ("practice.board_by_hand", "indicators.yaml", "clock.repair.kept", 'facts.reason == "parts"'),
        ("practice.board_by_hand", "indicators.yaml", 'case.stage == "following"', "given.reason"),
        ("practice.board_sign", "indicators.yaml", "clock.repair.kept", "clock.repair.kept\n  sign: true"),
        ("practice.board_told", "indicators.yaml", "better: more", "better: more\n  disclosure: county"),
        ("practice.board_told", "indicators.yaml", "better: more", "better: more\n  disclosure: office"),
        (
            "practice.board_period",
            "indicators.yaml",
            "better: more",
            "better: more\n  period: [quarter, year]",
        ),
        ("practice.words_missing", "texts/en.yaml", "  other: {title: Other}\n", ""),
        (
            "practice.words_unused",
            "texts/en.yaml",
            "  other: {title: Other}",
            "  other: {title: Other, why: x}",
        ),
    ],
)
def test_a_board_that_somebody_could_fill_in_or_that_does_not_add_up_is_refused(
    code: str, path: str, old: str, new: str, files: Mapping[str, str], faults: Faults
) -> None:
    sound = with_board(files)
    assert old in sound[path]
    assert code in told({**sound, path: sound[path].replace(old, new, 1)}, faults)


@pytest.mark.parametrize(
    ("denominator", "drawn"),
    [
        ("drawn.called", True),
        ("facts.rating >= 1 && drawn.called", True),
        ("(count.a > 0 || count.b > 0) && drawn.called", True),
        ("facts.rating >= 1 || drawn.called", False),
        ("facts.rating >= 1 && (drawn.called || count.a > 0)", False),
        ("facts.rating >= 1 && !drawn.called", False),
        ("true ? true : drawn.called", False),
    ],
)
def test_only_a_condition_that_must_hold_makes_a_sample(denominator: str, drawn: bool) -> None:
    spec = IndicatorSpec(of="lamp", counted="rated", denominator=denominator, numerator="true")
    assert only_drawn(spec) is drawn


def test_a_county_moves_points_but_not_their_sum() -> None:
    contest = read(files_of(PRACTICES / "contest"))
    for own, sound in (({"orders": 0, "in_time": 45}, True), ({"orders": 0}, False)):
        values = settle_settings(contest, own)
        assert not isinstance(values, Refused)
        codes = {fault.code for fault in check_settings(contest, values)}
        assert codes == (set() if sound else {"practice.board_total"})
        items = {item.id for item in boards_of(contest, values)["five"].items}
        assert "orders" not in items and "in_time" in items


@pytest.mark.parametrize(
    ("code", "practice", "path", "old", "new"),
    [
        ("practice.unknown_board", "contest", "procedure/contest.yaml", "board: five,", "board: fife,"),
        ("practice.unknown_field", "contest", "procedure/contest.yaml", "since: first_day", "since: firstday"),

        (
            "practice.fix_opening", "contest", "procedure/contest.yaml", "    form: draft\n",
            "    form: draft\n    then:\n      - fix: {board: five, since: first_day, until: last_day}\n",
        ),
        (
            "practice.drawn_of_one", "project_portfolio", "procedure/project.yaml", "own: true,",
            "own: true, drawn: 2,",
        ),
    ],
)  # fmt: skip
def test_what_fixes_a_board_or_draws_has_something_to_fix_and_to_draw_from(
    code: str, practice: str, path: str, old: str, new: str
) -> None:
    assert code in codes(changed(files_of(PRACTICES / practice), path, old, new))


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in PRACTICES.glob("*/boards.yaml")))
def test_what_an_item_weighs_is_the_countys_to_set(folder: str) -> None:
    """No document says these weights, so none is written into a practice (domain rules 1.4)."""
    practice = read(files_of(PRACTICES / folder))
    items = [item for board in practice.boards.values() for item in board.items.values()]
    assert items and all(item.weight.setting in practice.manifest.settings for item in items)
