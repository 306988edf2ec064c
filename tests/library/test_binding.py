"""A practice and a county's settings become the procedure that the kernel runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from tongban.kernel.clock import Limit, Unit
from tongban.kernel.form import FieldKind, Held
from tongban.kernel.procedure import model
from tongban.kernel.refusal import Refused
from tongban.library import reading
from tongban.library.binding import bind, bind_adopted, bind_indicators
from tongban.library.indicators import definition_of
from tongban.library.practice import Practice
from tongban.library.reading import read_adopted, read_packed, schemas
from tongban.library.settings import settings_form, settle_settings

Change = Callable[..., Mapping[str, str]]


def bound(practice: Practice, **settings: object) -> model.Procedure:
    found = bind(practice, settings)
    assert isinstance(found, model.Procedure), found
    return found


def test_the_defaults_make_a_procedure_pinned_to_the_content(practice: Practice) -> None:
    procedure = bound(practice)
    assert (procedure.practice, procedure.version, procedure.digest) == (
        "streetlamp",
        "1.2.0",
        practice.digest,
    )
    assert set(procedure.kinds) == {"lamp", "help"}
    assert procedure.settings["repair_limit"] == "5 working_days"


def test_settings_end_in_limits_and_bounds(practice: Practice) -> None:
    lamp = bound(practice, repair_limit="7 working_days", max_tries="3").kinds["lamp"]
    assert lamp.clocks["repair"].limits[-1].limit == Limit(7, Unit.WORKING_DAYS, "Rules on street lighting")
    assert lamp.steps["ask_help"].at_most == 4


def test_stages_are_of_the_kind_that_is_written(practice: Practice) -> None:
    stages = bound(practice).kinds["lamp"].stages
    assert stages["reported"] == model.Stage("reported", model.StageKind.OPEN, "received")
    assert stages["mended"].kind is model.StageKind.SETTLED
    assert stages["archived"].kind is model.StageKind.END


def test_steps_carry_who_may_take_them_and_what_follows(practice: Practice) -> None:
    steps = bound(practice).kinds["lamp"].steps
    assert steps["report"].opens
    assert steps["report"].by == (
        model.Who(model.Relation.ANYONE),
        model.Who(model.Relation.HOME, "clerk"),
    )
    assert steps["assign"].follows == (model.Hold("route"), model.Notify("handed_over", "holder"))
    assert steps["lend"].follows == (
        model.Hold("answer", "unit"),
        model.GiveMandate("lead", ("remind",), "until"),
    )
    assert steps["stop"].follows == (model.Suspend(("repair",), "reason", ("expert", "parts")),)
    assert steps["follow"].follows == (model.Join("other"),)
    assert steps["follow_outcome"].on is model.Trigger.JOINED_SETTLED
    assert steps["ask_help"].follows == (model.OpenSubcases("help", "helpers", ("category",)),)
    assert steps["ask_help"].to == (model.Branch(""),)
    assert [branch.to for branch in steps["check"].to] == ["repairing", "mended"]
    assert steps["check"].to[0].when is not None
    assert steps["check"].to[1].follows == (
        model.Settle("", "outcome"),
        model.Write("poles", ("pole",), ("pole", "outcome")),
        model.AskRating("rate"),
        model.Publish("case"),
    )
    assert steps["archive"].follows == (model.EndMandates(),)
    assert steps["mend"].work
    assert steps["check"].judges == {"mend"}


def test_an_extension_without_a_document_rests_on_that_of_its_clock(practice: Practice) -> None:
    (extend,) = bound(practice).kinds["lamp"].steps["grant_more"].follows
    assert isinstance(extend, model.Extend)
    assert extend.limit == Limit(3, Unit.WORKING_DAYS, "Rules to come")
    assert (extend.times, extend.asked) == (1, "ask_more")


def test_of_limits_with_one_condition_the_newest_comes_first(practice: Practice) -> None:
    clocks = bound(practice).kinds["lamp"].clocks
    assert [rule.since for rule in clocks["repair"].limits] == [date(2030, 1, 1), date(2020, 1, 1)]
    assert [rule.when is None for rule in clocks["assign"].limits] == [False, True]


def test_ladders_count_from_the_due_moment(practice: Practice) -> None:
    ladder = bound(practice).kinds["lamp"].clocks["repair"].ladder
    assert [(rung.offset.amount, rung.before) for rung in ladder] == [(24, True), (0, False), (2, False)]


def test_forms_keep_kind_place_bounds_and_conditions(practice: Practice) -> None:
    forms = bound(practice, max_tries=4).forms
    body, phone, *_, danger = forms["report"].fields
    assert (body.kind, body.required, body.most, body.place) == (FieldKind.text, True, 2000, Held.content)
    assert phone.place is Held.identity
    assert danger.when is not None
    assert danger.when.names == {"given.dangerous"}
    assert forms["mend"].fields[1].most == 4
    assert forms["mend"].fields[0].again == "another_try"


def test_routing_keeps_its_order(practice: Practice) -> None:
    rules = bound(practice).routing
    assert [rule.take for rule in rules] == ["unit:urban", "duty", "kind:county_office"]
    assert rules[-1].when is None


def test_indicators_see_the_clocks(practice: Practice) -> None:
    found = bind_indicators(practice, {})
    assert not isinstance(found, Refused)
    indicator = found["repaired_in_time"]
    assert (indicator.of, indicator.counted, indicator.smallest_sample) == ("lamp", "due:repair", 30)
    assert indicator.numerator.holds({"clock.repair.kept": True})
    assert not indicator.denominator.holds({"clock.repair.laps": 0})
    assert [each.id for each in indicator.exclusions] == ["joined"]


def test_an_indicator_can_be_written_down_as_data(practice: Practice) -> None:
    found = bind_indicators(practice, {})
    assert not isinstance(found, Refused)
    definition = definition_of(found["repaired_in_time"], practice.id, practice.version)
    assert not isinstance(definition, Refused)
    assert (definition.key, definition.kind, definition.better) == (
        f"{practice.id}/repaired_in_time",
        "rate",
        "more",
    )
    assert definition.names["clock.repair.kept"] == "flag"
    assert len(definition.hash) == 64


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"max_trys": 3}, "practice.unknown_setting"),
        ({"max_tries": 9}, "practice.setting_range"),
        ({"max_tries": 0}, "practice.setting_range"),
        ({"max_tries": True}, "practice.setting_type"),
        ({"max_tries": "many"}, "practice.setting_type"),
        ({"max_tries": 2.0}, "practice.setting_type"),
        ({"repair_limit": "11 working_days"}, "practice.setting_range"),
        ({"repair_limit": "4"}, "practice.setting_type"),
        ({"repair_limit": 4}, "practice.setting_type"),
        ({"by_night": "yes"}, "practice.setting_type"),
        ({"season": "autumn"}, "practice.setting_choice"),
        ({"pole_prefix": "x" * 201}, "practice.setting_type"),
    ],
)
def test_a_setting_that_the_practice_does_not_allow_is_refused(
    practice: Practice, given: dict[str, object], code: str
) -> None:
    found = bind(practice, given)
    assert isinstance(found, Refused)
    assert [fault.code for fault in found.all()] == [code]


def test_all_wrong_settings_are_told_at_once(practice: Practice) -> None:
    found = settle_settings(practice, {"max_tries": 9, "season": "autumn", "spring": 1})
    assert isinstance(found, Refused)
    assert {fault.where for fault in found.all()} == {"max_tries", "season", "spring"}


def test_values_within_the_range_are_taken(practice: Practice) -> None:
    given = {
        "max_tries": 5,
        "repair_limit": "48 hours",
        "by_night": True,
        "season": "summer",
        "pole_prefix": "",
    }
    found = settle_settings(practice, given)
    assert found == {**given, "more_time": "3 working_days"}


def test_a_practice_with_a_name_that_leads_nowhere_is_not_bound(changed: Change) -> None:
    broken = read_packed(changed("procedure/lamp.yaml", "to: checking", "to: chekking"))
    assert isinstance(broken, Practice)
    found = bind(broken, {})
    assert isinstance(found, Refused)
    assert found.code == "practice.unknown_stage"


def test_what_was_adopted_is_bound_again_as_it_was_the_first_time(
    files: Mapping[str, str], practice: Practice
) -> None:
    again = read_adopted(files)
    assert not isinstance(again, Refused)
    assert bind_adopted(again, {"max_tries": 3}) == bind(practice, {"max_tries": 3})
    assert again == practice
    refused = bind_adopted(again, {"max_tries": 9})
    assert isinstance(refused, Refused) and refused.code == "practice.setting_range"


def test_words_and_stories_of_an_adopted_practice_are_read_when_they_are_looked_at(
    files: Mapping[str, str], practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    read = reading.read_document
    monkeypatch.setattr(reading, "read_document", lambda path, text: opened.append(path) or read(path, text))
    found = read_adopted(files)
    assert not isinstance(found, Refused)
    assert len(found.stories) == len(practice.stories) and set(found.words) == {"zh-Hans", "en"}
    assert not any(path.startswith(("texts/", "scenarios/")) for path in opened)
    assert found.words["en"] == practice.words["en"] and found.words["en"] == practice.words["en"]
    assert [path for path in opened if path.startswith("texts/")] == ["texts/en.yaml"]
    with pytest.raises(KeyError):
        found.words["de"]


def test_the_settings_page_knows_type_range_and_words(practice: Practice) -> None:
    asked = {each.id: each for each in settings_form(practice)}
    assert list(asked) == list(practice.manifest.settings)
    tries = asked["max_tries"]
    assert (tries.type, tries.default, tries.least, tries.most) == ("whole", 2, 1, 5)
    assert tries.title == {"zh-Hans": "〔max tries〕", "en": "Max tries"}
    assert asked["season"].choices == ("winter", "summer")


def test_a_json_schema_is_exported_for_every_file() -> None:
    found = schemas()
    assert "steps" in str(found["procedure/*.yaml"])
    assert {"practice.yaml", "forms.yaml", "deadlines.yaml", "routing.yaml", "scenarios/*.yaml"} <= set(found)
