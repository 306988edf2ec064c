"""Subcases from rows in a practice: the sound twin, each fault broken in one place, a story told with a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tongban.kernel.county import County
from tongban.kernel.refusal import Refused
from tongban.library.folder import LANGUAGES
from tongban.library.practice import Practice
from tongban.library.reading import read_packed
from tongban.library.story.rehearsal import rehearsal
from tongban.library.story.telling import run_scenarios
from tongban.library.texts import PLACEHOLDER, refusal_words

LAMP, FORMS, STORY = "procedure/lamp.yaml", "forms.yaml", "scenarios/spots.yaml"
LISTING = "- open: {kind: spot, rows: true, holder: keeper, key: [street, post], carry: [category]}"
SPOT = """kind: spot
phases: [with_unit, done]

stages:
  seen: {phase: with_unit}
  lit: {phase: done, end: true}

steps:
  list_spot:
    by: [system]
    to: seen
    form: spot

  light:
    from: [seen]
    to: lit
    by: [handler@holder]
    form: light
    then:
      - settle: done

  remind:
    from: [seen]
    by: [system]
    then:
      - notify: {notice: reminder, to: superior}
"""
TOLD = """title: {zh-Hans: 一张表, en: One table}
at: 2026-03-02 09:00
story:
  - {step: report, by: anyone, answers: {body: 多盏灯不亮, phone: "13800138000", pole: P1, category: "01.02"}}
  - {step: assign, by: clerk@centre}
  - step: list_spots
    by: handler@housing
    rows:
      - {street: 北街, post: "7", keeper: water}
      - {street: 北街, post: "8"}
      - {street: 北街, post: "7"}
    refused: table.twice
  - step: list_spots
    by: handler@housing
    rows:
      - {street: 北街, post: "7", keeper: water}
      - {street: 北街, post: "8"}
    expect: {subcases: {total: 2, open: 2}, follows: [subcase_opened: water, subcase_opened: housing]}
  - {step: list_spots, by: handler@housing, rows: [{street: 北街, post: "8"}], refused: table.there_already}
  - {step: list_spots, by: handler@housing, refused: table.none}
  - {step: ask_more, by: handler@housing, refused: step.condition}
  - {case: case/1, step: light, by: handler@water, answers: {bright_now: false}}
  - {step: ask_more, by: handler@housing, refused: step.condition}
  - {case: case/2, step: light, by: handler@housing, answers: {bright_now: true}}
  - {step: ask_more, by: handler@housing, expect: {stage: asking}}
"""
Faults = Callable[[Mapping[str, str]], list[Refused]]


def _in(text: str, section: str, lines: str) -> str:
    """Words put at the head of a section of a file of texts."""
    assert f"\n{section}:\n" in text
    return text.replace(f"\n{section}:\n", f"\n{section}:\n{lines}", 1)


def _words(text: str) -> str:
    text = _in(text, "kinds", "  spot: Spot\n")
    text = _in(text, "stages", "  seen: {title: Seen, plain: Seen}\n  lit: {title: Lit, plain: It is lit}\n")
    text = _in(
        text,
        "steps",
        "  list_spots: {title: List}\n  list_spot: {title: List one}\n  light: {title: Light}\n",
    )
    text = _in(text, "conditions", "  enough_lit: More must be lit first.\n")
    fields = ("street", "post", "keeper", "bright_now")
    text = _in(text, "fields", "".join(f"  {each}: {{label: {each}}}\n" for each in fields))
    return _in(text, "clocks", "  spot_clock: {title: Spot}\n")


@pytest.fixture(scope="session")
def tabled(files: Mapping[str, str]) -> Mapping[str, str]:
    """The whole practice, with a step that comes with a table of dark spots."""
    step = f"  list_spots:\n    from: [repairing]\n    by: [handler@holder]\n    then:\n      {LISTING}\n\n  stop:\n"
    lamp = files[LAMP].replace("  stop:\n", step, 1)
    needs = (
        "    by: [handler@holder]\n    needs: {enough_lit: subcases.took.light == subcases.of.spot && "
        "subcases.said.bright_now * 100 >= subcases.of.spot * settings.max_tries}\n    at_most: 1\n"
    )
    at = lamp.index("  ask_more:")
    lamp = lamp[:at] + lamp[at:].replace("    by: [handler@holder]\n    at_most: 1\n", needs, 1)
    spot = (
        "spot:\n  - {id: street, kind: code, required: true}\n  - {id: post, kind: code, required: true}\n"
        "  - {id: keeper, kind: unit}\n  - {id: category, kind: category, again: carried}\n"
        "light:\n  - {id: bright_now, kind: flag, required: true}\n"
    )
    deadline = files["deadlines.yaml"] + (
        "\nspot:\n  spot_clock:\n    runs_in: [seen]\n    owner: holder\n    limits:\n"
        "      - {limit: 2 working_days, since: 2020-01-01, source: test}\n"
        "    ladder:\n      - {at: due, step: remind}\n"
    )
    return {
        **files,
        LAMP: lamp,
        "procedure/spot.yaml": SPOT,
        FORMS: files[FORMS] + spot,
        "deadlines.yaml": deadline,
        STORY: TOLD,
        "texts/en.yaml": _words(files["texts/en.yaml"]),
        "texts/zh-Hans.yaml": _words(files["texts/zh-Hans.yaml"]),
    }


def test_the_sound_twin_has_no_fault(tabled: Mapping[str, str], faults: Faults) -> None:
    assert faults(tabled) == []


def test_a_story_with_a_table_is_told_as_it_is_meant(tabled: Mapping[str, str], county: County) -> None:
    practice = read_packed(tabled)
    assert isinstance(practice, Practice)
    report = run_scenarios(practice, rehearsal, county)
    assert {told.path: told.failures for told in report.stories}[STORY] == ()


@pytest.mark.parametrize(
    ("code", "path", "old", "new", "at"),
    [
        ("practice.one_key", LAMP, "rows: true, ", "rows: true, own: true, ", "- open: {kind: spot"),
        ("practice.one_key", LAMP, "rows: true, ", "", "- open: {kind: spot"),
        ("practice.only_with_rows", LAMP, "rows: true, ", "own: true, ", "- open: {kind: spot"),
        ("practice.not_one_of", LAMP, "rows: true, ", "rows: false, ", "- open: {kind: spot"),
        ("check.rows_key", LAMP, "key: [street, post]", "key: [street, keeper]", "  list_spots:"),
        ("check.rows_holder", LAMP, "holder: keeper", "holder: post", "  list_spots:"),
        ("check.rows_by", LAMP, "    by: [handler@holder]\n    then:\n      - open: {kind: spot",
         "    by: [handler@holder, system]\n    then:\n      - open: {kind: spot", "  list_spots:"),
        ("expression.unknown_name", LAMP, "subcases.took.light", "subcases.took.lights", "    needs: {enough"),
        ("expression.unknown_name", LAMP, "subcases.said.bright_now", "subcases.said.post", "    needs: {enough"),
        ("expression.unknown_name", LAMP, "subcases.of.spot &&", "subcases.of.lamp &&", "    needs: {enough"),
        ("expression.unknown_name", "indicators.yaml", "numerator: ", "numerator: subcases.of.spot > 0 || ", "numerator"),
        ("practice.spelling", STORY, "{street: 北街", "{Street: 北街", "{Street"),
    ],
)  # fmt: skip
def test_a_twin_broken_in_one_place_is_refused_there(
    tabled: Mapping[str, str], faults: Faults, code: str, path: str, old: str, new: str, at: str
) -> None:
    assert old in tabled[path], old
    broken = {**tabled, path: tabled[path].replace(old, new, 1)}
    line = broken[path][: broken[path].index(at)].count("\n") + 1
    told = faults(broken)
    assert (code, f"{path}:{line}") in [(fault.code, fault.where) for fault in told], told
    for fault in told:
        for language in LANGUAGES:
            words = refusal_words(fault, language)
            assert PLACEHOLDER.findall(words.says + words.fix) == [], words
