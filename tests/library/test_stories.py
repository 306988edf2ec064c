"""Scenarios: what is as expected passes, what is not is told with file, line, entry, expected and found."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest

from tongban.kernel.case import Case
from tongban.kernel.county import County
from tongban.kernel.events import Event
from tongban.kernel.ledger.canonical import canonical
from tongban.kernel.procedure.evolve import evolve, unborn
from tongban.kernel.record import deed, event_from
from tongban.kernel.refusal import Refused
from tongban.library.counties import home_of, receivers
from tongban.library.practice import Practice
from tongban.library.reading import read_packed
from tongban.library.story.moments import later, moment, written
from tongban.library.story.rehearsal import Rehearsal, rehearsal
from tongban.library.story.runner import Ground
from tongban.library.story.telling import run_scenarios
from tongban.library.texts import refusal_words

Change = Callable[..., Mapping[str, str]]
MENDED = "scenarios/mended.yaml"


def told(files: Mapping[str, str], county: County) -> list[Refused]:
    practice = read_packed(files)
    assert isinstance(practice, Practice), practice
    return list(run_scenarios(practice, rehearsal, county).failures)


def test_all_stories_of_the_whole_practice_come_out_as_expected(practice: Practice, county: County) -> None:
    report = run_scenarios(practice, rehearsal, county)
    assert [told.path for told in report.stories] == [
        "scenarios/known_pole.yaml",
        "scenarios/late_and_joined.yaml",
        MENDED,
    ]
    assert report.failures == ()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("holder: housing", "holder: water", "practice.story_expected"),
        ("due: {repair: 2026-03-09 24:00}", "due: {repair: 2026-03-08 24:00}", "practice.story_expected"),
        ("clock: {assign: kept", "clock: {assign: missed", "practice.story_expected"),
        ("count: {helped: 1}", "count: {helped: 2}", "practice.story_expected"),
        ("{total: 2, open: 2}", "{total: 2, open: 1}", "practice.story_expected"),
        ("outcome: done", "outcome: undone", "practice.story_expected"),
        ("lamps: 2, bright: true}", "lamps: 3, bright: true}", "practice.story_expected"),
        ("[noticed: received]", "[noticed: declined]", "practice.story_expected"),
        ("follows: [noticed: received]", "warned: [form.not_asked]", "practice.story_expected"),
        ("refused: authority.not_yours", "refused: step.condition", "practice.story_other_refusal"),
        ("by: handler@water, answers: {outcome: mended}, refused", "by: handler@housing, answers: {outcome: mended}, refused", "practice.story_not_refused"),
        ("lamps: 2}", "lamps: many}", "practice.story_refused"),
        ("at: 2026-03-03 10:00", "at: 2026-03-01 10:00", "practice.story_backwards"),
        ("at: 2026-03-03 10:00", "at: 2026-02-30 10:00", "practice.story_moment"),
        ("case: case/1", "case: case/9", "practice.story_refused"),
        ("is: 1/1", "is: 0/1", "practice.story_figure"),
        ("joined: 0", "joined: 1", "practice.story_figure"),
        ("  - expect: {count", "  - case: case/7\n    expect: {count", "practice.story_no_case"),
    ],
)  # fmt: skip
def test_what_is_not_as_expected_is_told_at_its_line(
    changed: Change, county: County, old: str, new: str, code: str
) -> None:
    files = changed(MENDED, old, new)
    line = files[MENDED][: files[MENDED].index(new)].count("\n") + 1
    failures = told(files, county)
    assert failures[0].code == code, failures
    path, _, at = failures[0].where.partition(":")
    assert path == MENDED
    assert abs(int(at) - line) <= 1


def test_a_failure_reads_like_a_sentence(changed: Change, county: County) -> None:
    (failure,) = told(changed(MENDED, "holder: housing", "holder: water"), county)
    words = refusal_words(failure, "en")
    assert words.says == "Entry 2: holder should be “water” and is “housing”."
    assert words.where == "scenarios/mended.yaml:17"


def test_a_story_ends_where_a_step_is_refused_unexpectedly(changed: Change, county: County) -> None:
    assert len(told(changed(MENDED, "pole: P-17", "pole: X-17"), county)) == 1


def test_settings_of_a_story_must_be_allowed(changed: Change, county: County) -> None:
    failures = told(changed("scenarios/late_and_joined.yaml", "3 working_days", "30 working_days"), county)
    assert [failure.code for failure in failures] == ["practice.setting_range"]


def test_the_record_of_every_event_folds_to_the_same_case(practice: Practice, county: County) -> None:
    """What the ledger keeps of an event, as JSON, makes the case that was decided."""
    grounds: list[Rehearsal] = []

    def kept(ground: Ground) -> Rehearsal:
        grounds.append(Rehearsal(ground))
        return grounds[-1]

    run_scenarios(practice, kept, county)
    assert sum(len(ground.events) for ground in grounds) >= 25
    for ground in grounds:
        cases: dict[str, Case] = {}
        for event in ground.events:
            cases[event.case] = evolve(cases.get(event.case), _through_json(event))
        assert cases == ground.cases


def _through_json(event: Event) -> Event:
    read = json.loads(canonical(deed(event)))
    return event_from(event.case, event.seq, event.at, read, [*event.content, *event.identity])


def test_a_decision_that_its_record_contradicts_is_found(
    practice: Practice, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tongban.library.story.rehearsal.evolve",
        lambda case, event: unborn(event.case, event.opened, event.at),
    )
    failures = run_scenarios(practice, rehearsal, county).failures
    assert {failure.code for failure in failures} == {"practice.story_fold"}


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-02 09:00", datetime(2026, 3, 2, 1, 0, tzinfo=UTC)),
        ("2026-03-02 24:00", datetime(2026, 3, 2, 16, 0, tzinfo=UTC)),
        ("2026-02-29 09:00", None),
        ("2026-02-29 24:00", None),
    ],
)
def test_moments_are_local(text: str, instant: datetime | None) -> None:
    assert moment(text) == instant
    if instant is not None:
        assert written(instant) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("+90 minutes", "2026-02-13 10:30"),
        ("+3 calendar_days", "2026-02-16 09:00"),
        ("+1 working_days", "2026-02-14 09:00"),
        ("+2 working_days", "2026-02-24 09:00"),
    ],
)
def test_later_counts_from_now_by_the_official_calendar(county: County, text: str, found: str) -> None:
    now = moment("2026-02-13 09:00")
    assert now is not None
    assert written(later(text, now, county.calendar)) == found


@pytest.mark.parametrize(
    ("division", "home"),
    [
        ("330899101201", "desk_village_a1"),
        ("330899101", "desk_town_a"),
        ("330899102", "desk_county"),
        ("", "desk_county"),
    ],
)
def test_the_home_of_a_case_is_the_nearest_unit_of_its_kind(county: County, division: str, home: str) -> None:
    found = home_of(county, "desk", division)
    assert found is not None
    assert found.id == home


def test_a_practice_may_be_received_by_units_of_several_kinds(county: County) -> None:
    assert receivers(county, ("village", "township")) == ("village_a1", "town_a", "town_b")
    assert receivers(county, ("lighthouse",)) == ()


def test_every_unit_of_the_scenario_county_stands_where_it_can_be_found(county: County) -> None:
    for unit in county.units.values():
        assert unit.division in county.divisions
        assert unit.parent in county.units or unit.id == "county_office"
        assert unit.id == "county_office" or [*county.superiors(unit.id)][-1].id == "county_office"
    assert {duty.unit for duty in county.duties} <= set(county.units)
