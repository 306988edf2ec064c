"""Each check of a practice: the whole one passes, the twin broken in one place is refused at that place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import pytest

from tongban.kernel.procedure.check import check as check_procedure
from tongban.kernel.procedure.model import Procedure
from tongban.kernel.refusal import Refused
from tongban.library.binding import bind
from tongban.library.checking import check
from tongban.library.folder import LANGUAGES
from tongban.library.practice import Practice
from tongban.library.reading import read_packed
from tongban.library.texts import PLACEHOLDER, refusal_words

LAMP = "procedure/lamp.yaml"
MENDED = "scenarios/mended.yaml"


class Broken(NamedTuple):
    """``old`` becomes ``new``; the fault is told at the line where ``at`` then first stands."""

    code: str
    path: str
    old: str
    new: str
    at: str
    told_in: str = ""


SHAPES = [
    Broken("practice.unknown_key", LAMP, "    by: [anyone, clerk@home]", "    bye: [anyone]", "bye:"),
    Broken("practice.unknown_key", LAMP, "- hold: route", "- hodl: route", "hodl"),
    Broken("practice.missing_key", "practice.yaml", "home: centre\n", "", "id: streetlamp"),
    Broken(
        "practice.missing_key",
        LAMP,
        "    by: [clerk@home]\n    form: follow",
        "    form: follow",
        "  follow:",
    ),
    Broken("practice.one_key", LAMP, "- hold: route", "- {hold: route, settle: done}", "- {hold: route"),
    Broken(
        "practice.one_key", "deadlines.yaml", "{at: due, step: assign}", "{step: assign}", "{step: assign}"
    ),
    Broken("practice.not_text", "practice.yaml", "centre", "17", "home: 17"),
    Broken("practice.not_whole", "practice.yaml", "keep_years: 3", "keep_years: '3'", "keep_years"),
    Broken("practice.not_flag", LAMP, "work: true", "work: yes", "work: yes"),
    Broken("practice.not_a_list", LAMP, "from: [repairing]", "from: repairing", "from: repairing"),
    Broken("practice.not_a_mapping", "deadlines.yaml", "help:\n  help:", "help:\n - help:", "help:\n -"),
    Broken("practice.not_plain", "practice.yaml", "default: P", "default: [P]", "default: [P]"),
    Broken(
        "practice.nothing_written", LAMP, "phases: [received, with_unit, done]", "phases: []", "phases: []"
    ),
    Broken(
        "practice.nothing_written",
        "practice.yaml",
        "title: A street without light",
        "title: null",
        "title: null",
    ),
    Broken("practice.too_long", "practice.yaml", "A street without light", "x" * 501, "xxx"),
    Broken("practice.out_of_range", "practice.yaml", "keep_years: 3", "keep_years: 300", "keep_years: 300"),
    Broken("practice.spelling", "practice.yaml", "1.2.0", "1.2.x", "1.2.x"),
    Broken("practice.spelling", "routing.yaml", "take: duty", "take: dutty", "dutty"),
    Broken("practice.spelling", LAMP, "  stop:\n", "  Stop:\n", "Stop:"),
    Broken("practice.not_one_of", LAMP, "publish: case", "publish: cases", "publish: cases"),
    Broken("practice.not_one_of", "forms.yaml", "kind: whole", "kind: hole", "kind: hole"),
    Broken("practice.not_one_of", LAMP, "hold: previous", "hold: prevous", "hold: prevous"),
    Broken("practice.limit", "deadlines.yaml", "20 working_days", "20 workdays", "20 workdays"),
    Broken("practice.limit", "deadlines.yaml", "20 working_days", "20000 working_days", "20000"),
    Broken("practice.whole_or_setting", LAMP, "at_most: 1", "at_most: once", "at_most: once"),
    Broken("practice.whole_or_setting", LAMP, "at_most: 1", "at_most: true", "at_most: true"),
    Broken("practice.day", "deadlines.yaml", "since: 2030-01-01", "since: 2030-02-30", "2030-02-30"),
    Broken("practice.who", LAMP, "by: [anyone, clerk@home]", "by: [anyone, clerk@house]", "clerk@house"),
    Broken("practice.text_or_answer", LAMP, "hold: {answer: unit}", "hold: {answr: unit}", "answr"),
    Broken("practice.kind_file", "procedure/help.yaml", "kind: help", "kind: helping", "kind: helping"),
    Broken("practice.number", MENDED, '"01.02"', "01.02", "01.02"),
    Broken("practice.story_moment", MENDED, "at: 2026-03-02 09:00", "at: 2026-03-02", "at: 2026-03-02"),
    Broken("practice.story_by", MENDED, "by: clerk@centre", "by: the clerk", "the clerk"),
    Broken("practice.story_case", MENDED, "case: case/1", "case: case-1", "case-1"),
    Broken("practice.story_follows", MENDED, "[noticed: received]", "[[noticed]]", "[[noticed]]"),
    Broken("practice.story_counts", MENDED, "is: 1/1", "is: 1:1", "1:1"),
    Broken(
        "practice.unknown_indicator", MENDED, "  repaired_in_time:", "  repaird_in_time:", "repaird_in_time"
    ),
    Broken("practice.unknown_exclusion", MENDED, "joined: 0", "joned: 0", "repaired_in_time"),
    Broken("practice.story_step_by", MENDED, "    by: anyone\n", "", "- step: report"),
    Broken(
        "practice.one_key",
        MENDED,
        "  - expect: {count",
        "  - {case: case}\n  - expect: {count",
        "- {case: case}",
    ),
]

NAMES = [
    Broken("practice.unknown_kind", "practice.yaml", "opens: lamp", "opens: lump", "opens: lump"),
    Broken("practice.unknown_kind", "deadlines.yaml", "\nhelp:\n", "\nhelper:\n", "helper:"),
    Broken("practice.unknown_kind", LAMP, "open: {kind: help", "open: {kind: hlp", "open: {kind: hlp"),
    Broken("practice.unknown_kind", "indicators.yaml", "of: lamp", "of: lump", "repaired_in_time"),
    Broken("practice.unknown_stage", LAMP, "to: checking", "to: chekking", "to: chekking"),
    Broken("practice.unknown_stage", LAMP, "from: [asking]", "from: [asked]", "from: [asked]"),
    Broken(
        "practice.unknown_stage", "deadlines.yaml", "runs_in: [following]", "runs_in: [follow]", "[follow]"
    ),
    Broken("practice.unknown_step", LAMP, "judges: [mend]", "judges: [mended]", "judges: [mended]"),
    Broken("practice.unknown_step", LAMP, "asked: ask_more", "asked: ask_most", "asked: ask_most"),
    Broken("practice.unknown_step", LAMP, "powers: [remind]", "powers: [reminder]", "[reminder]"),
    Broken("practice.unknown_step", "deadlines.yaml", "step: go_on", "step: go_off", "go_off"),
    Broken(
        "practice.unknown_phase", LAMP, "reported: {phase: received}", "reported: {phase: receved}", "receved"
    ),
    Broken("practice.unknown_form", LAMP, "form: lend", "form: land", "form: land"),
    Broken("practice.unknown_field", LAMP, "hold: {answer: unit}", "hold: {answer: units}", "answer: units"),
    Broken("practice.unknown_field", LAMP, "carry: [category]", "carry: [categories]", "carry: [categories]"),
    Broken("practice.unknown_field", LAMP, "join: other", "join: another", "join: another"),
    Broken(
        "practice.unknown_field", LAMP, "fields: [pole, outcome]", "fields: [pole, bright]", "[pole, bright]"
    ),
    Broken("practice.unknown_field", "practice.yaml", "datum: phone", "datum: phones", "datum: phones"),
    Broken(
        "practice.unknown_field",
        "forms.yaml",
        "id: lamps, kind: whole",
        "id: lamps, kind: whole, infer: facts.lump",
        "lump",
    ),
    Broken("practice.unknown_clock", LAMP, "resume: [repair]", "resume: [repairs]", "[repairs]"),
    Broken(
        "practice.unknown_clock", LAMP, "suspend: {clocks: [repair]", "suspend: {clocks: [stop]", "[stop]"
    ),
    Broken("practice.by_unit", "indicators.yaml", "better: more", "better: more\n  by: [township]", "by:"),
    Broken(
        "practice.unknown_field",
        "indicators.yaml",
        "better: more",
        "better: more\n  by: [unit, categories]",
        "by:",
    ),
    Broken(
        "practice.field_kind", "indicators.yaml", "better: more", "better: more\n  by: [unit, lamps]", "by:"
    ),
    Broken(
        "practice.sign_told",
        "indicators.yaml",
        "better: more",
        "sign: true\n  by: [unit, channel]",
        "repaired_in_time",
    ),
    Broken(
        "practice.sign_told",
        "indicators.yaml",
        "better: more",
        "sign: true\n  disclosure: parts",
        "repaired_in_time",
    ),
    Broken("practice.unknown_clock", "indicators.yaml", "due:repair", "due:repairs", "due:repairs"),
    Broken("practice.unknown_role", LAMP, "by: [leader@home]", "by: [leeder@home]", "leeder"),
    Broken("practice.unknown_register", LAMP, "register: poles", "register: pole", "register: pole,"),
    Broken(
        "practice.unknown_setting",
        "deadlines.yaml",
        "{setting: repair_limit}",
        "{setting: repair}",
        "{setting: repair}",
    ),
    Broken("practice.step_reserved", LAMP, "  lend:\n", "  passed:\n", "  passed:"),
    Broken(
        "practice.dropped_open",
        LAMP,
        "reported: {phase: received}",
        "reported: {phase: received, dropped: true}",
        "reported",
    ),
    Broken(
        "practice.stage_both",
        LAMP,
        "archived: {phase: done, end: true}",
        "archived: {phase: done, end: true, settled: true}",
        "archived:",
    ),
    Broken(
        "practice.at_most",
        LAMP,
        "at_most: {setting: max_tries, plus: 1}",
        "at_most: {setting: max_tries, plus: -1}",
        "plus: -1",
    ),
    Broken("practice.at_most", LAMP, "at_most: 1", "at_most: 0", "at_most: 0"),
    Broken(
        "practice.form_unused",
        "forms.yaml",
        "lend:\n",
        "spare:\n  - {id: pole, kind: code}\nlend:\n",
        "spare:",
    ),
    Broken(
        "practice.field_differs",
        "forms.yaml",
        "check:\n",
        "check:\n  - {id: pole, kind: line}\n",
        "{id: pole, kind: line}",
    ),
    Broken(
        "practice.field_differs",
        "forms.yaml",
        "help:\n  - {id: category, kind: category}",
        "help:\n  - {id: category, kind: category, held: content}",
        "held: content",
    ),
    Broken(
        "practice.field_check",
        "forms.yaml",
        "kind: flag, required",
        "kind: flag, check: past, required",
        "check: past",
    ),
    Broken("practice.field_kind", LAMP, "for_each: helpers", "for_each: category", "for_each: category"),
    Broken("practice.field_kind", LAMP, "hold: {answer: unit}", "hold: {answer: until}", "answer: until"),
    Broken(
        "practice.field_kind",
        LAMP,
        "      - settle: {answer: outcome}\n\n  stop:",
        "      - settle: {answer: category}\n\n  stop:",
        "answer: category",
    ),
    Broken(
        "practice.data_unstated",
        "practice.yaml",
        "data:\n  - {datum: phone, purpose: reach_requester, basis: Personal Information Protection Law article 34, keep_years: 3}\n",
        "",
        "id: phone",
        "forms.yaml",
    ),
    Broken("practice.lawful", LAMP, "lawful: [expert, parts]", "lawful: [expert, rain]", "rain"),
    Broken(
        "practice.subcase_opening",
        "procedure/help.yaml",
        "    by: [system]\n    to: asked",
        "    by: [handler@anywhere]\n    to: asked",
        "open: {kind",
        LAMP,
    ),
    Broken("practice.said", LAMP, "carry: [category]}", "carry: [], says: {category: rain}}", "rain"),
    Broken("practice.unknown_field", LAMP, "carry: [category]}", "carry: [], says: {rain: rain}}", "rain"),
    Broken("practice.power_unheld", LAMP, "powers: [remind]", "powers: [mend]", "powers: [mend]"),
    Broken("practice.register_key", LAMP, "key: pole", "key: category", "key: category"),
    Broken(
        "practice.limit_unconditional",
        "deadlines.yaml",
        "      - {limit: 24 hours, since: 2020-01-01, source: Rules on street lighting}\n",
        "",
        "limits:",
    ),
    Broken(
        "practice.limit_unreached",
        "deadlines.yaml",
        "source: Rules to come}",
        'source: Rules to come, when: "facts.dangerous"}',
        "limits:\n      - {limit: {setting",
    ),
    Broken(
        "practice.limit_twice",
        "deadlines.yaml",
        "since: 2030-01-01",
        "since: 2020-01-01",
        "limits:\n      - {limit: {setting",
    ),
    Broken(
        "practice.days_after",
        "deadlines.yaml",
        "{limit: 20 working_days, since",
        "{limit: 20 working_days, day: until, since",
        "{limit: 20 working_days, day",
    ),
    Broken("practice.routing_twice", "routing.yaml", "id: fallback", "id: duty_list", "kind:county_office"),
    Broken(
        "form.field_held",
        "forms.yaml",
        "id: phone, kind: phone",
        "id: phone, held: content, kind: phone",
        "id: phone",
    ),
    Broken(
        "practice.words_in_ledger",
        "forms.yaml",
        "id: body, kind: text",
        "id: body, held: ledger, kind: text",
        "id: body",
    ),
    Broken(
        "form.field_choices",
        "forms.yaml",
        "required: true, choices: [expert, parts]",
        "required: true",
        "id: reason",
    ),
    Broken(
        "form.field_asked_of",
        "forms.yaml",
        "id: category, kind: category, required: true}",
        "id: category, kind: category, required: true, asked_of: office}",
        "id: category",
    ),
    Broken(
        "form.field_recuses",
        "forms.yaml",
        "id: category, kind: category, required: true}",
        "id: category, kind: category, required: true, recuses: true}",
        "id: category",
    ),
    Broken(
        "form.field_recuses",
        "forms.yaml",
        "id: category, kind: category, required: true}",
        "id: category, kind: category, required: true, handed_up: true}",
        "id: category",
    ),
    Broken(
        "form.field_of",
        "forms.yaml",
        "id: category, kind: category, required: true}",
        "id: category, kind: category, required: true, of: [department]}",
        "id: category",
    ),
    Broken(
        "form.field_says",
        "forms.yaml",
        "max: {setting: max_tries}}",
        "max: {setting: max_tries}, says: deed}",
        "id: lamps",
    ),
    Broken("form.field_twice", "forms.yaml", "  - {id: lead,", "  - {unit: x, id: unit,", "unit: x"),
]

EXPRESSIONS = [
    Broken("expression.unknown_name", LAMP, "facts.pole ==", "facts.pol ==", "facts.pol "),
    Broken("expression.unknown_name", LAMP, "count.mend", "count.open_help", "count.open_help"),
    Broken(
        "expression.unknown_name",
        LAMP,
        "!settings.by_night",
        '"5" == settings.repair_limit',
        "settings.repair_limit",
    ),
    Broken("expression.wrong_result", LAMP, "subcases.open == 0", "subcases.open", "helpers_done"),
    Broken(
        "expression.unknown_name",
        "deadlines.yaml",
        "when: facts.dangerous",
        "when: facts.dangeros",
        "dangeros",
    ),
    Broken("expression.unknown_name", "routing.yaml", "settings.season", "settings.seasons", "seasons"),
    Broken(
        "expression.unknown_name",
        "forms.yaml",
        "when: given.dangerous",
        "when: given.danger",
        "given.danger}",
    ),
    Broken(
        "expression.may_fail_divisor",
        "indicators.yaml",
        "clock.repair.laps > 0",
        "10 / clock.repair.laps > 0",
        "10 /",
    ),
    Broken(
        "expression.not_spelled",
        "indicators.yaml",
        "numerator: clock.repair.kept",
        'numerator: case.outcome.matches("^r")',
        "matches",
    ),
    Broken("expression.unknown_name", "indicators.yaml", "clock.repair.kept", "clock.repaid.kept", "repaid"),
    Broken("expression.unknown_name", "indicators.yaml", "repair.kept", "repair.called_off", "called_off"),
    Broken(  # how clocks ended is known to figures alone
        "expression.unknown_name", LAMP, "subcases.open == 0", "clock.repair.cut_short", "helpers_done"
    ),
]

WORDS = [
    Broken(
        "practice.words_missing",
        "texts/en.yaml",
        "  season:\n    title: Season\n",
        "  season:\n",
        "  season:",
    ),
    Broken("practice.words_unused", "texts/en.yaml", "  season:\n    title", "  season:\n    titel", "titel"),
    Broken(
        "practice.words_one_language",
        "texts/en.yaml",
        "    title: Report\n",
        "    title: Report\n    help: Where?\n",
        "help: Where?",
    ),
    Broken(
        "practice.placeholders", "texts/en.yaml", "body: Received {number}", "body: Received {name}", "{name}"
    ),
    Broken("practice.not_text", "texts/en.yaml", "title: Season", "title: 17", "title: 17"),
    Broken("practice.not_a_mapping", "texts/en.yaml", "title: Season", "title: [Season]", "[Season]"),
    Broken("practice.nothing_written", "texts/en.yaml", "title: Season", "title: ''", "title: ''"),
]

SETTINGS = [
    Broken("practice.setting_bounds", "practice.yaml", ", least: 1, most: 5", "", "max_tries"),
    Broken(
        "practice.setting_bounds",
        "practice.yaml",
        "least: 1, most: 5",
        "least: 1 hours, most: 5",
        "max_tries",
    ),
    Broken(
        "practice.setting_bounds",
        "practice.yaml",
        "type: text, default: P",
        "type: text, default: P, most: 9",
        "pole_prefix",
    ),
    Broken(
        "practice.setting_choices",
        "practice.yaml",
        "type: flag, default: false",
        "type: flag, default: false, choices: [a]",
        "by_night",
    ),
    Broken("practice.setting_type", "practice.yaml", "default: 2,", "default: two,", "default: two"),
    Broken("practice.setting_type", "practice.yaml", "default: 3 working_days", "default: 3", "default: 3,"),
    Broken("practice.setting_range", "practice.yaml", "default: 2,", "default: 9,", "default: 9"),
    Broken(
        "practice.setting_range", "practice.yaml", "default: 3 working_days", "default: 23 hours", "23 hours"
    ),
    Broken("practice.setting_choice", "practice.yaml", "default: winter", "default: autumn", "autumn"),
    Broken(
        "practice.setting_unused",
        "practice.yaml",
        "  season:",
        "  spare: {type: flag, default: true}\n  season:",
        "spare",
    ),
    Broken(
        "practice.setting_use",
        "forms.yaml",
        "{setting: max_tries}",
        "{setting: repair_limit}",
        "repair_limit",
    ),
]

STORIES = [
    Broken("practice.unknown_step", MENDED, "step: assign", "step: asign", "step: asign"),
    Broken("practice.unknown_role", MENDED, "reviewer@centre", "revewer@centre", "revewer"),
    Broken(
        "practice.unknown_unit", MENDED, "by: handler@water, answers", "by: handler@wather, answers", "wather"
    ),
    Broken("practice.unknown_unit", MENDED, "holder: housing", "holder: hosing", "hosing"),
    Broken("practice.unknown_stage", MENDED, "stage: repairing", "stage: repaired", "stage: repaired"),
    Broken("practice.unknown_clock", MENDED, "clock: {keep: missed}", "clock: {kep: missed}", "kep:"),
    Broken("practice.unknown_code", MENDED, "step.condition", "step.conditions", "step.conditions"),
    Broken("practice.unknown_consequence", MENDED, "[noticed: received]", "[notified: received]", "notified"),
    Broken(
        "practice.unknown_setting", "scenarios/late_and_joined.yaml", "repair_limit", "repair", "settings:"
    ),
    Broken(
        "practice.setting_range",
        "scenarios/late_and_joined.yaml",
        "3 working_days",
        "30 working_days",
        "settings:",
    ),
    Broken(
        "practice.story_no_such_case",
        "scenarios/late_and_joined.yaml",
        "- {case: second, step",
        "- {case: third, step",
        "third",
    ),
]

LOOP = [
    Broken("check.unreachable_stage", LAMP, "    to: waiting\n", "", "  waiting: {phase"),
    Broken(
        "check.part_of_no_reply",
        "forms.yaml",
        "id: danger, kind: text, ",
        "id: danger, kind: text, says: basis, ",
        "id: danger,",
    ),
    Broken("check.self_review", LAMP, "    judges: [mend]\n", "", "  mend:\n"),
]

REGISTERS = [
    Broken("practice.unknown_field", "registers.yaml", "key: pole", "key: mast", "poles:"),
    Broken(
        "practice.unknown_field",
        "forms.yaml",
        "infer: subject.outcome",
        "infer: subject.outcomes",
        "subject.outcomes",
    ),
    Broken("practice.register_held", "registers.yaml", "key: pole", "key: body", "poles:"),
    Broken(
        "practice.register_held",
        "registers.yaml",
        "id: outcome, kind: choice",
        "id: outcome, kind: text",
        "kind: text",
    ),
    Broken(
        "expression.unknown_name",
        "forms.yaml",
        "when: registered.poles",
        "when: registered.masts",
        "registered.masts",
    ),
]

Faults = Callable[[Mapping[str, str]], list[Refused]]
Change = Callable[..., Mapping[str, str]]


def test_the_whole_practice_has_no_fault(practice: Practice) -> None:
    assert check(practice) == ()


@pytest.mark.parametrize(
    "broken",
    [*SHAPES, *NAMES, *EXPRESSIONS, *WORDS, *SETTINGS, *STORIES, *REGISTERS],
    ids=lambda broken: f"{broken.code}:{broken.at[:20]}",
)
def test_a_twin_broken_in_one_place_is_refused_there(broken: Broken, changed: Change, faults: Faults) -> None:
    files = changed(broken.path, broken.old, broken.new)
    path = broken.told_in or broken.path
    line = files[path][: files[path].index(broken.at)].count("\n") + 1
    told = [(fault.code, fault.where) for fault in faults(files)]
    assert (broken.code, f"{path}:{line}") in told, told


@pytest.mark.parametrize("broken", LOOP, ids=lambda broken: broken.code)
def test_a_loop_that_is_not_closed_is_told_with_file_line_and_path(
    broken: Broken, changed: Change, faults: Faults
) -> None:
    files = changed(broken.path, broken.old, broken.new)
    line = files[broken.path][: files[broken.path].index(broken.at)].count("\n") + 1
    told = {fault.code: fault for fault in faults(files)}
    assert told[broken.code].where == f"{broken.path}:{line}"
    assert "path" in told[broken.code].facts


def test_a_fault_that_shows_only_under_some_settings_is_told(changed: Change, faults: Faults) -> None:
    ladder = "- {after: {setting: more_time}, step: remind}\n      - {after: 4 working_days, step: remind}"
    files = changed("deadlines.yaml", "- {after: 2 working_days, step: remind}", ladder)
    practice = read_packed(files)
    assert isinstance(practice, Practice)
    by_default = bind(practice, {})
    assert isinstance(by_default, Procedure)
    assert check_procedure(by_default) == ()
    assert [fault.code for fault in faults(files)] == ["check.ladder_order"]


def test_a_practice_says_which_kind_people_open_when_several_could_be(
    files: Mapping[str, str], faults: Faults
) -> None:
    several = {
        **files,
        "practice.yaml": files["practice.yaml"].replace("opens: lamp\n", ""),
        "procedure/help.yaml": files["procedure/help.yaml"].replace(
            "by: [system]\n    to", "by: [system, anyone]\n    to"
        ),
    }
    assert ("practice.opens", "practice.yaml:1") in [(fault.code, fault.where) for fault in faults(several)]


def test_all_faults_of_all_files_are_told_at_once(files: Mapping[str, str], faults: Faults) -> None:
    broken = {
        **files,
        LAMP: files[LAMP].replace("form: lend", "form: land").replace("facts.pole ==", "facts.pol =="),
        "texts/en.yaml": files["texts/en.yaml"].replace("    title: Report\n", "    titel: Report\n"),
        "deadlines.yaml": files["deadlines.yaml"].replace("step: go_on", "step: go_off"),
    }
    assert {
        "practice.unknown_form", "expression.unknown_name", "practice.words_missing", "practice.words_unused",
        "practice.unknown_step",
    } <= {fault.code for fault in faults(broken)}  # fmt: skip


@pytest.mark.parametrize(
    "broken",
    [*SHAPES, *NAMES, *WORDS, *SETTINGS, *STORIES],
    ids=lambda broken: f"{broken.code}:{broken.at[:20]}",
)
def test_the_words_of_a_fault_have_all_their_facts(broken: Broken, changed: Change, faults: Faults) -> None:
    for fault in faults(changed(broken.path, broken.old, broken.new)):
        for language in LANGUAGES:
            words = refusal_words(fault, language)
            assert PLACEHOLDER.findall(words.says + words.fix) == [], words


def test_the_nearest_known_name_is_offered(changed: Change, faults: Faults) -> None:
    (fault,) = faults(changed(LAMP, "judges: [mend]", "judges: [mendd]"))
    assert fault.facts["nearest"] == "mend"
