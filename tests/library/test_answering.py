"""Which texts are matter and reply, and who judges it, follows from what a practice says."""

from __future__ import annotations

import pytest

from scenario_ground import ROOT, practice_in
from tongban.kernel.form import Says
from tongban.kernel.procedure.answering import (
    answers,
    dated_fields,
    judged_answers,
    matter_fields,
    reply_fields,
)
from tongban.kernel.procedure.model import Procedure
from tongban.library.binding import bind


def bound(name: str) -> Procedure:
    found = bind(practice_in(ROOT / "practices" / name), {})
    assert isinstance(found, Procedure)
    return found


@pytest.fixture(scope="module")
def hotline() -> Procedure:
    return bound("hotline")


@pytest.fixture(scope="module")
def desk() -> Procedure:
    return bound("last_resort_desk")


def judging(procedure: Procedure, kind: str) -> dict[str, set[str]]:
    """Stage by stage the steps that pass judgement on a reply there."""
    of = procedure.kinds[kind]
    found = {
        stage: {step.id for step in of.steps_from(stage) if judged_answers(of, stage, step)}
        for stage in of.stages
    }
    return {stage: steps for stage, steps in found.items() if steps}


def test_only_the_reviewer_of_an_appeal_judges_its_reply(hotline: Procedure) -> None:
    assert judging(hotline, "appeal") == {"replied": {"approve"}}


def test_each_kind_of_the_desk_has_its_own_judge(desk: Procedure) -> None:
    assert judging(desk, "difficulty") == {"checking": {"approve"}}
    assert judging(desk, "refusal_report") == {"filed": {"uphold", "overturn"}}
    assert judging(desk, "rule_change") == {"rule_answered": {"confirm_rule"}}


def test_work_that_opens_a_case_answers_nothing_that_was_told_before(desk: Procedure) -> None:
    steps = desk.kinds["refusal_report"].steps
    assert not answers(steps["file"])
    assert answers(desk.kinds["difficulty"].steps["report_result"])


def test_of_a_form_that_tells_both_the_marked_texts_are_the_reply(desk: Procedure) -> None:
    form = desk.forms["refusal"]
    assert [field.id for field in matter_fields(form)] == ["refused_matter"]
    assert [field.says for field in reply_fields(form)] == [Says.deed, Says.basis, Says.whom_to_ask]


def test_where_nothing_is_marked_all_texts_that_the_requester_may_read_are_the_reply(
    hotline: Procedure,
) -> None:
    assert [field.id for field in reply_fields(hotline.forms["contact"])] == ["contact_note"]
    assert reply_fields(hotline.forms["dispatch"]) == ()


def test_a_day_in_a_field_of_its_own_is_a_date(desk: Procedure) -> None:
    assert [field.id for field in dated_fields(desk.forms["answer_rule"])] == ["effective"]


def test_names_and_numbers_of_people_are_no_part_of_a_matter(hotline: Procedure) -> None:
    assert {field.id for field in matter_fields(hotline.forms["register"])} == {
        "body",
        "title",
        "place",
        "wish",
    }
