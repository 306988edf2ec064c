"""The figures of the reports from what is counted: solved is what those who asked agreed to, at work is what was founded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scenario_ground import ROOT, practice_in
from tongban.apps.disclosure.counting import Tally, counted_of
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind_indicators
from tongban.library.indicators import Indicator


def indicators(practice: str) -> Mapping[str, Indicator]:
    bound = bind_indicators(practice_in(ROOT / "practices" / practice), {})
    assert not isinstance(bound, Refused)
    return bound


def counted(indicator: Indicator, cases: Iterable[tuple[int, Mapping[str, str | int]]]) -> Tally:
    """So many cases alike, each with what is known of it; what is not said is empty."""
    whole = Tally()
    for many, known in cases:
        seen = {
            name: known.get(name, "" if name.startswith("case.") else 0)
            for name in indicator_names(indicator)
        }
        for _ in range(many):
            whole.add(counted_of(indicator, seen))
    return whole


def indicator_names(indicator: Indicator) -> set[str]:
    told = (indicator.denominator, indicator.numerator, *(each.when for each in indicator.exclusions))
    return {name for expression in told for name in expression.names}


def test_of_705_taken_on_only_what_the_grass_roots_marked_is_solved() -> None:
    taken = {"count.take_on": 1}
    cases = [
        (566, taken | {"case.outcome": "solved", "count.mark": 1}),
        (48, taken | {"case.outcome": "partly", "count.mark": 1}),
        (31, taken | {"case.outcome": "unmarked"}),
        (22, taken | {"case.outcome": "cannot"}),
        (7, taken | {"case.outcome": "not_solved", "count.mark": 2}),
        (31, taken),  # still open
        (12, {"case.outcome": "turned_down"}),
        (9, taken | {"case.outcome": "withdrawn"}),
    ]
    found = counted(indicators("challenge_brief")["solved_share"], cases)
    assert (found.numerator, found.denominator, found.excluded) == (566, 705, {"withdrawn": 9})
    assert round(100 * found.numerator / found.denominator, 1) == 80.3


def test_25_task_forces_are_those_founded_whatever_was_proposed() -> None:
    proposed = [(22, {"count.found": 1}), (3, {"count.found": 1, "case.outcome": "dissolved"})]
    turned_down = [(2, {"case.outcome": "turned_down"})]
    found = counted(indicators("task_force")["founded_share"], proposed + turned_down)
    assert (found.numerator, found.denominator) == (25, 27)


def test_305_of_923_are_solved_on_the_spot_and_what_was_only_explained_is_not() -> None:
    cases = [
        (305, {"case.outcome": "on_the_spot"}),
        (314, {"case.outcome": "solved"}),
        (150, {"case.outcome": "explained"}),
        (34, {"case.outcome": "unconfirmed"}),
        (120, {}),  # still with a unit
        (6, {"case.outcome": "taken_back"}),
    ]
    bound = indicators("inquiry_session")
    found = counted(bound["on_the_spot_share"], cases)
    assert (found.numerator, found.denominator, found.excluded) == (305, 923, {"taken_back": 6})
    assert round(100 * found.numerator / found.denominator, 1) == 33.0
    raised = counted(bound["problem_list"], cases)
    assert (raised.numerator, raised.denominator) == (803, 923)


def test_the_list_of_services_holds_what_whoever_raised_it_agreed_to() -> None:
    services = indicators("inquiry_session")["service_list"]
    agreed = counted(services, [(314, {"case.outcome": "solved"})])
    assert (agreed.numerator, agreed.denominator) == (314, 314)
    asked_of_nobody = counted(
        services, [(314, {"case.outcome": "solved"}), (1, {"case.outcome": "unconfirmed"})]
    )
    assert (asked_of_nobody.numerator, asked_of_nobody.denominator) == (314, 315)


def test_a_session_is_finished_when_everything_raised_there_has_a_result() -> None:
    finished = indicators("inquiry_session")["sessions_finished"]
    found = counted(finished, [(99, {"case.outcome": "all_answered"}), (3, {})])
    assert (found.numerator, found.denominator) == (99, 102)
